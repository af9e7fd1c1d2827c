-- class: time-pruned
-- order: total
SELECT page, COUNT(*) AS events, COUNT(user_id) AS with_user
FROM events
WHERE event_time >= TIMESTAMP '2026-01-20 14:00:00' AND event_time < TIMESTAMP '2026-01-20 15:00:00'
GROUP BY page
ORDER BY events DESC, page
LIMIT 20

-- class: group by very many
-- order: total
SELECT user_id, COUNT(*) AS events, COUNT(DISTINCT page) AS pages
FROM events
WHERE event_time >= TIMESTAMP '2026-02-09 00:00:00' AND event_time < TIMESTAMP '2026-02-16 00:00:00' AND user_id IS NOT NULL
GROUP BY user_id
ORDER BY events DESC, user_id
LIMIT 50

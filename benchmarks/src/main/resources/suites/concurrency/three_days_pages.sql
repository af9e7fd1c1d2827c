-- class: dashboard
-- order: total
SELECT page, COUNT(*) AS events
FROM events
WHERE event_time >= TIMESTAMP '2026-03-03 00:00:00' AND event_time < TIMESTAMP '2026-03-06 00:00:00' AND device = 'mobile'
GROUP BY page
ORDER BY events DESC, page
LIMIT 10

-- class: dashboard
-- order: total
SELECT country, COUNT(*) AS events, SUM(amount) AS revenue
FROM events
WHERE event_time >= TIMESTAMP '2026-02-09 00:00:00' AND event_time < TIMESTAMP '2026-02-16 00:00:00' AND event_type = 'purchase'
GROUP BY country
ORDER BY events DESC, country NULLS LAST
LIMIT 10

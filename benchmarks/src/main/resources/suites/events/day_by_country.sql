-- class: time-pruned
-- order: total
SELECT country, COUNT(*) AS events, SUM(amount) AS revenue
FROM events
WHERE event_time >= TIMESTAMP '2026-02-10 00:00:00' AND event_time < TIMESTAMP '2026-02-11 00:00:00'
GROUP BY country
ORDER BY events DESC, country NULLS LAST
LIMIT 10

-- class: time-pruned
-- order: total
SELECT DATE_TRUNC('hour', event_time) AS bucket, event_type, COUNT(*) AS events
FROM events
WHERE event_time >= TIMESTAMP '2026-03-03 12:00:00' AND event_time < TIMESTAMP '2026-03-06 12:00:00' AND country = 'US' AND browser = 'Chrome'
GROUP BY 1, 2
ORDER BY 1, 2

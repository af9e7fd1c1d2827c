-- class: series
-- order: total
SELECT DATE_TRUNC('hour', event_time) AS bucket, COUNT(*) AS events
FROM events
WHERE event_time < TIMESTAMP '2026-02-15 00:00:00' AND country = 'FR'
GROUP BY 1
ORDER BY 1

-- class: time series
-- order: total
SELECT DATE_TRUNC('hour', event_time) AS bucket, COUNT(*) AS events, AVG(score) AS score
FROM events
WHERE event_time >= TIMESTAMP '2026-02-09 00:00:00' AND event_time < TIMESTAMP '2026-02-16 00:00:00' AND event_type IN ('click', 'purchase')
GROUP BY 1
ORDER BY 1

-- class: time series
-- order: total
SELECT DATE_TRUNC('hour', event_time) AS bucket, COUNT(*) AS events, SUM(duration_millis) AS duration
FROM events
WHERE country = 'DE' AND device = 'mobile'
GROUP BY 1
ORDER BY 1

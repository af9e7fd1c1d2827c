-- class: time series
-- order: total
SELECT DATE_TRUNC('hour', event_time) AS bucket, COUNT(*) AS events
FROM events
GROUP BY 1
ORDER BY 1

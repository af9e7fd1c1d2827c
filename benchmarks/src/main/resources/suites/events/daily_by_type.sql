-- class: time series
-- order: total
SELECT DATE_TRUNC('day', event_time) AS bucket, event_type, COUNT(*) AS events, SUM(amount) AS revenue
FROM events
GROUP BY 1, 2
ORDER BY 1, 2

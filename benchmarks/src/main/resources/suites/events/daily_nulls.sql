-- class: time series
-- order: total
SELECT DATE_TRUNC('day', event_time) AS bucket, COUNT(campaign) AS with_campaign, SUM(amount) AS revenue, AVG(duration_millis) AS duration
FROM events
GROUP BY 1
ORDER BY 1

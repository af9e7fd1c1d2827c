-- class: conditional
-- order: total
SELECT device,
  SUM(CASE WHEN duration_millis < 100 THEN 1 ELSE 0 END) AS bounced,
  SUM(CASE WHEN duration_millis >= 10000 THEN 1 ELSE 0 END) AS stayed,
  SUM(CASE WHEN event_type = 'purchase' THEN amount END) AS revenue
FROM events
GROUP BY device
ORDER BY device

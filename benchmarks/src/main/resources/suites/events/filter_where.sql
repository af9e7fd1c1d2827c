-- class: conditional
-- order: total
SELECT country,
  COUNT(*) FILTER (WHERE event_type = 'view') AS views,
  COUNT(*) FILTER (WHERE event_type = 'click') AS clicks,
  SUM(amount) FILTER (WHERE event_type = 'purchase') AS revenue,
  COUNT(*) AS events
FROM events
GROUP BY country
ORDER BY country NULLS LAST

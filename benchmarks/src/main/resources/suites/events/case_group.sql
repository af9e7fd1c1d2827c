-- class: conditional
-- order: total
SELECT CASE WHEN country IN ('US', 'CA', 'MX') THEN 'America' WHEN country IS NULL THEN 'unknown' ELSE 'elsewhere' END AS region,
  COUNT(*) AS events, AVG(duration_millis) AS duration
FROM events
GROUP BY 1
ORDER BY 1

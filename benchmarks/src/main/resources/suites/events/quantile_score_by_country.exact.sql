-- The documented bound: within 0.4 % of the value at rank ceil(fraction * rows).
SELECT country,
  QUANTILE_DISC(score, 0.9) AS p90, QUANTILE_DISC(score, 0.9) * 0.996 AS p90_low,
  QUANTILE_DISC(score, 0.9) * 1.004 AS p90_high
FROM events
GROUP BY country
ORDER BY country NULLS LAST

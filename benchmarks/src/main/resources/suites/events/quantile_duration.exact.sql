-- The documented bound: within 0.4 % of the value at rank ceil(fraction * rows).
SELECT
  QUANTILE_DISC(duration_millis, 0.5) AS median, QUANTILE_DISC(duration_millis, 0.5) * 0.996 AS median_low,
  QUANTILE_DISC(duration_millis, 0.5) * 1.004 AS median_high,
  QUANTILE_DISC(duration_millis, 0.95) AS p95, QUANTILE_DISC(duration_millis, 0.95) * 0.996 AS p95_low,
  QUANTILE_DISC(duration_millis, 0.95) * 1.004 AS p95_high
FROM events

-- class: quantiles
-- order: open
-- approximate: median, p95
SELECT APPROX_QUANTILE(duration_millis, 0.5) AS median, APPROX_QUANTILE(duration_millis, 0.95) AS p95
FROM events

-- Rank within 1.5 % (a KLL sketch of k = 200 promises 1.33 %), or the value within 1 %.
SELECT
  QUANTILE_DISC(duration_millis, 0.5) AS median, LEAST(QUANTILE_DISC(duration_millis, 0.485), QUANTILE_DISC(duration_millis, 0.5) * 0.99) AS median_low,
  GREATEST(QUANTILE_DISC(duration_millis, 0.515), QUANTILE_DISC(duration_millis, 0.5) * 1.01) AS median_high,
  QUANTILE_DISC(duration_millis, 0.95) AS p95, LEAST(QUANTILE_DISC(duration_millis, 0.935), QUANTILE_DISC(duration_millis, 0.95) * 0.99) AS p95_low,
  GREATEST(QUANTILE_DISC(duration_millis, 0.965), QUANTILE_DISC(duration_millis, 0.95) * 1.01) AS p95_high
FROM events

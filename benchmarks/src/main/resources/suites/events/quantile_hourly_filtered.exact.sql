-- Rank within 1.5 % (a KLL sketch of k = 200 promises 1.33 %), or the value within 1 %.
SELECT DATE_TRUNC('hour', event_time) AS bucket,
  QUANTILE_DISC(duration_millis, 0.95) AS p95, LEAST(QUANTILE_DISC(duration_millis, 0.935), QUANTILE_DISC(duration_millis, 0.95) * 0.99) AS p95_low,
  GREATEST(QUANTILE_DISC(duration_millis, 0.965), QUANTILE_DISC(duration_millis, 0.95) * 1.01) AS p95_high
FROM events
WHERE event_time >= TIMESTAMP '2026-02-09 00:00:00' AND event_time < TIMESTAMP '2026-02-16 00:00:00' AND device = 'desktop'
GROUP BY 1
ORDER BY 1

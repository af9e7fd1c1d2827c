-- The documented bound: within 0.4 % of the value at rank ceil(fraction * rows).
SELECT DATE_TRUNC('hour', event_time) AS bucket,
  QUANTILE_DISC(duration_millis, 0.95) AS p95, QUANTILE_DISC(duration_millis, 0.95) * 0.996 AS p95_low,
  QUANTILE_DISC(duration_millis, 0.95) * 1.004 AS p95_high
FROM events
WHERE event_time >= TIMESTAMP '2026-02-09 00:00:00' AND event_time < TIMESTAMP '2026-02-16 00:00:00' AND device = 'desktop'
GROUP BY 1
ORDER BY 1

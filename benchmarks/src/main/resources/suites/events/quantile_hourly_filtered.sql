-- class: quantiles
-- order: total
-- approximate: p95
SELECT DATE_TRUNC('hour', event_time) AS bucket, APPROX_QUANTILE(duration_millis, 0.95) AS p95
FROM events
WHERE event_time >= TIMESTAMP '2026-02-09 00:00:00' AND event_time < TIMESTAMP '2026-02-16 00:00:00' AND device = 'desktop'
GROUP BY 1
ORDER BY 1

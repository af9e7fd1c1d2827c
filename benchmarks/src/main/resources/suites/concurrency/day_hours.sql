-- class: dashboard
-- order: total
SELECT DATE_TRUNC('hour', event_time) AS bucket, COUNT(*) AS events
FROM events
WHERE event_time >= TIMESTAMP '2026-02-10 00:00:00' AND event_time < TIMESTAMP '2026-02-11 00:00:00' AND country = 'DE'
GROUP BY 1
ORDER BY 1

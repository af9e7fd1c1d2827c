-- class: approximate distinct
-- order: total
-- approximate: sessions
SELECT DATE_TRUNC('day', event_time) AS bucket, APPROX_COUNT_DISTINCT(session_id) AS sessions
FROM events
GROUP BY 1
ORDER BY 1

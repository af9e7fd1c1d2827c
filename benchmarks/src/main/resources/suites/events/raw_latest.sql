-- class: raw rows
-- order: total
SELECT event_time, session_id, event_type, page, duration_millis
FROM events
ORDER BY event_time DESC, session_id, event_type, page, duration_millis NULLS LAST
LIMIT 100

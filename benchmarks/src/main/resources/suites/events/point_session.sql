-- class: point look-up
-- order: total
SELECT event_time, session_id, user_id, event_type, page
FROM events
WHERE session_id BETWEEN 31000 AND 31030
ORDER BY session_id, event_time, user_id NULLS LAST, event_type, page

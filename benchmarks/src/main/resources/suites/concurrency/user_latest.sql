-- class: dashboard
-- order: total
SELECT event_time, session_id, event_type, page
FROM events
WHERE user_id = 'user_4242'
ORDER BY event_time DESC, session_id, event_type, page
LIMIT 10

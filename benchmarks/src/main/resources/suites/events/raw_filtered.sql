-- class: raw rows
-- order: total
SELECT event_time, session_id, user_id, page, amount
FROM events
WHERE country = 'IE' AND event_type = 'purchase'
ORDER BY event_time, session_id, user_id NULLS LAST, page, amount NULLS LAST
LIMIT 200

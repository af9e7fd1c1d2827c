-- class: raw rows
-- order: total
SELECT amount, event_time, session_id, user_id, page, country
FROM events
WHERE amount IS NOT NULL
ORDER BY amount DESC, event_time, session_id, user_id NULLS LAST, page, country NULLS LAST
LIMIT 100

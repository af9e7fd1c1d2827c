-- class: raw rows
-- order: total
SELECT score, event_time, session_id, browser, device
FROM events
ORDER BY score DESC NULLS LAST, event_time, session_id, browser NULLS LAST, device
LIMIT 50

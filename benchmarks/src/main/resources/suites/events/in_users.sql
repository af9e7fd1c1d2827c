-- class: in list
-- order: total
SELECT user_id, COUNT(*) AS events, MAX(event_time) AS latest
FROM events
WHERE user_id IN ('user_1', 'user_12', 'user_123', 'user_1234', 'user_7', 'user_77', 'user_777', 'user_99', 'user_2026', 'user_nobody')
GROUP BY user_id
ORDER BY user_id

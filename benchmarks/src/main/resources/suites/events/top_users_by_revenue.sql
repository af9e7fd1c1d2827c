-- class: top-n
-- order: total
SELECT user_id, SUM(amount) AS revenue
FROM events
WHERE event_type = 'purchase' AND country = 'GB'
GROUP BY user_id
ORDER BY revenue DESC NULLS LAST, user_id
LIMIT 10

-- class: top-n
-- order: total
SELECT user_id, COUNT(*) AS events, SUM(amount) AS revenue
FROM events
WHERE user_id IS NOT NULL
GROUP BY user_id
ORDER BY events DESC, user_id
LIMIT 20

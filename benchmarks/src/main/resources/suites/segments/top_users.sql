-- class: group by
-- order: total
SELECT user_id, COUNT(*) AS events, SUM(amount) AS revenue
FROM users
WHERE user_id IS NOT NULL
GROUP BY user_id
ORDER BY events DESC, user_id
LIMIT 20

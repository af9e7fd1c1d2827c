-- class: distinct
-- order: total
SELECT device, COUNT(DISTINCT user_id) AS users
FROM users
GROUP BY device
ORDER BY device

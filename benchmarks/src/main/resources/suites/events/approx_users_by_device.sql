-- class: approximate distinct
-- order: total
-- approximate: users
SELECT device, APPROX_COUNT_DISTINCT(user_id) AS users
FROM events
WHERE country <> 'US'
GROUP BY device
ORDER BY device

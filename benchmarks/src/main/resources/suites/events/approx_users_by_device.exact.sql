-- Within 2.4 %: three of the documented standard errors of 0.81 %.
SELECT device, users, FLOOR(users * 0.976) AS users_low, CEIL(users * 1.024) AS users_high
FROM (SELECT device, COUNT(DISTINCT user_id) AS users FROM events WHERE country <> 'US' GROUP BY device)
ORDER BY device

-- Within 2.4 %: three of the documented standard errors of 0.81 %.
SELECT users, FLOOR(users * 0.976) AS users_low, CEIL(users * 1.024) AS users_high
FROM (SELECT COUNT(DISTINCT user_id) AS users FROM events)

-- Within 5 %: three standard errors of a HyperLogLog of 4,096 registers (1.04 / sqrt(4096) = 1.6 %).
SELECT users, users * 0.95 AS users_low, users * 1.05 AS users_high
FROM (SELECT COUNT(DISTINCT user_id) AS users FROM events)

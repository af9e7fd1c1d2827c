-- class: approximate distinct
-- order: open
-- approximate: users
SELECT APPROX_COUNT_DISTINCT(user_id) AS users
FROM events

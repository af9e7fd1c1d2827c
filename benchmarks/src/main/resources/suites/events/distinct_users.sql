-- class: distinct
-- order: open
SELECT COUNT(DISTINCT user_id) AS users
FROM events

-- class: group by very many
-- order: open
SELECT COUNT(*) AS users, SUM(events) AS events, MAX(events) AS busiest, SUM(duration) AS duration
FROM (SELECT user_id, COUNT(*) AS events, SUM(duration_millis) AS duration FROM events GROUP BY user_id) AS per_user

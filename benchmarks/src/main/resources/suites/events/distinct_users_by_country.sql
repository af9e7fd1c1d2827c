-- class: distinct
-- order: total
SELECT country, COUNT(DISTINCT user_id) AS users
FROM events
GROUP BY country
ORDER BY country NULLS LAST

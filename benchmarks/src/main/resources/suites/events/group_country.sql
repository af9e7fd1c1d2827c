-- class: group by few
-- order: total
SELECT country, COUNT(*) AS events, SUM(amount) AS revenue, AVG(score) AS score
FROM events
GROUP BY country
ORDER BY country NULLS LAST

-- class: group by many
-- order: total
SELECT page, COUNT(*) AS events, SUM(duration_millis) AS duration, AVG(score) AS score
FROM events
GROUP BY page
ORDER BY page

-- class: group by many
-- order: total
SELECT country, page, COUNT(*) AS events, SUM(duration_millis) AS duration
FROM events
GROUP BY country, page
ORDER BY events DESC, country NULLS LAST, page
LIMIT 100

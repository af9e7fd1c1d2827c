-- class: group by few
-- order: total
SELECT country, device, COUNT(*) AS events, SUM(duration_millis) AS duration
FROM events
GROUP BY country, device
ORDER BY country NULLS LAST, device

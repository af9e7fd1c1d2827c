-- class: group by few
-- order: total
SELECT country, device, browser, COUNT(*) AS events, MIN(duration_millis) AS shortest, MAX(duration_millis) AS longest
FROM events
GROUP BY country, device, browser
ORDER BY country NULLS LAST, device, browser NULLS LAST

-- class: filter
-- order: total
SELECT browser, COUNT(*) AS events
FROM events
WHERE country <> 'US' AND NOT is_bot AND campaign IS NULL
GROUP BY browser
ORDER BY browser NULLS LAST

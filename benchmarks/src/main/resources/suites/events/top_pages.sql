-- class: top-n
-- order: total
SELECT page, COUNT(*) AS events
FROM events
GROUP BY page
ORDER BY events DESC, page
LIMIT 10

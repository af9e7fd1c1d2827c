-- class: like
-- order: open
SELECT COUNT(*) AS events, COUNT(DISTINCT page) AS pages
FROM events
WHERE page LIKE '%99%'

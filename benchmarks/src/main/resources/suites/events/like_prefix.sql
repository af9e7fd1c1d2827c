-- class: like
-- order: total
SELECT device, COUNT(*) AS events, SUM(duration_millis) AS duration
FROM events
WHERE page LIKE '/blog/%'
GROUP BY device
ORDER BY device

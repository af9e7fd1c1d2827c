-- class: having
-- order: total
SELECT page, COUNT(*) AS events, AVG(duration_millis) AS duration
FROM events
WHERE event_type = 'view'
GROUP BY page
HAVING COUNT(*) >= 100 AND AVG(duration_millis) > 12200
ORDER BY page

-- class: distinct
-- order: total
SELECT device, COUNT(DISTINCT page) AS pages, COUNT(DISTINCT browser) AS browsers
FROM events
WHERE country IN ('JP', 'KR') AND event_type = 'search'
GROUP BY device
ORDER BY device

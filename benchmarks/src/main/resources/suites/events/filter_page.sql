-- class: selective filter
-- order: open
SELECT COUNT(*) AS events, SUM(duration_millis) AS duration
FROM events
WHERE page = '/product/17'

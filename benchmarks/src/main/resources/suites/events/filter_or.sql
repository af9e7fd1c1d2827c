-- class: selective filter
-- order: open
SELECT COUNT(*) AS events, SUM(duration_millis) AS duration
FROM events
WHERE (country = 'SE' AND device = 'tv') OR (campaign = 'launch' AND browser = 'Opera')

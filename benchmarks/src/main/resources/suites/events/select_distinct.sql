-- class: distinct
-- order: total
SELECT DISTINCT country, campaign
FROM events
ORDER BY country NULLS LAST, campaign NULLS LAST

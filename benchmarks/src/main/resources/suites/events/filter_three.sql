-- class: selective filter
-- order: open
SELECT COUNT(*) AS events, SUM(amount) AS revenue, AVG(score) AS score
FROM events
WHERE country = 'FR' AND browser = 'Firefox' AND event_type = 'purchase'

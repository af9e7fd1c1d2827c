-- class: like
-- order: open
SELECT COUNT(*) AS events, SUM(amount) AS revenue
FROM events
WHERE user_id LIKE '%777%'

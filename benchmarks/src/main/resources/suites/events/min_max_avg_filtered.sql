-- class: whole table
-- order: open
SELECT MIN(amount) AS least, MAX(amount) AS most, AVG(amount) AS average, COUNT(*) AS purchases
FROM events
WHERE event_type = 'purchase' AND device = 'mobile'

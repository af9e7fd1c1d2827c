-- class: whole table
-- order: open
SELECT AVG(duration_millis) AS duration, AVG(amount) AS amount, AVG(score) AS score
FROM events

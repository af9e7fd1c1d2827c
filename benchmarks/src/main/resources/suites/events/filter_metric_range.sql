-- class: selective filter
-- order: total
SELECT event_type, COUNT(*) AS events, AVG(duration_millis) AS duration
FROM events
WHERE duration_millis BETWEEN 30000 AND 31000 AND score > 50.0
GROUP BY event_type
ORDER BY event_type

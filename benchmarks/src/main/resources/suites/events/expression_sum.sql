-- class: expression
-- order: total
SELECT event_type, SUM(duration_millis * 2 + 1) AS doubled, AVG(score * duration_millis) AS weighted
FROM events
GROUP BY event_type
ORDER BY event_type

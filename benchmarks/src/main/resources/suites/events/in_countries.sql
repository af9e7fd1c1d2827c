-- class: in list
-- order: total
SELECT event_type, COUNT(*) AS events, SUM(duration_millis) AS duration
FROM events
WHERE country IN ('DE', 'FR', 'IT', 'ES', 'NL', 'SE', 'PL', 'CH', 'AT', 'BE')
GROUP BY event_type
ORDER BY event_type

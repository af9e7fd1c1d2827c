-- class: group by few
-- order: total
SELECT device, COUNT(*) AS events, SUM(duration_millis) AS duration
FROM events
GROUP BY device
ORDER BY device

-- class: selective filter
-- order: total
SELECT device, COUNT(*) AS events, COUNT(user_id) AS with_user
FROM events
WHERE country IS NULL AND browser IS NOT NULL
GROUP BY device
ORDER BY device

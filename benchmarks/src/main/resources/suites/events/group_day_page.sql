-- class: group by many
-- order: total
SELECT DATE_TRUNC('day', event_time) AS bucket, page, COUNT(*) AS events
FROM events
GROUP BY 1, 2
ORDER BY events DESC, bucket, page
LIMIT 100

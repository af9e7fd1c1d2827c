-- class: top-n
-- order: total
SELECT campaign, SUM(amount) AS revenue, COUNT(*) AS events
FROM events
WHERE event_time >= TIMESTAMP '2026-02-09 00:00:00' AND event_time < TIMESTAMP '2026-02-16 00:00:00' AND campaign IS NOT NULL
GROUP BY campaign
ORDER BY revenue DESC NULLS LAST, campaign
LIMIT 3

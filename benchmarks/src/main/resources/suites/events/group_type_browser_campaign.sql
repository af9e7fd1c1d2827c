-- class: group by few
-- order: total
SELECT event_type, browser, campaign, COUNT(*) AS events, AVG(duration_millis) AS duration
FROM events
WHERE is_bot = FALSE
GROUP BY event_type, browser, campaign
ORDER BY event_type, browser NULLS LAST, campaign NULLS LAST

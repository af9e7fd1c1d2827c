-- class: selective filter
-- order: open
SELECT COUNT(*) AS events, SUM(score) AS score
FROM events
WHERE score >= 99.5

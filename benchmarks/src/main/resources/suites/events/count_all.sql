-- class: statistics
-- order: open
SELECT COUNT(*) AS events
FROM events

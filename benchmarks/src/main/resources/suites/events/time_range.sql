-- class: statistics
-- order: open
SELECT MIN(event_time) AS first_event, MAX(event_time) AS last_event
FROM events

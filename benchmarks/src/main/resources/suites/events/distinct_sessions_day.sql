-- class: distinct
-- order: open
SELECT COUNT(DISTINCT session_id) AS sessions
FROM events
WHERE event_time >= TIMESTAMP '2026-02-10 00:00:00' AND event_time < TIMESTAMP '2026-02-11 00:00:00'

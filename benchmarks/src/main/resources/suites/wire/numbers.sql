-- class: numbers
SELECT event_time, session_id, duration_millis, score
FROM events
WHERE event_time < TIMESTAMP '2026-02-15 00:00:00'

-- class: time-pruned
-- order: open
SELECT COUNT(*) AS events
FROM events
WHERE event_time >= TIMESTAMP '2026-02-10 00:00:00' AND event_time < TIMESTAMP '2026-02-11 00:00:00'

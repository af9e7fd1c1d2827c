-- class: texts
SELECT event_time, country, page, user_id
FROM events
WHERE event_time < TIMESTAMP '2026-02-15 00:00:00'

-- Within 6 %, not 5: it is the worst of 90 answers.
SELECT bucket, sessions, sessions * 0.94 AS sessions_low, sessions * 1.06 AS sessions_high
FROM (SELECT DATE_TRUNC('day', event_time) AS bucket, COUNT(DISTINCT session_id) AS sessions FROM events GROUP BY 1)
ORDER BY bucket

-- Within 3.3 %, four of the documented standard errors of 0.81 %: it is the worst of 90 answers.
SELECT bucket, sessions, FLOOR(sessions * 0.967) AS sessions_low, CEIL(sessions * 1.033) AS sessions_high
FROM (SELECT DATE_TRUNC('day', event_time) AS bucket, COUNT(DISTINCT session_id) AS sessions FROM events GROUP BY 1)
ORDER BY bucket

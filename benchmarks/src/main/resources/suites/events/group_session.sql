-- class: group by very many
-- order: open
SELECT COUNT(*) AS sessions, MAX(events) AS busiest, SUM(revenue) AS revenue
FROM (SELECT session_id, COUNT(*) AS events, SUM(amount) AS revenue FROM events GROUP BY session_id) AS per_session

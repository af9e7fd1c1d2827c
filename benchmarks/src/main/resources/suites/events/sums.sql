-- class: whole table
-- order: open
SELECT SUM(duration_millis) AS duration, SUM(amount) AS revenue, SUM(score) AS score, COUNT(campaign) AS with_campaign
FROM events

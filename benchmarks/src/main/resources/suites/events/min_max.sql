-- class: statistics
-- order: open
SELECT MIN(duration_millis) AS shortest, MAX(duration_millis) AS longest, MIN(score) AS lowest, MAX(score) AS highest,
  COUNT(amount) AS with_amount
FROM events

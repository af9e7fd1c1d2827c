-- Rank within 1.5 % (a KLL sketch of k = 200 promises 1.33 %), or the value within 1 %.
SELECT country,
  QUANTILE_DISC(score, 0.9) AS p90, LEAST(QUANTILE_DISC(score, 0.885), QUANTILE_DISC(score, 0.9) * 0.99) AS p90_low,
  GREATEST(QUANTILE_DISC(score, 0.915), QUANTILE_DISC(score, 0.9) * 1.01) AS p90_high
FROM events
GROUP BY country
ORDER BY country NULLS LAST

-- class: quantiles
-- order: total
-- approximate: p90
SELECT country, APPROX_QUANTILE(score, 0.9) AS p90
FROM events
GROUP BY country
ORDER BY country NULLS LAST

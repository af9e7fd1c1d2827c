-- class: point look-up
-- order: total
SELECT event_time, session_id, event_type, page, country, device, browser, campaign, duration_millis, amount, score, is_bot
FROM events
WHERE user_id = 'user_4242'
ORDER BY event_time, session_id, event_type, page, country NULLS LAST, device, browser NULLS LAST, campaign NULLS LAST,
  duration_millis NULLS LAST, amount NULLS LAST, score NULLS LAST, is_bot

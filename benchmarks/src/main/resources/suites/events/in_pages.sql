-- class: in list
-- order: total
SELECT device, COUNT(*) AS events
FROM events
WHERE page IN (
  '/search/3', '/cart/404', '/help/805', '/blog/1206', '/account/1607', '/home/2008', '/product/2409', '/category/2810',
  '/search/3211', '/cart/3612', '/help/4013', '/blog/4414', '/account/4815', '/home/5216', '/product/5617',
  '/category/6018', '/search/6419', '/cart/6820', '/help/7221', '/blog/7622', '/account/8023', '/home/8424',
  '/product/8825', '/category/9226', '/search/9627', '/cart/10028', '/help/10429', '/blog/10830', '/account/11231',
  '/home/11632', '/product/12033', '/category/12434', '/search/12835', '/cart/13236', '/help/13637', '/blog/14038',
  '/account/14439', '/home/14840', '/product/15241', '/category/15642', '/search/16043', '/cart/16444', '/help/16845',
  '/blog/17246', '/account/17647', '/home/18048', '/product/18449', '/category/18850', '/search/19251', '/cart/19652')
GROUP BY device
ORDER BY device

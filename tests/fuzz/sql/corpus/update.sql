UPDATE s.t AS x SET x.a = 1, (b, c) = (SELECT 1, 2), d = DEFAULT FROM u WHERE u.id = x.id LIMIT 3

select x.id from x, y where x.id = y.id(+) and y.n (+) > 3

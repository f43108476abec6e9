CALL pkg.p(1, name => 'x'); EXEC p 1, 2; ? = CALL f(3); sp_x('y')

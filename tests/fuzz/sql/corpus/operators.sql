SELECT 1 | 2 ^ 3 & 4 << 5 || 'x' + 6 % 7, ~8, a && b FROM t WHERE !a AND b ^= 1 AND c != 2

SELECT a, t.*, b AS "Alias", 1 + 2 * -3 total, 'it''s', N'x', 0x4142, NULL FROM s.t t WHERE a <> 1 AND NOT b IS NULL OR c NOT LIKE 'x\_%' ESCAPE '\'

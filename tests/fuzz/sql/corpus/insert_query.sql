insert "T" select * from u; INSERT INTO t DEFAULT VALUES; INSERT INTO t TABLE u

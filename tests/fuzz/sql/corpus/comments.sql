SELECT /*+ INDEX(t i) */ 1 -- one
, 2 // two
/* three */ FROM dual

SELECT ?, :name, :1 FROM t WHERE a BETWEEN ? AND :low LIMIT ?

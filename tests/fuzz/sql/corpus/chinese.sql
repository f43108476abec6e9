SELECT 姓名 AS "名 字" FROM 表 WHERE 城市 = '武汉'

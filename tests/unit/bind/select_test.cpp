// Queries of every shape get SQL that SQLite takes (the fixture prepares each); here also what shows in the plan.
// Sources: dialect/dm-sql.md 1.9, 4.
#include "bind_fixture.hpp"

namespace dmkit::mock::bind_test {
namespace {

class select_test : public bind_test {};

TEST_F(select_test, joins) {
    for (const char* text :
         {"SELECT * FROM book b JOIN author a ON b.author_id = a.id", "SELECT * FROM book CROSS JOIN author",
          "SELECT * FROM book b LEFT JOIN author a ON b.author_id = a.id",
          "SELECT * FROM book b RIGHT OUTER JOIN author a ON b.author_id = a.id",
          "SELECT * FROM book b FULL JOIN author a ON b.author_id = a.id",
          "SELECT id, name FROM (SELECT id, qty FROM book) b FULL JOIN author a USING (id)",
          "SELECT * FROM author x, book b RIGHT JOIN author a ON b.author_id = a.id",
          "SELECT * FROM book b JOIN (author a LEFT JOIN author c ON a.id = c.id) ON b.author_id = a.id",
          "SELECT * FROM book b, author a WHERE b.author_id = a.id(+) AND a.name(+) = 'x' AND b.qty > 1",
          "SELECT * FROM author a NATURAL LEFT JOIN (SELECT id, qty FROM book) b WHERE id > 1",
          "SELECT * FROM book CROSS APPLY author"})
        bind(text);
    EXPECT_TRUE(bind("SELECT a.id FROM book b LEFT JOIN author a ON b.author_id = a.id").columns[0].nullable);
    EXPECT_FALSE(bind("SELECT a.id FROM book b JOIN author a ON b.author_id = a.id").columns[0].nullable);
}

TEST_F(select_test, predicates) {
    for (const char* text :
         {"SELECT * FROM book WHERE id IN (1, 2, '3') AND title NOT IN ('a', 'b')",
          "SELECT * FROM book WHERE (id, title) IN ((1, 'a'), (2, 'b'))",
          "SELECT * FROM book WHERE (id, title) IN (SELECT id, name FROM author)",
          "SELECT * FROM book WHERE (id, title) = (SELECT id, name FROM author)",
          "SELECT * FROM book WHERE (id, title) = (1, 'a')",
          "SELECT * FROM book WHERE price > ALL (SELECT qty FROM book) OR title = ANY (SELECT name FROM author)",
          "SELECT * FROM book WHERE price > ANY (1, 2, 3)",
          "SELECT * FROM book WHERE EXISTS (SELECT 1 FROM author WHERE id = book.author_id)",
          "SELECT * FROM book WHERE title LIKE 'a%' ESCAPE '!' AND NOT qty IS NULL",
          "SELECT * FROM book WHERE created BETWEEN '2020-01-01' AND SYSDATE AND code = 'x'",
          "SELECT * FROM book WHERE price = (SELECT MAX(price) FROM book)",
          "SELECT * FROM book WHERE REGEXP_LIKE(title, '^a')"})
        bind(text);
}

TEST_F(select_test, grouping) {
    for (const char* text :
         {"SELECT title, SUM(price), AVG(qty), COUNT(DISTINCT author_id) FROM book GROUP BY title",
          "SELECT title, code, SUM(qty) FROM book GROUP BY ROLLUP(title, code)",
          "SELECT title, code, SUM(qty) FROM book GROUP BY CUBE(title, code) ORDER BY title, SUM(qty) DESC",
          "SELECT GROUPING(title), GROUPING_ID(title, code), GROUP_ID(), title, code, COUNT(*) FROM book GROUP BY "
          "GROUPING SETS ((title, code), title, ()) HAVING COUNT(*) > 0",
          "SELECT COUNT(*) FROM book HAVING COUNT(*) > 1",
          "SELECT LISTAGG(title, ',') WITHIN GROUP (ORDER BY qty DESC, title) FROM book",
          "SELECT WM_CONCAT(DISTINCT title), MEDIAN(price), STDDEV(price), CORR(price, qty) FROM book"})
        bind(text);
}

TEST_F(select_test, windows) {
    for (const char* text :
         {"SELECT RANK() OVER (PARTITION BY title ORDER BY price DESC) FROM book",
          "SELECT SUM(price) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM book",
          "SELECT LAG(price, 1, 0) OVER (ORDER BY id), NTILE(3) OVER (ORDER BY id) FROM book",
          "SELECT RANK() OVER (ORDER BY SUM(qty)) FROM book GROUP BY title",
          "SELECT RATIO_TO_REPORT(qty) OVER () FROM book", "SELECT COUNT(*) OVER (PARTITION BY title) FROM book"})
        bind(text);
}

TEST_F(select_test, limits) {
    for (const char* text : {"SELECT TOP 2 * FROM book ORDER BY price DESC", "SELECT TOP 1, 2 id FROM book",
                             "SELECT id FROM book LIMIT 2 OFFSET 1", "SELECT id FROM book LIMIT 1, 2",
                             "SELECT id FROM book ORDER BY id OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY",
                             "SELECT TOP 70 PERCENT WITH TIES id, title FROM book ORDER BY published DESC",
                             "SELECT id FROM book ORDER BY price FETCH FIRST 50 PERCENT ROWS ONLY",
                             "SELECT id FROM book UNION SELECT id FROM author ORDER BY 1 LIMIT 3",
                             "SELECT id FROM book WHERE ROWNUM <= 3 ORDER BY price", "SELECT ROWNUM, b.* FROM book b",
                             "SELECT a.*, ROWNUM rn FROM (SELECT * FROM book ORDER BY id) a WHERE ROWNUM <= 10",
                             "SELECT title, COUNT(*) FROM book WHERE 5 >= ROWNUM AND qty > 1 GROUP BY title",
                             "SELECT * FROM book WHERE ROWNUM = 1 AND ROWNUM BETWEEN 1 AND 3"})
        bind(text);
}

TEST_F(select_test, set_operations_and_with) {
    for (const char* text : {"SELECT id FROM book UNION SELECT id FROM author UNION ALL SELECT 1.5 MINUS SELECT 2",
                             "SELECT title FROM book INTERSECT SELECT name FROM author ORDER BY title",
                             "(SELECT id FROM book ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM author)",
                             "WITH r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r",
                             "SELECT * FROM (WITH w AS (SELECT id FROM book) SELECT * FROM w) x"})
        bind(text);
}

TEST_F(select_test, hierarchies) {
    for (const char* text :
         {"SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 5", "SELECT LEVEL, LEVEL * 2 CONNECT BY LEVEL < 4",
          "SELECT ROWNUM FROM DUAL CONNECT BY ROWNUM <= 3",
          "SELECT LEVEL, PRIOR title, CONNECT_BY_ROOT title, CONNECT_BY_ISLEAF, SYS_CONNECT_BY_PATH(title, '/') FROM "
          "book START WITH author_id IS NULL CONNECT BY NOCYCLE PRIOR id = author_id ORDER SIBLINGS BY title DESC",
          "SELECT a.name FROM author a, book b WHERE a.id = b.author_id AND b.qty > 1 CONNECT BY PRIOR b.id = a.id",
          "SELECT COUNT(*), LEVEL FROM book CONNECT BY PRIOR id = author_id GROUP BY LEVEL ORDER BY LEVEL"})
        bind(text);
    EXPECT_EQ(bind("SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 5").columns[0].type.id, type_id::integer);
    EXPECT_EQ(code_of("SELECT LEVEL FROM book"), -2111);
    EXPECT_EQ(code_of("SELECT PRIOR id FROM book"), not_supported);
}

TEST_F(select_test, views_are_bound_with_their_own_names) {
    const plan made = bind("SELECT title FROM cheap WHERE price > 1");
    EXPECT_EQ(made.columns[0].table, "CHEAP");
    // Reading the view is what the user needs a right for.
    ASSERT_EQ(made.accesses.size(), 1U);
    EXPECT_EQ(made.accesses[0].name, "CHEAP");
}

TEST_F(select_test, nulls_come_first_in_both_directions) {
    const std::string sql = bind("SELECT id FROM book ORDER BY qty, price DESC, id NULLS LAST").steps[0].sql;
    EXPECT_NE(sql.find("ASC NULLS FIRST"), std::string::npos);
    EXPECT_NE(sql.find("DESC NULLS FIRST"), std::string::npos);
    EXPECT_NE(sql.find("ASC NULLS LAST"), std::string::npos);
}

TEST_F(select_test, for_update_locks) {
    EXPECT_TRUE(bind("SELECT * FROM book FOR UPDATE").locks);
    EXPECT_TRUE(bind("SELECT * FROM book FOR UPDATE NOWAIT").lock_no_wait);
    EXPECT_EQ(bind("SELECT * FROM book FOR UPDATE WAIT 3").lock_wait_seconds, 3);
    EXPECT_FALSE(bind("SELECT * FROM book FOR READ ONLY").locks);
    EXPECT_FALSE(bind("SELECT * FROM book").writes);
}

}  // namespace
}  // namespace dmkit::mock::bind_test

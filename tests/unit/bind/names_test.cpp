// Names and headings. Sources: dialect/dm-sql.md 1.1, 1.2, 1.9, 4; error codes of dialect/errors.csv.
#include <gmock/gmock.h>

#include "bind_fixture.hpp"

namespace dmkit::mock::bind_test {
namespace {

using ::testing::ElementsAre;

class names_test : public bind_test {};

TEST_F(names_test, headings_are_aliases_or_source_text_in_upper_case_without_blanks) {
    EXPECT_THAT(
        headings("select count ( * ), Title, price as \"p\", price q, qty * 2 from book group by title, price, qty"),
        ElementsAre("COUNT(*)", "TITLE", "p", "Q", "QTY*2"));
    EXPECT_THAT(headings("select left(title, 2) from book"), ElementsAre("\"LEFT\"(TITLE,2)"));
}

TEST_F(names_test, stars_expand_in_order) {
    EXPECT_THAT(headings("SELECT a.*, 1 x FROM author a"), ElementsAre("ID", "NAME", "X"));
    EXPECT_THAT(headings("SELECT * FROM author a JOIN author b USING (id)"), ElementsAre("ID", "NAME", "NAME"));
    EXPECT_THAT(headings("SELECT * FROM author NATURAL JOIN (SELECT id, qty FROM book) b"),
                ElementsAre("ID", "NAME", "QTY"));
}

TEST_F(names_test, columns_say_where_they_come_from) {
    const plan made = bind("SELECT id AS n, qty + 1 FROM sysdba.book b");
    EXPECT_EQ(made.columns[0].name, "N");
    EXPECT_EQ(made.columns[0].base_name, "ID");
    EXPECT_EQ(made.columns[0].table, "BOOK");
    EXPECT_EQ(made.columns[0].schema, "SYSDBA");
    EXPECT_EQ(made.columns[0].type_name, "INTEGER");
    EXPECT_TRUE(made.columns[0].identity);
    EXPECT_FALSE(made.columns[0].nullable);
    EXPECT_EQ(made.columns[1].base_name, "");
    EXPECT_TRUE(made.columns[1].nullable);
}

TEST_F(names_test, names_are_found_through_scopes) {
    bind("SELECT (SELECT name FROM author WHERE id = book.author_id) FROM book");
    bind("SELECT book.title, sysdba.book.title FROM book");
    bind("SELECT x.t FROM (SELECT title t FROM book) x WHERE t = 'a'");
    bind("WITH w(a, b) AS (SELECT id, title FROM book) SELECT x.a FROM w x, w y WHERE x.a = y.a");
    bind("SELECT \"lower\" FROM book");
    bind("SELECT title AS t FROM book ORDER BY t");
    bind("SELECT * FROM (SELECT id FROM book)");
}

TEST_F(names_test, functions_without_parentheses_stand_where_no_column_does) {
    bind("SELECT SYSDATE, USER FROM DUAL");
    EXPECT_EQ(code_of("SELECT NO_SUCH_THING FROM DUAL"), -2111);
}

TEST_F(names_test, unknown_names_are_refused_with_dm8s_codes) {
    EXPECT_EQ(code_of("SELECT * FROM nowhere"), -2106);
    EXPECT_EQ(code_of("SELECT * FROM nowhere.book"), -2103);
    EXPECT_EQ(code_of("SELECT nothing FROM book"), -2111);
    EXPECT_EQ(code_of("SELECT b.nothing FROM book b"), -2111);
    EXPECT_EQ(code_of("SELECT book.title FROM book b"), -2207);
    EXPECT_EQ(code_of("SELECT b.* FROM book"), -2207);
    EXPECT_EQ(code_of("SELECT nofunction(1) FROM book"), -2207);
    EXPECT_EQ(code_of("SELECT nosequence.NEXTVAL FROM DUAL"), -2207);
    EXPECT_EQ(code_of("SELECT lower FROM book"), -2111);
    EXPECT_EQ(code_of("SELECT \"Title\" FROM book"), -2111);
    // Aliases are not visible before ORDER BY.
    EXPECT_EQ(code_of("SELECT title t FROM book WHERE t = 'a'"), -2111);
    EXPECT_EQ(code_of("SELECT title t FROM book GROUP BY t"), -2111);
    EXPECT_EQ(code_of("SELECT COUNT(*) c FROM book HAVING c > 1"), -2111);
    // The second derived table does not see the first.
    EXPECT_EQ(code_of("SELECT * FROM author a, (SELECT * FROM book WHERE author_id = a.id) b"), -2207);
}

TEST_F(names_test, ambiguous_names_are_refused) {
    const sql_error error = error_of("SELECT id FROM book, author");
    EXPECT_EQ(error.code(), -5490);
    EXPECT_THAT(error.arguments(), ElementsAre("ID"));
    bind("SELECT id FROM book JOIN author USING (id)");
}

TEST_F(names_test, errors_name_the_line_and_the_folded_name) {
    const sql_error error = error_of("SELECT title\nFROM book\nWHERE nothing = 1");
    ASSERT_TRUE(error.position());
    EXPECT_EQ(error.position()->line, 3);
    EXPECT_THAT(error.arguments(), ElementsAre("NOTHING"));
    EXPECT_THAT(error_of("select * from a").arguments(), ElementsAre("A"));
}

TEST_F(names_test, a_double_quoted_name_is_never_a_string) {
    EXPECT_EQ(code_of("SELECT * FROM book WHERE title = \"abc\""), -2111);
}

}  // namespace
}  // namespace dmkit::mock::bind_test

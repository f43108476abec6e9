// INSERT, UPDATE, DELETE and MERGE. Sources: dialect/dm-sql.md 1.10, 1.11, 4.
#include "bind_fixture.hpp"

namespace dmkit::mock::bind_test {
namespace {

class dml_test : public bind_test {};

TEST_F(dml_test, inserts) {
    for (const char* text :
         {"INSERT INTO author VALUES (1, 'a'), (2, NULL)", "INSERT author VALUES (1, 'a')",
          "INSERT INTO author (name, id) SELECT title, id FROM book ORDER BY id",
          "INSERT INTO book (title) VALUES ('x')", "INSERT INTO book (title, qty) VALUES ('x', DEFAULT)",
          "INSERT INTO book (title, qty, price) SELECT DISTINCT name, 3, '1.5' FROM author",
          "INSERT INTO author (id) VALUES (S.NEXTVAL)", "INSERT INTO cheap (title, price) VALUES ('x', 1)",
          "INSERT INTO author (id, name) VALUES ((SELECT MAX(id) FROM author), 'x' || 'y')",
          "INSERT INTO author SELECT ?, ? FROM DUAL"})
        EXPECT_TRUE(bind(text).writes) << text;
    const plan made = bind("INSERT INTO book (title) VALUES ('x')");
    EXPECT_EQ(made.kind, statement_kind::insert);
    EXPECT_EQ(made.target, book_);
    EXPECT_NE(made.steps[0].sql.find("dmkit_identity("), std::string::npos);
    EXPECT_EQ(made.steps[0].role, step_role::change);
    EXPECT_EQ(made.accesses[0].privilege, privilege::insert);
}

TEST_F(dml_test, parameters_of_insert_from_select_take_the_columns_types) {
    const plan made = bind("INSERT INTO author SELECT ?, ? FROM DUAL");
    EXPECT_EQ(made.parameters[0].type.id, type_id::integer);
    EXPECT_EQ(made.parameters[1].type.precision, 20);
}

TEST_F(dml_test, updates) {
    for (const char* text :
         {"UPDATE book SET qty = qty + 1", "UPDATE book b SET b.qty = 2, price = DEFAULT WHERE b.id = 1",
          "UPDATE \"BOOK\" AS \"_T\" SET \"_T\".\"QTY\" = 1 WHERE \"_T\".\"ID\" = ?",
          "UPDATE book SET (title, qty) = (SELECT name, id FROM author WHERE id = author_id)",
          "UPDATE book SET title = 'a', qty = 2 LIMIT 3",
          "UPDATE book SET title = a.name FROM author a WHERE book.author_id = a.id",
          "UPDATE cheap SET price = price + 1 WHERE title = 'x'", "UPDATE book SET qty = ? WHERE qty IS NULL"})
        EXPECT_EQ(bind(text).kind, statement_kind::update) << text;
    EXPECT_EQ(bind("UPDATE book SET qty = ?").parameters[0].type.id, type_id::integer);
}

TEST_F(dml_test, deletes) {
    for (const char* text :
         {"DELETE FROM book", "DELETE book WHERE id = 1", "DELETE FROM book AS b WHERE b.id IN (SELECT id FROM author)",
          "DELETE FROM book WHERE qty > 1 LIMIT 2", "DELETE FROM cheap WHERE id = 1"})
        EXPECT_EQ(bind(text).kind, statement_kind::delete_) << text;
}

TEST_F(dml_test, a_view_that_is_no_simple_select_is_not_changed) {
    view_info totals;
    totals.id = catalog_.next_id(catalog::id_range::view);
    totals.schema = "SYSDBA";
    totals.name = "TOTALS";
    totals.columns = {{"N", type_of(type_id::bigint), "BIGINT", true, ""}};
    catalog_.put(std::make_shared<const view_info>(std::move(totals)));
    EXPECT_EQ(code_of("DELETE FROM totals"), -5498);
}

TEST_F(dml_test, merges) {
    const plan made = bind(
        "MERGE INTO author a USING (SELECT ? AS id, ? AS name FROM DUAL) AS s ON (a.id = s.id) WHEN MATCHED THEN "
        "UPDATE SET a.name = s.name WHERE a.id > 1 DELETE WHERE a.name = 'x' WHEN NOT MATCHED THEN INSERT (id, name) "
        "VALUES (s.id, s.name) WHERE s.id > 0");
    EXPECT_EQ(made.kind, statement_kind::merge);
    EXPECT_EQ(made.parameters.size(), 2U);
    bind(
        "MERGE INTO author USING book ON author.id = book.author_id WHEN NOT MATCHED THEN INSERT VALUES (book.id, "
        "'n')");
}

}  // namespace
}  // namespace dmkit::mock::bind_test

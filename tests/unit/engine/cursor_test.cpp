#include <gtest/gtest.h>

#include "harness.hpp"

/// WHERE CURRENT OF: rows by their places.
namespace dmkit::mock::testing {
namespace {

constexpr int invalid_cursor_operation = -4535;  // DM program manual, table 6.1

class Cursors : public ::testing::Test, protected fixture {
  protected:
    Cursors() {
        one.run("CREATE TABLE T(ID INT PRIMARY KEY, NAME VARCHAR(20))");
        one.run("CREATE TABLE U(ID INT, C CLOB)");
        one.run("CREATE VIEW V AS SELECT ID, NAME FROM T");
        one.run("INSERT INTO T VALUES(30, 'c'),(10, 'a'),(20, 'b')");
        one.run("INSERT INTO U VALUES(1, 'x')");
    }
    std::vector<row_place> places(std::string_view query) { return one.run(query).places; }

    client one{engine};
};

TEST_F(Cursors, ChangeTheRowThatTheyStandOn) {
    const auto rows = places("SELECT NAME FROM T X WHERE ID > 1 ORDER BY ID");
    ASSERT_EQ(rows.size(), 3U);
    one.current_row = rows[1];
    EXPECT_EQ(one.run("UPDATE T SET NAME = ? WHERE CURRENT OF C", {field("B")}).result.affected_rows, 1);
    one.current_row = rows[2];
    EXPECT_EQ(one.run("DELETE FROM T WHERE CURRENT OF \"c\"").result.affected_rows, 1);
    EXPECT_EQ(one.run("SELECT ID, NAME FROM T ORDER BY ID").rows, (table{{"10", "a"}, {"20", "B"}}));
}

TEST_F(Cursors, FindNothingWhereTheRowIsGone) {
    one.current_row = places("SELECT * FROM T ORDER BY ID").front();
    one.run("DELETE FROM T WHERE ID = 10");
    const answer none = one.run("UPDATE T SET NAME = 'z' WHERE CURRENT OF C");
    EXPECT_FALSE(none.code);
    EXPECT_EQ(none.result.affected_rows, 0);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T WHERE NAME = 'z'").rows, (table{{"0"}}));
}

TEST_F(Cursors, NeedARowOfTheTable) {
    EXPECT_EQ(one.run("DELETE FROM T WHERE CURRENT OF C").code, invalid_cursor_operation);
    one.current_row = places("SELECT ID FROM U").at(0);
    EXPECT_EQ(one.run("DELETE FROM T WHERE CURRENT OF C").code, invalid_cursor_operation);
    EXPECT_EQ(one.run("DELETE FROM U WHERE CURRENT OF C").result.affected_rows, 1);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"3"}}));
}

TEST_F(Cursors, TellOfThemselvesInTheDescription) {
    EXPECT_EQ(one.session().prepare("UPDATE T SET NAME = 'q' WHERE CURRENT OF cur1")->description().cursor, "CUR1");
    EXPECT_EQ(one.session().prepare("DELETE FROM T WHERE CURRENT OF \"cur1\"")->description().cursor, "cur1");
    EXPECT_EQ(one.session().prepare("DELETE FROM T WHERE ID = 1")->description().cursor, "");
}

TEST_F(Cursors, StandOnRowsOfOneTableOnly) {
    for (const auto* query :
         {"SELECT ID FROM T FOR UPDATE", "SELECT ID + 1, NAME FROM T", "SELECT TOP 2 * FROM T", "SELECT * FROM U"})
        EXPECT_FALSE(places(query).empty()) << query;
    for (const auto* query :
         {"SELECT DISTINCT ID FROM T", "SELECT COUNT(*) FROM T", "SELECT ID FROM T GROUP BY ID",
          "SELECT T.ID FROM T, U", "SELECT T.ID FROM T JOIN U ON T.ID > U.ID", "SELECT ID FROM V",
          "SELECT ID FROM (SELECT ID FROM T)", "SELECT ID FROM T UNION ALL SELECT ID FROM U",
          "SELECT ID FROM T FOR READ ONLY", "SELECT 1 FROM DUAL", "WITH T AS (SELECT 1 ID FROM DUAL) SELECT ID FROM T"})
        EXPECT_TRUE(places(query).empty()) << query;
}

TEST_F(Cursors, AreRefusedByNameWhereTheyMeanMore) {
    one.current_row = places("SELECT ID FROM T").at(0);
    for (const auto& [sql, construct] :
         {std::pair{"UPDATE V SET NAME = 'x' WHERE CURRENT OF C", "WHERE CURRENT OF with a view"},
          std::pair{"UPDATE T SET NAME = 'x' FROM U WHERE CURRENT OF C", "WHERE CURRENT OF with FROM or a limit"},
          std::pair{"DELETE FROM T WHERE CURRENT OF C LIMIT 1", "WHERE CURRENT OF with FROM or a limit"},
          std::pair{"BEGIN DELETE FROM T WHERE CURRENT OF C; END;", "WHERE CURRENT OF in a block"},
          std::pair{"DELETE FROM U; DELETE FROM T WHERE CURRENT OF C", "WHERE CURRENT OF in a text of several"}}) {
        const answer refused = one.run(sql);
        EXPECT_EQ(refused.code, not_supported) << sql;
        EXPECT_NE(refused.text.find(construct), std::string::npos) << refused.text;
    }
    EXPECT_TRUE(one.run("SELECT ID FROM T WHERE CURRENT OF C").code);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"3"}}));
}

}  // namespace
}  // namespace dmkit::mock::testing

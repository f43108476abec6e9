#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

struct Statement : ::testing::Test, fixture {
    client one{engine};
};

TEST_F(Statement, AQueryWithoutTable) {
    const answer got = one.run("SELECT 1 + 1 A, 'x' B FROM DUAL");
    EXPECT_EQ(got.rows, (table{{"2", "x"}}));
    EXPECT_EQ(got.names, (std::vector<std::string>{"A", "B"}));
    EXPECT_EQ(got.result.kind, statement_kind::select);
}

TEST_F(Statement, ArgumentsTakeTheTypeOfTheirPlace) {
    one.run("CREATE TABLE T(ID INT, D DECIMAL(10,2), S VARCHAR(20), W DATE)");
    const answer inserted = one.run("INSERT INTO T VALUES (?, ?, ?, ?)", {"7", "1.005", 12, "2020-02-29"});
    EXPECT_FALSE(inserted.code) << inserted.text;
    EXPECT_EQ(one.run("SELECT ID, S, W FROM T WHERE ID = ?", {7}).rows, (table{{"7", "12", "2020-02-29"}}));
    EXPECT_EQ(one.run("INSERT INTO T(ID) VALUES (?)", {"seven"}).code, -6111);
    EXPECT_EQ(one.run("INSERT INTO T(W) VALUES (?)", {"29/02"}).code, -6118);
}

TEST_F(Statement, AMissingArgumentIsRefused) {
    EXPECT_TRUE(one.run("SELECT ? FROM DUAL").code);
}

TEST_F(Statement, AnArgumentWithoutPlaceKeepsItsType) {
    EXPECT_EQ(one.run("SELECT ? FROM DUAL", {42}).rows, (table{{"42"}}));
    EXPECT_EQ(one.run("SELECT ? FROM DUAL", {"text"}).rows, (table{{"text"}}));
    EXPECT_EQ(one.run("SELECT ? FROM DUAL", {field()}).rows, (table{{"NULL"}}));
}

TEST_F(Statement, IsDescribedBeforeItRuns) {
    one.run("CREATE TABLE T(ID INT NOT NULL, S VARCHAR(20))");
    const auto prepared = one.session().prepare("SELECT ID, S FROM T WHERE S = ?");
    const statement_description& description = prepared->description();
    EXPECT_EQ(description.kind, statement_kind::select);
    ASSERT_EQ(description.columns.size(), 2U);
    EXPECT_EQ(description.columns[0].name, "ID");
    EXPECT_EQ(description.columns[0].type.id, type_id::integer);
    EXPECT_FALSE(description.columns[0].nullable);
    EXPECT_EQ(description.columns[1].type.precision, 20);
    ASSERT_EQ(description.parameters.size(), 1U);
    EXPECT_EQ(description.parameters[0].type.id, type_id::varchar);
}

TEST_F(Statement, RunsAgainWithOtherArguments) {
    one.run("CREATE TABLE T(ID INT)");
    const auto prepared = one.session().prepare("INSERT INTO T VALUES (?)");
    for (int i = 1; i <= 3; ++i) {
        const std::vector<std::vector<argument>> rows{{{{type_id::integer, 10, 0}, field(i)}}};
        pending sink;
        execution_result result;
        std::optional<sql_error> failure;
        one.session().execute(*prepared, {.rows = rows}, sink, result,
                              [&](std::optional<sql_error> error) { failure = std::move(error); });
        EXPECT_FALSE(failure);
        EXPECT_EQ(result.affected_rows, 1);
    }
    EXPECT_EQ(one.run("SELECT SUM(ID) FROM T").rows, (table{{"6"}}));
}

TEST_F(Statement, APreparedOneIsBoundAgainAfterDdl) {
    one.run("CREATE TABLE T(ID INT)");
    const auto prepared = one.session().prepare("SELECT * FROM T");
    one.run("ALTER TABLE T ADD A INT DEFAULT 5 NOT NULL");
    one.run("INSERT INTO T VALUES (1, 2)");
    pending sink;
    execution_result result;
    one.session().execute(*prepared, {}, sink, result,
                          [](const std::optional<sql_error>& error) { EXPECT_FALSE(error); });
    EXPECT_EQ(sink.answer.rows, (table{{"1", "2"}}));
    one.run("DROP TABLE T");
    std::optional<int> code;
    one.session().execute(*prepared, {}, sink, result, [&](const std::optional<sql_error>& error) {
        if (error)
            code = error->code();
    });
    EXPECT_EQ(code, -2106);
}

TEST_F(Statement, SeveralInOneTextAnswerAsTheLast) {
    one.run("CREATE TABLE T(ID INT IDENTITY, N INT)");
    const answer got = one.run(
        "INSERT INTO T(N) VALUES (?); SELECT ID, N FROM T WHERE SQL%ROWCOUNT = 1 AND ID = SCOPE_IDENTITY()", {5});
    EXPECT_FALSE(got.code) << got.text;
    EXPECT_EQ(got.rows, (table{{"1", "5"}}));
    EXPECT_EQ(got.result.kind, statement_kind::select);
    const answer wrapped =
        one.run("SET IDENTITY_INSERT T ON; INSERT INTO T(ID, N) VALUES (9, 9); SET IDENTITY_INSERT T OFF");
    EXPECT_FALSE(wrapped.code) << wrapped.text;
    EXPECT_EQ(wrapped.result.kind, statement_kind::insert);
    EXPECT_EQ(wrapped.result.affected_rows, 1);
}

// DM8 answers a text of several statements with its last result (dm-sql 1.1).
TEST_F(Statement, OnlyTheLastResultOfATextIsReturned) {
    const answer got = one.run("SELECT 1 FROM DUAL; SELECT 2, 3 FROM DUAL; SELECT 4 AS C FROM DUAL");
    EXPECT_FALSE(got.code) << got.text;
    EXPECT_EQ(got.names, std::vector<std::string>{"C"});
    EXPECT_EQ(got.rows, (table{{"4"}}));
}

TEST_F(Statement, ParametersNumberThroughTheWholeText) {
    one.run("CREATE TABLE T(ID INT, S VARCHAR(10))");
    const std::string_view text = "INSERT INTO T VALUES (?, ?); SELECT ID FROM T WHERE S = ?";
    const auto prepared = one.session().prepare(text);
    ASSERT_EQ(prepared->description().parameters.size(), 3U);
    EXPECT_EQ(prepared->description().parameters[0].type.id, type_id::integer);
    EXPECT_EQ(prepared->description().parameters[2].type.precision, 10);
    EXPECT_EQ(one.run(text, {1, "a", "a"}).rows, (table{{"1"}}));
    EXPECT_TRUE(one.run(text, {2, "b", "c"}).rows.empty());
    EXPECT_EQ(one.run("SELECT 1; SELECT ?, ?", {7, "x"}).rows, (table{{"7", "x"}}));
}

TEST_F(Statement, WhatFollowsADefinitionIsBoundWhenItRuns) {
    const answer got = one.run("CREATE TABLE T(ID INT); INSERT INTO T VALUES (1); SELECT ID FROM T");
    EXPECT_FALSE(got.code) << got.text;
    EXPECT_EQ(got.rows, (table{{"1"}}));
}

TEST_F(Statement, CountsTheRowsItChanges) {
    one.run("CREATE TABLE T(ID INT, N INT)");
    EXPECT_EQ(one.run("INSERT INTO T VALUES (1, 1), (2, 1), (3, 2)").result.affected_rows, 3);
    EXPECT_EQ(one.run("UPDATE T SET N = 1").result.affected_rows, 3) << "matched, not changed";
    EXPECT_EQ(one.run("SELECT SQL%ROWCOUNT").rows, (table{{"3"}}));
    EXPECT_EQ(one.run("DELETE FROM T WHERE N = 1 AND ID < 3").result.affected_rows, 2);
    EXPECT_EQ(one.run("DELETE FROM T WHERE ID = 77").result.affected_rows, 0);
}

TEST_F(Statement, ABatchStandsAndFallsAsOne) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY)");
    const answer good = one.run_batch("INSERT INTO T VALUES (?)", {{1}, {2}, {3}});
    EXPECT_FALSE(good.code);
    EXPECT_EQ(good.result.affected_rows, 3);
    EXPECT_EQ(good.result.row_counts, (std::vector<std::int64_t>{1, 1, 1}));
    EXPECT_EQ(one.run_batch("INSERT INTO T VALUES (?)", {{4}, {1}, {5}}).code, -6602);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"3"}}));
}

TEST_F(Statement, ABatchMayGoOnAfterAnError) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY)");
    one.continue_on_error = true;
    const answer got = one.run_batch("INSERT INTO T VALUES (?)", {{1}, {1}, {2}});
    EXPECT_FALSE(got.code);
    ASSERT_EQ(got.result.failures.size(), 1U);
    EXPECT_EQ(got.result.failures[0].row, 1);
    EXPECT_EQ(got.result.failures[0].error.code(), -6602);
    EXPECT_EQ(got.result.row_counts, (std::vector<std::int64_t>{1, 0, 1}));
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"2"}}));
}

TEST_F(Statement, ErrorsHaveDmsCodes) {
    EXPECT_EQ(one.run("SELEC 1").code, -2007);
    EXPECT_EQ(one.run("SELECT * FROM NOWHERE").code, -2106);
    EXPECT_EQ(one.run("SELECT 1 / 0").code, -6103);
    EXPECT_EQ(one.run("SELECT NO_SUCH_FUNCTION(1)").code, -2207);
    EXPECT_EQ(one.run("SELECT * FROM NOWHERE").text, "Error in line: 1\nInvalid table or view name [NOWHERE]");
}

TEST_F(Statement, DecimalsStayExact) {
    one.run("CREATE TABLE T(D DECIMAL(38,10))");
    one.run("INSERT INTO T VALUES (0.1), (0.2), (12345678901234567890.0000000001)");
    EXPECT_EQ(one.run("SELECT D FROM T ORDER BY D").rows,
              (table{{"0.1"}, {"0.2"}, {"12345678901234567890.0000000001"}}));
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T WHERE D = 0.1 + 0.2 - 0.2").rows, (table{{"1"}}));
}

TEST_F(Statement, TextIsComparedWithoutTrailingBlanks) {
    one.run("CREATE TABLE T(S VARCHAR(10), C CHAR(5))");
    one.run("INSERT INTO T VALUES ('a ', 'b')");
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T WHERE S = 'a' AND C = 'b  '").rows, (table{{"1"}}));
    EXPECT_EQ(one.run("SELECT C || '!' FROM T").rows, (table{{"b    !"}})) << "CHAR is padded";
}

TEST_F(Statement, ASettableZoneMovesTheClock) {
    one.run("SET TIME ZONE '+9:00'");
    EXPECT_EQ(one.run("SELECT SYSDATE FROM DUAL").rows, (table{{"2023-11-15 07:13:20"}}));
    EXPECT_TRUE(one.run("SET TIME ZONE '+15:00'").code);
}

TEST(Engine, IsMadeAndUnmadeQuickly) {
    virtual_world world;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i)
        const engine made(profile{}, world);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace dmkit::mock::testing

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

/// Operators and notation are those of DM8's plans, e.g. in the SQL manual's chapters on queries and indexes.
struct Explain : ::testing::Test, fixture {
    client one{engine};
    Explain() {
        one.run("CREATE TABLE T(ID INT PRIMARY KEY, N INT, S VARCHAR(20))");
        one.run("CREATE TABLE U(ID INT PRIMARY KEY, T INT)");
        one.run("CREATE INDEX BY_N ON T(N)");
    }
    std::string plan(const std::string& sql, std::vector<field> arguments = {}) {
        const answer got = one.run("EXPLAIN " + sql, std::move(arguments));
        EXPECT_FALSE(got.code) << got.text;
        EXPECT_EQ(got.result.kind, statement_kind::explain);
        EXPECT_TRUE(got.names.empty());
        EXPECT_TRUE(got.rows.empty());
        return got.result.text;
    }
};

TEST_F(Explain, NumbersAndIndentsTheOperators) {
    EXPECT_THAT(plan("SELECT S FROM T"),
                ::testing::MatchesRegex("1     #NSET2: \\[0, 1, 0\\] \n"
                                        "2       #PRJT2: \\[0, 1, 0\\] \n"
                                        "3         #CSCN2: \\[0, 1, 0\\]; INDEX[0-9]+\\(T\\) \n"));
}

TEST_F(Explain, TellsSearchesFromScans) {
    const std::string by_index = plan("SELECT S FROM T WHERE N = ?", {7});
    EXPECT_NE(by_index.find("#BLKUP2"), std::string::npos) << by_index;
    EXPECT_NE(by_index.find("#SSEK2: [0, 1, 0]; BY_N(T)"), std::string::npos) << by_index;
    const std::string covered = plan("SELECT N FROM T WHERE N = 7");
    EXPECT_EQ(covered.find("#BLKUP2"), std::string::npos) << covered;
    const std::string other = plan("SELECT S FROM T WHERE S > 'x' ORDER BY S");
    EXPECT_NE(other.find("#CSCN2"), std::string::npos) << other;
    EXPECT_NE(other.find("#SORT3"), std::string::npos) << other;
}

TEST_F(Explain, ShowsJoinsAndSetOperations) {
    const std::string joined = plan("SELECT T.S FROM U, T WHERE T.ID = U.T");
    EXPECT_NE(joined.find("#NEST LOOP INNER JOIN2"), std::string::npos) << joined;
    EXPECT_NE(joined.find("(U)"), std::string::npos) << joined;
    EXPECT_NE(joined.find("(T)"), std::string::npos) << joined;
    const std::string both = plan("SELECT ID FROM T UNION ALL SELECT ID FROM U");
    EXPECT_NE(both.find("#UNION ALL"), std::string::npos) << both;
}

TEST_F(Explain, NeitherRunsNorLocksWhatItExplains) {
    one.run("INSERT INTO T VALUES (1, 1, 'a')");
    one.autocommit = false;
    EXPECT_NE(plan("DELETE FROM T WHERE ID = 1").find("#DELETE : [0, 1, 0]; table(T), type(select)"),
              std::string::npos);
    EXPECT_NE(plan("INSERT INTO T VALUES (?, 2, 'b')", {2}).find("#INSERT : [0, 1, 0]; table(T), type(values)"),
              std::string::npos);
    EXPECT_NE(plan("UPDATE T SET N = N + 1").find("#UPDATE : [0, 1, 0]; table(T)"), std::string::npos);
    client other{engine};
    EXPECT_EQ(other.run("SELECT COUNT(*), MIN(N) FROM T").rows, (table{{"1", "1"}}));
    EXPECT_FALSE(other.run("INSERT INTO T VALUES (3, 3, 'c')").code);
}

TEST_F(Explain, RefusesWhatTheStatementItselfWouldBeRefused) {
    EXPECT_EQ(one.run("EXPLAIN SELECT * FROM NOWHERE").code, -2106);
    EXPECT_EQ(one.run("EXPLAIN SELECT NOTHING FROM T").code, -2111);
    const answer rows = one.run("EXPLAIN FOR SELECT * FROM T");
    EXPECT_EQ(rows.code, -99999);
    EXPECT_NE(rows.text.find("EXPLAIN FOR"), std::string::npos);
}

}  // namespace
}  // namespace dmkit::mock::testing

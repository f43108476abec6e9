#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

struct TemporaryTable : ::testing::Test, fixture {
    void SetUp() override {
        ASSERT_FALSE(one.run("CREATE GLOBAL TEMPORARY TABLE G(A INT) ON COMMIT PRESERVE ROWS").code);
        ASSERT_FALSE(one.run("CREATE GLOBAL TEMPORARY TABLE D(A INT)").code);
    }
    client one{engine};
    client two{engine};
};

TEST_F(TemporaryTable, RowsOutliveACommentAndAnIndex) {
    one.run("INSERT INTO G VALUES (1), (2)");
    EXPECT_FALSE(two.run("COMMENT ON TABLE G IS 'x'").code);
    EXPECT_EQ(one.run("SELECT A FROM G ORDER BY A").rows, (table{{"1"}, {"2"}}));
    EXPECT_FALSE(two.run("CREATE UNIQUE INDEX GI ON G(A)").code);
    EXPECT_EQ(one.run("SELECT A FROM G ORDER BY A").rows, (table{{"1"}, {"2"}}));
    EXPECT_EQ(one.run("INSERT INTO G VALUES (1)").code, -6602) << "the index holds in sessions that had the table";
    EXPECT_FALSE(two.run("DROP INDEX GI").code);
    EXPECT_FALSE(one.run("INSERT INTO G VALUES (1)").code);
}

TEST_F(TemporaryTable, AUniqueIndexOverEqualRowsIsRefused) {
    one.run("INSERT INTO G VALUES (1), (1)");
    EXPECT_EQ(one.run("CREATE UNIQUE INDEX GI ON G(A)").code, -6612);
    EXPECT_EQ(one.run("SELECT A FROM G").rows, (table{{"1"}, {"1"}}));
    EXPECT_FALSE(two.run("CREATE UNIQUE INDEX GI ON G(A)").code) << "it sees no rows";
    EXPECT_EQ(one.run("SELECT A FROM G").code, -6602) << "and its own rows cannot be had under it";
    EXPECT_FALSE(two.run("DROP INDEX GI").code);
    EXPECT_EQ(one.run("SELECT A FROM G").rows, (table{{"1"}, {"1"}}));
}

TEST_F(TemporaryTable, OneMadeAfterASavepointIsMadeAgain) {
    client three{engine};
    three.autocommit = false;
    three.run("CREATE TABLE T(A INT)");
    three.run("INSERT INTO T VALUES (1)");
    three.run("SAVEPOINT S");
    EXPECT_FALSE(three.run("INSERT INTO D VALUES (1)").code);
    EXPECT_FALSE(three.run("ROLLBACK TO S").code);
    EXPECT_EQ(three.run("SELECT * FROM D").rows, table());
    EXPECT_FALSE(three.run("INSERT INTO D VALUES (2)").code);
    EXPECT_FALSE(three.run("ROLLBACK TO S").code);
    EXPECT_FALSE(three.commit().code);
    EXPECT_EQ(three.run("SELECT A FROM T").rows, (table{{"1"}}));
}

TEST_F(TemporaryTable, ADroppedOneIsForgotten) {
    one.run("INSERT INTO G VALUES (1)");
    EXPECT_FALSE(two.run("DROP TABLE G").code);
    EXPECT_FALSE(two.run("CREATE GLOBAL TEMPORARY TABLE G(B VARCHAR(5)) ON COMMIT PRESERVE ROWS").code);
    EXPECT_EQ(one.run("SELECT B FROM G").rows, table());
    EXPECT_FALSE(one.run("DROP TABLE G").code);
    EXPECT_FALSE(one.run("SELECT 1 FROM DUAL").code);
}

TEST_F(TemporaryTable, RowsEndWithTheTransactionOrTheSession) {
    one.autocommit = false;
    one.run("INSERT INTO D VALUES (1)");
    one.run("INSERT INTO G VALUES (1)");
    EXPECT_EQ(one.run("SELECT A FROM D").rows, (table{{"1"}}));
    EXPECT_EQ(two.run("SELECT A FROM D").rows, table());
    one.commit();
    EXPECT_EQ(one.run("SELECT A FROM D").rows, table());
    EXPECT_EQ(one.run("SELECT A FROM G").rows, (table{{"1"}}));
    one.run("INSERT INTO G VALUES (2)");
    one.rollback();
    EXPECT_EQ(one.run("SELECT A FROM G").rows, (table{{"1"}}));
}

}  // namespace
}  // namespace dmkit::mock::testing

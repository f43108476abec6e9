#include <gtest/gtest.h>

#include "harness.hpp"

/// When tables were changed last, for clients that keep results.
namespace dmkit::mock::testing {
namespace {

profile caching() {
    profile made;
    made.client_cache = true;
    return made;
}

class TableStamps : public ::testing::Test, protected fixture {
  protected:
    TableStamps() : fixture({}, caching()) {
        one.run("CREATE TABLE T(ID INT PRIMARY KEY, N INT)");
        one.run("CREATE TABLE C(ID INT, T INT REFERENCES T(ID) ON DELETE CASCADE, X CLOB)");
        one.run("CREATE TABLE U(ID INT, T INT REFERENCES T(ID))");
        one.run("CREATE VIEW V AS SELECT N FROM T");
        one.run("CREATE GLOBAL TEMPORARY TABLE G(ID INT)");
        one.run("INSERT INTO T VALUES(1, 10)");
        one.run("INSERT INTO C VALUES(5, 1, 'x')");
        two.autocommit = false;
    }
    static std::vector<table_stamp> tables(client& who, std::string_view query) { return who.run(query).result.tables; }
    std::int64_t stamp(std::string_view table) {
        const auto found = tables(one, "SELECT * FROM " + std::string(table));
        EXPECT_EQ(found.size(), 1U) << table;
        return found.empty() ? -1 : found[0].stamp;
    }

    client one{engine};
    client two{engine};
};

TEST_F(TableStamps, GrowWithEachCommittedChange) {
    const auto before = stamp("T");
    const auto other = stamp("U");
    EXPECT_EQ(stamp("T"), before);
    two.run("UPDATE T SET N = 11");
    EXPECT_EQ(stamp("T"), before) << "not committed";
    two.rollback();
    EXPECT_EQ(stamp("T"), before) << "rolled back";
    two.run("UPDATE T SET N = 12");
    two.commit();
    const auto after = stamp("T");
    EXPECT_GT(after, before);
    two.run("BEGIN UPDATE T SET N = 13; COMMIT; END;");
    EXPECT_GT(stamp("T"), after);
    EXPECT_EQ(stamp("U"), other);
}

TEST_F(TableStamps, GrowWithWhatForeignKeysChange) {
    const auto before = stamp("C");
    one.run("DELETE FROM T");
    EXPECT_GT(stamp("C"), before);
}

TEST_F(TableStamps, GrowWithDefinitions) {
    const auto before = stamp("T");
    one.run("ALTER TABLE T ADD M INT");
    const auto altered = stamp("T");
    EXPECT_GT(altered, before);
    one.run("TRUNCATE TABLE C");
    EXPECT_GT(stamp("C"), altered);
}

TEST_F(TableStamps, AreThoseOfAllThatAQueryReads) {
    EXPECT_EQ(tables(one, "SELECT T.N FROM T, C WHERE T.ID = C.T").size(), 2U);
    const auto through = tables(one, "SELECT * FROM V");
    EXPECT_EQ(through.size(), 1U);
    one.run("UPDATE T SET N = N + 1");
    EXPECT_NE(tables(one, "SELECT * FROM V"), through);
    EXPECT_EQ(tables(one, "SELECT (SELECT MAX(N) FROM T) FROM C").size(), 2U);
}

TEST_F(TableStamps, AreNotGivenForRowsThatChangeByThemselves) {
    EXPECT_TRUE(tables(one, "SELECT N FROM T FOR UPDATE").empty()) << "kept rows lock nothing";
    one.rollback();
    for (const auto* query : {"SELECT 1 FROM DUAL", "SELECT N, SYSDATE FROM T", "SELECT USER, N FROM T",
                              "SELECT * FROM G", "SELECT T.N FROM T, SYSOBJECTS", "SELECT RAND(), N FROM T"})
        EXPECT_TRUE(tables(one, query).empty()) << query;
    two.run("UPDATE T SET N = 14");
    EXPECT_TRUE(tables(two, "SELECT N FROM T").empty()) << "own changes";
    EXPECT_FALSE(tables(two, "SELECT ID FROM U").empty());
    two.rollback();
    two.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    EXPECT_TRUE(tables(two, "SELECT N FROM T").empty()) << "of an earlier moment";
}

TEST_F(TableStamps, AreToldWhenAsked) {
    const auto known = tables(one, "SELECT * FROM T").at(0);
    const std::uint32_t asked[] = {static_cast<std::uint32_t>(known.table), 999'999'999U};
    EXPECT_EQ(one.session().table_stamps(asked), (std::vector<std::int64_t>{known.stamp, -1}));
    two.run("UPDATE T SET N = 15");
    EXPECT_EQ(two.session().table_stamps(asked), (std::vector<std::int64_t>{-1, -1}));
    EXPECT_EQ(one.session().table_stamps(asked).at(0), known.stamp);
    two.commit();
    EXPECT_GT(two.session().table_stamps(asked).at(0), known.stamp);
}

TEST(TableStampsOff, AreTheDefault) {
    fixture world;
    client one{world.engine};
    one.run("CREATE TABLE T(ID INT)");
    EXPECT_TRUE(one.run("SELECT * FROM T").result.tables.empty());
}

}  // namespace
}  // namespace dmkit::mock::testing

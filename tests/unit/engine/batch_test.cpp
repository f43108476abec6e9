#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

/// Batches long enough that the engine gives SQLite many rows at once: nothing of that may show.
struct LongBatch : ::testing::Test, fixture {
    client one{engine};

    /// Rows (0, 'v0'), (1, 'v1') and so on.
    static std::vector<std::vector<field>> numbered(int count) {
        std::vector<std::vector<field>> rows;
        for (int i = 0; i < count; ++i)
            rows.push_back({field(i), field("v" + std::to_string(i))});
        return rows;
    }
    std::string count() { return one.run("SELECT COUNT(*) FROM T").rows.at(0).at(0); }
};

TEST_F(LongBatch, PutsEachRowInItsPlace) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY, V VARCHAR(10), K INT)");
    const answer got = one.run_batch("INSERT INTO T VALUES (?, ?, 7)", numbered(1000));
    EXPECT_FALSE(got.code) << got.text;
    EXPECT_EQ(got.result.affected_rows, 1000);
    EXPECT_EQ(got.result.row_counts, std::vector<std::int64_t>(1000, 1));
    EXPECT_EQ(one.run("SELECT SQL%ROWCOUNT").rows, (table{{"1"}})) << "of the last row";
    EXPECT_EQ(one.run("SELECT COUNT(*), MIN(ID), MAX(ID), SUM(K) FROM T WHERE V = 'v' || ID").rows,
              (table{{"1000", "0", "999", "7000"}}));
}

TEST_F(LongBatch, TakesParametersInTheOrderOfTheColumnsNamed) {
    one.run("CREATE TABLE T(ID INT, V VARCHAR(10))");
    std::vector<std::vector<field>> rows;
    for (int i = 0; i < 200; ++i)
        rows.push_back({field("v" + std::to_string(i)), field(std::to_string(i))});
    EXPECT_FALSE(one.run_batch("INSERT INTO T(V, ID) VALUES (?, ?)", rows).code);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T WHERE V = 'v' || ID").rows, (table{{"200"}}));
}

TEST_F(LongBatch, LeavesNothingOfABatchWithAFailingRow) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY, V VARCHAR(10))");
    auto rows = numbered(300);
    rows[150][0] = field(20);
    EXPECT_EQ(one.run_batch("INSERT INTO T VALUES (?, ?)", rows).code, -6602);
    rows[150][0] = field("no number");
    EXPECT_EQ(one.run_batch("INSERT INTO T VALUES (?, ?)", rows).code, -6111);
    rows[150][0] = field();
    EXPECT_EQ(one.run_batch("INSERT INTO T VALUES (?, ?)", rows).code, -6609);
    EXPECT_EQ(count(), "0");
}

TEST_F(LongBatch, NamesEachFailingRowWhenItGoesOn) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY, V VARCHAR(10), CHECK (ID <> 77))");
    one.continue_on_error = true;
    auto rows = numbered(300);
    rows[0][0] = field("no number");
    rows[150][0] = field(20);
    rows[151][1] = field("eleven long");
    const answer got = one.run_batch("INSERT INTO T VALUES (?, ?)", rows);
    EXPECT_FALSE(got.code) << got.text;
    ASSERT_EQ(got.result.failures.size(), 4U);
    const auto failure = [&](std::size_t i) {
        return std::pair(got.result.failures[i].row, got.result.failures[i].error.code());
    };
    EXPECT_EQ(failure(0), std::pair(0, -6111));
    EXPECT_EQ(failure(1), std::pair(77, -6604));
    EXPECT_EQ(failure(2), std::pair(150, -6602));
    EXPECT_EQ(failure(3), std::pair(151, -6169));
    ASSERT_EQ(got.result.row_counts.size(), 300U);
    EXPECT_EQ(got.result.row_counts[150], 0);
    EXPECT_EQ(got.result.row_counts[152], 1);
    EXPECT_EQ(count(), "296");
}

TEST_F(LongBatch, EndsWithTheLastFailureThatIsAllowed) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY, V VARCHAR(10), CHECK (ID NOT IN (5, 6, 7)))");
    one.continue_on_error = true;
    one.max_failures = 2;
    const answer got = one.run_batch("INSERT INTO T VALUES (?, ?)", numbered(300));
    EXPECT_FALSE(got.code) << got.text;
    ASSERT_EQ(got.result.failures.size(), 2U);
    EXPECT_EQ(got.result.failures[1].row, 6);
    EXPECT_EQ(got.result.affected_rows, 5);
    EXPECT_EQ(count(), "5");
    one.run("DELETE FROM T");
    one.max_failures = 4;
    EXPECT_EQ(one.run_batch("INSERT INTO T VALUES (?, ?)", numbered(300)).result.failures.size(), 3U);
    EXPECT_EQ(count(), "297");
    // Without going on, nothing may fail.
    one.continue_on_error = false;
    EXPECT_EQ(one.run_batch("INSERT INTO T VALUES (?, ?)", numbered(300)).code, -6602);
    EXPECT_EQ(count(), "297");
}

TEST_F(LongBatch, RefusesARowThatRefersToALaterOne) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY, V VARCHAR(10), UP INT REFERENCES T(ID))");
    std::vector<std::vector<field>> rows;
    for (int i = 0; i < 200; ++i)
        rows.push_back({field(i), field(i == 150 ? 151 : i)});
    EXPECT_EQ(one.run_batch("INSERT INTO T(ID, UP) VALUES (?, ?)", rows).code, -6607);
    EXPECT_EQ(count(), "0");
}

TEST_F(LongBatch, DrawsAnIdentityForEachRow) {
    one.run("CREATE TABLE T(ID INT IDENTITY(5, 2), V VARCHAR(10))");
    std::vector<std::vector<field>> rows;
    for (int i = 0; i < 200; ++i)
        rows.push_back({field("v" + std::to_string(i))});
    EXPECT_FALSE(one.run_batch("INSERT INTO T(V) VALUES (?)", rows).code);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T WHERE V = 'v' || ((ID - 5) / 2)").rows, (table{{"200"}}));
}

}  // namespace
}  // namespace dmkit::mock::testing

#include "mockserver/session/spool.hpp"

#include <cstring>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "mockserver/error.hpp"

namespace dmkit::mock::test {
namespace {

/// A row of @p size bytes that carries @p number.
void add(row_spool& spool, std::int64_t number, std::size_t size) {
    auto& bytes = spool.begin_row();
    const auto begin = bytes.size();
    bytes.resize(begin + size);
    const auto length = static_cast<std::uint16_t>(size);
    std::memcpy(bytes.data() + begin, &length, sizeof(length));
    std::memcpy(bytes.data() + begin + 2, &number, sizeof(number));
    spool.end_row();
}

std::vector<std::int64_t> numbers(const row_spool::batch& batch) {
    std::vector<std::int64_t> out;
    std::size_t at = 0;
    while (at < batch.rows.size()) {
        std::uint16_t length = 0;
        std::int64_t number = 0;
        std::memcpy(&length, batch.rows.data() + at, sizeof(length));
        std::memcpy(&number, batch.rows.data() + at + 2, sizeof(number));
        out.push_back(number);
        at += length;
    }
    EXPECT_EQ(out.size(), static_cast<std::size_t>(batch.count));
    return out;
}

void read_all_ways(row_spool& spool, std::int64_t rows) {
    std::int64_t next = 0;
    while (next < rows) {
        const auto got = numbers(spool.read(next, 100'000));
        ASSERT_FALSE(got.empty());
        for (const auto number : got)
            ASSERT_EQ(number, next++);
    }
    for (std::int64_t position = rows - 1; position >= 0; position -= 1 + rows / 97) {
        const auto got = numbers(spool.read(position, 1'000'000, 3));
        ASSERT_FALSE(got.empty());
        EXPECT_EQ(got.front(), position);
        EXPECT_EQ(got.size(), static_cast<std::size_t>(std::min<std::int64_t>(3, rows - position)));
    }
    EXPECT_EQ(spool.read(rows, 1000).count, 0);
    EXPECT_EQ(spool.read(-1, 1000).count, 0);
}

TEST(spool, RowsInMemoryAreReadFromAnywhere) {
    row_spool spool;
    for (std::int64_t i = 0; i < 20'000; ++i)
        add(spool, i, 10 + static_cast<std::size_t>(i % 50));
    EXPECT_EQ(spool.size(), 20'000);
    EXPECT_EQ(spool.spilled(), 0U);
    read_all_ways(spool, 20'000);
}

TEST(spool, RowsBeyondTheMemoryGoToAFile) {
    row_spool spool(200'000);
    for (std::int64_t i = 0; i < 20'000; ++i)
        add(spool, i, 100);
    EXPECT_GT(spool.spilled(), 1'500'000U);
    read_all_ways(spool, 20'000);
    spool.clear();
    EXPECT_EQ(spool.size(), 0);
    EXPECT_EQ(spool.spilled(), 0U);
    for (std::int64_t i = 0; i < 5'000; ++i)
        add(spool, i, 100);
    EXPECT_GT(spool.spilled(), 0U);
    read_all_ways(spool, 5'000);
}

TEST(spool, LongRowsFillPagesOfTheirOwn) {
    row_spool spool(300'000);
    for (std::int64_t i = 0; i < 50; ++i)
        add(spool, i, i % 2 == 0 ? row_spool::longest_row : 20);
    read_all_ways(spool, 50);
}

TEST(spool, ARowThatIsTooLongLeavesNoTrace) {
    row_spool spool;
    add(spool, 0, 30);
    EXPECT_THROW(add(spool, 1, row_spool::longest_row + 1), sql_error);
    spool.begin_row().resize(40);
    spool.drop_row();
    spool.begin_row();
    spool.drop_row();
    EXPECT_EQ(spool.size(), 1);
    EXPECT_EQ(numbers(spool.read(0, 1000)), std::vector<std::int64_t>{0});
}

TEST(spool, ABatchHoldsWhatTheBudgetTakesAndOneRowAtLeast) {
    row_spool spool;
    for (std::int64_t i = 0; i < 10; ++i)
        add(spool, i, 100);
    EXPECT_EQ(spool.read(0, 350).count, 3);
    EXPECT_EQ(spool.read(0, 300).count, 3);
    EXPECT_EQ(spool.read(0, 1).count, 1);
    EXPECT_EQ(spool.read(3, 10'000).count, 7);
    EXPECT_EQ(spool.read(0, 10'000, 0).count, 0);
}

TEST(spool, ABudgetSendsRowsToTheFileAndIsGivenBack) {
    spool_budget budget{.most_memory = 200'000, .most_files = 1};
    {
        row_spool first(row_spool::default_memory_limit, &budget);
        for (std::int64_t i = 0; i < 3000; ++i)
            add(first, i, 1000);
        EXPECT_GT(first.spilled(), 2'000'000U);
        EXPECT_LT(budget.memory, 400'000U);
        EXPECT_EQ(budget.files, 1U);
        read_all_ways(first, 3000);
        // The memory is taken, and so is the only file.
        row_spool second(row_spool::default_memory_limit, &budget);
        EXPECT_THROW(for (std::int64_t i = 0; i < 3000; ++i) add(second, i, 1000), sql_error);
        first.clear();
        EXPECT_EQ(budget.files, 0U);
        second.clear();
        for (std::int64_t i = 0; i < 3000; ++i)
            add(second, i, 1000);
        read_all_ways(second, 3000);
    }
    EXPECT_EQ(budget.memory, 0U);
    EXPECT_EQ(budget.files, 0U);
}

TEST(spool, RowsThatNoFileTakesAreRefusedAtTwiceTheBudget) {
    spool_budget budget{.most_memory = 100'000, .most_files = 0};
    std::vector<std::unique_ptr<row_spool>> spools;
    const auto fill = [&] {
        for (int i = 0; i < 100; ++i) {
            spools.push_back(std::make_unique<row_spool>(row_spool::default_memory_limit, &budget));
            add(*spools.back(), i, 60'000);
        }
    };
    EXPECT_THROW(fill(), sql_error);
    EXPECT_LT(budget.memory, 400'000U);
}

}  // namespace
}  // namespace dmkit::mock::test

#include "mockserver/engine/counters.hpp"

#include <gtest/gtest.h>

namespace dmkit::mock {
namespace {

table_info identity_table(std::int64_t seed, std::int64_t increment) {
    table_info table;
    table.id = 1001;
    table.name = "T";
    column_info column;
    column.identity = identity_info{.seed = seed, .increment = increment};
    table.columns.push_back(column);
    return table;
}

sequence_info sequence(std::int64_t start, std::int64_t increment) {
    sequence_info made;
    made.id = 5;
    made.name = "S";
    made.start = start;
    made.increment = increment;
    return made;
}

int code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const sql_error& error) {
        return error.code();
    }
    return 0;
}

TEST(Counters, AnIdentityBeginsAtItsSeed) {
    counters made;
    const table_info table = identity_table(10, 5);
    EXPECT_EQ(made.current_identity(table), 10);
    EXPECT_EQ(made.next_identity(table), 10);
    EXPECT_EQ(made.next_identity(table), 15);
    EXPECT_EQ(made.current_identity(table), 15);
}

TEST(Counters, AnExplicitLargerValueMovesTheIdentity) {
    counters made;
    const table_info table = identity_table(1, 1);
    made.note_identity(table, 100);
    EXPECT_EQ(made.next_identity(table), 101);
    made.note_identity(table, 50);
    EXPECT_EQ(made.next_identity(table), 102);
}

TEST(Counters, ADescendingIdentityMovesDown) {
    counters made;
    const table_info table = identity_table(-1, -1);
    EXPECT_EQ(made.next_identity(table), -1);
    made.note_identity(table, -10);
    EXPECT_EQ(made.next_identity(table), -11);
}

TEST(Counters, ASequenceGivesItsStartFirst) {
    counters made;
    const sequence_info given = sequence(5, 2);
    EXPECT_EQ(made.next_value(given), 5);
    EXPECT_EQ(made.next_value(given), 7);
    EXPECT_EQ(made.peek(given), 9);
}

// Seen on a real server: START 41, INCREMENT changed from 3 to 5 before the first NEXTVAL gave 43.
TEST(Counters, AnotherIncrementBeforeTheFirstValueShiftsIt) {
    counters made;
    made.change(sequence(41, 3), sequence(41, 5));
    EXPECT_EQ(made.next_value(sequence(41, 5)), 43);
}

TEST(Counters, ACurrentValueCountsAsGiven) {
    counters made;
    made.set_current(sequence(1, 1), 10);
    EXPECT_EQ(made.next_value(sequence(1, 1)), 11);
}

TEST(Counters, ASequenceEndsOrBeginsAgain) {
    counters made;
    sequence_info given = sequence(1, 1);
    given.maximum = 2;
    made.next_value(given);
    made.next_value(given);
    EXPECT_EQ(made.peek(given), std::nullopt);
    EXPECT_EQ(code_of([&] { made.next_value(given); }), -7995);
    given.cycle = true;
    EXPECT_EQ(made.next_value(given), 1);
}

TEST(Counters, ASequenceReachesTheEndOfBigint) {
    counters made;
    const sequence_info given = sequence(INT64_MAX - 1, 1);
    EXPECT_EQ(made.next_value(given), INT64_MAX - 1);
    EXPECT_EQ(made.next_value(given), INT64_MAX);
    EXPECT_EQ(code_of([&] { made.next_value(given); }), -7995);
}

TEST(Counters, WhatMovedIsSavedOnceAndComesBack) {
    counters made;
    made.next_value(sequence(5, 2));
    counters restored;
    int saved = 0;
    const auto save = [&](object_id id, const std::optional<counters::counter>& state) {
        ++saved;
        restored.load(id, state.value());
    };
    made.save_changed(save);
    made.save_changed(save);
    EXPECT_EQ(saved, 2) << "until they are stored for good";
    made.forget_changes();
    made.save_changed(save);
    EXPECT_EQ(saved, 2);
    EXPECT_EQ(restored.next_value(sequence(5, 2)), 7);
}

TEST(Counters, WhatIsForgottenIsToBeRemoved) {
    counters made;
    made.next_value(sequence(5, 2));
    made.forget_changes();
    made.forget(5);
    made.forget(6);
    std::vector<object_id> removed;
    made.save_changed([&](object_id id, const std::optional<counters::counter>& state) {
        EXPECT_FALSE(state);
        removed.push_back(id);
    });
    EXPECT_EQ(removed, (std::vector<object_id>{5}));
}

}  // namespace
}  // namespace dmkit::mock

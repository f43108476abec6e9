#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

/// Rows without end, as far as a test is concerned.
constexpr const char* endless = "SELECT COUNT(*) FROM H A, H B, H C, H D, H E";
constexpr const char* endless_insert = "INSERT INTO T SELECT A.N + B.N + C.N + D.N FROM H A, H B, H C, H D, H E";

/// What ends a statement from outside: its time, the server's end, storage that fails.
struct Interruption : ::testing::Test, fixture {
    void SetUp() override {
        ASSERT_FALSE(one.run("CREATE TABLE T(N BIGINT)").code);
        ASSERT_FALSE(one.run("CREATE TABLE H(N BIGINT)").code);
        ASSERT_FALSE(one.run("INSERT INTO H SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 200").code);
    }
    client one{engine};
    client two{engine};
};

TEST_F(Interruption, AQueryEndsWithItsTime) {
    one.timeout_seconds = 1;
    EXPECT_EQ(one.run(endless).code, -7049);
    EXPECT_FALSE(one.run("SELECT 1 FROM DUAL").code) << "the time was that statement's only";
}

TEST_F(Interruption, AChangeThatRunsOutOfTimeUndoesOnlyItself) {
    one.autocommit = false;
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (-1)").code);
    one.timeout_seconds = 1;
    EXPECT_EQ(one.run(endless_insert).code, -7049);
    one.timeout_seconds = 0;
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"-1"}})) << "what was answered with success is there";
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (-2)").code);
    EXPECT_EQ(two.run("SELECT N FROM T").rows, table()) << "and not committed";
    EXPECT_FALSE(one.rollback().code);
    EXPECT_EQ(two.run("SELECT N FROM T").rows, table());
    EXPECT_FALSE(two.run("INSERT INTO T VALUES (-3)").code) << "the writer's place is free";
}

TEST_F(Interruption, AChangeThatCallsNothingTakesItsTransactionAlong) {
    one.autocommit = false;
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (-1)").code);
    one.timeout_seconds = 1;
    EXPECT_EQ(one.run("INSERT INTO T SELECT COUNT(*) FROM H A, H B, H C, H D, H E").code, -7049);
    EXPECT_EQ(one.run("SELECT N FROM T").code, not_supported) << "the first row is gone, so nothing else is true";
    EXPECT_FALSE(two.run("INSERT INTO T VALUES (-3)").code) << "the writer's place is free";
    EXPECT_FALSE(one.rollback().code);
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"-3"}}));
}

TEST_F(Interruption, TheFirstChangeOfATransactionEndsWithItsTimeToo) {
    one.autocommit = false;
    one.timeout_seconds = 1;
    EXPECT_EQ(one.run(endless_insert).code, -7049);
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (-1)").code);
    EXPECT_FALSE(one.commit().code);
    EXPECT_EQ(two.run("SELECT N FROM T").rows, (table{{"-1"}}));
}

TEST_F(Interruption, ABatchEndsWithItsTime) {
    one.timeout_seconds = 1;
    one.continue_on_error = true;
    const answer got = one.run_batch("INSERT INTO T SELECT COUNT(*) FROM H A, H B, H C, H D, H E WHERE A.N <> ?",
                                     {{field(0)}, {field(1)}});
    EXPECT_EQ(got.code, -7049) << "not row after row, as failures of theirs";
    EXPECT_TRUE(got.result.failures.empty());
    EXPECT_FALSE(two.run("INSERT INTO T VALUES (-3)").code) << "the writer's place is free";
}

TEST_F(Interruption, ADefinitionEndsWithItsTime) {
    one.timeout_seconds = 1;
    EXPECT_EQ(one.run("CREATE TABLE C AS SELECT A.N FROM H A, H B, H C, H D, H E").code, -7049);
    one.timeout_seconds = 0;
    EXPECT_EQ(one.run("SELECT * FROM C").code, -2106);
}

TEST_F(Interruption, WhatRunsEndsWithTheServer) {
    std::thread end([this] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        world.stops = true;
    });
    EXPECT_EQ(one.run(endless).code, -6010);
    end.join();
    one.continue_on_error = true;
    const answer got = one.run_batch("INSERT INTO T VALUES (?)", {{field(0)}, {field(1)}});
    EXPECT_EQ(got.code, -6010) << "between the rows of a batch too";
}

/// A disk that is full, as far as this process is concerned.
class full_disk {
  public:
    explicit full_disk(rlim_t limit) {
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit lower = before_;
        lower.rlim_cur = limit;
        ::setrlimit(RLIMIT_FSIZE, &lower);
    }
    full_disk(const full_disk&) = delete;
    full_disk& operator=(const full_disk&) = delete;
    ~full_disk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

struct FullDisk : ::testing::Test {
    void SetUp() override {
        directory = std::filesystem::temp_directory_path() / ("dmkit-full-" + std::to_string(::getpid()));
        std::filesystem::create_directories(directory);
        made.emplace(engine_options{.file = (directory / "data.db").string()});
        one.emplace(made->engine);
        two.emplace(made->engine);
        ASSERT_FALSE(one->run("CREATE TABLE T(ID INT, S VARCHAR(4000))").code);
        one->autocommit = false;
    }
    void TearDown() override {
        one.reset();
        two.reset();
        made.reset();
        std::filesystem::remove_all(directory);
    }
    static constexpr const char* large_insert =
        "INSERT INTO T SELECT LEVEL, RPAD('x', 4000, 'x') FROM DUAL CONNECT BY LEVEL <= 3000";
    std::filesystem::path directory;
    std::optional<fixture> made;
    std::optional<client> one;
    std::optional<client> two;
};

TEST_F(FullDisk, ALostTransactionSaysSoUntilItIsRolledBack) {
    EXPECT_FALSE(one->run("INSERT INTO T VALUES (1, 'a')").code);
    {
        const full_disk now(200'000);
        EXPECT_EQ(one->run(large_insert).code, not_supported) << "SQLite has undone the whole transaction";
    }
    EXPECT_EQ(one->run("INSERT INTO T VALUES (2, 'b')").code, not_supported);
    EXPECT_EQ(one->run("SELECT ID FROM T").code, not_supported);
    EXPECT_FALSE(two->run("INSERT INTO T VALUES (3, 'c')").code) << "the writer's place is free";
    EXPECT_FALSE(one->rollback().code);
    EXPECT_FALSE(one->run("INSERT INTO T VALUES (4, 'd')").code);
    EXPECT_FALSE(one->commit().code);
    EXPECT_EQ(two->run("SELECT ID FROM T ORDER BY ID").rows, (table{{"3"}, {"4"}}));
}

TEST_F(FullDisk, ALostTransactionCannotBeCommitted) {
    EXPECT_FALSE(one->run("INSERT INTO T VALUES (1, 'a')").code);
    {
        const full_disk now(200'000);
        EXPECT_TRUE(one->run(large_insert).code);
    }
    EXPECT_EQ(one->commit().code, not_supported);
    EXPECT_FALSE(one->session().in_transaction());
    EXPECT_FALSE(one->run("INSERT INTO T VALUES (4, 'd')").code) << "a new transaction";
    EXPECT_FALSE(one->commit().code);
    EXPECT_EQ(two->run("SELECT ID FROM T").rows, (table{{"4"}}));
}

TEST_F(FullDisk, AFailingCommitEndsTheTransaction) {
    EXPECT_FALSE(one->run("INSERT INTO T VALUES (1, 'a')").code);
    {
        const full_disk now(0);
        EXPECT_TRUE(one->commit().code);
    }
    EXPECT_FALSE(one->session().in_transaction());
    EXPECT_FALSE(two->run("INSERT INTO T VALUES (2, 'b')").code) << "the writer's place is free";
    EXPECT_EQ(two->run("SELECT ID FROM T").rows, (table{{"2"}}));
}

TEST_F(FullDisk, AFailingCommitOfOneStatementLeavesNothingOpen) {
    one->autocommit = true;
    {
        const full_disk now(0);
        EXPECT_TRUE(one->run("INSERT INTO T VALUES (1, 'a')").code);
    }
    EXPECT_FALSE(one->session().in_transaction());
    EXPECT_FALSE(two->run("INSERT INTO T VALUES (2, 'b')").code);
    EXPECT_EQ(one->run("SELECT ID FROM T").rows, (table{{"2"}}));
}

}  // namespace
}  // namespace dmkit::mock::testing

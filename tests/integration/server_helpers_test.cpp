#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include <gtest/gtest.h>
#include <dmkit/mock/server.hpp>

#include "raw_client.hpp"

/// What a mock server does for a test beside serving: data, clock, random numbers, fork().
namespace dmkit::mock {
namespace {

using namespace std::chrono_literals;

std::int64_t number(server& from, std::string_view sql) {
    return from.query(sql).at(0).at(0).get<std::int64_t>();
}
std::string text(server& from, std::string_view sql) {
    return from.query(sql).at(0).at(0).get<std::string>();
}

/// In memory, and with a database file.
class ServerHelpers : public testing::TestWithParam<bool> {
  protected:
    ServerHelpers() {
        auto pattern = (std::filesystem::temp_directory_path() / "dmkit-helpers-XXXXXX").string();
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
        params.init_script = folder / "init.sql";
        std::ofstream(params.init_script) << "CREATE TABLE BASE(ID INT IDENTITY(1,1), NAME VARCHAR(20));"
                                             "INSERT INTO BASE(NAME) VALUES('first');";
        if (GetParam())
            params.database_file = folder / "data.db";
    }
    ~ServerHelpers() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    std::filesystem::path folder;
    server_params params;
};

TEST_P(ServerHelpers, ResetGivesTheStateAfterTheInitScript) {
    server mock(params);
    mock.execute("CREATE TABLE MORE(ID INT); INSERT INTO MORE VALUES(1); INSERT INTO BASE(NAME) VALUES('second')");
    mock.execute("CREATE USER SOMEBODY IDENTIFIED BY \"Secret_12345\"");
    test::raw_client client(mock.port());
    ASSERT_EQ(client.log_in(), 0);
    const auto port = mock.port();
    mock.reset();
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(mock.port(), port);
    EXPECT_EQ(number(mock, "SELECT COUNT(*) FROM BASE"), 1);
    EXPECT_THROW(mock.query("SELECT * FROM MORE"), server_error);
    test::raw_client stranger(port);
    EXPECT_EQ(stranger.log_in("SOMEBODY", "Secret_12345"), -2501);
    test::raw_client again(port);
    EXPECT_EQ(again.log_in(), 0);
    // Identities begin anew.
    mock.execute("INSERT INTO BASE(NAME) VALUES('next')");
    EXPECT_EQ(number(mock, "SELECT MAX(ID) FROM BASE"), 2);
}

TEST_P(ServerHelpers, ResetEndsTransactionsAndThoseWhoWait) {
    server mock(params);
    test::raw_client writer(mock.port());
    test::raw_client waiter(mock.port());
    ASSERT_EQ(writer.log_in(), 0);
    ASSERT_EQ(waiter.log_in(), 0);
    EXPECT_GE(
        test::raw_client::result_of(writer.direct(writer.allocate(), "INSERT INTO BASE(NAME) VALUES('open')", false)),
        0);
    const auto handle = waiter.allocate();
    wire::prepare_request request;
    request.handle = handle;
    request.direct = true;
    request.autocommit = true;
    request.sql = "INSERT INTO BASE(NAME) VALUES('waits')";
    waiter.post(request);
    mock.reset();
    EXPECT_TRUE(writer.closed());
    EXPECT_EQ(number(mock, "SELECT COUNT(*) FROM BASE"), 1);
    mock.execute("INSERT INTO BASE(NAME) VALUES('free')");
}

TEST_P(ServerHelpers, ResetInterruptsWhatRuns) {
    server mock(params);
    test::raw_client endless(mock.port());
    ASSERT_EQ(endless.log_in(), 0);
    wire::prepare_request request;
    request.handle = endless.allocate();
    request.direct = true;
    request.autocommit = true;
    request.sql = "BEGIN LOOP NULL; END LOOP; END;";
    endless.post(request);
    std::this_thread::sleep_for(100ms);
    EXPECT_FALSE(endless.has_answer());
    mock.reset();
    EXPECT_EQ(number(mock, "SELECT COUNT(*) FROM BASE"), 1);
    const auto kept = mock.snapshot();
    test::raw_client again(mock.port());
    ASSERT_EQ(again.log_in(), 0);
    request.handle = again.allocate();
    again.post(request);
    std::this_thread::sleep_for(100ms);
    mock.restore(kept);
    EXPECT_EQ(number(mock, "SELECT COUNT(*) FROM BASE"), 1);
}

TEST_P(ServerHelpers, NobodySeesAResetHalfDone) {
    {
        std::ofstream script(params.init_script);
        for (int i = 0; i < 200; ++i)
            script << "CREATE TABLE T" << i << "(A INT);";
        script << "CREATE TABLE LAST(A INT);";
    }
    server mock(params);
    std::atomic<bool> over = false;
    std::thread pool([&] {
        while (!over) {
            try {
                test::raw_client client(mock.port());
                if (client.log_in() != 0)
                    continue;
                const auto allocated = client.ask(wire::allocate_request{});
                if (allocated.empty())
                    continue;
                const auto answer = client.direct(wire::load<std::int32_t>(allocated), "SELECT * FROM LAST");
                if (!answer.empty()) {
                    EXPECT_GE(test::raw_client::result_of(answer), 0);
                }
            } catch (const std::system_error&) {
                // The connection was closed between two messages.
            }
        }
    });
    for (int i = 0; i < 3; ++i)
        mock.reset();
    over = true;
    pool.join();
}

TEST_P(ServerHelpers, SnapshotsComeBackAsOftenAsWanted) {
    server mock(params);
    mock.execute("CREATE SEQUENCE S; INSERT INTO BASE(NAME) VALUES('second')");
    EXPECT_EQ(number(mock, "SELECT S.NEXTVAL FROM DUAL"), 1);
    test::raw_client writer(mock.port());
    ASSERT_EQ(writer.log_in(), 0);
    writer.direct(writer.allocate(), "INSERT INTO BASE(NAME) VALUES('not committed')", false);
    const auto kept = mock.snapshot();
    ASSERT_TRUE(kept);
    for (int round = 0; round < 3; ++round) {
        mock.restore(kept);
        EXPECT_EQ(number(mock, "SELECT COUNT(*) FROM BASE"), 2);
        EXPECT_EQ(number(mock, "SELECT S.NEXTVAL FROM DUAL"), 2);
        mock.execute("DROP SEQUENCE S; DELETE FROM BASE; CREATE TABLE MORE(ID INT)");
    }
    EXPECT_TRUE(writer.closed());
    mock.restore(kept);
    EXPECT_THROW(mock.query("SELECT * FROM MORE"), server_error);
    mock.execute("INSERT INTO BASE(NAME) VALUES('after')");
    EXPECT_EQ(text(mock, "SELECT NAME FROM BASE ORDER BY ID DESC LIMIT 1"), "after");
}

TEST_P(ServerHelpers, ARestoredFileIsWhatIsThereAfterwards) {
    if (!GetParam()) {
        // In memory nothing outlives the server but its snapshots.
        snapshot kept;
        {
            server first(params);
            kept = first.snapshot();
        }
        server second(server_params{});
        second.restore(kept);
        EXPECT_EQ(text(second, "SELECT NAME FROM BASE"), "first");
        return;
    }
    {
        server mock(params);
        const auto kept = mock.snapshot();
        mock.execute("DROP TABLE BASE");
        mock.restore(kept);
        mock.execute("INSERT INTO BASE(NAME) VALUES('kept')");
    }
    params.init_script.clear();
    server again(params);
    EXPECT_EQ(number(again, "SELECT COUNT(*) FROM BASE"), 2);
}

INSTANTIATE_TEST_SUITE_P(Storage, ServerHelpers, testing::Bool(),
                         [](const auto& storage) { return storage.param ? "File" : "Memory"; });

TEST(ServerSnapshot, OfAnotherKindOfServerIsRefused) {
    server first;
    server_params params;
    params.profile.length_in_char = true;
    server second(params);
    test::raw_client client(second.port());
    ASSERT_EQ(client.log_in(), 0);
    EXPECT_THROW(second.restore(first.snapshot()), std::invalid_argument);
    EXPECT_GT(client.allocate(), 0) << "nobody was disturbed";
    EXPECT_THROW(second.restore({}), std::invalid_argument);
    EXPECT_EQ(number(second, "SELECT 1"), 1);
}

TEST(ServerClock, StandsMovesAndRuns) {
    server mock;
    // 2024-02-29 12:00:00 UTC, in the database's zone of +08:00.
    const std::chrono::system_clock::time_point leap_day(std::chrono::seconds(1709208000));
    mock.set_time(leap_day);
    constexpr std::string_view now = "SELECT TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS') FROM DUAL";
    EXPECT_EQ(text(mock, now), "2024-02-29 20:00:00");
    EXPECT_EQ(text(mock, now), "2024-02-29 20:00:00");
    mock.advance(24h + 1s);
    EXPECT_EQ(text(mock, now), "2024-03-01 20:00:01");
    mock.advance(-1s);
    EXPECT_EQ(text(mock, now), "2024-03-01 20:00:00");
    // A default takes it too, and a reset leaves it.
    mock.reset();
    mock.execute("CREATE TABLE T(ID INT, WHEN_MADE TIMESTAMP DEFAULT SYSDATE); INSERT INTO T(ID) VALUES(1)");
    EXPECT_EQ(text(mock, "SELECT TO_CHAR(WHEN_MADE, 'YYYY-MM-DD HH24:MI:SS') FROM T"), "2024-03-01 20:00:00");
    mock.follow_system_clock();
    EXPECT_GT(text(mock, now), "2025");
    mock.advance(24h * 365 * 100);
    EXPECT_GT(text(mock, now), "2100");
}

TEST(ServerRandom, FollowsItsSeed) {
    constexpr std::string_view draw = "SELECT CAST(RAND() * 1000000000 AS BIGINT) FROM DUAL";
    server_params params;
    params.random_seed = 7;
    server mock(params);
    const auto first = number(mock, draw);
    const auto second = number(mock, draw);
    EXPECT_NE(first, second);
    mock.seed_random(7);
    EXPECT_EQ(number(mock, draw), first);
    EXPECT_EQ(number(mock, draw), second);
    mock.seed_random(8);
    EXPECT_NE(number(mock, draw), first);
}

TEST(ServerFork, AChildHarmsNothing) {
    auto folder = (std::filesystem::temp_directory_path() / "dmkit-fork-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    server_params params;
    params.database_file = std::filesystem::path(folder) / "data.db";
    auto mock = std::make_unique<server>(params);
    mock->execute("CREATE TABLE T(ID INT)");
    test::raw_client client(mock->port());
    ASSERT_EQ(client.log_in(), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        bool refused = false;
        try {
            mock->execute("INSERT INTO T VALUES(1)");
        } catch (const std::logic_error&) {
            refused = true;
        }
        mock.reset();
        ::_exit(refused ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    // The session goes on, and so do file and port.
    EXPECT_GT(client.allocate(), 0);
    mock->execute("INSERT INTO T VALUES(2)");
    EXPECT_EQ(number(*mock, "SELECT COUNT(*) FROM T"), 1);
    EXPECT_TRUE(std::filesystem::exists(params.database_file.string() + "-owner"));
    test::raw_client another(mock->port());
    EXPECT_EQ(another.log_in(), 0);
    mock.reset();
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace dmkit::mock

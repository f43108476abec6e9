// dmkit::mock::server as a test of a user sees it: made, filled, asked, gone.

#include <dmkit/mock/server.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "mockserver/error.hpp"
#include "raw_client.hpp"

namespace dmkit::test {
namespace {

std::size_t open_descriptors() {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        static_cast<void>(entry);
        ++count;
    }
    return count;
}

/// A file in the test's own folder, gone with the object.
class temporary_file {
  public:
    explicit temporary_file(std::string_view name, std::string_view text = {}) {
        std::string pattern = (std::filesystem::temp_directory_path() / "dmkit-test-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        path = folder_ / name;
        if (!text.empty())
            std::ofstream(path, std::ios::binary) << text;
    }
    ~temporary_file() { std::filesystem::remove_all(folder_); }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    std::filesystem::path path;

  private:
    std::filesystem::path folder_;
};

/// Code of the error that @p action ends with; 0 if it succeeds.
template <class Action>
int code_of(Action action) {
    try {
        action();
    } catch (const mock::server_error& error) {
        return error.code();
    }
    return 0;
}

TEST(server_object, ListensWhenItIsMadeAndNoMoreWhenItIsGone) {
    std::uint16_t port = 0;
    {
        const mock::server server;
        port = server.port();
        EXPECT_NE(port, 0);
        EXPECT_EQ(server.dsn(), "dm://SYSDBA:SYSDBA@127.0.0.1:" + std::to_string(port));
        raw_client client(port);
        EXPECT_EQ(client.log_in(), 0);
        EXPECT_EQ(raw_client::result_of(client.direct(client.allocate(), "select 1")), 0);
    }
    EXPECT_THROW(raw_client{port}, std::system_error);
}

TEST(server_object, RunsStatementsAndGivesRows) {
    mock::server server;
    server.execute("CREATE TABLE T(ID INT, NAME VARCHAR(20))");
    EXPECT_EQ(server.execute("INSERT INTO T VALUES(1, 'one'); INSERT INTO T VALUES(2, '二'), (3, NULL)"), 2);
    const auto rows = server.query("SELECT ID, NAME FROM T ORDER BY ID");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0], (std::vector<field>{field(1), field("one")}));
    EXPECT_EQ(rows[1], (std::vector<field>{field(2), field("二")}));
    EXPECT_TRUE(rows[2].at(1).is_null());
    EXPECT_EQ(server.execute("SELECT * FROM T"), 3);

    raw_client client(server.port());
    ASSERT_EQ(client.log_in(), 0);
    const auto answer = client.direct(client.allocate(), "SELECT COUNT(*) FROM T");
    wire::execute_response result;
    ASSERT_FALSE(decode({std::span<const std::byte, wire::header_size>(answer.data(), wire::header_size),
                         std::span(answer).subspan(wire::header_size)},
                        client.context, result));
    EXPECT_EQ(result.row_count, 1);
}

TEST(server_object, RefusesWithDm8sCodeAndText) {
    mock::server_params params;
    params.english = true;
    mock::server server(params);
    try {
        server.execute("SELECT * FROM NOPE");
        FAIL() << "the table does not exist";
    } catch (const mock::server_error& error) {
        EXPECT_EQ(error.code(), -2106);
        EXPECT_EQ(std::string(error.what()), "[-2106] " + error.text());
    }
    EXPECT_EQ(code_of([&] { server.execute("this is no statement"); }), -2007);
    EXPECT_EQ(code_of([&] { server.execute(""); }), -2007);
    server.execute("CREATE TABLE T(A INT)");
    EXPECT_EQ(code_of([&] { server.execute("INSERT INTO T VALUES(1); INSERT INTO NOPE VALUES(1)"); }), -2106);
    EXPECT_EQ(server.query("SELECT A FROM T").size(), 1U);
}

TEST(server_object, ChecksUsersAndPasswords) {
    mock::server_params params;
    params.users = {{"SYSDBA", "geheim:1@x"}, {"guest", "guest"}};
    const mock::server server(params);
    EXPECT_EQ(server.dsn(), "dm://SYSDBA:geheim%3A1%40x@127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(raw_client(server.port()).log_in("SYSDBA", "geheim:1@x"), 0);
    EXPECT_EQ(raw_client(server.port()).log_in("Guest", "guest"), 0);
    EXPECT_EQ(raw_client(server.port()).log_in("GUEST", "GUEST"), -2501);
    EXPECT_EQ(raw_client(server.port()).log_in("SYSDBA", "SYSDBA"), -2501);
}

TEST(server_object, RefusesParametersThatMakeNoSense) {
    mock::server_params params;
    params.users.clear();
    EXPECT_THROW(mock::server{params}, std::invalid_argument);
    params = {};
    params.profile.page_size = 1;
    EXPECT_THROW(mock::server{params}, std::invalid_argument);
    params = {};
    params.address = "not an address";
    EXPECT_THROW(mock::server{params}, std::system_error);
    const mock::server first;
    params = {};
    params.port = first.port();
    EXPECT_THROW(mock::server{params}, std::system_error);
}

TEST(server_object, RunsScripts) {
    const temporary_file script("good.sql",
                                "-- set-up\nCREATE TABLE T(A INT);\n\nINSERT INTO T VALUES(1);\nINSERT INTO T "
                                "VALUES(2)\n/\n");
    mock::server_params params;
    params.init_script = script.path;
    mock::server server(params);
    EXPECT_EQ(server.query("SELECT A FROM T").size(), 2U);
    const temporary_file more("more.sql", "INSERT INTO T VALUES(3);");
    server.load_script(more.path);
    EXPECT_EQ(server.query("SELECT A FROM T").size(), 3U);
    EXPECT_THROW(server.load_script("/nowhere/at/all.sql"), std::system_error);
}

TEST(server_object, NamesTheLineOfAFailingStatement) {
    const temporary_file script("bad.sql", "CREATE TABLE T(A INT);\n\nINSERT INTO\n NOPE VALUES(1);\n");
    mock::server_params params;
    params.init_script = script.path;
    try {
        const mock::server server(params);
        FAIL() << "the table does not exist";
    } catch (const mock::server_error& error) {
        EXPECT_EQ(error.code(), -2106);
        EXPECT_EQ(std::string(error.what()).find(script.path.string() + ":3: [-2106] "), 0U) << error.what();
    }
}

TEST(server_object, KeepsADatabaseFile) {
    const temporary_file file("data.db");
    mock::server_params params;
    params.database_file = file.path;
    {
        mock::server server(params);
        server.execute("CREATE TABLE T(A INT); INSERT INTO T VALUES(7)");
    }
    mock::server server(params);
    EXPECT_EQ(server.query("SELECT A FROM T"), (std::vector<std::vector<field>>{{field(7)}}));
}

TEST(server_object, StatementsOfSeveralThreadsTakeTurns) {
    mock::server server;
    server.execute("CREATE TABLE T(A INT)");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&server] {
            for (int k = 0; k < 25; ++k)
                server.execute("INSERT INTO T VALUES(1)");
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(server.query("SELECT A FROM T").size(), 100U);
}

TEST(server_object, TransactionsOfAClientThatGoesAwayAreUndone) {
    mock::server server;
    server.execute("CREATE TABLE T(A INT)");
    {
        raw_client client(server.port());
        ASSERT_EQ(client.log_in(), 0);
        ASSERT_EQ(raw_client::result_of(client.direct(client.allocate(), "INSERT INTO T VALUES(1)", false)), 0);
    }
    // The writer's place is free again: this would wait for the lock time-out and fail otherwise.
    server.execute("INSERT INTO T VALUES(2)");
    EXPECT_EQ(server.query("SELECT A FROM T"), (std::vector<std::vector<field>>{{field(2)}}));
}

TEST(server_object, AWaitingWriterGoesOnWhenTheOtherCommits) {
    mock::server_params params;
    params.profile.lock_timeout = std::chrono::seconds(20);
    mock::server server(params);
    server.execute("CREATE TABLE T(A INT)");
    raw_client first(server.port());
    raw_client second(server.port());
    ASSERT_EQ(first.log_in(), 0);
    ASSERT_EQ(second.log_in(), 0);
    ASSERT_EQ(raw_client::result_of(first.direct(first.allocate(), "INSERT INTO T VALUES(1)", false)), 0);
    wire::prepare_request request;
    request.handle = second.allocate();
    request.direct = true;
    request.sql = "INSERT INTO T VALUES(2)";
    second.post(request);
    // The server's one thread takes messages as they arrive: once it has answered this, the other waits.
    const auto other = first.allocate();
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(raw_client::result_of(first.direct(other, "SELECT COUNT(*) FROM T", false)), 0);
    EXPECT_FALSE(second.has_answer());
    EXPECT_EQ(raw_client::result_of(first.ask(wire::commit_request{})), 0);
    EXPECT_EQ(raw_client::result_of(second.receive()), 0);
    EXPECT_EQ(server.query("SELECT A FROM T").size(), 2U);
}

TEST(server_object, EndsSoonWhateverRuns) {
    auto server = std::make_unique<mock::server>();
    server->execute("CREATE TABLE H(A INT); INSERT INTO H SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 200");
    raw_client client(server->port());
    ASSERT_EQ(client.log_in(), 0);
    wire::prepare_request request;
    request.handle = client.allocate();
    request.direct = true;
    request.sql = "SELECT COUNT(*) FROM H A, H B, H C, H D, H E";
    client.post(request);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_FALSE(client.has_answer());
    const auto begun = std::chrono::steady_clock::now();
    server.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
}

TEST(server_object, AWaitingWriterGivesUpAfterTheLockTimeout) {
    mock::server_params params;
    params.profile.lock_timeout = std::chrono::milliseconds(50);
    mock::server server(params);
    server.execute("CREATE TABLE T(A INT)");
    raw_client first(server.port());
    raw_client second(server.port());
    ASSERT_EQ(first.log_in(), 0);
    ASSERT_EQ(second.log_in(), 0);
    ASSERT_EQ(raw_client::result_of(first.direct(first.allocate(), "INSERT INTO T VALUES(1)", false)), 0);
    EXPECT_EQ(raw_client::result_of(second.direct(second.allocate(), "INSERT INTO T VALUES(2)")), -6407);
}

TEST(server_object, AThousandServersOneAfterTheOther) {
    const auto before = open_descriptors();
    for (int i = 0; i < 1'000; ++i) {
        const mock::server server;
        ASSERT_NE(server.port(), 0);
    }
    EXPECT_EQ(open_descriptors(), before);
}

TEST(server_object, TwoHundredServersAtOnceTakeFourDescriptorsEach) {
    const auto before = open_descriptors();
    std::vector<std::unique_ptr<mock::server>> servers;
    for (int i = 0; i < 200; ++i)
        servers.push_back(std::make_unique<mock::server>());
    EXPECT_LE(open_descriptors(), before + 200 * 4);
    std::vector<std::uint16_t> ports;
    for (const auto& server : servers)
        ports.push_back(server->port());
    std::sort(ports.begin(), ports.end());
    EXPECT_EQ(std::unique(ports.begin(), ports.end()), ports.end());
    // Data in memory takes no descriptors either, once the client has gone.
    for (int i = 0; i < 200; i += 50) {
        servers[static_cast<std::size_t>(i)]->execute("CREATE TABLE T(A INT)");
        EXPECT_EQ(raw_client(servers[static_cast<std::size_t>(i)]->port()).log_in(), 0);
    }
    EXPECT_LE(open_descriptors(), before + 200 * 4 + 4);
    servers.clear();
    EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace dmkit::test

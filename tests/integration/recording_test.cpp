// Our client and the mock server through the recording proxy, with everything that can lie over the messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <sys/resource.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/serialize.hpp>
#include <dmkit/dmkit.hpp>
#include <dmkit/fixtures/conversation.hpp>
#include <dmkit/fixtures/recording_proxy.hpp>
#include <dmkit/mock/server.hpp>
#include <dmkit/wire/frame.hpp>
#include <dmkit/wire/messages/session.hpp>

#include "tests/integration/raw_client.hpp"
#include "tests/integration/scratch_file.hpp"

namespace dmkit {
namespace {

using test::scratch_file;

constexpr std::string_view canary = "Kanarienvogel_7";

mock::server_params server_params_with(const std::vector<std::pair<std::string, std::string>>& entries) {
    mock::server_params params;
    params.users = {{"APP", std::string(canary)}};
    for (const auto& [key, value] : entries)
        mock::set_profile_entry(params.profile, key, value);
    return params;
}

connect_params through(const fixtures::recording_proxy& proxy) {
    connect_params params;
    params.host = "127.0.0.1";
    params.port = proxy.port();
    params.user = "APP";
    params.password = canary;
    params.allow_weak_ciphers = true;
    return params;
}

fixtures::recording_params recording_of(const mock::server& server, const scratch_file& file) {
    fixtures::recording_params params;
    params.upstream_port = server.port();
    params.file = file.path;
    params.problem = [](int connection, std::string_view why) {
        ADD_FAILURE() << "connection " << connection << ": " << why;
    };
    return params;
}

std::vector<std::string> names(const fixtures::conversation& recorded, int connection) {
    std::vector<std::string> out;
    for (const auto& each : recorded.messages)
        if (each.connection == connection)
            out.push_back(each.name);
    return out;
}

using transport = std::tuple<std::string, std::string, bool>;  // cipher, compression, CRC

class Recording : public testing::TestWithParam<transport> {};

TEST_P(Recording, ShowsInClearWhatTravelsSealed) {
    const auto& [cipher, compression, crc] = GetParam();
    const mock::server server(
        server_params_with({{"cipher", cipher},
                            {"compression", compression.substr(0, compression.find('-'))},
                            {"compression_algorithm", compression.ends_with("snappy") ? "snappy" : "zlib"},
                            {"crc", crc ? "1" : "0"}}));
    const scratch_file file;
    fixtures::recording_proxy proxy(recording_of(server, file));
    const std::string long_text(30'000, 'z');
    {
        connection db{through(proxy)};
        db.execute("CREATE TABLE T(ID INT, NAME VARCHAR(20))");
        db.execute("INSERT INTO T VALUES(?, ?)", 7, "达梦");
        std::int64_t rows = 0;
        for (const auto row : db.query("SELECT NAME FROM T WHERE ID = ?", 7)) {
            EXPECT_EQ(row[0], field_view("达梦"));
            ++rows;
        }
        EXPECT_EQ(rows, 1);
        EXPECT_THROW(db.execute("SELECT '" + long_text + "' FROM NOWHERE"), error);
    }
    proxy.stop();

    const auto recorded = fixtures::load_conversation(file.path);
    EXPECT_EQ(recorded.head.server, "8.1.3.140");
    EXPECT_EQ(recorded.head.client, "7.6.0.0");
    const auto has = [&](std::string_view name, std::string_view field, std::string_view value) {
        return std::any_of(recorded.messages.begin(), recorded.messages.end(), [&](const auto& each) {
            const auto* found = each.fields.if_contains(field);
            return each.name == name && found != nullptr && found->is_string() && found->get_string() == value;
        });
    };
    EXPECT_TRUE(has("LOGIN", "user", "APP"));
    EXPECT_TRUE(has("LOGIN", "password", "********"));
    EXPECT_TRUE(has("PREPARE", "sql", "INSERT INTO T VALUES(?, ?)"));
    EXPECT_TRUE(has("EXECUTE2", "handle", "$stmt1"));
    for (const auto& each : recorded.messages)
        EXPECT_EQ(each.undecoded, "") << each.name;
    const auto written = file.text();
    EXPECT_THAT(written, testing::HasSubstr(R"("rows":[[7,"达梦"]])"));
    EXPECT_THAT(written, testing::HasSubstr(R"("values":["达梦"]}])"));
    EXPECT_THAT(written, testing::HasSubstr(long_text));
    EXPECT_EQ(written.find(canary), std::string::npos);
    EXPECT_THAT(names(recorded, 1).back(), testing::Eq("error response"));
}

INSTANTIATE_TEST_SUITE_P(
    Ciphers, Recording,
    testing::Combine(testing::Values("none", "des", "aes256", "aes128-ofb", "3des-cfb", "des-ecb", "3des-cbc"),
                     testing::Values("off", "always-zlib", "large-snappy"), testing::Values(false, true)),
    [](const auto& item) {
        auto name = std::get<0>(item.param) + "_" + std::get<1>(item.param) + (std::get<2>(item.param) ? "_crc" : "");
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

/// As the vendor's drivers read: the length first, then nothing that lies behind it.
TEST(RecordingProxy, ShowsThatALobIsReadToItsEndAndNoFurther) {
    const mock::server server(server_params_with({}));
    const scratch_file file;
    fixtures::recording_proxy proxy(recording_of(server, file));
    {
        connection db{through(proxy)};
        db.execute("CREATE TABLE D(C CLOB)");
        db.execute("INSERT INTO D VALUES(?)", std::string(32'000, 'x'));
        auto rows = db.query("SELECT C FROM D");
        rows.stream_lobs();
        ASSERT_TRUE(rows.next());
        std::size_t size = 0;
        rows.lob_at(0).read_each([&](std::span<const std::byte> piece) { size += piece.size(); });
        EXPECT_EQ(size, 32'000U);
    }
    proxy.stop();
    auto seen = names(fixtures::load_conversation(file.path), 1);
    std::erase_if(seen,
                  [](const std::string& name) { return !name.starts_with("LOB_") || name.ends_with("response"); });
    EXPECT_THAT(seen, testing::ElementsAre("LOB_GET_LENGTH", "LOB_GET_DATA", "LOB_GET_DATA"));
}

TEST(RecordingProxy, NumbersConnectionsAndKeepsSecretsOnlyWhenAsked) {
    const mock::server server(server_params_with({}));
    const scratch_file file;
    auto params = recording_of(server, file);
    params.masked = false;
    fixtures::recording_proxy proxy(params);
    connection first{through(proxy)};
    connection second{through(proxy)};
    first.execute("CREATE TABLE A(ID INT)");
    second.execute("CREATE TABLE B(ID INT)");
    first.close();
    second.execute("DROP TABLE A");
    proxy.stop();
    const auto recorded = fixtures::load_conversation(file.path);
    EXPECT_TRUE(recorded.head.masked.empty());
    EXPECT_THAT(names(recorded, 1),
                testing::ElementsAre("STARTUP", "STARTUP response", "LOGIN", "LOGIN response", "STMT_ALLOC",
                                     "STMT_ALLOC response", "PREPARE", "EXECUTE response"));
    EXPECT_EQ(names(recorded, 2).size(), 10U);
    EXPECT_THAT(file.text(), testing::HasSubstr(canary));
    // The proxy is gone, and so is the connection.
    error_code code;
    diagnostics details;
    second.execute("SELECT 1", code, details);
    EXPECT_TRUE(code);
}

/// What the vendor's Go driver does at the end of each result (docs/protocol/drivers.md).
TEST(RecordingProxy, SeesAResultAskForTheNextOneBeforeItsHandleIsFreed) {
    const mock::server server(server_params_with({}));
    const scratch_file file;
    fixtures::recording_proxy proxy(recording_of(server, file));
    auto params = through(proxy);
    params.statement_pool_size = 0;
    connection db{params};
    auto one = db.query("SELECT 1 FROM DUAL");
    EXPECT_TRUE(one.next());
    EXPECT_FALSE(one.next());
    // Another statement must not get the handle meanwhile.
    db.execute("SELECT 2 FROM DUAL");
    EXPECT_FALSE(one.next_result());
    EXPECT_FALSE(one.next_result()) << "and costs no message";
    db.close();
    proxy.stop();
    const auto recorded = fixtures::load_conversation(file.path);
    std::vector<std::string> requests;
    for (const auto& each : recorded.messages)
        if (each.from == fixtures::sender::client && each.fields.contains("handle"))
            requests.push_back(each.name + " " + boost::json::serialize(each.fields.at("handle")));
    EXPECT_THAT(requests,
                testing::ElementsAre("STMT_ALLOC 0", R"(PREPARE "$stmt1")", "STMT_ALLOC 0", R"(PREPARE "$stmt2")",
                                     R"(STMT_FREE "$stmt2")", R"(MORE_RESULT "$stmt1")", R"(STMT_FREE "$stmt1")"));
}

TEST(RecordingProxy, CarriesMoreThanItsBuffersHold) {
    const mock::server server(server_params_with({{"cipher", "aes256"}}));
    const scratch_file file;
    fixtures::recording_proxy proxy(recording_of(server, file));
    connection db{through(proxy)};
    db.execute("CREATE TABLE T(ID INT, NAME VARCHAR(2000))");
    const std::string name(2000, 'n');
    std::vector<std::tuple<int, std::string>> rows;
    for (int i = 0; i < 500; ++i)
        rows.emplace_back(i, name);
    EXPECT_EQ(db.execute_many("INSERT INTO T VALUES(?, ?)", rows).affected_rows, 500);
    std::int64_t count = 0;
    for (const auto row : db.query("SELECT ID, NAME FROM T ORDER BY ID")) {
        ASSERT_EQ(row[0], field_view(count));
        ++count;
    }
    EXPECT_EQ(count, 500);
    db.close();
    proxy.stop();
    const auto recorded = fixtures::load_conversation(file.path);
    std::int64_t fetched = 0;
    for (const auto& each : recorded.messages)
        if (each.from == fixtures::sender::server && each.fields.contains("rows"))
            fetched += static_cast<std::int64_t>(each.fields.at("rows").as_array().size());
    EXPECT_EQ(fetched, 500);
}

/// A server that is asked once and answers when the client has said that nothing follows.
class late_server {
  public:
    late_server() : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}), thread_([this] { serve(); }) {}
    ~late_server() { thread_.join(); }
    late_server(const late_server&) = delete;
    late_server& operator=(const late_server&) = delete;
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  private:
    void serve() {
        auto socket = acceptor_.accept();
        answer(socket, wire::startup_response());
        answer(socket, wire::login_response());
        boost::system::error_code ended;
        std::vector<std::byte> rest(1000);
        while (!ended)
            socket.read_some(boost::asio::buffer(rest), ended);
        EXPECT_EQ(ended, boost::asio::error::eof);
        send(socket, wire::simple_response());
    }
    template <class M>
    static void answer(boost::asio::ip::tcp::socket& socket, const M& message) {
        std::vector<std::byte> request(wire::header_size);
        boost::asio::read(socket, boost::asio::buffer(request));
        request.resize(static_cast<std::size_t>(
            wire::load<std::int32_t>(std::span(request).subspan(wire::header_offset::length))));
        boost::asio::read(socket, boost::asio::buffer(request));
        send(socket, message);
    }
    template <class M>
    static void send(boost::asio::ip::tcp::socket& socket, const M& message) {
        std::vector<std::byte> bytes;
        encode(message, {}, bytes);
        wire::finish_frame(bytes, 0);
        boost::asio::write(socket, boost::asio::buffer(bytes));
    }

    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::thread thread_;
};

TEST(RecordingProxy, CarriesTheAnswerToAClientThatSendsNoMore) {
    const late_server server;
    const scratch_file file;
    fixtures::recording_params params;
    params.upstream_port = server.port();
    params.file = file.path;
    fixtures::recording_proxy proxy(params);
    test::raw_client client(proxy.port());
    ASSERT_EQ(client.log_in(), 0);
    client.post(wire::commit_request());
    client.end_output();
    EXPECT_EQ(test::raw_client::result_of(client.receive()), 0);
    EXPECT_TRUE(client.closed());
    proxy.stop();
    EXPECT_THAT(
        names(fixtures::load_conversation(file.path), 1),
        testing::ElementsAre("STARTUP", "STARTUP response", "LOGIN", "LOGIN response", "COMMIT", "simple response"));
}

TEST(RecordingProxy, TellsWhenTheServerIsNotThere) {
    std::uint16_t nobody = 0;
    {
        const mock::server server;
        nobody = server.port();
    }
    const scratch_file file;
    fixtures::recording_params params;
    params.upstream_port = nobody;
    params.file = file.path;
    std::string told;
    params.problem = [&](int, std::string_view why) { told = why; };
    fixtures::recording_proxy proxy(params);
    EXPECT_THROW(connection{through(proxy)}, error);
    proxy.stop();
    EXPECT_THAT(told, testing::HasSubstr("upstream"));
    EXPECT_TRUE(fixtures::load_conversation(file.path).messages.empty());
}

/// No file of this process may grow beyond @p size bytes while the object lives: a disk that is full.
class full_disk {
  public:
    explicit full_disk(rlim_t size) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
        const rlimit less{size, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &less), 0);
    }
    ~full_disk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, signal_);
    }
    full_disk(const full_disk&) = delete;
    full_disk& operator=(const full_disk&) = delete;

  private:
    void (*signal_)(int);
    rlimit before_{};
};

TEST(RecordingProxy, TellsWhenTheFileCannotBeWrittenToItsEnd) {
    const mock::server server(server_params_with({}));
    const scratch_file file;
    auto params = recording_of(server, file);
    std::string told;
    params.problem = [&](int, std::string_view why) { told = why; };
    fixtures::recording_proxy proxy(params);
    const auto complaint = file.path.string() + ": could not be written to its end";
    connection db{through(proxy)};
    {
        const full_disk disk(std::filesystem::file_size(file.path) + 100);
        EXPECT_THROW(db.execute("SELECT '" + std::string(5000, 'x') + "'"), error);
    }
    // There is room again, and something is missing all the same.
    try {
        proxy.stop();
        FAIL() << "no error";
    } catch (const std::runtime_error& failure) {
        EXPECT_EQ(failure.what(), complaint);
    }
    EXPECT_EQ(told, complaint);
}

TEST(RecordingProxy, LeavesTheFileAloneWhenThePortIsTaken) {
    const mock::server server;
    const scratch_file file;
    std::ofstream(file.path) << "an older recording";
    fixtures::recording_params params;
    params.file = file.path;
    params.port = server.port();
    EXPECT_THROW(fixtures::recording_proxy{params}, std::system_error);
    EXPECT_EQ(file.text(), "an older recording");
}

TEST(RecordingProxy, LetsNobodyElseReadPasswords) {
    const scratch_file file;
    fixtures::recording_params params;
    params.file = file.path;
    params.masked = false;
    const fixtures::recording_proxy proxy(params);
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file.path).permissions(), perms::owner_read | perms::owner_write);
}

TEST(RecordingProxy, RefusesWhatCannotBe) {
    fixtures::recording_params params;
    params.file = "/nonexistent/folder/file";
    EXPECT_THROW(fixtures::recording_proxy{params}, std::runtime_error);
    const scratch_file file;
    params.file = file.path;
    params.address = "not an address";
    EXPECT_THROW(fixtures::recording_proxy{params}, std::system_error);
}

}  // namespace
}  // namespace dmkit

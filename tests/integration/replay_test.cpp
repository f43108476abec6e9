// What was recorded of the mock server is replayed to our client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include <dmkit/dmkit.hpp>
#include <dmkit/fixtures/conversation.hpp>
#include <dmkit/fixtures/diff.hpp>
#include <dmkit/fixtures/recording_proxy.hpp>
#include <dmkit/fixtures/replay_server.hpp>
#include <dmkit/mock/server.hpp>

#include "tests/integration/scratch_file.hpp"

namespace dmkit {
namespace {

using test::scratch_file;
using testing::HasSubstr;

connect_params at(std::uint16_t port, std::string_view password = "SYSDBA") {
    connect_params params;
    params.host = "127.0.0.1";
    params.port = port;
    params.user = "SYSDBA";
    params.password = password;
    params.language = language::english;
    return params;
}

/// A session with a bit of everything. @return what it saw
std::string work(const connect_params& params) {
    std::ostringstream seen;
    connection db{params};
    seen << db.server().version << ' ' << db.server().session_id << '\n';
    db.execute("CREATE TABLE BOOK(ID INT PRIMARY KEY, NAME VARCHAR(60), PRICE DECIMAL(8,2))");
    const std::vector<std::tuple<int, std::string, decimal>> books = {{1, "红楼梦", decimal("59.90")},
                                                                      {2, "西游记", decimal("45")}};
    seen << db.execute_many("INSERT INTO BOOK VALUES(?, ?, ?)", books).affected_rows << '\n';
    auto find = db.prepare("SELECT NAME, PRICE FROM BOOK WHERE ID = ?");
    for (const int id : {2, 1, 2})
        for (const auto row : find.query(id))
            seen << row[0] << ' ' << row[1] << '\n';
    error_code code;
    diagnostics details;
    db.execute("INSERT INTO BOOK VALUES(1, 'x', 1)", code, details);
    seen << code.value() << ' ' << details.server_message << '\n';
    {
        auto change = db.begin();
        seen << change.execute("UPDATE BOOK SET PRICE = PRICE + ?", 1).affected_rows << '\n';
        change.rollback();
    }
    for (const auto row : db.query("SELECT SUM(PRICE) FROM BOOK"))
        seen << row[0] << '\n';
    return seen.str();
}

fixtures::conversation recording_of(const std::vector<std::pair<std::string, std::string>>& profile, std::string& seen,
                                    bool masked = true) {
    mock::server_params params;
    for (const auto& [key, value] : profile)
        mock::set_profile_entry(params.profile, key, value);
    const mock::server server(params);
    const scratch_file file;
    fixtures::recording_params recording;
    recording.upstream_port = server.port();
    recording.file = file.path;
    recording.masked = masked;
    fixtures::recording_proxy proxy(recording);
    seen = work(at(proxy.port()));
    proxy.stop();
    return fixtures::load_conversation(file.path);
}

/// What a replay reported, from its thread.
class reports {
  public:
    fixtures::replay_params params() {
        fixtures::replay_params out;
        out.problem = [this](int, std::string_view what) {
            const std::scoped_lock lock(mutex_);
            all_ += std::string(what) + "\n";
        };
        return out;
    }
    std::string all() {
        const std::scoped_lock lock(mutex_);
        return all_;
    }

  private:
    std::mutex mutex_;
    std::string all_;
};

class Replay : public testing::TestWithParam<std::vector<std::pair<std::string, std::string>>> {};

TEST_P(Replay, AnswersLikeTheRecordedServer) {
    std::string seen;
    const auto recorded = recording_of(GetParam(), seen);
    reports told;
    const fixtures::replay_server server(recorded, told.params());
    EXPECT_EQ(work(at(server.port())), seen);
    EXPECT_EQ(work(at(server.port(), "another password")), seen) << "the recording masks it";
    EXPECT_EQ(told.all(), "");
}

INSTANTIATE_TEST_SUITE_P(Transports, Replay,
                         testing::Values(std::vector<std::pair<std::string, std::string>>{},
                                         std::vector<std::pair<std::string, std::string>>{{"cipher", "none"}},
                                         std::vector<std::pair<std::string, std::string>>{
                                             {"cipher", "aes256"}, {"crc", "1"}, {"compression", "always"}},
                                         std::vector<std::pair<std::string, std::string>>{{"charset", "gb18030"}}));

TEST(ReplayServer, IsRecordedAsItself) {
    std::string seen;
    const auto recorded = recording_of({}, seen);
    const fixtures::replay_server server(recorded);
    const scratch_file file;
    fixtures::recording_params again;
    again.upstream_port = server.port();
    again.file = file.path;
    fixtures::recording_proxy proxy(again);
    EXPECT_EQ(work(at(proxy.port())), seen);
    proxy.stop();
    EXPECT_THAT(fixtures::diff(recorded, fixtures::load_conversation(file.path)), testing::IsEmpty());
}

TEST(ReplayServer, NamesWhatItExpectedAndWhatCame) {
    std::string seen;
    const auto recorded = recording_of({}, seen);
    reports told;
    const fixtures::replay_server server(recorded, told.params());
    connection db{at(server.port())};
    error_code code;
    diagnostics details;
    db.execute("CREATE TABLE BOOK(ID INT)", code, details);
    EXPECT_EQ(code.value(), fixtures::replay_miss);
    EXPECT_THAT(
        details.server_message,
        HasSubstr("dmkit: replay: PREPARE, message 7 of the recording; sql: expected \"CREATE TABLE BOOK(ID "
                  "INT PRIMARY KEY, NAME VARCHAR(60), PRICE DECIMAL(8,2))\", got \"CREATE TABLE BOOK(ID INT)\""));
    EXPECT_THAT(told.all(), HasSubstr("sql: expected"));
    // The miss has changed nothing.
    db.execute("CREATE TABLE BOOK(ID INT PRIMARY KEY, NAME VARCHAR(60), PRICE DECIMAL(8,2))");
    db.execute("SELECT 1", code, details);
    EXPECT_EQ(code.value(), fixtures::replay_miss);
    db.close();

    // Behind the last message nothing is left.
    fixtures::conversation few = recorded;
    few.messages.resize(4);
    const fixtures::replay_server shorter(few);
    connection other{at(shorter.port())};
    other.execute("SELECT 1", code, details);
    EXPECT_EQ(code.value(), fixtures::replay_miss);
    EXPECT_THAT(details.server_message, HasSubstr("the recording is at its end; got STMT_ALLOC"));
}

TEST(ReplayServer, RefusesAnotherUserAndAPasswordThatIsNotTheRecordedOne) {
    std::string seen;
    const auto recorded = recording_of({}, seen, false);
    const fixtures::replay_server server(recorded);
    error_code code;
    diagnostics details;
    connection db;
    db.connect(at(server.port(), "wrong"), code, details);
    EXPECT_EQ(code.value(), fixtures::replay_miss);
    EXPECT_THAT(details.server_message, HasSubstr("password"));
    EXPECT_THAT(details.server_message, testing::Not(HasSubstr("SYSDBA")));
    auto other = at(server.port());
    other.user = "APP";
    db.connect(other, code, details);
    EXPECT_EQ(code.value(), fixtures::replay_miss);
    EXPECT_THAT(details.server_message, HasSubstr("user: expected \"SYSDBA\", got \"APP\""));
    EXPECT_EQ(work(at(server.port())), seen);
}

TEST(ReplayServer, WantsThePasswordsInStatementsThatTheRecordingKept) {
    const auto statement = [](std::string_view password) {
        return "SELECT 'ALTER USER A IDENTIFIED BY " + std::string(password) + "'";
    };
    for (const bool masked : {false, true}) {
        const mock::server server;
        const scratch_file file;
        fixtures::recording_params recording;
        recording.upstream_port = server.port();
        recording.file = file.path;
        recording.masked = masked;
        fixtures::recording_proxy proxy(recording);
        {
            connection db{at(proxy.port())};
            db.execute(statement("Kanarienvogel_7"));
        }
        proxy.stop();
        const fixtures::replay_server replay(fixtures::load_conversation(file.path));
        connection db{at(replay.port())};
        error_code code;
        diagnostics details;
        db.execute(statement("Kanarienvogel_8"), code, details);
        EXPECT_EQ(code.value(), masked ? 0 : fixtures::replay_miss);
        EXPECT_THAT(details.server_message, HasSubstr(masked ? "" : "; sql: expected one password, got another"));
        EXPECT_THAT(details.server_message, testing::Not(HasSubstr("Kanarienvogel")));
    }
}

TEST(ReplayServer, WantsAConnectionFromItsBeginning) {
    EXPECT_THROW(fixtures::replay_server{fixtures::conversation()}, std::invalid_argument);
}

}  // namespace
}  // namespace dmkit

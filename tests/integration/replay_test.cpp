// What was recorded of the mock server is replayed to our client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <sstream>
#include <string>
#include <utility>
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

using profile_entries = std::vector<std::pair<std::string, std::string>>;

/// Records what @p use does with a connection to the proxy before the server at @p port.
template <class Use>
fixtures::conversation recording_of(std::uint16_t port, bool masked, const Use& use) {
    const scratch_file file;
    fixtures::recording_params recording;
    recording.upstream_port = port;
    recording.file = file.path;
    recording.masked = masked;
    fixtures::recording_proxy proxy(recording);
    use(at(proxy.port()));
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

/// Work that is recorded, to be replayed.
class ReplayServer : public testing::Test {
  protected:
    fixtures::conversation record(const profile_entries& profile = {}, bool masked = true) {
        mock::server_params params;
        for (const auto& [key, value] : profile)
            mock::set_profile_entry(params.profile, key, value);
        const mock::server server(params);
        return recording_of(server.port(), masked, [this](const connect_params& where) { seen = work(where); });
    }
    std::string seen;  ///< by the recorded client
    reports told;
    error_code code;
    diagnostics details;
};

class Replay : public ReplayServer, public testing::WithParamInterface<profile_entries> {};

TEST_P(Replay, AnswersLikeTheRecordedServer) {
    const auto recorded = record(GetParam());
    const fixtures::replay_server server(recorded, told.params());
    EXPECT_EQ(work(at(server.port())), seen);
    EXPECT_EQ(work(at(server.port(), "another password")), seen) << "the recording masks it";
    EXPECT_EQ(told.all(), "");
}

INSTANTIATE_TEST_SUITE_P(Transports, Replay,
                         testing::Values(profile_entries{}, profile_entries{{"cipher", "none"}},
                                         profile_entries{{"cipher", "aes256"}, {"crc", "1"}, {"compression", "always"}},
                                         profile_entries{{"charset", "gb18030"}}));

TEST_F(ReplayServer, IsRecordedAsItself) {
    const auto recorded = record();
    const fixtures::replay_server server(recorded);
    const auto again =
        recording_of(server.port(), true, [this](const connect_params& where) { EXPECT_EQ(work(where), seen); });
    EXPECT_THAT(fixtures::diff(recorded, again), testing::IsEmpty());
}

TEST_F(ReplayServer, NamesWhatItExpectedAndWhatCame) {
    const auto recorded = record();
    const fixtures::replay_server server(recorded, told.params());
    connection db{at(server.port())};
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

TEST_F(ReplayServer, RefusesAnotherUserAndAPasswordThatIsNotTheRecordedOne) {
    const fixtures::replay_server server(record({}, false));
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

TEST_F(ReplayServer, WantsThePasswordsInStatementsThatTheRecordingKept) {
    const auto statement = [](std::string_view password) {
        return "SELECT 'ALTER USER A IDENTIFIED BY " + std::string(password) + "'";
    };
    for (const bool masked : {false, true}) {
        const mock::server server;
        const fixtures::replay_server replay(recording_of(server.port(), masked, [&](const connect_params& where) {
            connection{where}.execute(statement("Kanarienvogel_7"));
        }));
        connection db{at(replay.port())};
        db.execute(statement("Kanarienvogel_8"), code, details);
        EXPECT_EQ(code.value(), masked ? 0 : fixtures::replay_miss);
        EXPECT_THAT(details.server_message, HasSubstr(masked ? "" : "; sql: expected one password, got another"));
        EXPECT_THAT(details.server_message, testing::Not(HasSubstr("Kanarienvogel")));
    }
}

TEST_F(ReplayServer, WantsAConnectionFromItsBeginning) {
    EXPECT_THROW(fixtures::replay_server{fixtures::conversation()}, std::invalid_argument);
}

}  // namespace
}  // namespace dmkit

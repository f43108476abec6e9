// Statements from their preparation to their rows: handles, fetching, transactions, what is refused.
#include <limits>

#include "statement_fixture.hpp"

namespace dmkit::mock::test {
namespace {

class statements : public statement_fixture {};

TEST_F(statements, SelectOneIsAnsweredAsByARealServer) {
    direct(allocate(), "select 1");
    // dm8-data 6.1: body of the answer of a real 8.1.3.62 to SELECT 1 FROM DUAL.
    EXPECT_EQ(to_hex(last.frame().body),
              "0700000004000000000000000100000004000000000001000100070000000000"
              "31494e544547455212000000000000000000"
              "0c00040001000000");
    const auto area = last.frame().header;
    EXPECT_EQ(wire::load<std::int16_t>(area.subspan(20)), 160);
    EXPECT_EQ(wire::load<std::int16_t>(area.subspan(22)), 1);
    EXPECT_EQ(wire::load<std::int64_t>(area.subspan(24)), 1);
    EXPECT_EQ(wire::load<std::int32_t>(area.subspan(35)), 1);
    EXPECT_EQ(wire::load<std::int32_t>(area.subspan(60)), 0);
}

TEST_F(statements, BaseNamesFollowWhatTheAllocationPromised) {
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::select;
    auto column = make_column("ALIAS", {type_id::varchar, 20, 0}, "VARCHAR");
    column.table = "T";
    column.schema = "S";
    column.base_name = "NAME";
    column.nullable = false;
    column.identity = true;
    reply.results.push_back({{column}, {}});
    backend.replies["select a"] = reply;
    context.base_names = true;
    const auto answer = direct(allocate(true), "select a");
    ASSERT_EQ(answer.columns.size(), 1U);
    EXPECT_EQ(answer.columns[0].base_name, "NAME");
    EXPECT_EQ(answer.columns[0].name, "ALIAS");
    EXPECT_EQ(answer.columns[0].table, "T");
    EXPECT_EQ(answer.columns[0].schema, "S");
    EXPECT_EQ(answer.columns[0].precision, 20);
    EXPECT_EQ(answer.columns[0].nullable, 0);
    EXPECT_EQ(answer.columns[0].flags, wire::column_flag::identity);
    EXPECT_EQ(answer.affected_rows, 0);
    context.base_names = false;
    EXPECT_EQ(direct(allocate(false), "select a").columns.at(0).base_name, "");
}

TEST_F(statements, TheWordsOfAStatementWithAPasswordAreNotLogged) {
    log.most = log_level::debug;
    const std::string sql = "create user u identified by hidden_word x";
    backend.replies[sql].prepare_error = sql_error(-2007, {}, source_position{1, 28, "hidden_word"});
    const auto handle = allocate();
    wire::prepare_request request;
    request.handle = handle;
    request.sql = sql;
    EXPECT_EQ(ask<wire::error_response>(request).code, -2007);
    bool found = false;
    for (const auto& line : log.lines) {
        EXPECT_EQ(line.find("hidden_word"), std::string::npos) << line;
        found = found || line.find("-2007") != std::string::npos;
    }
    EXPECT_TRUE(found);
}

TEST_F(statements, ExecutionsWithoutAStatementGetTheCodeOfDm8) {
    const auto handle = allocate();
    wire::execute_request request;
    request.handle = handle;
    EXPECT_EQ(ask<wire::error_response>(request).code, -2002);
    backend.replies["broken"].prepare_error = sql_error(-2007);
    prepare(handle, "update t");
    wire::prepare_request broken;
    broken.handle = handle;
    broken.sql = "broken";
    EXPECT_EQ(ask<wire::error_response>(broken).code, -2007);
    // The failed PREPARE has taken the earlier statement with it.
    EXPECT_EQ(ask<wire::error_response>(request).code, -2002);
    request.handle = 99;
    EXPECT_EQ(ask<wire::error_response>(request).text,
              "dmkit: not supported: EXECUTE on statement handle 99, which is not allocated");
}

TEST_F(statements, FreeOfAnUnknownHandleSucceeds) {
    const auto handle = allocate();
    wire::free_request request;
    request.handle = handle;
    ask<wire::simple_response>(request);
    ask<wire::simple_response>(request);
    EXPECT_NE(allocate(), handle);
}

TEST_F(statements, HandlesAreLimited) {
    server.limits.statements = 2;
    allocate();
    allocate();
    EXPECT_EQ(ask<wire::error_response>(wire::allocate_request{}).code, not_supported);
}

TEST_F(statements, RowsAreFetchedFromAnywhere) {
    backend.replies["select numbers"] = numbers(10'000);
    const auto handle = allocate();
    const auto answer = direct(handle, "select numbers");
    EXPECT_EQ(answer.affected_rows, 10'000);
    const auto first = bigints(answer.rows);
    EXPECT_EQ(static_cast<std::int32_t>(first.size()), answer.row_count);
    EXPECT_GT(first.size(), 1000U);
    EXPECT_LE(answer.rows.size(), 32768U);

    const auto fetch = [&](std::int64_t position, std::int32_t budget = 0, std::int64_t count = wire::no_row_limit) {
        wire::fetch_request request;
        request.handle = handle;
        request.position = position;
        request.budget = budget;
        request.count = count;
        const auto got = ask<wire::fetch_response>(request);
        EXPECT_EQ(got.total, 10'000);
        const auto values = bigints(got.rows);
        EXPECT_EQ(static_cast<std::int32_t>(values.size()), got.row_count);
        return values;
    };
    std::int64_t next = answer.row_count;
    while (next < 10'000) {
        const auto rows = fetch(next);
        ASSERT_FALSE(rows.empty());
        for (const auto value : rows)
            ASSERT_EQ(value, next++);
    }
    EXPECT_TRUE(fetch(10'000).empty());
    EXPECT_TRUE(fetch(std::numeric_limits<std::int64_t>::max()).empty());
    EXPECT_EQ(fetch(5, 0, 3), (std::vector<std::int64_t>{5, 6, 7}));
    EXPECT_EQ(fetch(9'998), (std::vector<std::int64_t>{9'998, 9'999}));
    // A budget that no row fits still yields one.
    EXPECT_EQ(fetch(4'000, 32), (std::vector<std::int64_t>{4'000}));
    EXPECT_GT(fetch(0, 65'536).size(), first.size());
    wire::fetch_request backwards;
    backwards.handle = handle;
    backwards.position = -1;
    EXPECT_EQ(ask<wire::error_response>(backwards).code, not_supported);
}

TEST_F(statements, TheVendorsFetchIsUnderstood) {
    backend.replies["select numbers"] = numbers(200);
    const auto handle = allocate();
    direct(handle, "select numbers");
    const auto answer = decoded<wire::fetch_response>(send_captured("FETCH from 100", handle));
    EXPECT_EQ(answer.row_count, 100);
}

TEST_F(statements, MaxRowsCutsTheResult) {
    backend.replies["select numbers"] = numbers(50);
    wire::prepare_request request;
    request.handle = allocate();
    request.direct = true;
    request.sql = "select numbers";
    request.max_rows = 10;
    const auto answer = ask<wire::execute_response>(request);
    EXPECT_EQ(answer.affected_rows, 10);
    EXPECT_EQ(answer.row_count, 10);
}

TEST_F(statements, PrepareResetsTheHandle) {
    backend.replies["select numbers"] = numbers(5);
    const auto handle = allocate();
    direct(handle, "select numbers");
    prepare(handle, "update t");
    wire::fetch_request fetch;
    fetch.handle = handle;
    EXPECT_EQ(ask<wire::error_response>(fetch).code, not_supported);
}

TEST_F(statements, ExecutionReportsTextsAndSessionState) {
    fake_reply reply;
    reply.result.kind = statement_kind::set_schema;
    reply.result.text = "模式";
    reply.result.printed = "printed\n";
    backend.replies["set schema"] = reply;
    const auto answer = direct(allocate(), "set schema");
    EXPECT_EQ(answer.kind, 153);
    EXPECT_EQ(answer.text, "模式");
    EXPECT_EQ(answer.printed, "printed\n");

    fake_reply zone;
    zone.result.kind = statement_kind::set_time_zone;
    zone.result.time_zone = -300;
    backend.replies["set time zone"] = zone;
    EXPECT_EQ(direct(allocate(), "set time zone").time_zone, -300);
}

TEST_F(statements, AutocommitIsThatOfTheMessage) {
    const auto handle = allocate();
    wire::prepare_request request;
    request.handle = handle;
    request.direct = true;
    request.sql = "update t";
    request.autocommit = false;
    request.timeout = 30;
    EXPECT_EQ(ask<wire::execute_response>(request).transaction_status, 1);
    EXPECT_FALSE(backend.calls.at(0).autocommit);
    EXPECT_EQ(backend.calls[0].timeout_seconds, 30);
    ask<wire::simple_response>(wire::commit_request{});
    request.autocommit = true;
    EXPECT_EQ(ask<wire::execute_response>(request).transaction_status, 0);
    EXPECT_EQ(backend.events.back(), "execute update t");
    ask<wire::simple_response>(wire::rollback_request{});
    EXPECT_EQ(backend.events.back(), "rollback");
}

TEST_F(statements, IsolationLevelsAreChecked) {
    wire::isolation_request request;
    request.level = 3;
    ask<wire::simple_response>(request);
    EXPECT_EQ(backend.events.back(), "isolation 3");
    request.level = 4;
    EXPECT_EQ(ask<wire::error_response>(request).code, not_supported);
    backend.in_transaction = true;
    request.level = 1;
    EXPECT_EQ(ask<wire::error_response>(request).code, -6510);
}

TEST_F(statements, MessagesThatAreNotThereAreRefusedByName) {
    EXPECT_EQ(decoded<wire::error_response>(send_captured("LOB_GET_LENGTH newLob=true", 0)).text,
              "Lob data has been freed");
    auto unknown = load_frame("vectors/message-vectors.json", "COMMIT");
    unknown[wire::header_offset::code] = std::byte{60};
    wire::finish_frame(unknown, 0);
    EXPECT_EQ(decoded<wire::error_response>({feed(unknown)}).text,
              "dmkit: not supported: message with command code 60");
    EXPECT_FALSE(session->closing());
}

/// A query whose rows have ids, on handle 1; a DELETE of the row where a cursor stands, prepared on handle 2.
class cursors : public statement_fixture {
  protected:
    cursors() {
        fake_reply rows;
        rows.description.kind = rows.result.kind = statement_kind::select;
        rows.results.push_back(
            {{make_column("ID", {type_id::integer, 0, 0}, "INTEGER")}, {{field(1)}, {field(2)}}, {70, 71}});
        backend.replies["select id from t"] = rows;
        of_cursor("delete default", "DM7CUR" + std::to_string(query));
        of_cursor("delete named", "CUR1");
    }
    void of_cursor(const std::string& sql, const std::string& cursor) {
        fake_reply change;
        change.description.kind = change.result.kind = statement_kind::delete_;
        change.description.cursor = cursor;
        change.result.affected_rows = 1;
        backend.replies[sql] = change;
    }
    template <class Answer>
    Answer change(std::string_view sql, std::int64_t row) {
        prepare(other, sql);
        wire::execute_request request;
        request.handle = other;
        request.cursor_row = row;
        return ask<Answer>(request);
    }

    std::int32_t query = allocate();
    std::int32_t other = allocate();
};

TEST_F(cursors, HaveTheNameThatTheJdbcDriverTakesThemToHave) {
    EXPECT_TRUE(direct(query, "select id from t").updatable);
    change<wire::execute_response>("delete default", 1);
    EXPECT_EQ(backend.calls.back().current_row, (row_place{1005, 71}));
    change<wire::execute_response>("delete default", 0);
    EXPECT_EQ(backend.calls.back().current_row, (row_place{1005, 70}));
}

TEST_F(cursors, KeepTheNameThatTheyAreGiven) {
    decoded<wire::simple_response>(send_captured("SET_CURSOR_NAME CUR1", query));
    direct(query, "select id from t");
    change<wire::execute_response>("delete named", 1);
    EXPECT_EQ(backend.calls.back().current_row, (row_place{1005, 71}));
    EXPECT_EQ(change<wire::error_response>("delete default", 1).code, -4535);
    // The name goes to whom it was given last.
    const auto third = allocate();
    decoded<wire::simple_response>(send_captured("SET_CURSOR_NAME CUR1", third));
    EXPECT_EQ(change<wire::error_response>("delete named", 1).code, -4535);
    change<wire::execute_response>("delete default", 1);
}

TEST_F(cursors, HaveNamesOf128BytesAtMost) {
    wire::set_cursor_name_request naming;
    naming.handle = query;
    std::string name(128, 'C');
    naming.name = name;
    ask<wire::simple_response>(naming);
    name += 'C';
    naming.name = name;
    EXPECT_EQ(ask<wire::error_response>(naming).text, "dmkit: not supported: a name of 129 bytes for a cursor");
}

TEST_F(cursors, MustStandOnARow) {
    EXPECT_EQ(change<wire::error_response>("delete default", 0).code, -4535);
    EXPECT_FALSE(direct(query, "select 1").updatable);
    EXPECT_EQ(change<wire::error_response>("delete default", 0).code, -4535);
    direct(query, "select id from t");
    EXPECT_EQ(change<wire::error_response>("delete default", 2).code, -4535);
    EXPECT_EQ(change<wire::error_response>("delete default", -1).code, -4535);
    change<wire::execute_response>("delete default", 1);
    wire::free_request gone;
    gone.handle = query;
    ask<wire::simple_response>(gone);
    EXPECT_EQ(change<wire::error_response>("delete default", 1).code, -4535);
}

TEST_F(cursors, NeedAMessageThatSaysTheRow) {
    direct(query, "select id from t");
    wire::prepare_request request;
    request.handle = other;
    request.direct = true;
    request.sql = "delete default";
    EXPECT_EQ(ask<wire::error_response>(request).text,
              "dmkit: not supported: WHERE CURRENT OF in a direct execution, which does not say the row");
    EXPECT_EQ(change<wire::error_response>("delete", 3).text,
              "dmkit: not supported: row 3 of a cursor for a statement without WHERE CURRENT OF");
}

TEST_F(statements, TablesThatAResultComesFromFollowItsRows) {
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::select;
    reply.results.push_back({{make_column("ID", {type_id::integer, 0, 0}, "INTEGER")}, {{field(1)}, {field(2)}}});
    backend.replies["select id from t"] = reply;
    const auto plain = direct(allocate(), "select id from t");
    EXPECT_EQ(plain.cache_offset, 0);
    const auto length = last.frame().body.size();
    reply.result.tables = {{1005, 77}, {1009, 78}};
    backend.replies["select id from t"] = reply;
    const auto answer = direct(allocate(), "select id from t");
    EXPECT_EQ(answer.cache_offset, static_cast<std::int32_t>(length));
    // dm8-data, 4.3: i16 n, n × (i32 table id, i64 timestamp)
    EXPECT_EQ(to_hex(last.frame().body.subspan(length)), "0200ed0300004d00000000000000f10300004e00000000000000");
    server_profile.fetch_buffer_size = 1;
    EXPECT_EQ(direct(allocate(), "select id from t").tables.size(), 0U) << "the rows do not come as a whole";
}

TEST_F(statements, StampsOfTablesAreTold) {
    const auto answer = decoded<wire::table_stamps_response>(send_captured("TABLE_TS 1,2", 0));
    EXPECT_EQ(answer.stamps, (std::vector<std::int64_t>{1000, 2000}));
}

TEST_F(statements, ErrorsOfTheBackendKeepTheSessionUsable) {
    backend.replies["fails"].execute_error = sql_error(-2106, {"T"});
    const auto handle = allocate();
    wire::prepare_request request;
    request.handle = handle;
    request.direct = true;
    request.sql = "fails";
    EXPECT_EQ(ask<wire::error_response>(request).code, -2106);
    EXPECT_EQ(direct(handle, "select 1").kind, 160);
}

TEST_F(statements, AWaitingOperationAnswersWhenItEnds) {
    backend.replies["slow"].deferred = true;
    backend.replies["slow"].result.kind = statement_kind::update;
    backend.replies["slow"].result.affected_rows = 3;
    const auto handle = allocate();
    wire::prepare_request request;
    request.handle = handle;
    request.direct = true;
    request.sql = "slow";
    EXPECT_TRUE(exchange(request).bytes.empty());
    EXPECT_TRUE(session->busy());
    EXPECT_EQ(ready_calls, 0);
    backend.held.front()({});
    EXPECT_EQ(ready_calls, 1);
    EXPECT_FALSE(session->busy());
    const server_answer answer{drain()};
    EXPECT_EQ(decoded<wire::execute_response>(answer).affected_rows, 3);
    backend.held.clear();
    exchange(request);
    backend.held.front()(sql_error(-6407));
    EXPECT_EQ(decoded<wire::error_response>({drain()}).code, -6407);
}

TEST_F(statements, EndingWhileAnOperationWaitsClosesTheBackendsSession) {
    backend.replies["slow"].deferred = true;
    wire::prepare_request request;
    request.handle = allocate();
    request.direct = true;
    request.sql = "slow";
    exchange(request);
    ASSERT_TRUE(session->busy());
    session.reset();
    EXPECT_EQ(backend.events.back(), "closed");
}

}  // namespace
}  // namespace dmkit::mock::test

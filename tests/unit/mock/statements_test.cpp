#include <limits>

#include "session_fixture.hpp"

namespace dmkit::mock::test {
namespace {

class statements : public session_fixture {
  protected:
    statements() { log_in(); }

    static fake_reply numbers(std::int64_t count) {
        fake_reply reply;
        reply.description.kind = reply.result.kind = statement_kind::select;
        reply.description.columns = {make_column("N", {type_id::bigint, 0, 0}, "BIGINT")};
        fake_reply::rows rows{reply.description.columns, {}};
        for (std::int64_t i = 0; i < count; ++i)
            rows.values.push_back({field(i)});
        reply.results.push_back(std::move(rows));
        return reply;
    }
    template <class Answer = wire::execute_response>
    Answer direct(std::int32_t handle, std::string_view sql) {
        wire::prepare_request request;
        request.handle = handle;
        request.direct = true;
        request.sql = sql;
        return ask<Answer>(request);
    }
    void prepare(std::int32_t handle, std::string_view sql) {
        wire::prepare_request request;
        request.handle = handle;
        request.sql = sql;
        ask<wire::prepare_response>(request);
    }
    /// A captured request with another handle in it.
    server_answer send_captured(std::string_view name, std::int32_t handle) {
        auto bytes = load_frame("vectors/message-vectors.json", name);
        wire::byte_writer(bytes).patch(wire::header_offset::handle, handle);
        wire::finish_frame(bytes, 0);
        return {feed(bytes)};
    }
    std::vector<std::int64_t> bigints(std::span<const std::byte> rows) {
        std::vector<std::int64_t> out;
        wire::row_reader reader(rows, 1);
        wire::decode_error error;
        while (reader.next(error))
            out.push_back(wire::load<std::int64_t>(*reader.column(0)));
        EXPECT_FALSE(error) << error.to_string();
        return out;
    }
};

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

TEST_F(statements, ParametersAreDescribedAndTheirValuesArriveWithTheClientsTypes) {
    const auto handle = allocate();
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::insert;
    reply.description.parameters = {make_parameter({type_id::integer, 0, 0}, "INTEGER"),
                                    make_parameter({type_id::varchar, 20, 0}, "VARCHAR")};
    reply.description.parameters[1].exact = false;
    reply.result.affected_rows = 1;
    backend.replies["insert"] = reply;
    wire::prepare_request request;
    request.handle = handle;
    request.sql = "insert";
    const auto prepared = ask<wire::prepare_response>(request);
    EXPECT_EQ(prepared.kind, 157);
    ASSERT_EQ(prepared.parameters.size(), 2U);
    EXPECT_EQ(prepared.parameters[0].type, 7);
    EXPECT_EQ(prepared.parameters[0].precision, 4);
    EXPECT_EQ(prepared.parameters[0].flags, 0);
    EXPECT_EQ(prepared.parameters[1].flags, wire::parameter_flag::recommended);

    const auto answer = decoded<wire::execute_response>(send_captured("EXECUTE2 one row (7,'ab')", handle));
    EXPECT_EQ(answer.kind, 157);
    EXPECT_EQ(answer.affected_rows, 1);
    EXPECT_EQ(answer.parts, 0);
    ASSERT_EQ(backend.calls.size(), 1U);
    const auto& call = backend.calls[0];
    EXPECT_TRUE(call.autocommit);
    EXPECT_EQ(call.timeout_seconds, 0);
    ASSERT_EQ(call.rows.size(), 1U);
    EXPECT_EQ(call.rows[0].at(0).value, field(7));
    EXPECT_EQ(call.rows[0].at(0).type, (data_type{type_id::integer, 4, 0}));
    EXPECT_EQ(call.rows[0].at(1).value, field("ab"));
    EXPECT_EQ(call.rows[0].at(1).type, (data_type{type_id::varchar, 8188, 0}));
}

TEST_F(statements, BatchesCarryACountForEachRow) {
    const auto handle = allocate();
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::insert;
    reply.description.parameters.resize(2);
    reply.result.affected_rows = 2;
    reply.result.row_counts = {1, 1};
    reply.result.generated_keys = {11, 12};
    backend.replies["insert"] = reply;
    prepare(handle, "insert");
    const auto answer = decoded<wire::execute_response>(send_captured("EXECUTE2 two rows (7,'ab') (8,NULL)", handle));
    EXPECT_EQ(answer.parts, wire::execute_part::row_counts | wire::execute_part::generated_keys);
    EXPECT_EQ(answer.row_counts, (std::vector<std::int64_t>{1, 1}));
    EXPECT_EQ(answer.generated_keys, (std::vector<std::int64_t>{11, 12}));
    ASSERT_EQ(backend.calls.at(0).rows.size(), 2U);
    EXPECT_EQ(backend.calls[0].rows[1].at(0).value, field(8));
    EXPECT_TRUE(backend.calls[0].rows[1].at(1).value.is_null());
}

TEST_F(statements, KeysThatJavaWantsByColumnAreLeftOut) {
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::insert;
    reply.description.parameters.resize(1);
    reply.result.affected_rows = 1;
    reply.result.generated_keys = {41};
    backend.replies["insert"] = reply;
    for (const auto* note : {"generated keys wanted by name", "generated keys wanted by position"}) {
        const auto handle = allocate();
        prepare(handle, "insert");
        auto bytes = load_frame("captures/jdbc.json", "EXECUTE2", note);
        wire::byte_writer(bytes).patch(wire::header_offset::handle, handle);
        wire::finish_frame(bytes, 0);
        const auto answer = decoded<wire::execute_response>({feed(bytes)});
        EXPECT_EQ(answer.affected_rows, 1);
        EXPECT_EQ(answer.parts, 0);
        EXPECT_EQ(backend.calls.back().rows.at(0).at(0).value, field(1));
    }
}

TEST_F(statements, FailingRowsOfABatchAreListed) {
    const auto handle = allocate();
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::insert;
    reply.description.parameters.resize(1);
    reply.result.affected_rows = 1;
    reply.result.row_counts = {1};
    reply.result.failures.push_back({1, sql_error(-6602, {"PK"})});
    backend.replies["insert"] = reply;
    prepare(handle, "insert");
    wire::execute_request request;
    request.handle = handle;
    request.row_count = 2;
    request.continue_on_error = true;
    request.types = {{0, 7, 4, 0, {}}};
    const auto rows = from_hex("0400 01000000 0400 01000000");
    request.rows = rows;
    const auto answer = ask<wire::execute_response>(request);
    EXPECT_EQ(answer.result, wire::batch_with_errors);
    EXPECT_EQ(answer.row_counts.size(), 2U);
    ASSERT_EQ(answer.failures.size(), 1U);
    EXPECT_EQ(answer.failures[0].row, 1);
    EXPECT_EQ(answer.failures[0].code, -6602);
    EXPECT_FALSE(answer.failures[0].text.empty());
    EXPECT_TRUE(backend.calls.at(0).continue_on_error);
    request.max_batch_errors = 5;
    EXPECT_EQ(ask<wire::error_response>(request).code, not_supported);
}

TEST_F(statements, LongParametersArriveInPieces) {
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    decoded<wire::prepare_response>(send_captured("PRE_EXEC one CLOB", handle));
    decoded<wire::simple_response>(send_captured("PUT_DATA new lob", handle));
    decoded<wire::simple_response>(send_captured("PUT_DATA new lob", handle));
    decoded<wire::execute_response>(send_captured("EXECUTE2 off-row CLOB", handle));
    ASSERT_EQ(backend.calls.size(), 1U);
    EXPECT_EQ(backend.calls[0].rows.at(0).at(0).value, field("chunkchunk"));
    EXPECT_EQ(backend.calls[0].rows[0][0].type.id, type_id::clob);
    // What an execution has used is gone: an empty value is an empty value again.
    decoded<wire::execute_response>(send_captured("EXECUTE2 off-row CLOB", handle));
    EXPECT_EQ(backend.calls.at(1).rows.at(0).at(0).value, field(""));
}

TEST_F(statements, WhatIsSentAheadIsLimited) {
    server.limits.put_data = 8;
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    decoded<wire::simple_response>(send_captured("PUT_DATA new lob", handle));
    EXPECT_EQ(decoded<wire::error_response>(send_captured("PUT_DATA new lob", handle)).code, not_supported);
    wire::put_data_request elsewhere;
    elsewhere.handle = handle;
    elsewhere.parameter = 1;
    EXPECT_EQ(ask<wire::error_response>(elsewhere).text,
              "dmkit: not supported: PUT_DATA for parameter 1 of a statement that has 1");
}

TEST_F(statements, WhatIsSentAheadOfARefusedExecutionIsForgotten) {
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    decoded<wire::prepare_response>(send_captured("PRE_EXEC one CLOB", handle));
    decoded<wire::simple_response>(send_captured("PUT_DATA new lob", handle));
    wire::execute_request refused;
    refused.handle = handle;
    refused.continue_on_error = true;
    refused.max_batch_errors = 5;
    EXPECT_EQ(ask<wire::error_response>(refused).code, not_supported);
    decoded<wire::execute_response>(send_captured("EXECUTE2 off-row CLOB", handle));
    ASSERT_EQ(backend.calls.size(), 1U);
    EXPECT_EQ(backend.calls[0].rows.at(0).at(0).value, field(""));
}

TEST_F(statements, MoreParametersThanAnAnswerCountsAreRefused) {
    const auto handle = allocate();
    auto& reply = backend.replies["many"];
    reply.description.parameters.resize(65'536);
    wire::prepare_request request;
    request.handle = handle;
    request.sql = "many";
    EXPECT_EQ(ask<wire::error_response>(request).text,
              "dmkit: not supported: a statement of more than 65535 parameters");
    wire::execute_request execution;
    execution.handle = handle;
    EXPECT_EQ(ask<wire::error_response>(execution).code, -2002);
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

TEST_F(statements, OutParametersAndCursorsComeBack) {
    const auto handle = allocate();
    // The captured execution names 0x55 as the cursor's statement.
    std::int32_t cursor = 0;
    while (cursor != 0x55)
        cursor = allocate();
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::call;
    reply.description.parameters = {make_parameter({type_id::integer, 0, 0}, "INTEGER"),
                                    make_parameter({type_id::integer, 0, 0}, "INTEGER"),
                                    make_parameter({type_id::cursor, 0, 0}, "CURSOR")};
    reply.description.parameters[0].direction = parameter_direction::out;
    reply.description.parameters[1].direction = parameter_direction::in_out;
    reply.description.parameters[2].direction = parameter_direction::out;
    reply.result.out_values = {field(7), field(), field()};
    reply.result.cursors = {{2, {make_column("N", {type_id::integer, 0, 0}, "INTEGER")}, {{field(1)}, {field(2)}}}};
    backend.replies["call p(?, ?, ?)"] = reply;
    wire::prepare_request request;
    request.handle = handle;
    request.sql = "call p(?, ?, ?)";
    const auto prepared = ask<wire::prepare_response>(request);
    EXPECT_EQ(prepared.kind, 162);
    ASSERT_EQ(prepared.parameters.size(), 3U);
    EXPECT_EQ(prepared.parameters[0].direction, 1);
    EXPECT_EQ(prepared.parameters[1].direction, 2);
    EXPECT_EQ(prepared.parameters[2].type, 120);

    const auto bytes = send_captured("EXECUTE2 OUT INT, INOUT INT=9, OUT CURSOR", handle);
    const auto answer = decoded<wire::execute_response>(bytes);
    EXPECT_EQ(answer.kind, 162);
    EXPECT_TRUE(answer.columns.empty());
    // dm8-data, section 12, rule 7: one value for each record that is not IN, cursors included.
    ASSERT_EQ(answer.out_parameters.size(), 3U);
    ASSERT_TRUE(answer.out_parameters[0]);
    EXPECT_EQ(wire::load<std::int32_t>(*answer.out_parameters[0]), 7);
    EXPECT_FALSE(answer.out_parameters[1]);
    EXPECT_FALSE(answer.out_parameters[2]);
    const auto& call = backend.calls.back();
    ASSERT_EQ(call.rows.at(0).size(), 3U);
    EXPECT_TRUE(call.rows[0][0].value.is_null());
    EXPECT_EQ(call.rows[0][0].direction, parameter_direction::out);
    EXPECT_EQ(call.rows[0][1].value, field(9));
    EXPECT_EQ(call.rows[0][1].direction, parameter_direction::in_out);

    wire::more_result_request more;
    more.handle = cursor;
    more.which = 1;
    const auto rows = ask<wire::execute_response>(more);
    EXPECT_EQ(rows.kind, 160);
    ASSERT_EQ(rows.columns.size(), 1U);
    EXPECT_EQ(rows.affected_rows, 2);
    EXPECT_EQ(rows.row_count, 2);
    wire::fetch_request fetch;
    fetch.handle = cursor;
    fetch.position = 1;
    EXPECT_EQ(ask<wire::fetch_response>(fetch).row_count, 1);
    more.handle = handle;
    EXPECT_EQ(ask<wire::execute_response>(more).kind, 162);
}

// Message 17: what the JDBC driver sends after a call or block, a handle and nothing else.
TEST_F(statements, ClosingACursorEndsItsResultsAndNothingElse) {
    const auto handle = allocate();
    direct(handle, "select a");
    wire::free_request close;
    close.handle = handle;
    std::vector<std::byte> frame;
    encode(close, context, frame);
    wire::byte_writer(frame).patch(wire::header_offset::code, static_cast<std::uint16_t>(17));
    wire::finish_frame(frame, 0);
    EXPECT_EQ(server_answer{feed(frame)}.result(), 0);
    wire::fetch_request fetch;
    fetch.handle = handle;
    EXPECT_EQ(ask<wire::error_response>(fetch).code, not_supported);
    EXPECT_EQ(direct(handle, "select a").row_count, 1);
}

TEST_F(statements, ACursorThatIsNoStatementIsRefused) {
    const auto handle = allocate();
    prepare(handle, "call p(?, ?, ?)");
    EXPECT_EQ(decoded<wire::error_response>(send_captured("EXECUTE2 OUT INT, INOUT INT=9, OUT CURSOR", handle)).code,
              not_supported);
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

TEST_F(statements, AnExecutionMustBringAllParameters) {
    const auto handle = allocate();
    prepare(handle, "update t set a=? where b=?");
    wire::execute_request request;
    request.handle = handle;
    EXPECT_EQ(ask<wire::error_response>(request).code, not_supported);
    request.types = {{0, 7, 4, 0, {}}, {0, 7, 4, 0, {}}};
    request.row_count = 1'000'000'000'000;
    EXPECT_EQ(ask<wire::error_response>(request).code, not_supported);
    EXPECT_TRUE(backend.calls.empty());
    // The values are not there: the message is malformed, and that ends the connection.
    request.row_count = 1;
    EXPECT_EQ(ask<wire::error_response>(request).code, not_supported);
    EXPECT_TRUE(session->closing());
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

TEST_F(statements, FurtherResultsComeOneByOne) {
    auto reply = numbers(1);
    reply.result.kind = statement_kind::call;
    reply.results.push_back({{make_column("S", {type_id::varchar, 5, 0}, "VARCHAR")}, {{field("x")}}});
    backend.replies["call p"] = reply;
    const auto handle = allocate();
    EXPECT_EQ(direct(handle, "call p").columns.at(0).name, "N");
    wire::more_result_request request;
    request.handle = handle;
    const auto second = ask<wire::execute_response>(request);
    EXPECT_EQ(second.kind, 160);
    EXPECT_EQ(second.columns.at(0).name, "S");
    EXPECT_EQ(second.affected_rows, 1);
    wire::fetch_request fetch;
    fetch.handle = handle;
    EXPECT_EQ(ask<wire::fetch_response>(fetch).row_count, 1);
    for (int i = 0; i < 2; ++i) {
        const auto none = ask<wire::execute_response>(request);
        EXPECT_EQ(none.kind, 162);
        EXPECT_EQ(none.result, 111);
        EXPECT_TRUE(none.columns.empty());
        EXPECT_EQ(none.row_count, 0);
    }
    request.handle = 77;
    EXPECT_EQ(ask<wire::execute_response>(request).kind, 162);
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

TEST_F(statements, LiteralsTurnedIntoParametersAreUnderstood) {
    const auto handle = allocate();
    const auto answer = decoded<wire::execute_response>(send_captured("EXEC_OPT (91) literal 5", handle));
    EXPECT_EQ(answer.kind, 160);
    ASSERT_EQ(backend.calls.size(), 1U);
    EXPECT_EQ(backend.calls[0].sql, "select ? from dual");
    EXPECT_EQ(backend.calls[0].rows.at(0).at(0).value, field(5));
}

TEST_F(statements, MessagesThatAreNotThereAreRefusedByName) {
    for (const auto& [name, text] :
         {std::pair{"LOB_GET_LENGTH newLob=true", "Lob data has been freed"},
          {"TABLE_TS 1,2", "dmkit: not supported: message TABLE_TS (71), the client's result cache"}})
        EXPECT_EQ(decoded<wire::error_response>(send_captured(name, 0)).text, text);
    auto unknown = load_frame("vectors/message-vectors.json", "COMMIT");
    unknown[wire::header_offset::code] = std::byte{60};
    wire::finish_frame(unknown, 0);
    EXPECT_EQ(decoded<wire::error_response>({feed(unknown)}).text,
              "dmkit: not supported: message with command code 60");
    decoded<wire::simple_response>(send_captured("SET_CURSOR_NAME CUR1", allocate()));
    EXPECT_FALSE(session->closing());
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

TEST_F(statements, LobsTravelInTheRowInTheFormOfTheSession) {
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::select;
    reply.results.push_back({{make_column("C", {type_id::clob, 0, 0}, "CLOB")}, {{field("text")}, {field()}}});
    backend.replies["select c"] = reply;
    const auto check = [&](std::size_t head) {
        const auto answer = direct(allocate(), "select c");
        EXPECT_EQ(answer.columns.at(0).precision, 2147483647);
        wire::row_reader rows(answer.rows, 1);
        wire::decode_error error;
        ASSERT_TRUE(rows.next(error));
        const auto value = rows.column(0);
        ASSERT_TRUE(value);
        EXPECT_EQ(value->size(), head + 4);
        EXPECT_EQ(wire::as_text(value->subspan(head)), "text");
        ASSERT_TRUE(rows.next(error));
        EXPECT_FALSE(rows.column(0));
    };
    check(wire::lob_head_size);
    connect();
    context.new_lob = false;
    log_in();
    check(wire::old_lob_in_row_head_size);
}

// dm8-data §9: what no table keeps is read from a copy, in both forms.
TEST_F(statements, LongLobsTravelAsLocators) {
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::select;
    reply.results.push_back({{make_column("C", {type_id::clob, 0, 0}, "CLOB")},
                             {{field(std::string(2048, 'x'))}, {field("达" + std::string(69'999, 'x'))}}});
    backend.replies["select c"] = reply;
    for (const bool new_form : {true, false}) {
        connect();
        context.new_lob = new_form;
        log_in();
        const auto answer = direct(allocate(), "select c");
        wire::row_reader rows(answer.rows, 1);
        wire::decode_error error;
        wire::lob_value lob;
        ASSERT_TRUE(rows.next(error));
        ASSERT_EQ(wire::decode_lob(*rows.column(0), new_form, lob), wire::value_fault::none);
        EXPECT_TRUE(lob.in_row);
        ASSERT_TRUE(rows.next(error));
        ASSERT_EQ(wire::decode_lob(*rows.column(0), new_form, lob), wire::value_fault::none);
        EXPECT_EQ(rows.column(0)->size(), wire::lob_head_bytes(false, new_form));
        EXPECT_FALSE(lob.in_row);
        EXPECT_EQ(lob.locator.length, 70'002) << "bytes";
        const auto address = wire::address_of(lob.locator, true);
        EXPECT_EQ(ask<wire::lob_length_response>(wire::lob_length_request{address}).length, 70'000) << "characters";
        wire::lob_read_request read{address, {}, 0, 2};
        auto piece = ask<wire::lob_read_response>(read);
        EXPECT_EQ(wire::as_text(piece.data), "达x");
        EXPECT_EQ(piece.characters, 2U);
        EXPECT_FALSE(piece.end);
        read.position = 69'999;
        piece = ask<wire::lob_read_response>(read);
        EXPECT_EQ(wire::as_text(piece.data), "x");
        EXPECT_TRUE(piece.end);
        read.position = 70'000;
        EXPECT_TRUE(ask<wire::lob_read_response>(read).end);
        read.position = -1;
        EXPECT_EQ(ask<wire::error_response>(read).code, not_supported);
        wire::lob_truncate_request truncate{address, 1};
        EXPECT_EQ(ask<wire::error_response>(truncate).code, lob_freed) << "no column has it";
        auto foreign = address;
        ++foreign.id;
        EXPECT_EQ(ask<wire::error_response>(wire::lob_length_request{foreign}).code, lob_freed);
        foreign = address;
        foreign.text = false;
        EXPECT_EQ(ask<wire::error_response>(wire::lob_length_request{foreign}).code, lob_freed);
    }
}

// dmPython takes no long LOB inside an OUT parameter (-70001).
TEST_F(statements, LongLobsOfOutParametersAreReadByTheirLocators) {
    const std::string text(5'000, 'x');
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::call;
    reply.description.parameters = {make_parameter({type_id::clob, 0, 0}, "CLOB"),
                                    make_parameter({type_id::clob, 0, 0}, "CLOB")};
    reply.description.parameters[0].direction = reply.description.parameters[1].direction = parameter_direction::out;
    reply.result.out_values = {field(text), field("short")};
    backend.replies["call p(?, ?)"] = reply;
    const auto handle = allocate();
    prepare(handle, "call p(?, ?)");
    wire::execute_request request;
    request.handle = handle;
    request.row_count = 1;
    const wire::parameter_type out{1, static_cast<std::int32_t>(type_id::clob), 0, 0, {}};
    request.types = {out, out};
    const auto answer = ask<wire::execute_response>(request);
    ASSERT_EQ(answer.out_parameters.size(), 2U);
    ASSERT_TRUE(answer.out_parameters[0] && answer.out_parameters[1]);
    wire::lob_value lob;
    ASSERT_EQ(wire::decode_lob(*answer.out_parameters[1], context.new_lob, lob), wire::value_fault::none);
    EXPECT_TRUE(lob.in_row);
    ASSERT_EQ(wire::decode_lob(*answer.out_parameters[0], context.new_lob, lob), wire::value_fault::none);
    EXPECT_FALSE(lob.in_row);
    EXPECT_EQ(lob.locator.length, 5'000);
    const wire::lob_read_request read{wire::address_of(lob.locator, true), {}, 4'998, 10};
    const auto piece = ask<wire::lob_read_response>(read);
    EXPECT_EQ(wire::as_text(piece.data), "xx");
    EXPECT_TRUE(piece.end);
}

TEST_F(statements, WhatParametersCopyIsLimited) {
    server.limits.copied_arguments = 10'000;
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::select;
    reply.results.push_back({{make_column("C", {type_id::clob, 0, 0}, "CLOB")}, {{field(std::string(5'000, 'x'))}}});
    backend.replies["select c"] = reply;
    const auto answer = direct(allocate(), "select c");
    wire::row_reader rows(answer.rows, 1);
    wire::decode_error error;
    ASSERT_TRUE(rows.next(error));
    std::vector<std::byte> one = from_hex("fbff");  // length_marker::locator
    const auto locator = rows.column(0);
    one.insert(one.end(), locator->begin(), locator->end());
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    const auto execute = [&](std::int64_t count) {
        std::vector<std::byte> all;
        for (std::int64_t i = 0; i < count; ++i)
            all.insert(all.end(), one.begin(), one.end());
        wire::execute_request request;
        request.handle = handle;
        request.row_count = count;
        request.types = {{0, static_cast<std::int32_t>(type_id::clob), 0, 0, {}}};
        request.rows = all;
        return exchange(request);
    };
    decoded<wire::execute_response>(execute(2));
    EXPECT_EQ(backend.calls.back().rows.at(1).at(0).value, field(std::string(5'000, 'x')));
    EXPECT_EQ(error_text(execute(3)),
              "[-99999] dmkit: not supported: an execution whose parameters name LOBs of more than 10000 bytes");
    decoded<wire::execute_response>(execute(2));
}

TEST_F(statements, WhatWasSentAheadIsCopiedForSomeRowsAtMost) {
    server.limits.copied_arguments = 10;
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    decoded<wire::simple_response>(send_captured("PUT_DATA new lob", handle));
    wire::execute_request request;
    request.handle = handle;
    request.row_count = 3;
    request.types = {{0, static_cast<std::int32_t>(type_id::clob), 0, 0, {}}};
    const auto rows = from_hex("0000 0000 0000");
    request.rows = rows;
    EXPECT_EQ(ask<wire::error_response>(request).code, not_supported) << "3 times `chunk`";
}

// Small copies cost more than their bytes.
TEST_F(statements, CopiesOfSmallLobsAreLimitedToo) {
    server_profile.lob_in_row = 0;
    server.limits.lob_copies = 100'000;
    connect();
    log_in();
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::select;
    fake_reply::rows many{{make_column("C", {type_id::clob, 0, 0}, "CLOB")}, {}};
    many.values.resize(5'000, {field("x")});
    reply.results.push_back(many);
    backend.replies["select c"] = reply;
    EXPECT_EQ(direct<wire::error_response>(allocate(), "select c").code, not_supported);
}

TEST_F(statements, ARowMustSayWhereItsLobsRest) {
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::select;
    fake_reply::rows stored{{make_column("C", {type_id::clob, 0, 0}, "CLOB")}, {{field("text")}}};
    stored.columns[0].lob_table = 1001;
    stored.columns[0].lob_column = 1;
    reply.results.push_back(stored);
    backend.replies["select c"] = reply;
    EXPECT_EQ(direct<wire::error_response>(allocate(), "select c").code, not_supported);
}

// Those of one execution stay, whichever of its cursors they belong to.
TEST_F(statements, CursorsOfOneExecutionKeepTheirLobs) {
    server.limits.lob_copies = 8'000;
    connect();
    log_in();
    const auto handle = allocate();
    const auto first = allocate();
    const auto second = allocate();
    const std::vector<column_description> columns{make_column("C", {type_id::clob, 0, 0}, "CLOB")};
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::call;
    reply.description.parameters = {make_parameter({type_id::cursor, 0, 0}, "CURSOR"),
                                    make_parameter({type_id::cursor, 0, 0}, "CURSOR")};
    reply.result.out_values = {field(), field()};
    reply.result.cursors = {{0, columns, {{field(std::string(5'000, 'x'))}}},
                            {1, columns, {{field(std::string(5'000, 'y'))}}}};
    backend.replies["call p(?, ?)"] = reply;
    prepare(handle, "call p(?, ?)");
    wire::execute_request request;
    request.handle = handle;
    request.row_count = 1;
    request.types = {{2, static_cast<std::int32_t>(type_id::cursor), 0, 0, {}},
                     {2, static_cast<std::int32_t>(type_id::cursor), 0, 0, {}}};
    std::vector<std::byte> rows;
    wire::byte_writer writer(rows);
    for (const auto each : {first, second}) {
        writer.number<std::uint16_t>(4);
        writer.number(each);
    }
    request.rows = rows;
    EXPECT_EQ(ask<wire::error_response>(request).code, not_supported) << "both do not fit";
}

}  // namespace
}  // namespace dmkit::mock::test

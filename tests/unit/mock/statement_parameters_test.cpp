// Values for parameters: their descriptions, batches, pieces sent ahead.
#include "statement_fixture.hpp"

namespace dmkit::mock::test {
namespace {

class statement_parameters : public statement_fixture {
  protected:
    void speak_message_version_10() {
        server_profile.message_version = 10;
        connect();
        log_in(10);
    }
    /// The name with which the first piece of a value comes.
    static constexpr std::string_view nameless = "02 ffffffffffffffff 00000000 ffff ffff ffffffff";
};

TEST_F(statement_parameters, ParametersAreDescribedAndTheirValuesArriveWithTheClientsTypes) {
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

TEST_F(statement_parameters, BatchesCarryACountForEachRow) {
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

// docs/protocol/drivers.md: Go crashes and Java gives null where counts are missing, and neither looks for them behind
// the kind of a CALL.
TEST_F(statement_parameters, BatchesOfCallsCarryCountsToo) {
    const auto handle = allocate();
    fake_reply reply;
    reply.description.kind = reply.result.kind = statement_kind::call;
    reply.description.parameters.resize(2);
    reply.result.row_counts = {0, 0};
    backend.replies["call"] = reply;
    prepare(handle, "call");
    const auto two = decoded<wire::execute_response>(send_captured("EXECUTE2 two rows (7,'ab') (8,NULL)", handle));
    EXPECT_EQ(two.kind, 159);
    EXPECT_EQ(two.row_counts, (std::vector<std::int64_t>{0, 0}));
    const auto one = decoded<wire::execute_response>(send_captured("EXECUTE2 one row (7,'ab')", handle));
    EXPECT_EQ(one.kind, 162);
}

TEST_F(statement_parameters, KeysThatJavaWantsByColumnAreLeftOut) {
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

TEST_F(statement_parameters, FailingRowsOfABatchAreListed) {
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
    EXPECT_EQ(backend.calls.at(0).max_failures, 0);
    request.max_batch_errors = 5;
    ask<wire::execute_response>(request);
    EXPECT_EQ(backend.calls.at(1).max_failures, 5);
}

TEST_F(statement_parameters, LongParametersArriveInPieces) {
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

TEST_F(statement_parameters, WhatIsSentAheadIsLimited) {
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

TEST_F(statement_parameters, WhatIsSentAheadOfARefusedExecutionIsForgotten) {
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    decoded<wire::prepare_response>(send_captured("PRE_EXEC one CLOB", handle));
    decoded<wire::simple_response>(send_captured("PUT_DATA new lob", handle));
    wire::execute_request refused;
    refused.handle = handle;
    refused.cursor_row = 5;
    EXPECT_EQ(ask<wire::error_response>(refused).code, not_supported);
    decoded<wire::execute_response>(send_captured("EXECUTE2 off-row CLOB", handle));
    ASSERT_EQ(backend.calls.size(), 1U);
    EXPECT_EQ(backend.calls[0].rows.at(0).at(0).value, field(""));
}

// The bytes of JDBC 8.1.3.140 at message version 10 (docs/protocol/drivers.md): one name a value, so that each row of a
// batch may have its own.
TEST_F(statement_parameters, ValuesSentAheadByNameStandInTheRowsOfABatch) {
    speak_message_version_10();
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    decoded<wire::prepare_response>(send_captured("PRE_EXEC one CLOB", handle));
    const auto begun = from_hex(nameless);
    wire::put_data2_request piece;
    piece.handle = handle;
    const auto send = [&](std::span<const std::byte> name, std::string_view text) {
        piece.name = name;
        piece.data = wire::as_bytes(text);
        const auto answer = ask<wire::put_data2_response>(piece);
        return std::vector<std::byte>(answer.name.begin(), answer.name.end());
    };
    const auto first = send(begun, "ab");
    EXPECT_EQ(to_hex(first),
              "02"
              "0100000000000000"
              "02000000"
              "ffff"
              "ffff"
              "ffffffff");
    const auto second = send(begun, "x");
    const auto longer = send(first, "cd");
    EXPECT_EQ(to_hex(longer),
              "02"
              "0100000000000000"
              "04000000"
              "ffff"
              "ffff"
              "ffffffff");

    wire::execute_request execute;
    execute.handle = handle;
    execute.types = {{0, static_cast<std::int32_t>(type_id::clob), 2147483647, 0, {}}};
    execute.row_count = 3;
    std::vector<std::byte> rows;
    wire::byte_writer writer(rows);
    writer.number(wire::length_marker::sent_ahead);
    writer.bytes(longer);
    writer.number(wire::length_marker::null);
    writer.number(wire::length_marker::sent_ahead);
    writer.bytes(second);
    execute.rows = rows;
    ask<wire::execute_response>(execute);
    ASSERT_EQ(backend.calls.size(), 1U);
    ASSERT_EQ(backend.calls[0].rows.size(), 3U);
    EXPECT_EQ(backend.calls[0].rows[0].at(0).value, field("abcd"));
    EXPECT_TRUE(backend.calls[0].rows[1].at(0).value.is_null());
    EXPECT_EQ(backend.calls[0].rows[2].at(0).value, field("x"));

    EXPECT_EQ(ask<wire::error_response>(execute).text,
              "dmkit: not supported: parameter 1 with the name of a value that PUT_DATA2 has not sent")
        << "the execution has consumed it";
    piece.name = first;
    EXPECT_EQ(ask<wire::error_response>(piece).text,
              "dmkit: not supported: PUT_DATA2 for value 1, which has not begun");
    const auto in_row = from_hex("01 ffffffffffffffff 00000000 ffff ffff ffffffff");
    piece.name = in_row;
    EXPECT_EQ(ask<wire::error_response>(piece).text, "dmkit: not supported: PUT_DATA2 for a value without a name");
}

TEST_F(statement_parameters, ValuesWithoutBytesCountAsValuesSentAhead) {
    server.limits.put_data = 200;
    speak_message_version_10();
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    wire::put_data2_request piece;
    piece.handle = handle;
    const auto name = from_hex(nameless);
    piece.name = name;
    for (int i = 0; i < 3; ++i)
        ask<wire::put_data2_response>(piece);
    EXPECT_EQ(ask<wire::error_response>(piece).text,
              "dmkit: not supported: more than 200 bytes of parameters sent ahead of an execution");
}

TEST_F(statement_parameters, WhatAStatementTookAheadCountsNoMoreOnceItIsExecuted) {
    server.limits.put_data = 200;
    speak_message_version_10();
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    wire::put_data2_request piece;
    piece.handle = handle;
    const auto name = from_hex(nameless);
    piece.name = name;
    const std::string text(100, 'x');
    piece.data = wire::as_bytes(text);
    for (int i = 0; i < 3; ++i) {
        const auto answer = ask<wire::put_data2_response>(piece);
        wire::execute_request execute;
        execute.handle = handle;
        execute.types = {{0, static_cast<std::int32_t>(type_id::clob), 2147483647, 0, {}}};
        execute.row_count = 1;
        std::vector<std::byte> rows;
        wire::byte_writer writer(rows);
        writer.number(wire::length_marker::sent_ahead);
        writer.bytes(answer.name);
        execute.rows = rows;
        ask<wire::execute_response>(execute);
        EXPECT_EQ(backend.calls.back().rows.at(0).at(0).value, field(text));
    }
}

TEST_F(statement_parameters, NamesOfValuesAreThoseOfLobsOutOfTheRow) {
    speak_message_version_10();
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    wire::put_data2_request piece;
    piece.handle = handle;
    const auto name = from_hex(nameless);
    piece.name = name;
    ask<wire::put_data2_response>(piece);
    const auto rows = from_hex("f9ff 01 0100000000000000 00000000 ffff ffff ffffffff");
    wire::execute_request execute;
    execute.handle = handle;
    execute.types = {{0, static_cast<std::int32_t>(type_id::clob), 2147483647, 0, {}}};
    execute.row_count = 1;
    execute.rows = rows;
    EXPECT_EQ(ask<wire::error_response>(execute).text,
              "dmkit: not supported: parameter 1 with the name of a value that PUT_DATA2 has not sent");
}

TEST_F(statement_parameters, NamedValuesBelongToMessageVersion10) {
    const auto handle = allocate();
    prepare(handle, "insert into l values(?)");
    wire::put_data2_request piece;
    piece.handle = handle;
    const auto name = from_hex(nameless);
    piece.name = name;
    EXPECT_EQ(ask<wire::error_response>(piece).text,
              "dmkit: not supported: PUT_DATA2 in message version 8: it belongs to those from 10 on");
}

TEST_F(statement_parameters, MoreParametersThanAnAnswerCountsAreRefused) {
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

TEST_F(statement_parameters, AnExecutionMustBringAllParameters) {
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

TEST_F(statement_parameters, LiteralsTurnedIntoParametersAreUnderstood) {
    const auto handle = allocate();
    const auto answer = decoded<wire::execute_response>(send_captured("EXEC_OPT (91) literal 5", handle));
    EXPECT_EQ(answer.kind, 160);
    ASSERT_EQ(backend.calls.size(), 1U);
    EXPECT_EQ(backend.calls[0].sql, "select ? from dual");
    EXPECT_EQ(backend.calls[0].rows.at(0).at(0).value, field(5));
}

}  // namespace
}  // namespace dmkit::mock::test

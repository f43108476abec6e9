// What calls give back: OUT parameters, cursors, further results.
#include "statement_fixture.hpp"

namespace dmkit::mock::test {
namespace {

class statement_calls : public statement_fixture {};

TEST_F(statement_calls, OutParametersAndCursorsComeBack) {
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
TEST_F(statement_calls, ClosingACursorEndsItsResultsAndNothingElse) {
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

TEST_F(statement_calls, ACursorThatIsNoStatementIsRefused) {
    const auto handle = allocate();
    prepare(handle, "call p(?, ?, ?)");
    EXPECT_EQ(decoded<wire::error_response>(send_captured("EXECUTE2 OUT INT, INOUT INT=9, OUT CURSOR", handle)).code,
              not_supported);
}

TEST_F(statement_calls, FurtherResultsComeOneByOne) {
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

}  // namespace
}  // namespace dmkit::mock::test

// Large objects in rows and parameters, by value and by locators.
#include "statement_fixture.hpp"

namespace dmkit::mock::test {
namespace {

class statement_lobs : public statement_fixture {};

TEST_F(statement_lobs, LobsTravelInTheRowInTheFormOfTheSession) {
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
TEST_F(statement_lobs, LongLobsTravelAsLocators) {
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
        ASSERT_EQ(wire::decode_lob(*rows.column(0), {new_form, false}, lob), wire::value_fault::none);
        EXPECT_TRUE(lob.in_row);
        ASSERT_TRUE(rows.next(error));
        ASSERT_EQ(wire::decode_lob(*rows.column(0), {new_form, false}, lob), wire::value_fault::none);
        EXPECT_EQ(rows.column(0)->size(), wire::lob_head_bytes(false, {new_form, false}));
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
TEST_F(statement_lobs, LongLobsOfOutParametersAreReadByTheirLocators) {
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
    ASSERT_EQ(wire::decode_lob(*answer.out_parameters[1], {context.new_lob, false}, lob), wire::value_fault::none);
    EXPECT_TRUE(lob.in_row);
    ASSERT_EQ(wire::decode_lob(*answer.out_parameters[0], {context.new_lob, false}, lob), wire::value_fault::none);
    EXPECT_FALSE(lob.in_row);
    EXPECT_EQ(lob.locator.length, 5'000);
    const wire::lob_read_request read{wire::address_of(lob.locator, true), {}, 4'998, 10};
    const auto piece = ask<wire::lob_read_response>(read);
    EXPECT_EQ(wire::as_text(piece.data), "xx");
    EXPECT_TRUE(piece.end);
}

TEST_F(statement_lobs, WhatParametersCopyIsLimited) {
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

TEST_F(statement_lobs, WhatWasSentAheadIsCopiedForSomeRowsAtMost) {
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
TEST_F(statement_lobs, CopiesOfSmallLobsAreLimitedToo) {
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

TEST_F(statement_lobs, ARowMustSayWhereItsLobsRest) {
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
TEST_F(statement_lobs, CursorsOfOneExecutionKeepTheirLobs) {
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

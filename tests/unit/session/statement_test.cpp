#include <algorithm>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "client/session/execution.hpp"
#include "script.hpp"

namespace dmkit::session::test {
namespace {

/// docs/protocol (connection layer), session after LOGIN: captured from the vendor's Go driver.
constexpr std::string_view allocate =
    "00000000 0300 00000000 00000000 00000000 00 03 01"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view insert_direct =
    "02000000 0500 18000000 00000000 00000000 00 1f"
    "00 01 00 01 00 0000 ffffffffffffff7f 00 0000 01 00000000000000000000000000000000000000000000000000"
    "696e7365727420696e746f20742076616c75657328312900";
/// docs/protocol (data layer), column descriptor: the answer of a real 8.1.3.62 to SELECT 1 FROM DUAL.
constexpr std::string_view select_one_body =
    "07000000 04000000 00000000 01000000 0400 00000000 0100 0100 0700 0000 0000 31 494e5445474552"
    "1200 0000000000000000 0c00 0400 01000000";

bytes allocated(std::int32_t handle, bool base_names = false) {
    wire::allocate_response response;
    response.handle = handle;
    response.base_names = base_names;
    return frame_of(response);
}

/// An execute response with a body that was captured.
bytes captured_result(std::string_view body_hex) {
    wire::execute_response response;
    response.kind = 160;
    bytes frame = frame_of(response);
    const auto body = from_hex(body_hex);
    frame.resize(wire::header_size);
    frame[22] = std::byte{1};
    frame[24] = std::byte{1};
    frame[35] = std::byte{1};
    frame.insert(frame.end(), body.begin(), body.end());
    wire::finish_frame(frame, 0);
    return frame;
}

TEST(Execute, SendsTheBytesOfTheVendorsDriver) {
    const auto state = logged_in();
    state->in_transaction = true;
    wire::execute_response done;
    done.kind = 157;
    const auto conversation = script()
                                  .client_sends(from_hex(allocate))
                                  .server_sends(allocated(2))
                                  .client_sends(from_hex(insert_direct))
                                  .server_sends(frame_of(done));
    execute_machine machine("insert into t values(1)", {}, {});
    const auto result = conversation.run(*state, machine);
    ASSERT_FALSE(result.code) << result.details.message();
    EXPECT_FALSE(machine.product().has_rows);
    ASSERT_EQ(state->idle_handles.size(), 1U) << "the handle is kept for the next statement";
    EXPECT_EQ(state->idle_handles[0].id, 2);
}

TEST(Execute, ReadsTheRowOfARealServer) {
    const auto state = logged_in();
    state->idle_handles.push_back({9, false});
    const auto conversation =
        script().client_sends(wire::command::prepare).server_sends(captured_result(select_one_body));
    execute_machine machine("SELECT 1 FROM DUAL", {}, {});
    ASSERT_FALSE(conversation.run(*state, machine, 3).code);
    ASSERT_TRUE(machine.keeps_handle());
    auto& rows = machine.product().rows;
    ASSERT_EQ(rows.columns().size(), 1U);
    EXPECT_EQ(rows.columns()[0].name, "1");
    EXPECT_EQ(rows.columns()[0].type_name, "INTEGER");
    EXPECT_EQ(rows.columns()[0].type, (data_type{type_id::integer, 4, 0}));
    failure problem;
    ASSERT_TRUE(rows.next(*state, problem));
    EXPECT_EQ(rows.current()[0].get<std::int64_t>(), 1);
    EXPECT_FALSE(rows.next(*state, problem));
    EXPECT_FALSE(problem.code);
    EXPECT_FALSE(rows.needs_fetch());
}

TEST(Execute, TellsWhetherRowsAreReadForwardOnly) {
    for (const bool scrolling : {false, true}) {
        const auto state = logged_in();
        state->idle_handles.push_back({9, false});
        const auto asked = [&](const wire::frame_view& frame) {
            wire::prepare_request request;
            ASSERT_FALSE(decode(frame, {}, request));
            EXPECT_EQ(request.forward_only, !scrolling);
        };
        const auto conversation =
            script().client_sends(wire::command::prepare, asked).server_sends(captured_result(select_one_body));
        execute_machine machine("SELECT 1 FROM DUAL", {}, {.max_rows = 0, .scrolling = scrolling});
        ASSERT_FALSE(conversation.run(*state, machine, 3).code);
        EXPECT_EQ(machine.product().rows.scrolling(), scrolling);
    }
}

// The message of the vector "SET_CURSOR_NAME CUR1", before the query as the JDBC driver sends it.
TEST(Execute, NamesItsCursorFirst) {
    const auto state = logged_in();
    state->idle_handles.push_back({0x01020304, false});
    const auto conversation =
        script()
            .client_sends(wire::command::set_cursor_name,
                          [](const wire::frame_view& frame) {
                              EXPECT_EQ(frame.handle(), 0x01020304);
                              EXPECT_EQ(bytes(frame.body.begin(), frame.body.end()), from_hex("4355523100 01000000"));
                          })
            .server_sends(frame_of(wire::simple_response{}))
            .client_sends(wire::command::prepare)
            .server_sends(captured_result(select_one_body));
    execute_machine machine("SELECT 1 FROM DUAL", {}, {.max_rows = 0, .scrolling = false, .cursor_name = "CUR1"});
    ASSERT_FALSE(conversation.run(*state, machine, 3).code);
    EXPECT_TRUE(machine.product().has_rows);
    execute_machine cut("SELECT 1 FROM DUAL", {}, {.cursor_name = std::string("A\0B", 3)});
    state->idle_handles.push_back({7, false});
    EXPECT_EQ(script().run(*state, cut, 3).code, client_errc::text_not_encodable);
    EXPECT_EQ(state->idle_handles.size(), 1U) << "the handle is given back";
}

// Field `cursor_row` of EXECUTE2: PREPARE has none, so a statement without parameters is prepared as well.
TEST(Execute, SaysTheRowOfACursor) {
    const auto state = logged_in();
    state->idle_handles.push_back({9, false});
    wire::prepare_response prepared_as;
    prepared_as.kind = 158;
    wire::execute_response done;
    done.kind = 158;
    done.affected_rows = 1;
    const auto conversation = script()
                                  .client_sends(wire::command::prepare,
                                                [](const wire::frame_view& frame) {
                                                    wire::prepare_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_FALSE(request.direct);
                                                })
                                  .server_sends(frame_of(prepared_as))
                                  .client_sends(wire::command::execute,
                                                [](const wire::frame_view& frame) {
                                                    wire::execute_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(request.cursor_row, 4);
                                                })
                                  .server_sends(frame_of(done));
    execute_machine machine("DELETE FROM T WHERE CURRENT OF C", {}, {.cursor_row = 4});
    ASSERT_FALSE(conversation.run(*state, machine, 3).code);
    EXPECT_EQ(machine.product().info.affected_rows, 1);
}

/// docs/protocol/message-vectors: EXECUTE2 one row (7,'ab'), made by the vendor's Go driver.
constexpr std::string_view execute_vector =
    "04030201 0d00 24000000 00000000 00000000 00 2d"
    "01 0200 01 0100000000000000 0000000000000000 ffffffffffffff7f 01 00 00 00 ffffffff 00000000 00 000000"
    "00 07000000 04000000 00000000 00 02000000 fc1f0000 00000000 0400 07000000 0200 6162";

bytes two_parameters() {
    wire::prepare_response response;
    response.kind = 157;
    response.parameters = {parameter(7, 4), parameter(2, 8188)};
    return frame_of(response);
}

TEST(Execute, BindsParametersAsTheVendorsDriver) {
    const auto make_state = [] {
        auto state = logged_in();
        state->idle_handles.push_back({0x01020304, false});
        return state;
    };
    wire::execute_response done;
    done.kind = 157;
    done.affected_rows = 1;
    done.row_id = 77;
    const auto conversation = script()
                                  .client_sends(wire::command::prepare,
                                                [](const wire::frame_view& frame) {
                                                    wire::prepare_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_FALSE(request.direct);
                                                    EXPECT_EQ(request.generated_keys, 0);
                                                    EXPECT_TRUE(request.autocommit);
                                                })
                                  .server_sends(two_parameters())
                                  .client_sends(from_hex(execute_vector))
                                  .server_sends(frame_of(done));
    const field_view values[] = {7, "ab"};
    const auto state = make_state();
    execute_machine machine("insert into t values (?,?)", detail::parameter_set{values, {}, {}}, result_options{});
    ASSERT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(machine.product().info.affected_rows, 1);
    EXPECT_EQ(machine.product().info.last_insert_id, 77);

    conversation.run_with_each_step_failing(
        make_state, [&](session_state&) -> std::unique_ptr<dmkit::session::machine> {
            return std::make_unique<execute_machine>("insert into t values (?,?)",
                                                     detail::parameter_set{values, {}, {}}, result_options{});
        });
}

TEST(Execute, ChecksTheNumberOfParametersBeforeItSends) {
    const auto state = logged_in();
    state->idle_handles.push_back({5, false});
    const auto conversation = script().client_sends(wire::command::prepare).server_sends(two_parameters());
    const field_view values[] = {7};
    execute_machine machine("insert into t values (?,?)", detail::parameter_set{values, {}, {}}, result_options{});
    const auto result = conversation.run(*state, machine);
    EXPECT_EQ(result.code, client_errc::parameter_count);
    EXPECT_EQ(result.details.delivered, delivery::not_sent);
    EXPECT_EQ(result.details.client_message, "the statement has 2 parameters, 1 are given");
    EXPECT_TRUE(state->connected);
    EXPECT_EQ(state->idle_handles.size(), 1U);
}

TEST(Execute, SendsLongValuesAheadOfTheRow) {
    const std::string text(40000, 'x');
    const auto make_state = [] {
        auto state = logged_in();
        state->idle_handles.push_back({4, false});
        return state;
    };
    wire::prepare_response prepared_answer;
    prepared_answer.parameters = {parameter(19, 2147483647), parameter(7, 4)};
    wire::execute_response done;
    done.kind = 157;
    const auto piece = [&](std::size_t size) {
        return [size](const wire::frame_view& frame) {
            wire::put_data_request request;
            ASSERT_FALSE(decode(frame, {}, request));
            EXPECT_EQ(request.parameter, 0);
            EXPECT_EQ(request.data.size(), size);
        };
    };
    const auto conversation = script()
                                  .client_sends(wire::command::prepare)
                                  .server_sends(frame_of(prepared_answer))
                                  .client_sends(wire::command::pre_execute)
                                  .server_sends(frame_of(wire::prepare_response{}))
                                  .client_sends(wire::command::put_data, piece(16000))
                                  .server_sends(frame_of(wire::simple_response{}))
                                  .client_sends(wire::command::put_data, piece(16000))
                                  .server_sends(frame_of(wire::simple_response{}))
                                  .client_sends(wire::command::put_data, piece(8000))
                                  .server_sends(frame_of(wire::simple_response{}))
                                  .client_sends(wire::command::execute,
                                                [](const wire::frame_view& frame) {
                                                    wire::execute_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(to_hex(request.rows), "0000040001000000");
                                                })
                                  .server_sends(frame_of(done));
    const field_view values[] = {std::string_view(text), 1};
    const auto make = [&](session_state&) -> std::unique_ptr<machine> {
        return std::make_unique<execute_machine>("insert into t values (?,?)", detail::parameter_set{values, {}, {}},
                                                 result_options{});
    };
    const auto state = make_state();
    ASSERT_FALSE(conversation.run(*state, *make(*state)).code);
    conversation.run_with_each_step_failing(make_state, make);
}

TEST(Execute, KnowsWhatTheServerMayHaveDone) {
    wire::execute_response done;
    done.kind = 157;
    const auto conversation = script().client_sends(wire::command::prepare).server_sends(frame_of(done));
    const auto run = [&](int steps) {
        const auto state = logged_in();
        state->idle_handles.push_back({4, false});
        execute_machine machine("delete from t", {}, {});
        operation op(*state, machine);
        auto wish = op.start();
        if (steps > 0)
            wish = op.wrote(10);
        if (steps > 1)
            wish = op.wrote(wish.out.size());
        op.failed(client_errc::timeout);
        return op.result().details.delivered;
    };
    EXPECT_EQ(run(0), delivery::not_sent);
    EXPECT_EQ(run(1), delivery::maybe_sent);
    EXPECT_EQ(run(2), delivery::maybe_sent);
    const auto refused = script().client_sends(wire::command::prepare).server_sends(refusal(-2106, "无效的表"));
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    execute_machine machine("delete from t", {}, {});
    const auto result = refused.run(*state, machine);
    EXPECT_EQ(result.code, error_code(-2106, server_category()));
    EXPECT_EQ(result.details.delivered, delivery::answered);
    EXPECT_EQ(result.details.server_message, "无效的表");
    EXPECT_TRUE(state->connected);
    EXPECT_EQ(state->idle_handles.size(), 1U);
}

TEST(Execute, UsesTheMessageThatOldServersKnow) {
    const auto state = logged_in();
    state->execute2 = false;
    state->idle_handles.push_back({4, false});
    wire::execute_response done;
    done.kind = 157;
    const auto conversation = script()
                                  .client_sends(wire::command::prepare)
                                  .server_sends(two_parameters())
                                  .client_sends(wire::command::execute_old)
                                  .server_sends(frame_of(done));
    const field_view values[] = {7, "ab"};
    execute_machine machine("insert into t values (?,?)", detail::parameter_set{values, {}, {}}, result_options{});
    EXPECT_FALSE(conversation.run(*state, machine).code);
}

TEST(Execute, SpeaksGb18030) {
    const auto state = logged_in();
    state->text = wire::charset_converter(wire::charset::gb18030);
    state->idle_handles.push_back({4, false});
    wire::execute_response answer;
    answer.kind = 160;
    answer.affected_rows = 1;
    answer.row_count = 1;
    answer.columns = {column("\xc3\xfb", 2, 20, "VARCHAR")};
    const auto row = from_hex("1200 0000000000000000 0c00 0400 b4efc3ce");
    answer.rows = row;
    const auto conversation =
        script()
            .client_sends(wire::command::prepare,
                          [](const wire::frame_view& frame) {
                              wire::prepare_request request;
                              ASSERT_FALSE(decode(frame, {}, request));
                              EXPECT_EQ(to_hex(wire::as_bytes(request.sql)), "73656c65637420b4efc3ce");
                          })
            .server_sends(frame_of(answer));
    execute_machine machine("select 达梦", {}, {});
    ASSERT_FALSE(conversation.run(*state, machine).code);
    auto& rows = machine.product().rows;
    EXPECT_EQ(rows.columns()[0].name, "名");
    failure problem;
    ASSERT_TRUE(rows.next(*state, problem));
    EXPECT_EQ(rows.current()[0].get<std::string_view>(), "达梦");
}

TEST(Execute, RefusesTextWithoutAPlaceInTheSessionsCharacterSet) {
    const auto state = logged_in();
    state->text = wire::charset_converter(wire::charset::euc_kr);
    state->idle_handles.push_back({4, false});
    execute_machine machine("select '\xf0\x9f\x98\x80'", {}, {});
    const auto result = script().run(*state, machine);
    EXPECT_EQ(result.code, client_errc::text_not_encodable);
    EXPECT_TRUE(state->connected);
}

TEST(Execute, ReturnsOutParameters) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    wire::prepare_response prepared_answer;
    prepared_answer.kind = 162;
    prepared_answer.parameters = {parameter(7, 4, 0, 0, 1), parameter(7, 4, 0, 0, 2), parameter(2, 20)};
    wire::execute_response done;
    done.kind = 162;
    const auto number = from_hex("2a000000");
    done.out_parameters = {wire::raw_value(number), wire::raw_value()};
    done.printed = "hello";
    const auto conversation = script()
                                  .client_sends(wire::command::prepare)
                                  .server_sends(frame_of(prepared_answer))
                                  .client_sends(wire::command::execute,
                                                [](const wire::frame_view& frame) {
                                                    wire::execute_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    ASSERT_EQ(request.types.size(), 3U);
                                                    EXPECT_EQ(request.types[0].direction, 1);
                                                    EXPECT_EQ(request.types[1].direction, 2);
                                                    // Nothing travels for an OUT parameter.
                                                    EXPECT_EQ(to_hex(request.rows), "04000900000001007a");
                                                })
                                  .server_sends(frame_of(done));
    const field_view values[] = {nullptr, 9, "z"};
    execute_machine machine("call p(?, ?, ?)", detail::parameter_set{values, {}, {}}, result_options{});
    ASSERT_FALSE(conversation.run(*state, machine).code);
    const auto& info = machine.product().info;
    ASSERT_EQ(info.out_values.size(), 2U);
    EXPECT_EQ(info.out_values[0].get<std::int64_t>(), 42);
    EXPECT_TRUE(info.out_values[1].is_null());
    EXPECT_EQ(info.printed, "hello");
}

TEST(Execute, FollowsChangesOfTheSession) {
    const auto state = logged_in();
    const auto run = [&](const wire::execute_response& answer) {
        state->idle_handles = {{4, false}};
        const auto conversation = script().client_sends(wire::command::prepare).server_sends(frame_of(answer));
        execute_machine machine("set something", {}, {});
        EXPECT_FALSE(conversation.run(*state, machine).code);
    };
    wire::execute_response schema;
    schema.kind = 153;
    schema.text = "SHOP";
    run(schema);
    EXPECT_EQ(state->schema, "SHOP");
    wire::execute_response zone;
    zone.kind = 165;
    zone.time_zone = -300;
    run(zone);
    EXPECT_EQ(state->session_zone, -300);
    wire::execute_response level;
    level.kind = 166;
    level.isolation = 3;
    run(level);
    EXPECT_EQ(state->isolation, isolation::serializable);
    EXPECT_EQ(state->wanted_isolation, isolation::serializable) << "no message undoes what the user asked for";
}

TEST(Execute, TakesTheLastGeneratedKeyAsInsertId) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    wire::execute_response done;
    done.kind = 157;
    done.affected_rows = 2;
    done.row_id = 9;
    done.parts = wire::execute_part::generated_keys;
    done.generated_keys = {41, 42};
    const auto conversation = script().client_sends(wire::command::prepare).server_sends(frame_of(done));
    execute_machine machine("insert", {}, {});
    ASSERT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(machine.product().info.last_insert_id, 42);
}

TEST(Prepare, DescribesParametersAndColumns) {
    const auto make_state = [] { return logged_in(); };
    wire::codec_context context;
    context.base_names = true;
    wire::prepare_response answer;
    answer.kind = 160;
    answer.parameters = {parameter(7, 4), parameter(2, 8188, 0, wire::parameter_flag::recommended)};
    answer.parameters[0].name = "ID";
    answer.columns = {column("A", 9, 10, "DECIMAL"), column("B", 16, 8, "DATETIME")};
    answer.columns[0].base_name = "PRICE";
    answer.columns[1].scale = 0x2000;
    const auto conversation = script()
                                  .client_sends(wire::command::allocate)
                                  .server_sends(allocated(3, true))
                                  .client_sends(wire::command::prepare)
                                  .server_sends(frame_of(answer, context));
    const auto state = make_state();
    prepare_machine machine("select a, b from t where id = :ID and x = ?");
    ASSERT_FALSE(conversation.run(*state, machine).code);
    const auto& statement = machine.statement();
    EXPECT_EQ(statement.handle.id, 3);
    ASSERT_EQ(statement.parameters.size(), 2U);
    EXPECT_EQ(statement.parameters[0].name, "ID");
    EXPECT_TRUE(statement.parameters[0].exact);
    EXPECT_FALSE(statement.parameters[1].exact);
    ASSERT_TRUE(statement.columns);
    EXPECT_EQ(statement.columns->metadata[0].base_name, "PRICE");
    EXPECT_TRUE(statement.columns->metadata[1].oracle_date);
    EXPECT_EQ(statement.columns->metadata[1].type.scale, 0);
    EXPECT_EQ(statement.columns->wire_types[1].scale, 0x2000);
    conversation.run_with_each_step_failing(make_state, [](session_state&) -> std::unique_ptr<dmkit::session::machine> {
        return std::make_unique<prepare_machine>("select a, b from t where id = :ID and x = ?");
    });
}

/// CALL P(?, ?, ?) with an OUT cursor, an IN VARCHAR and an OUT CLOB.
struct CursorCall : testing::Test {
    static bytes prepared_call() {
        wire::prepare_response response;
        response.kind = 162;
        response.parameters = {parameter(120, 0, 0, 0, 1), parameter(2, 20), parameter(19, 0, 0, 0, 1)};
        return frame_of(response);
    }
    static bytes called(
        std::vector<std::byte> clob = from_hex("01 0000000000000000 05000000 ffff ffff ffffffff e8030000 0200 "
                                               "4d00000000000000 0000 0000 00000000 68656c6c6f")) {
        wire::execute_response done;
        done.kind = 162;
        done.out_parameters.emplace_back(std::nullopt);
        done.out_parameters.emplace_back(clob);
        return frame_of(done);
    }
    CursorCall() : state(logged_in()) {
        state->idle_handles.push_back({9, false});
        detail::output_target cursor;
        cursor.variable = this;
        targets.push_back(cursor);
    }
    failure run(const script& conversation, std::span<const field_view> values) {
        machine.emplace("CALL P(?, ?, ?)", detail::parameter_set{values, {}, targets},
                        result_options{.max_rows = max_rows});
        return conversation.run(*state, *machine);
    }
    [[nodiscard]] std::vector<std::int32_t> idle() const {
        std::vector<std::int32_t> out;
        for (const auto& handle : state->idle_handles)
            out.push_back(handle.id);
        std::sort(out.begin(), out.end());
        return out;
    }

    std::unique_ptr<session_state> state;
    std::vector<detail::output_target> targets;
    std::int64_t max_rows = 0;
    std::optional<execute_machine> machine;
    const std::vector<field_view> good{nullptr, "x", nullptr};
};

TEST_F(CursorCall, TakesRowsThroughAHandleOfItsOwn) {
    max_rows = 1;
    wire::execute_response rows;
    rows.kind = 160;
    rows.columns = {column("A", 7, 4, "INTEGER")};
    rows.row_count = 2;
    rows.affected_rows = 2;
    const auto two = from_hex("1200 0000000000000000 0c00 0400 01000000 1200 0000000000000000 0c00 0400 02000000");
    rows.rows = two;
    const auto result = run(script()
                                .client_sends(wire::command::prepare)
                                .server_sends(prepared_call())
                                .client_sends(from_hex(allocate))
                                .server_sends(allocated(10))
                                .client_sends(wire::command::execute)
                                .server_sends(called())
                                .client_sends(wire::command::more_result)
                                .server_sends(frame_of(rows)),
                            good);
    ASSERT_FALSE(result.code) << result.details.message();
    EXPECT_EQ(idle(), (std::vector<std::int32_t>{9}));
    ASSERT_EQ(machine->cursors().size(), 1U);
    EXPECT_EQ(machine->cursors()[0].handle.id, 10);
    EXPECT_EQ(machine->cursors()[0].result.rows.buffered(), 1) << "max_rows holds for these rows too";
}

TEST_F(CursorCall, GivesAllHandlesBackWhenAParameterIsRefused) {
    const auto conversation = script()
                                  .client_sends(wire::command::prepare)
                                  .server_sends(prepared_call())
                                  .client_sends(from_hex(allocate))
                                  .server_sends(allocated(10));
    EXPECT_EQ(run(conversation, std::vector<field_view>{nullptr, "\xFF", nullptr}).code,
              client_errc::text_not_encodable);
    EXPECT_EQ(idle(), (std::vector<std::int32_t>{9, 10}));
    state->idle_handles = {{9, false}};
    EXPECT_EQ(run(conversation, std::vector<field_view>{nullptr}).code, client_errc::parameter_count);
    EXPECT_EQ(idle(), (std::vector<std::int32_t>{9, 10}));
}

TEST_F(CursorCall, GivesAllHandlesBackWhenTheServerHasNoMore) {
    detail::output_target second;
    second.parameter = 2;
    second.variable = this;
    targets.push_back(second);
    wire::prepare_response response;
    response.kind = 162;
    response.parameters = {parameter(120, 0, 0, 0, 1), parameter(2, 20), parameter(120, 0, 0, 0, 1)};
    const auto result = run(script()
                                .client_sends(wire::command::prepare)
                                .server_sends(frame_of(response))
                                .client_sends(from_hex(allocate))
                                .server_sends(allocated(10))
                                .client_sends(from_hex(allocate))
                                .server_sends(refusal(-7090, "too many statements")),
                            good);
    EXPECT_EQ(result.code, error_code(-7090, server_category()));
    EXPECT_EQ(idle(), (std::vector<std::int32_t>{9, 10}));
}

TEST_F(CursorCall, GivesAllHandlesBackWhenAValueCannotBeRead) {
    const auto result = run(script()
                                .client_sends(wire::command::prepare)
                                .server_sends(prepared_call())
                                .client_sends(from_hex(allocate))
                                .server_sends(allocated(10))
                                .client_sends(wire::command::execute)
                                .server_sends(called(from_hex("07 00"))),
                            good);
    EXPECT_EQ(result.code, client_errc::value_format);
    EXPECT_EQ(result.details.delivered, delivery::answered);
    EXPECT_EQ(idle(), (std::vector<std::int32_t>{9, 10}));
}

TEST_F(CursorCall, NotesLobsOutOfTheRow) {
    const auto result = run(
        script()
            .client_sends(wire::command::prepare)
            .server_sends(prepared_call())
            .client_sends(from_hex(allocate))
            .server_sends(allocated(10))
            .client_sends(wire::command::execute)
            .server_sends(called(from_hex(
                "02 2a00000000000000 70110100 0400 0000 d2040000 e8030000 0200 4d00000000000000 0400 0000 b0040000")))
            .client_sends(wire::command::more_result)
            .server_sends(frame_of(wire::execute_response{})),
        good);
    ASSERT_FALSE(result.code) << result.details.message();
    ASSERT_EQ(machine->product().lobs.size(), 1U);
    EXPECT_EQ(machine->product().lobs[0].field, 1U);
    EXPECT_EQ(machine->product().lobs[0].target.locator.id, 42);
    EXPECT_TRUE(machine->product().lobs[0].target.text);
}

}  // namespace
}  // namespace dmkit::session::test

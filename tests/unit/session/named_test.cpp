#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <dmkit/parameters.hpp>

#include "client/session/execution.hpp"
#include "script.hpp"

/// Parameters by name: as the vendor's Go driver, whose sql.Named() goes by the names in the answer to PREPARE.
namespace dmkit::session::test {
namespace {

wire::parameter_descriptor named_descriptor(std::string_view name, std::int32_t type, std::int32_t precision,
                                            std::int16_t direction = 0) {
    auto out = parameter(type, precision, 0, 0, direction);
    out.name = name;
    return out;
}

bytes described_as(std::vector<wire::parameter_descriptor> parameters, std::int16_t kind = 157) {
    wire::prepare_response response;
    response.kind = kind;
    response.parameters = std::move(parameters);
    return frame_of(response);
}

bytes one_row() {
    wire::execute_response done;
    done.kind = 157;
    done.affected_rows = 1;
    return frame_of(done);
}

std::unique_ptr<session_state> with_one_handle() {
    auto state = logged_in();
    state->idle_handles.push_back({0x01020304, false});
    return state;
}

script::make_state fresh() {
    return with_one_handle;
}

/// The parameters of an execution, as bytes.
script& expect_row(script& out, std::string_view row) {
    return out.client_sends(wire::command::execute, [row](const wire::frame_view& frame) {
        wire::execute_request request;
        ASSERT_FALSE(decode(frame, {}, request));
        EXPECT_EQ(to_hex(request.rows), row);
    });
}

/// docs/protocol/message-vectors: EXECUTE2 (7, 'ab') as a vector of the vendor's driver has it, whatever the order.
constexpr std::string_view seven_and_ab =
    "0400070000000200"
    "6162";

TEST(Named, GoToTheirPlacesInWhateverOrder) {
    script conversation;
    conversation.client_sends(wire::command::prepare, [](const wire::frame_view& frame) {
        wire::prepare_request request;
        ASSERT_FALSE(decode(frame, {}, request));
        EXPECT_EQ(request.sql, "insert into t values (:id, :v)") << "the text is sent as it is";
        EXPECT_FALSE(request.direct);
    });
    conversation.server_sends(described_as({named_descriptor("ID", 7, 4), named_descriptor("V", 2, 8188)}));
    expect_row(conversation, seven_and_ab).server_sends(one_row());
    const detail::given_parameters given(named("v", "ab"), named("id", 7));
    const auto state = with_one_handle();
    execute_machine machine("insert into t values (:id, :v)", given, result_options{});
    const auto result = conversation.run(*state, machine);
    ASSERT_FALSE(result.code) << result.details.message();
    conversation.run_with_each_step_failing(fresh(), [&](session_state&) -> std::unique_ptr<dmkit::session::machine> {
        return std::make_unique<execute_machine>("insert into t values (:id, :v)", given, result_options{});
    });
}

TEST(Named, StandInEachPlaceOfTheirName) {
    script conversation;
    conversation.client_sends(wire::command::prepare)
        .server_sends(
            described_as({named_descriptor("1", 7, 4), named_descriptor("V", 2, 8188), named_descriptor("1", 7, 4)}));
    expect_row(conversation, "04000700000002006162040007000000").server_sends(one_row());
    const detail::given_parameters given(named("V", "ab"), named("1", 7));
    const auto state = with_one_handle();
    execute_machine machine("update t set a = :1, b = :v where c = :1", given, result_options{});
    const auto result = conversation.run(*state, machine);
    EXPECT_FALSE(result.code) << result.details.message();
}

/// The fault that parameters with these names end in, for a statement with :ID and :V.
failure refusal_of(const detail::parameter_set& given, std::string_view second = "V") {
    script conversation;
    conversation.client_sends(wire::command::prepare)
        .server_sends(described_as({named_descriptor("ID", 7, 4), named_descriptor(second, 2, 8188)}));
    const auto state = with_one_handle();
    execute_machine machine("insert into t values (:id, :v)", given, result_options{});
    auto result = conversation.run(*state, machine);
    EXPECT_EQ(result.details.delivered, delivery::not_sent);
    EXPECT_EQ(state->idle_handles.size(), 1U);
    EXPECT_TRUE(state->connected);
    return result;
}

TEST(Named, FaultsSayWhichName) {
    using detail::given_parameters;
    const std::string secret = "the value is nobody's business";
    const auto text_of = [](const failure& result) {
        EXPECT_EQ(result.code, client_errc::parameter_name);
        return result.details.client_message;
    };
    EXPECT_EQ(text_of(refusal_of(given_parameters(named("id", 7)))), "'V' is not given");
    EXPECT_EQ(text_of(refusal_of(given_parameters(named("id", 7), named("v", "x"), named("w", secret)))),
              "the statement has no parameter 'w'");
    EXPECT_EQ(text_of(refusal_of(given_parameters(named("id", 7), named("v", secret), named("ID", 8)))),
              "'ID' is given twice");
    EXPECT_EQ(text_of(refusal_of(given_parameters(7, named("v", secret)))),
              "parameter 1 is given without a name, 'v' with one");
    EXPECT_EQ(text_of(refusal_of(given_parameters(named("id", 7), named("v", "x")), "")),
              "the statement has no parameter 'v'");
    EXPECT_EQ(text_of(refusal_of(given_parameters(named("id", 7)), "")), "parameter 2 of the statement has no name");
    const std::vector<field_view> fields{7, "x", "y"};
    const std::vector<std::string_view> names{"id", "v"};
    const auto result = refusal_of({fields, names, {}});
    EXPECT_EQ(result.code, client_errc::parameter_count);
    EXPECT_EQ(result.details.client_message, "2 names and values of 3 are given");
}

TEST(Named, VariablesTakeTheLastOfTheirPlaces) {
    script conversation;
    conversation.client_sends(wire::command::prepare)
        .server_sends(described_as({named_descriptor("X", 7, 4, 1), named_descriptor("X", 7, 4)}, 162));
    wire::execute_response done;
    done.kind = 162;
    const auto five = from_hex("05000000");
    done.out_parameters.emplace_back(five);
    expect_row(conversation, "040004000000").server_sends(frame_of(done));
    int variable = 4;
    const detail::given_parameters given(named("x", in_out(variable)));
    const auto state = with_one_handle();
    execute_machine machine("begin :x := :x + 1; end;", given, result_options{});
    const auto result = conversation.run(*state, machine);
    ASSERT_FALSE(result.code) << result.details.message();
    ASSERT_EQ(machine.outputs().size(), 1U) << "its other place gives no value";
    EXPECT_EQ(machine.outputs()[0].parameter, 0U);
    EXPECT_EQ(machine.product().info.out_values, std::vector<field>{field(std::int64_t{5})});
    int other = 0;
    const auto refused = refusal_of(detail::given_parameters(named("id", 7), named("v", out(other))));
    EXPECT_EQ(refused.code, client_errc::parameter_type);
    EXPECT_EQ(refused.details.client_message, "parameter 'v' is given as OUT and is an IN parameter of the statement");
}

/// Rows of a batch whose values have names.
class rows_with_names final : public parameter_source {
  public:
    [[nodiscard]] std::size_t size() const override { return rows_.size(); }
    [[nodiscard]] std::span<const std::string_view> names() const override { return names_; }
    [[nodiscard]] std::span<const field_view> row(std::size_t index) const override { return rows_[index]; }

  private:
    std::vector<std::string_view> names_{"v", "id"};
    std::vector<std::vector<field_view>> rows_{{"ab", 7}, {nullptr, 8}};
};

TEST(Named, RowsOfABatchGoToTheirPlaces) {
    const rows_with_names rows;
    wire::execute_response done;
    done.kind = 157;
    done.parts = wire::execute_part::row_counts;
    done.row_counts = {1, 1};
    // docs/protocol/message-vectors: EXECUTE2 two rows (7,'ab') (8,NULL), made by the vendor's Go driver.
    script conversation;
    conversation.client_sends(wire::command::prepare)
        .server_sends(described_as({named_descriptor("ID", 7, 4), named_descriptor("V", 2, 8188)}))
        .client_sends(from_hex(
            "04030201 0d00 2c000000 00000000 00000000 00 25"
            "01 0200 01 0200000000000000 0000000000000000 ffffffffffffff7f 01 00 00 00 ffffffff 00000000 00 000000"
            "00 07000000 04000000 00000000 00 02000000 fc1f0000 00000000 0400 07000000 0200 6162 0400 08000000 feff"))
        .server_sends(frame_of(done));
    const auto state = with_one_handle();
    batch_machine machine("insert into t values (:id, :v)", rows);
    const auto result = conversation.run(*state, machine);
    EXPECT_FALSE(result.code) << result.details.message();
}

}  // namespace
}  // namespace dmkit::session::test

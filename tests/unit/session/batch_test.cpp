#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "client/session/execution.hpp"
#include "script.hpp"

namespace dmkit::session::test {
namespace {

/// Rows of a batch, from literals.
class fixed_rows final : public parameter_source {
  public:
    explicit fixed_rows(std::vector<std::vector<field_view>> rows) : rows_(std::move(rows)) {}
    [[nodiscard]] std::size_t size() const override { return rows_.size(); }
    [[nodiscard]] std::span<const field_view> row(std::size_t index) const override { return rows_[index]; }

  private:
    std::vector<std::vector<field_view>> rows_;
};

std::unique_ptr<session_state> with_handle() {
    auto state = logged_in();
    state->idle_handles.push_back({0x01020304, false});
    return state;
}

bytes described(std::vector<wire::parameter_descriptor> parameters) {
    wire::prepare_response response;
    response.kind = 157;
    response.parameters = std::move(parameters);
    return frame_of(response);
}

bytes counted(std::vector<std::int64_t> counts) {
    wire::execute_response done;
    done.kind = 157;
    for (const auto count : counts)
        done.affected_rows += count;
    done.parts = wire::execute_part::row_counts;
    done.row_counts = std::move(counts);
    return frame_of(done);
}

/// docs/protocol/message-vectors: EXECUTE2 two rows (7,'ab') (8,NULL), made by the vendor's Go driver.
constexpr std::string_view two_rows =
    "04030201 0d00 2c000000 00000000 00000000 00 25"
    "01 0200 01 0200000000000000 0000000000000000 ffffffffffffff7f 01 00 00 00 ffffffff 00000000 00 000000"
    "00 07000000 04000000 00000000 00 02000000 fc1f0000 00000000 0400 07000000 0200 6162 0400 08000000 feff";

TEST(Batch, SendsTheBytesOfTheVendorsDriver) {
    const fixed_rows rows({{7, "ab"}, {8, nullptr}});
    const auto conversation = script()
                                  .client_sends(wire::command::prepare)
                                  .server_sends(described({parameter(7, 4), parameter(2, 8188)}))
                                  .client_sends(from_hex(two_rows))
                                  .server_sends(counted({1, 1}));
    const auto make = [&](session_state&) -> std::unique_ptr<machine> {
        return std::make_unique<batch_machine>("insert into t values (?,?)", rows);
    };
    const auto state = with_handle();
    batch_machine machine("insert into t values (?,?)", rows);
    ASSERT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(machine.product().affected_rows, 2);
    EXPECT_EQ(machine.product().row_counts, (std::vector<std::int64_t>{1, 1}));
    conversation.run_with_each_step_failing(with_handle, make);
}

TEST(Batch, SplitsByBudgetAndSendsLongRowsAlone) {
    const std::string text(3000, 'x');
    const fixed_rows rows({{1, "a"}, {2, "b"}, {3, "c"}, {4, std::string_view(text)}, {5, "e"}});
    const auto rows_in_message = [](std::int64_t count) {
        return [count](const wire::frame_view& frame) {
            wire::execute_request request;
            ASSERT_FALSE(decode(frame, {}, request));
            EXPECT_EQ(request.row_count, count);
        };
    };
    const auto conversation = script()
                                  .client_sends(wire::command::prepare)
                                  .server_sends(described({parameter(7, 4), parameter(19, 2147483647)}))
                                  .client_sends(wire::command::execute, rows_in_message(2))
                                  .server_sends(counted({1, 1}))
                                  .client_sends(wire::command::execute, rows_in_message(1))
                                  .server_sends(counted({1}))
                                  .client_sends(wire::command::pre_execute)
                                  .server_sends(frame_of(wire::prepare_response{}))
                                  .client_sends(wire::command::put_data)
                                  .server_sends(frame_of(wire::simple_response{}))
                                  .client_sends(wire::command::execute, rows_in_message(1))
                                  .server_sends(counted({1}))
                                  .client_sends(wire::command::execute, rows_in_message(1))
                                  .server_sends(counted({1}));
    const auto state = with_handle();
    batch_machine machine("insert into t values (?,?)", rows, 16);
    const auto result = conversation.run(*state, machine);
    ASSERT_FALSE(result.code) << result.details.message();
    EXPECT_EQ(machine.product().row_counts.size(), 5U);
    EXPECT_EQ(machine.product().affected_rows, 5);
}

TEST(Batch, NamesTheRowsThatFailed) {
    const fixed_rows rows({{1}, {2}, {3}});
    wire::execute_response partly;
    partly.kind = 157;
    partly.result = wire::batch_with_errors;
    partly.affected_rows = 2;
    partly.parts = wire::execute_part::row_counts;
    partly.row_counts = {1, 1, 1};
    partly.failures = {{1, -6602, "违反表[T]唯一性约束"}, {99, -1, "nowhere"}};
    const auto conversation = script()
                                  .client_sends(wire::command::prepare)
                                  .server_sends(described({parameter(7, 4)}))
                                  .client_sends(wire::command::execute,
                                                [](const wire::frame_view& frame) {
                                                    wire::execute_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_TRUE(request.continue_on_error);
                                                    EXPECT_EQ(request.max_batch_errors, 5);
                                                })
                                  .server_sends(frame_of(partly));
    const auto state = with_handle();
    state->continue_batch_on_error = true;
    state->batch_allow_max_errors = 5;
    batch_machine machine("insert into t values (?)", rows);
    ASSERT_FALSE(conversation.run(*state, machine).code);
    const auto& product = machine.product();
    EXPECT_EQ(product.row_counts, (std::vector<std::int64_t>{1, -3, 1}));
    ASSERT_FALSE(product.failures.empty());
    EXPECT_EQ(product.failures[0].row, 1U);
    EXPECT_EQ(product.failures[0].code, -6602);
    EXPECT_EQ(product.failures[0].message, "违反表[T]唯一性约束");
}

TEST(Batch, HasNoCursor) {
    const fixed_rows rows({{1}, {2}});
    batch_machine machine("delete from t where current of c", rows);
    machine.set_tolerance({.of_cursor = true});
    EXPECT_EQ(script().run(*with_handle(), machine).code, client_errc::unsupported_option);
}

/// Bytes 49 and 56 of EXECUTE2 (docs/protocol): the call's own word, and the limit for all messages of the batch.
TEST(Batch, BearsWhatTheCallSays) {
    const fixed_rows rows({{1}, {2}, {3}});
    const auto tolerance = [](int goes_on, std::int32_t errors) {
        return [=](const wire::frame_view& frame) {
            wire::execute_request request;
            ASSERT_FALSE(decode(frame, {}, request));
            EXPECT_EQ(request.continue_on_error, goes_on != 0);
            EXPECT_EQ(request.max_batch_errors, errors);
        };
    };
    wire::execute_response failed;
    failed.kind = 157;
    failed.result = wire::batch_with_errors;
    failed.parts = wire::execute_part::row_counts;
    failed.row_counts = {0};
    failed.failures = {{0, -6602, "twice"}};
    execution_result done;
    const auto run = [&](const script& conversation, const batch_tolerance& wanted) {
        const auto state = with_handle();
        state->continue_batch_on_error = true;
        state->batch_allow_max_errors = 5;
        batch_machine machine("insert into t values (?)", rows, 1);
        machine.set_tolerance(wanted);
        auto result = conversation.run(*state, machine);
        done = machine.product();
        return result;
    };
    script counting;
    counting.client_sends(wire::command::prepare).server_sends(described({parameter(7, 4)}));
    for (const int errors : {2, 1})
        counting.client_sends(wire::command::execute, tolerance(1, errors)).server_sends(frame_of(failed));
    EXPECT_FALSE(run(counting, {true, 2}).code) << "the last failure that is allowed ends a batch without an error";
    EXPECT_EQ(done.failures.size(), 2U);
    EXPECT_EQ(done.row_counts, (std::vector<std::int64_t>{-3, -3, 0}));
    script firm;
    firm.client_sends(wire::command::prepare).server_sends(described({parameter(7, 4)}));
    for (int i = 0; i < 3; ++i)
        firm.client_sends(wire::command::execute, tolerance(0, 5)).server_sends(counted({1}));
    EXPECT_FALSE(run(firm, {false, {}}).code);
    script all;
    all.client_sends(wire::command::prepare).server_sends(described({parameter(7, 4)}));
    for (int i = 0; i < 3; ++i)
        all.client_sends(wire::command::execute, tolerance(1, 0)).server_sends(frame_of(failed));
    EXPECT_FALSE(run(all, {{}, 0}).code);
    EXPECT_EQ(run(script(), {{}, -1}).code, client_errc::value_out_of_range);
}

TEST(Batch, TellsWhatHadBeenExecutedBeforeARefusal) {
    const fixed_rows rows({{1}, {2}});
    const auto conversation = script()
                                  .client_sends(wire::command::prepare)
                                  .server_sends(described({parameter(7, 4)}))
                                  .client_sends(wire::command::execute)
                                  .server_sends(counted({1}))
                                  .client_sends(wire::command::execute)
                                  .server_sends(refusal(-6602, "duplicate"));
    const auto state = with_handle();
    batch_machine machine("insert into t values (?)", rows, 1);
    const auto result = conversation.run(*state, machine);
    EXPECT_EQ(result.code, error_code(-6602, server_category()));
    EXPECT_NE(result.details.client_message.find("1 to 1"), std::string::npos);
}

TEST(Batch, NeedsNoMessageForNoRows) {
    const fixed_rows rows({});
    const auto state = with_handle();
    batch_machine machine("insert into t values (?)", rows);
    EXPECT_FALSE(script().run(*state, machine).code);
}

TEST(Batch, ChecksEveryRowsParameters) {
    const fixed_rows rows({{1}, {2, 3}});
    const auto conversation = script().client_sends(wire::command::prepare).server_sends(described({parameter(7, 4)}));
    const auto state = with_handle();
    batch_machine machine("insert into t values (?)", rows);
    const auto result = conversation.run(*state, machine);
    EXPECT_EQ(result.code, client_errc::parameter_count);
    EXPECT_EQ(result.details.delivered, delivery::not_sent);
}

TEST(Batch, UnitesTheTypesOfARowsValues) {
    const fixed_rows rows({{nullptr, 1, "a"}, {1, decimal("1.5"), 2}, {2.5, 3, nullptr}});
    wire::parameter_descriptor guess = parameter(2, 8188, 0, wire::parameter_flag::recommended);
    const auto conversation =
        script()
            .client_sends(wire::command::prepare)
            .server_sends(described({guess, guess, guess}))
            .client_sends(wire::command::execute,
                          [](const wire::frame_view& frame) {
                              wire::execute_request request;
                              ASSERT_FALSE(decode(frame, {}, request));
                              ASSERT_EQ(request.types.size(), 3U);
                              EXPECT_EQ(request.types[0].type, static_cast<int>(type_id::double_));
                              EXPECT_EQ(request.types[1].type, static_cast<int>(type_id::decimal));
                              EXPECT_EQ(request.types[2].type, static_cast<int>(type_id::varchar));
                          })
            .server_sends(counted({1, 1, 1}));
    const auto state = with_handle();
    batch_machine machine("insert into t values (?,?,?)", rows);
    const auto result = conversation.run(*state, machine);
    EXPECT_FALSE(result.code) << result.details.message();
}

/// Rows of the user's that throw.
class throwing_rows final : public parameter_source {
  public:
    explicit throwing_rows(std::size_t calls) : calls_(calls) {}
    [[nodiscard]] std::size_t size() const override { return 4; }
    [[nodiscard]] std::span<const field_view> row(std::size_t /*index*/) const override {
        if (calls_-- == 0)
            throw std::runtime_error("no such day");
        return fields_;
    }

  private:
    mutable std::size_t calls_;
    std::vector<field_view> fields_{7};
};

TEST(Batch, IsEndedByAnExceptionOfItsRows) {
    // Each row is asked for once for the types, then again for its bytes; each goes alone.
    for (const std::size_t calls : {0U, 4U, 5U}) {
        const auto state = with_handle();
        const throwing_rows rows(calls);
        auto conversation = script().client_sends(wire::command::prepare).server_sends(described({parameter(7, 4)}));
        if (calls == 5)
            conversation.client_sends(wire::command::execute).server_sends(counted({1}));
        batch_machine machine("insert into t values (?)", rows, 1);
        const auto result = conversation.run(*state, machine);
        EXPECT_EQ(result.code, client_errc::exception_thrown);
        EXPECT_EQ(result.details.client_message,
                  calls == 5 ? "no such day; the rows 1 to 1 of the batch had been executed" : "no such day");
        EXPECT_EQ(result.details.delivered, calls == 5 ? delivery::answered : delivery::not_sent);
        EXPECT_TRUE(result.thrown);
        EXPECT_TRUE(state->connected);
        EXPECT_EQ(state->idle_handles.size(), 1U);
    }
}

}  // namespace
}  // namespace dmkit::session::test

#include <gtest/gtest.h>

#include "client/session/control.hpp"
#include "client/session/execution.hpp"
#include "script.hpp"

namespace dmkit::session::test {
namespace {

bytes header_only(std::uint8_t code) {
    bytes out(wire::header_size);
    out[4] = static_cast<std::byte>(code);
    wire::finish_frame(out, 0);
    return out;
}

const bytes ok = frame_of(wire::simple_response{});

std::unique_ptr<session_state> in_transaction() {
    auto state = logged_in();
    state->in_transaction = true;
    return state;
}

/// docs/protocol (connection layer), session after LOGIN: COMMIT is a header and nothing else.
TEST(Commit, SendsTheBytesOfTheVendorsDriver) {
    const auto conversation = script().client_sends(header_only(8)).server_sends(ok);
    const auto state = in_transaction();
    end_machine machine(end_machine::ending::commit);
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_FALSE(state->in_transaction);
    conversation.run_with_each_step_failing(in_transaction,
                                            [](session_state&) -> std::unique_ptr<dmkit::session::machine> {
                                                return std::make_unique<end_machine>(end_machine::ending::commit);
                                            });
}

TEST(Commit, ThatIsNotAnsweredHasAnUnknownOutcome) {
    const auto run = [](std::size_t written, client_errc cause) {
        const auto state = in_transaction();
        end_machine machine(end_machine::ending::commit);
        operation op(*state, machine);
        const auto wish = op.start();
        if (written > 0)
            op.wrote(std::min(written, wish.out.size()));
        op.failed(cause, "detail");
        return op.result();
    };
    for (const auto cause : {client_errc::timeout, client_errc::connection_reset, client_errc::peer_closed}) {
        const auto unknown = run(64, cause);
        EXPECT_EQ(unknown.code, client_errc::commit_outcome_unknown);
        EXPECT_EQ(unknown.details.delivered, delivery::maybe_sent);
        EXPECT_NE(unknown.details.client_message.find(make_error_code(cause).message()), std::string::npos);
        EXPECT_EQ(run(1, cause).code, client_errc::commit_outcome_unknown);
        const auto unsent = run(0, cause);
        EXPECT_EQ(unsent.code, cause);
        EXPECT_EQ(unsent.details.delivered, delivery::not_sent);
    }
}

TEST(Commit, WithADamagedAnswerHasAnUnknownOutcome) {
    auto damaged = ok;
    damaged[19] ^= std::byte{1};
    const auto state = in_transaction();
    end_machine machine(end_machine::ending::commit);
    const auto result = script().client_sends(wire::command::commit).server_sends(damaged).run(*state, machine);
    EXPECT_EQ(result.code, client_errc::commit_outcome_unknown);
}

TEST(Commit, ThatIsRefusedLeavesTheTransactionOpen) {
    const auto state = in_transaction();
    end_machine machine(end_machine::ending::commit);
    const auto conversation = script().client_sends(wire::command::commit).server_sends(refusal(-6403, "deadlock"));
    EXPECT_EQ(conversation.run(*state, machine).code, error_code(-6403, server_category()));
    EXPECT_TRUE(state->in_transaction);
}

TEST(Rollback, ThatIsNotAnsweredIsALostConnection) {
    const auto conversation = script().client_sends(header_only(9)).server_sends(ok);
    const auto state = in_transaction();
    end_machine machine(end_machine::ending::rollback);
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_FALSE(state->in_transaction);
    conversation.run_with_each_step_failing(in_transaction,
                                            [](session_state&) -> std::unique_ptr<dmkit::session::machine> {
                                                return std::make_unique<end_machine>(end_machine::ending::rollback);
                                            });
}

/// docs/protocol (connection layer), session after LOGIN: SESS_ISO.
TEST(Begin, BringsTheIsolationToWhatIsWanted) {
    bytes isolation_request(wire::header_size);
    isolation_request[4] = std::byte{52};
    isolation_request[20] = std::byte{3};
    wire::finish_frame(isolation_request, 0);
    const auto conversation = script().client_sends(isolation_request).server_sends(ok);
    const auto state = logged_in();
    state->wanted_isolation = isolation::serializable;
    begin_machine machine;
    ASSERT_FALSE(conversation.run(*state, machine).code);
    EXPECT_TRUE(state->in_transaction);
    EXPECT_EQ(state->isolation, isolation::serializable);

    begin_machine again;
    EXPECT_FALSE(script().run(*state, again).code) << "no message without need";
}

/// tests/conformance/parity: what the vendor's Go driver sends with every transaction.
TEST(Begin, NamesTheIsolationOfEachTransaction) {
    bytes isolation_request(wire::header_size);
    isolation_request[4] = std::byte{52};
    isolation_request[20] = std::byte{1};
    wire::finish_frame(isolation_request, 0);
    const auto state = logged_in();
    begin_machine machine;
    ASSERT_FALSE(script().client_sends(isolation_request).server_sends(ok).run(*state, machine).code);
    EXPECT_TRUE(state->in_transaction);
    end_machine end(end_machine::ending::commit);
    EXPECT_FALSE(script().client_sends(wire::command::commit).server_sends(ok).run(*state, end).code);
    begin_machine again;
    EXPECT_FALSE(script().client_sends(isolation_request).server_sends(ok).run(*state, again).code);
    const auto other = logged_in();
    begin_machine refused;
    const auto conversation = script().client_sends(isolation_request).server_sends(refusal(-6510, "no"));
    EXPECT_EQ(conversation.run(*other, refused).code, error_code(-6510, server_category()));
    EXPECT_FALSE(other->in_transaction);
}

TEST(Begin, ReportsAnIsolationThatTheServerDoesNotGrant) {
    const auto state = logged_in();
    state->wanted_isolation = isolation::repeatable_read;
    begin_machine machine;
    const auto conversation =
        script().client_sends(wire::command::set_isolation).server_sends(refusal(-6505, "invalid isolation level"));
    EXPECT_EQ(conversation.run(*state, machine).code, error_code(-6505, server_category()));
    EXPECT_FALSE(state->in_transaction);
    EXPECT_EQ(state->wanted_isolation, isolation::read_committed);
}

TEST(Begin, MakesTheSessionReadOnly) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    state->isolation_named = true;
    state->wanted_read_only = true;
    wire::execute_response done;
    done.kind = 162;
    const auto conversation = script()
                                  .client_sends(wire::command::prepare,
                                                [](const wire::frame_view& frame) {
                                                    wire::prepare_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(request.sql, "SP_SET_SESSION_READONLY(1)");
                                                    EXPECT_FALSE(request.autocommit);
                                                })
                                  .server_sends(frame_of(done));
    begin_machine machine;
    ASSERT_FALSE(conversation.run(*state, machine).code);
    EXPECT_TRUE(state->read_only);
    EXPECT_EQ(state->idle_handles.size(), 1U);
}

TEST(Session, SettlesItsDebtsBeforeTheNextStatement) {
    const auto make_state = [] {
        auto state = logged_in();
        state->rollback_pending = true;
        state->isolation = isolation::serializable;
        state->statement_pool_size = 1;
        state->idle_handles = {{4, false}, {5, false}, {6, false}};
        return state;
    };
    wire::execute_response done;
    done.kind = 157;
    const auto frees = [](std::int32_t handle) {
        return [handle](const wire::frame_view& frame) { EXPECT_EQ(frame.handle(), handle); };
    };
    const auto conversation = script()
                                  .client_sends(wire::command::rollback)
                                  .server_sends(ok)
                                  .client_sends(wire::command::set_isolation)
                                  .server_sends(ok)
                                  .client_sends(wire::command::free, frees(6))
                                  .server_sends(ok)
                                  .client_sends(wire::command::free, frees(5))
                                  .server_sends(ok)
                                  .client_sends(wire::command::prepare, frees(4))
                                  .server_sends(frame_of(done));
    const auto make = [](session_state&) -> std::unique_ptr<machine> {
        return std::make_unique<execute_machine>("delete from t", detail::parameter_set{}, result_options{});
    };
    const auto state = make_state();
    ASSERT_FALSE(conversation.run(*state, *make(*state)).code);
    EXPECT_FALSE(state->rollback_pending);
    conversation.run_with_each_step_failing(make_state, make);
}

TEST(Session, NeverContinuesATransactionThatCouldNotBeRolledBack) {
    const auto state = logged_in();
    state->rollback_pending = true;
    execute_machine machine("delete from t", {}, {});
    const auto conversation = script().client_sends(wire::command::rollback).server_sends(refusal(-1, "no"));
    const auto result = conversation.run(*state, machine);
    EXPECT_EQ(result.code, client_errc::protocol_violation);
    EXPECT_FALSE(state->connected);
}

TEST(Leave, RollsBackOnlyWhatIsOpen) {
    const auto idle = logged_in();
    leave_machine quiet;
    EXPECT_FALSE(script().run(*idle, quiet).code);
    const auto busy = in_transaction();
    leave_machine loud;
    EXPECT_FALSE(script().client_sends(wire::command::rollback).server_sends(ok).run(*busy, loud).code);
}

TEST(Endings, FreeHandlesFirstWhereNoneAreKept) {
    const auto make_state = [] {
        auto state = in_transaction();
        state->statement_pool_size = 0;
        state->idle_handles = {{4, false}, {5, false}};
        return state;
    };
    const auto frees = [](std::int32_t handle) {
        return [handle](const wire::frame_view& frame) { EXPECT_EQ(frame.handle(), handle); };
    };
    const auto ended_by = [&](wire::command last) {
        return script()
            .client_sends(wire::command::free, frees(5))
            .server_sends(ok)
            .client_sends(wire::command::free, frees(4))
            .server_sends(ok)
            .client_sends(last)
            .server_sends(ok);
    };
    const auto commit = [](session_state&) -> std::unique_ptr<machine> {
        return std::make_unique<end_machine>(end_machine::ending::commit);
    };
    const auto leave = [](session_state&) -> std::unique_ptr<machine> { return std::make_unique<leave_machine>(); };
    auto state = make_state();
    EXPECT_FALSE(ended_by(wire::command::commit).run(*state, *commit(*state)).code);
    EXPECT_TRUE(state->idle_handles.empty());
    state = make_state();
    EXPECT_FALSE(ended_by(wire::command::rollback).run(*state, *leave(*state)).code);
    ended_by(wire::command::commit).run_with_each_step_failing(make_state, commit);
    // A COMMIT that was not sent is not in doubt.
    state = make_state();
    const auto refused = script().client_sends(wire::command::free).server_sends(refusal(-1, "no"));
    EXPECT_EQ(refused.run(*state, *commit(*state)).details.delivered, delivery::answered);
}

}  // namespace
}  // namespace dmkit::session::test

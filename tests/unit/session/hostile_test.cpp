#include <random>
#include <string>

#include <gtest/gtest.h>

#include "client/session/control.hpp"
#include "client/session/execution.hpp"
#include "script.hpp"

namespace dmkit::session::test {
namespace {

/// An answer to a direct execution with a row, as a server sends it.
bytes good_answer() {
    wire::execute_response answer;
    answer.kind = 160;
    answer.affected_rows = 1;
    answer.row_count = 1;
    answer.columns = {column("NAME", 2, 20, "VARCHAR")};
    const auto row = from_hex("1300 0100000000000000 0c00 0500 68656c6c6f");
    answer.rows = row;
    return frame_of(answer);
}

/// Runs a direct execution against one answer. @return its error
failure answered_by(const bytes& answer) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    state->assembler.set_cap(std::size_t{1} << 20U);
    execute_machine machine("select", {}, {});
    auto result = script().client_sends(wire::command::prepare).server_sends(answer).run(*state, machine);
    if (!result.code && machine.product().has_rows) {
        failure problem;
        while (machine.product().rows.next(*state, problem)) {
        }
        return problem;
    }
    return result;
}

TEST(Hostile, AnAnswerCutAnywhereIsAFaultWithAName) {
    const auto answer = good_answer();
    ASSERT_FALSE(answered_by(answer).code);
    for (std::size_t size = wire::header_size; size < answer.size(); ++size) {
        auto cut = answer;
        cut.resize(size);
        wire::finish_frame(cut, 0);
        const auto result = answered_by(cut);
        EXPECT_EQ(result.code, client_errc::frame_format) << "at " << size;
        EXPECT_FALSE(result.details.client_message.empty());
    }
}

TEST(Hostile, NoByteOfAnAnswerCanDoHarm) {
    const auto answer = good_answer();
    for (std::size_t at = 0; at < answer.size(); ++at) {
        for (const unsigned value : {0x00U, 0x01U, 0x7FU, 0x80U, 0xFEU, 0xFFU}) {
            auto changed = answer;
            changed[at] = static_cast<std::byte>(value);
            changed[wire::header_offset::check] =
                wire::check_byte(std::span<const std::byte>(changed).first<wire::header_size>());
            const auto length = wire::load<std::int32_t>(std::span<const std::byte>(changed).subspan(6));
            if (length != static_cast<std::int32_t>(answer.size() - wire::header_size))
                continue;
            static_cast<void>(answered_by(changed));
        }
    }
}

TEST(Hostile, RandomBodiesAreAnsweredByErrors) {
    std::mt19937 random(20240229);
    for (int round = 0; round < 2000; ++round) {
        auto noise = good_answer();
        for (std::size_t i = wire::header_offset::area; i < noise.size(); ++i) {
            if (random() % 4 == 0)
                noise[i] = static_cast<std::byte>(random());
        }
        static_cast<void>(answered_by(noise));
    }
}

TEST(Hostile, AWrongCheckByteIsNamed) {
    auto answer = good_answer();
    answer[wire::header_offset::check] ^= std::byte{0x55};
    EXPECT_EQ(answered_by(answer).code, client_errc::checksum);
}

TEST(Hostile, ALengthBeyondTheCapIsRefusedBeforeItIsReceived) {
    auto answer = good_answer();
    answer.resize(wire::header_size);
    for (const std::uint32_t length : {0x0010'0000U, 0x7FFF'FFFFU, 0xFFFF'FFFFU, 0x8000'0000U}) {
        std::memcpy(answer.data() + wire::header_offset::length, &length, sizeof length);
        answer[wire::header_offset::check] =
            wire::check_byte(std::span<const std::byte>(answer).first<wire::header_size>());
        const auto result = answered_by(answer);
        EXPECT_TRUE(result.code == client_errc::message_too_large || result.code == client_errc::frame_format)
            << result.code.message();
    }
}

TEST(Hostile, MemoryFollowsWhatHasArrived) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    execute_machine machine("select", {}, {});
    operation op(*state, machine);
    auto wish = op.start();
    wish = op.wrote(wish.out.size());
    bytes header = good_answer();
    header.resize(wire::header_size);
    const std::uint32_t length = 60U << 20U;
    std::memcpy(header.data() + wire::header_offset::length, &length, sizeof length);
    header[wire::header_offset::check] =
        wire::check_byte(std::span<const std::byte>(header).first<wire::header_size>());
    std::copy(header.begin(), header.end(), wish.in.begin());
    wish = op.got(header.size());
    ASSERT_EQ(wish.what, action::read);
    EXPECT_LT(wish.in.size(), std::size_t{1} << 20U);
}

TEST(Hostile, MoreThanWasAskedForIsNoticed) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    auto twice = good_answer();
    const auto again = good_answer();
    twice.insert(twice.end(), again.begin(), again.end());
    execute_machine first("select", {}, {});
    EXPECT_FALSE(script().client_sends(wire::command::prepare).server_sends(twice).run(*state, first).code);
    state->idle_handles.push_back({5, false});
    execute_machine second("select", {}, {});
    const auto result = script().run(*state, second);
    EXPECT_EQ(result.code, client_errc::protocol_violation);
    EXPECT_EQ(result.details.delivered, delivery::not_sent);
    EXPECT_FALSE(state->connected);
}

/// docs/protocol: server heartbeat, a header with code 269.
TEST(Hostile, HeartbeatsAreSkipped) {
    bytes heartbeat(wire::header_size);
    heartbeat[4] = std::byte{0x0D};
    heartbeat[5] = std::byte{0x01};
    wire::finish_frame(heartbeat, 0);
    bytes answer;
    for (int i = 0; i < 20000; ++i)
        answer.insert(answer.end(), heartbeat.begin(), heartbeat.end());
    const auto good = good_answer();
    answer.insert(answer.end(), good.begin(), good.end());
    EXPECT_FALSE(answered_by(answer).code);
}

TEST(Hostile, AnErrorWithoutARecordIsAFault) {
    auto error = refusal(-2106, "text");
    error.resize(wire::header_size + 6);
    wire::finish_frame(error, 0);
    EXPECT_EQ(answered_by(error).code, client_errc::frame_format);
}

TEST(Hostile, RowsWithoutColumnsAreAFault) {
    wire::execute_response answer;
    answer.kind = 160;
    answer.affected_rows = 1;
    EXPECT_EQ(answered_by(frame_of(answer)).code, client_errc::protocol_violation);
}

TEST(Hostile, AHandleOfZeroIsAFault) {
    const auto state = logged_in();
    execute_machine machine("select", {}, {});
    const auto result = script()
                            .client_sends(wire::command::allocate)
                            .server_sends(frame_of(wire::allocate_response{}))
                            .run(*state, machine);
    EXPECT_EQ(result.code, client_errc::protocol_violation);
}

}  // namespace
}  // namespace dmkit::session::test

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "client/io/lob_tasks.hpp"
#include "tests/unit/session/script.hpp"

/// The calls of dmkit::lob, with the answers of a server that is not the mock.
namespace dmkit::detail {
namespace {

using session::test::frame_of;
using session::test::script;

struct LobCalls : testing::Test {
    LobCalls() : core(std::make_shared<connection_core>()) {
        core->state().connected = true;
        lob.core = core;
        lob.epoch = core->epoch();
        lob.target.text = true;
        lob.target.locator.id = 42;
    }
    /// Runs @p call, whose machines have the conversations @p with, and gives its fault.
    error_code run(task& call, const std::vector<script>& with) const {
        std::size_t next = 0;
        while (auto* machine = call.next(*core)) {
            EXPECT_LT(next, with.size());
            if (next == with.size())
                return make_error_code(client_errc::protocol_violation);
            if (const auto result = with[next++].run(core->state(), *machine); result.code)
                return result.code;
        }
        EXPECT_EQ(next, with.size());
        return call.problem().code;
    }
    static std::vector<std::byte> piece(std::string_view data, bool end, std::uint32_t characters) {
        wire::lob_read_response out;
        out.end = end;
        out.data = wire::as_bytes(data);
        out.size = static_cast<std::uint32_t>(data.size());
        out.characters = characters;
        return frame_of(out);
    }
    static script reads(std::string_view data, bool end, std::uint32_t characters) {
        return script().client_sends(wire::command::lob_read).server_sends(piece(data, end, characters));
    }

    std::shared_ptr<connection_core> core;
    lob_state lob;
};

TEST_F(LobCalls, NeverWriteBehindTheBuffer) {
    std::byte memory[24];
    std::fill(std::begin(memory), std::end(memory), std::byte{0x5A});
    // Two characters are asked for. Eight bytes of no text become eight characters of three bytes.
    lob_read_task call(lob, 0, std::span(memory).first(8));
    EXPECT_EQ(run(call, {reads("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", true, 2)}), client_errc::value_format);
    EXPECT_TRUE(std::all_of(std::begin(memory), std::end(memory), [](std::byte b) { return b == std::byte{0x5A}; }));
    EXPECT_EQ(call.take().bytes, 0U);
    lob_read_task short_count(lob, 0, std::span(memory).first(8));
    EXPECT_EQ(run(short_count, {reads("abcdefghijklmnop", true, 1)}), client_errc::protocol_violation);
}

TEST_F(LobCalls, TellTheLastPiece) {
    std::byte memory[8];
    lob_read_task first(lob, 0, memory);
    EXPECT_FALSE(run(first, {reads("ab", false, 2)}));
    EXPECT_EQ(first.take().units, 2);
    EXPECT_FALSE(first.take().last);
    lob_read_task second(lob, 2, memory);
    EXPECT_FALSE(run(second, {reads("c", true, 1)}));
    EXPECT_TRUE(second.take().last);
}

TEST_F(LobCalls, FollowALobThatMoves) {
    const auto address = [](std::int64_t id) {
        return [=](const wire::frame_view& frame) {
            wire::lob_write_request request;
            ASSERT_FALSE(decode(frame, {}, request));
            EXPECT_EQ(request.id, id);
        };
    };
    const auto writes = [&](std::int64_t to, std::int64_t moves_to) {
        return script()
            .client_sends(wire::command::lob_write, address(to))
            .server_sends(frame_of(wire::lob_write_response{{0, 1234, 0}, 1, moves_to, 0, 1234}));
    };
    lob_write_task first(lob, 0, "a");
    EXPECT_FALSE(run(first, {writes(42, 43)}));
    lob_write_task second(lob, 1, "b");
    EXPECT_FALSE(run(second, {writes(43, 43)}));
    lob_truncate_task cut(lob, 1);
    EXPECT_FALSE(run(cut, {script()
                               .client_sends(wire::command::lob_truncate)
                               .server_sends(frame_of(wire::lob_truncate_response{1, 44}))}));
    lob_write_task third(lob, 1, "c");
    EXPECT_FALSE(run(third, {writes(44, 44)}));
}

TEST_F(LobCalls, AppendAskedForAndNoOtherWay) {
    lob_write_task nowhere(lob, -1, "a");
    EXPECT_EQ(run(nowhere, {}), client_errc::value_out_of_range);
    const auto at = [](const wire::frame_view& frame) {
        wire::lob_write_request request;
        ASSERT_FALSE(decode(frame, {}, request));
        EXPECT_EQ(request.position, 7);
    };
    lob_write_task append(lob, std::nullopt, "a");
    EXPECT_FALSE(run(
        append, {script().client_sends(wire::command::lob_length).server_sends(frame_of(wire::lob_length_response{7})),
                 script()
                     .client_sends(wire::command::lob_write, at)
                     .server_sends(frame_of(wire::lob_write_response{{0, 1, 0}, 1, 42, 0, 1}))}));
}

}  // namespace
}  // namespace dmkit::detail

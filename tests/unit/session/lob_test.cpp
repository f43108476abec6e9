#include <gtest/gtest.h>

#include "client/session/lob.hpp"
#include "script.hpp"

/// The machines of large objects. Requests are those of the vendor's Go driver (docs/protocol, LOBs: messages).
namespace dmkit::session::test {
namespace {

/// The LOB of the worked examples: id 42, 70000 bytes, group 4, page 1234, table 1000, column 2, row 77.
lob_target example(bool text) {
    wire::lob_value value;
    const auto head =
        from_hex("02 2a00000000000000 70110100 0400 0000 d2040000 e8030000 0200 4d00000000000000 0400 0000 b0040000");
    EXPECT_EQ(wire::decode_lob(head, {true, false}, value), wire::value_fault::none);
    return {text, value.locator};
}

bytes piece(std::string_view data, bool end, std::optional<std::uint32_t> characters = {}) {
    wire::lob_read_response out;
    out.current_page = 1234;
    out.current_file = 0;
    out.end = end;
    out.data = wire::as_bytes(data);
    out.size = static_cast<std::uint32_t>(data.size());
    out.characters = characters;
    return frame_of(out);
}

std::function<void(const wire::frame_view&)> reads(std::int32_t position, std::int32_t length) {
    return [=](const wire::frame_view& frame) {
        wire::lob_read_request request;
        ASSERT_FALSE(decode(frame, {}, request));
        EXPECT_EQ(request.id, 42);
        EXPECT_EQ(request.position, position);
        EXPECT_EQ(request.length, length);
    };
}

/// A session that has logged in, and LOBs in it.
class Lob : public testing::Test {
  protected:
    std::unique_ptr<session_state> state = logged_in();
    lob_target text = example(true);
    lob_target binary = example(false);
    std::string out;  ///< what is read
};
using LobLength = Lob;
using LobRead = Lob;
using FetchLobs = Lob;
using LobWrite = Lob;
using LobTruncate = Lob;

TEST_F(LobLength, IsAskedForAsTheVendorsDriverDoes) {
    // The whole frame is the vector "LOB_GET_LENGTH newLob=true".
    const auto request = from_hex(
        "000000001d00270000000000000000000000003a"
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "00"
        "012a0000000000000004000000d2040000e803000002004d0000000000000004000000b0040000");
    const auto conversation = script().client_sends(request).server_sends(frame_of(wire::lob_length_response{70'000}));
    lob_length_machine machine(example(true));
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(machine.length(), 70'000);
    conversation.run_with_each_step_failing(logged_in, [](session_state&) -> std::unique_ptr<dmkit::session::machine> {
        return std::make_unique<lob_length_machine>(example(true));
    });
}

TEST_F(LobRead, AsksUntilItHasWhatIsWanted) {
    const auto conversation = script()
                                  .client_sends(wire::command::lob_read, reads(10, 16000))
                                  .server_sends(piece("达梦", false, 2))
                                  .client_sends(wire::command::lob_read, reads(12, 15999))
                                  .server_sends(piece("😀", false))
                                  .client_sends(wire::command::lob_read, reads(13, 15998))
                                  .server_sends(piece("x", true));
    lob_read_machine machine(text, 10, 16001, out);
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(out, "达梦😀x");
    EXPECT_EQ(machine.units(), 4);
}

TEST_F(LobRead, EndsWhereNothingComes) {
    const auto conversation =
        script().client_sends(wire::command::lob_read, reads(5, 32000)).server_sends(piece("", false));
    lob_read_machine machine(binary, 5, 40'000, out);
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(machine.units(), 0);
}

TEST_F(LobRead, RefusesMoreThanItAskedFor) {
    const auto conversation =
        script().client_sends(wire::command::lob_read, reads(0, 2)).server_sends(piece("abc", true));
    lob_read_machine machine(binary, 0, 2, out);
    EXPECT_EQ(conversation.run(*state, machine).code, client_errc::protocol_violation);
}

TEST_F(LobRead, RefusesACountThatContradictsTheText) {
    const auto conversation =
        script().client_sends(wire::command::lob_read, reads(0, 16)).server_sends(piece("abcdef", true, 1));
    lob_read_machine machine(text, 0, 16, out);
    EXPECT_EQ(conversation.run(*state, machine).code, client_errc::protocol_violation);
}

/// No character of any of the character sets has more than four bytes.
TEST_F(LobRead, RefusesMoreBytesThanItsCharactersCanHave) {
    const std::string bad(65, '\xFF');
    const auto conversation =
        script().client_sends(wire::command::lob_read, reads(0, 16)).server_sends(piece(bad, true, 16));
    lob_read_machine machine(text, 0, 16, out);
    EXPECT_EQ(conversation.run(*state, machine).code, client_errc::protocol_violation);
    const auto few =
        script().client_sends(wire::command::lob_read, reads(0, 16)).server_sends(piece(bad.substr(0, 9), true, 2));
    const auto other = logged_in();
    lob_read_machine again(text, 0, 16, out);
    EXPECT_EQ(few.run(*other, again).code, client_errc::protocol_violation);
}

/// Positions are the server's: what it counts as one character may be several replacements here.
TEST_F(LobRead, GoesOnByTheServersCountWhereBytesAreNoText) {
    const auto conversation = script()
                                  .client_sends(wire::command::lob_read, reads(0, 3))
                                  .server_sends(piece("a\xFF\xFF", false, 2))
                                  .client_sends(wire::command::lob_read, reads(2, 1))
                                  .server_sends(piece("b", true, 1));
    lob_read_machine machine(text, 0, 3, out);
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(out, "a\uFFFD\uFFFDb");
    EXPECT_EQ(machine.units(), 3);
    EXPECT_TRUE(machine.ended());
}

TEST_F(LobRead, IsEndedByARefusal) {
    const auto conversation = script()
                                  .client_sends(wire::command::lob_read, reads(0, 2))
                                  .server_sends(refusal(-7992, "Lob data has been freed"));
    lob_read_machine machine(binary, 0, 2, out);
    EXPECT_EQ(conversation.run(*state, machine).code, error_code(-7992, server_category()));
    EXPECT_TRUE(state->connected);
}

TEST_F(FetchLobs, AskForTheLengthOfTextOnly) {
    off_row_lobs lobs(2);
    lobs[0].target = text;
    lobs[1].target = binary;
    lobs[1].target.locator.length = 3;
    const auto conversation = script()
                                  .client_sends(wire::command::lob_length)
                                  .server_sends(frame_of(wire::lob_length_response{2}))
                                  .client_sends(wire::command::lob_read, reads(0, 2))
                                  .server_sends(piece("达梦", true))
                                  .client_sends(wire::command::lob_read, reads(0, 3))
                                  .server_sends(piece("abc", true));
    fetch_lobs_machine machine(lobs, 0, 2);
    EXPECT_FALSE(conversation.run(*state, machine, 7).code);
    EXPECT_EQ(lobs[0].data, "达梦");
    EXPECT_EQ(lobs[1].data, "abc");
}

TEST_F(FetchLobs, DoNotTakeAPartForTheWhole) {
    off_row_lobs lobs(1);
    lobs[0].target = text;
    const auto conversation = script()
                                  .client_sends(wire::command::lob_length)
                                  .server_sends(frame_of(wire::lob_length_response{5}))
                                  .client_sends(wire::command::lob_read, reads(0, 5))
                                  .server_sends(piece("达梦", false))
                                  .client_sends(wire::command::lob_read, reads(2, 3))
                                  .server_sends(piece("", false));
    fetch_lobs_machine machine(lobs, 0, 1);
    EXPECT_EQ(conversation.run(*state, machine).code, client_errc::value_format);
    EXPECT_TRUE(state->connected);
}

TEST_F(FetchLobs, RefuseWhatTheWireCannotName) {
    off_row_lobs lobs(1);
    lobs[0].target = text;
    const auto conversation = script()
                                  .client_sends(wire::command::lob_length)
                                  .server_sends(frame_of(wire::lob_length_response{std::int64_t{1} << 31U}));
    fetch_lobs_machine machine(lobs, 0, 1);
    EXPECT_EQ(conversation.run(*state, machine).code, client_errc::value_out_of_range);
    EXPECT_TRUE(state->connected);
}

TEST_F(LobWrite, CutsPiecesOfWholeCharacters) {
    // 15999 bytes, then a character of three that no longer fits.
    const std::string data = std::string(15'999, 'a') + "达b";
    const auto writes = [](std::uint8_t part, std::int32_t position, std::size_t size) {
        return [=](const wire::frame_view& frame) {
            wire::lob_write_request request;
            ASSERT_FALSE(decode(frame, {}, request));
            EXPECT_EQ(request.part, part);
            EXPECT_EQ(request.position, position);
            EXPECT_EQ(request.data.size(), size);
        };
    };
    const auto wrote = [](std::int32_t units) {
        return frame_of(wire::lob_write_response{{0, 1234, 0}, units, 42, 0, 1234});
    };
    const auto conversation = script()
                                  .client_sends(wire::command::lob_write, writes(wire::lob_part::first, 7, 15'999))
                                  .server_sends(wrote(15'999))
                                  .client_sends(wire::command::lob_write, writes(wire::lob_part::last, 16'006, 4))
                                  .server_sends(wrote(2));
    lob_write_machine machine(text, 7, data);
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(machine.units(), 16'001);
}

/// The answer says where the LOB is from now on.
TEST_F(LobWrite, FollowsALobThatMoves) {
    const auto addresses = [](std::int64_t id, std::int32_t page) {
        return [=](const wire::frame_view& frame) {
            wire::lob_write_request request;
            ASSERT_FALSE(decode(frame, {}, request));
            EXPECT_EQ(request.id, id);
            EXPECT_EQ(request.page, page);
        };
    };
    const auto first = script()
                           .client_sends(wire::command::lob_write, addresses(42, 1234))
                           .server_sends(frame_of(wire::lob_write_response{{1, 78, 0}, 3, 43, 1, 77}));
    lob_write_machine machine(binary, 0, "abc");
    EXPECT_FALSE(first.run(*state, machine).code);
    EXPECT_EQ(binary.locator.file, 1);
    const auto second = script()
                            .client_sends(wire::command::lob_write, addresses(43, 77))
                            .server_sends(frame_of(wire::lob_write_response{{1, 78, 0}, 1, 43, 1, 77}));
    lob_write_machine again(binary, 3, "d");
    EXPECT_FALSE(second.run(*state, again).code);
    const auto third =
        script().client_sends(wire::command::lob_truncate).server_sends(frame_of(wire::lob_truncate_response{1, 44}));
    lob_truncate_machine cut(binary, 1);
    EXPECT_FALSE(third.run(*state, cut).code);
    EXPECT_EQ(binary.locator.id, 44);
}

TEST_F(LobWrite, TakesNoShortWriteForAWholeOne) {
    for (const std::int32_t written : {0, 2, 4}) {
        const auto conversation =
            script()
                .client_sends(wire::command::lob_write)
                .server_sends(frame_of(wire::lob_write_response{{0, 1234, 0}, written, 42, 0, 1234}));
        const auto fresh = logged_in();
        auto target = text;
        lob_write_machine machine(target, 0, "达梦x");
        EXPECT_EQ(conversation.run(*fresh, machine).code, client_errc::protocol_violation) << written;
    }
}

TEST_F(LobWrite, SendsNothingOfWhatCannotBeSentAsAWhole) {
    const auto refused = [this](wire::charset set, const std::string& data) {
        const auto fresh = logged_in();
        fresh->text = wire::charset_converter(set);
        auto target = text;
        lob_write_machine machine(target, 0, data);
        EXPECT_EQ(script().run(*fresh, machine).code, client_errc::text_not_encodable);
        EXPECT_TRUE(fresh->connected);
    };
    const std::string start(18'000, 'a');
    refused(wire::charset::utf8, start + "\xFF");
    refused(wire::charset::euc_kr, start + "😀");
    refused(wire::charset::utf8, std::string(20'000, '\x80'));
    refused(wire::charset::gb18030, std::string(20'000, '\x80'));
}

TEST_F(LobWrite, StaysInsideOfWhatTheWireCanName) {
    const std::string data(20'000, 'a');
    lob_write_machine machine(binary, std::numeric_limits<std::int32_t>::max() - 19'999, data);
    EXPECT_EQ(script().run(*state, machine).code, client_errc::value_out_of_range);
}

TEST_F(LobWrite, SendsTheBytesOfTheVendorsDriver) {
    const auto body = from_hex(
        "01 03 2a00000000000000 0400 0000 d2040000 0000 d2040000 00000000 e8030000 0200 4d00000000000000 05000000 "
        "03000000 78797a 0400 0000 b0040000");
    const auto check = [&body](const wire::frame_view& frame) { EXPECT_EQ(to_hex(frame.body), to_hex(body)); };
    const auto conversation = script()
                                  .client_sends(wire::command::lob_write, check)
                                  .server_sends(frame_of(wire::lob_write_response{{0, 1234, 0}, 3, 42, 0, 1234}));
    lob_write_machine machine(text, 5, "xyz");
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(machine.units(), 3);
}

TEST_F(LobTruncate, SendsTheBytesOfTheVendorsDriver) {
    const auto body =
        from_hex("01 2a00000000000000 0400 0000 d2040000 e8030000 0200 4d00000000000000 09000000 0400 0000 b0040000");
    const auto check = [&body](const wire::frame_view& frame) { EXPECT_EQ(to_hex(frame.body), to_hex(body)); };
    const auto conversation = script()
                                  .client_sends(wire::command::lob_truncate, check)
                                  .server_sends(frame_of(wire::lob_truncate_response{9, 42}));
    lob_truncate_machine machine(text, 9);
    EXPECT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(machine.length(), 9);
}

}  // namespace
}  // namespace dmkit::session::test

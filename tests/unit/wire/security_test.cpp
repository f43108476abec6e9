#include <dmkit/wire/security.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <dmkit/wire/messages/session.hpp>

#include "vectors.hpp"

/// What is wrong with a message that was damaged on its way is named, whatever it was protected by.
namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;

// dm8-connection §6.5: the session key of the worked example.
constexpr std::string_view session_key =
    "5f61e47d53dadad0bf7fa0c65736fb9084ca7cd949a8772cb6b91223da34dd75"
    "af2679c55ff20499788bc06584859ac1c84cdd76a7b6e6c05b47767b61cd8f43";

std::unique_ptr<message_cipher> cipher_of(std::int32_t id) {
    cipher_fault fault{};
    auto made = message_cipher::create(id, from_hex(session_key), fault);
    EXPECT_TRUE(made) << to_string(fault);
    return made;
}

/// What open() says of a frame with @p id and CRC, after @p damage.
template <class Damage>
std::string fault_of(std::int32_t id, bool crc, Damage damage) {
    frame_security sender;
    frame_security receiver;
    for (auto* side : {&sender, &receiver}) {
        if (id != 0)
            side->set_cipher(cipher_of(id));
        side->set_crc(crc);
    }
    error_response message;
    message.text = "SYSDBA789";
    std::vector<std::byte> frame;
    encode(message, {}, frame);
    EXPECT_EQ(sender.seal(frame, 0), cipher_fault::none);
    damage(frame);
    frame_assembler assembler;
    assembler.set_check_bytes(!crc);
    const auto room = assembler.prepare(frame.size());
    std::copy(frame.begin(), frame.end(), room.begin());
    assembler.commit(frame.size());
    decode_error error;
    const auto raw = assembler.next(error);
    if (!raw)
        return error.to_string();
    const auto opened = receiver.open(*raw);
    return opened.error ? opened.error.to_string() : "";
}

constexpr auto nothing = [](std::vector<std::byte>&) {};
constexpr auto last_byte = [](std::vector<std::byte>& frame) { frame.back() ^= std::byte{1}; };

TEST(frame_security, NamesTheCheckThatFails) {
    for (const std::int32_t id : {0, 130, 132, 2052, 2056})
        for (const bool crc : {false, true})
            EXPECT_EQ(fault_of(id, crc, nothing), "") << id;
    EXPECT_NE(fault_of(0, true, last_byte).find("CRC"), std::string::npos);
    EXPECT_NE(fault_of(2052, true, last_byte).find("CRC"), std::string::npos);
    for (const std::int32_t id : {130, 132, 260, 2052, 2056})
        EXPECT_NE(fault_of(id, false, last_byte).find("MD5 digest"), std::string::npos) << id;
    // A bit of the text itself.
    const auto body = [](std::vector<std::byte>& frame) { frame[header_size + 18] ^= std::byte{1}; };
    EXPECT_NE(fault_of(2052, false, body).find("MD5 digest"), std::string::npos);
    // The last block of a padded cipher, in front of the digest: what comes out ends in no padding.
    const auto block = [](std::vector<std::byte>& frame) { frame[frame.size() - 17] ^= std::byte{0x40}; };
    EXPECT_NE(fault_of(129, false, block).find("padding"), std::string::npos) << fault_of(129, false, block);
    const auto header = [](std::vector<std::byte>& frame) { frame[header_offset::check] ^= std::byte{1}; };
    EXPECT_NE(fault_of(0, false, header).find("check"), std::string::npos);
}

}  // namespace
}  // namespace dmkit::wire

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dmkit/wire/frame.hpp>
#include <dmkit/wire/structure_codec.hpp>
#include <dmkit/wire/value_codec.hpp>

#include "tests/unit/wire/message_types.hpp"

/// What the two codec fuzzers share. An input is one byte of switches, then the stream of a peer.
namespace dmkit::fuzz {

inline void require(bool holds) {
    if (!holds)
        std::abort();
}

/// What both sides agreed on, taken from the first byte of an input.
struct agreement {
    explicit agreement(std::uint8_t switches) : text(static_cast<wire::charset>(((switches >> 2U) & 3U) % 3)) {
        codec.base_names = (switches & 1U) != 0;
        codec.new_lob = (switches & 2U) != 0;
        codec.message_version = (switches & 16U) != 0 ? wire::wide_row_ids_since : 8;
        values.new_lob = codec.new_lob;
        values.wide_row_ids = codec.message_version >= wire::wide_row_ids_since;
    }
    wire::codec_context codec;
    wire::charset_converter text;
    wire::text_arena arena;
    wire::value_context values{text, arena, wire::value_place::row, true, 480, 0};
};

/// Feeds the stream in two parts and calls @p action with each frame, in memory that ends where the frame ends.
template <class Action>
void for_each_frame(std::span<const std::uint8_t> stream, const Action& action) {
    wire::frame_assembler assembler(1U << 20U);
    assembler.set_check_bytes(false);
    wire::decode_error error;
    const std::size_t half = stream.size() / 2;
    for (const auto part : {stream.first(half), stream.subspan(half)}) {
        const auto room = assembler.prepare(part.size());
        std::ranges::copy(std::as_bytes(part), room.begin());
        assembler.commit(part.size());
        while (const auto frame = assembler.next(error)) {
            const std::size_t size = wire::header_size + frame->body.size();
            const auto copy = std::make_unique<std::byte[]>(size);
            std::ranges::copy(frame->header, copy.get());
            std::ranges::copy(frame->body, copy.get() + wire::header_size);
            const std::span<const std::byte> whole(copy.get(), size);
            action(wire::frame_view{whole.first<wire::header_size>(), whole.subspan(wire::header_size)});
        }
        if (error) {
            require(!error.to_string().empty());
            return;
        }
        require(assembler.missing() > 0);
    }
}

/// Decodes; what decodes must encode to something that decodes and encodes to the same. @return false on an error
template <class M>
bool check_message(const wire::frame_view& frame, const wire::codec_context& context, M& message) {
    if (const auto error = decode(frame, context, message); error) {
        require(!error.to_string().empty());
        return false;
    }
    std::string text;
    trace(message, text);
    std::vector<std::byte> once;
    encode(message, context, once);
    M back;
    const std::span<const std::byte> bytes(once);
    const auto error = decode({bytes.first<wire::header_size>(), bytes.subspan(wire::header_size)}, context, back);
    require(!error);
    std::vector<std::byte> twice;
    encode(back, context, twice);
    require(once == twice);
    return true;
}

/// Decodes a value; what decodes must encode again, to bytes that mean the same.
inline void check_value(const data_type& type, std::span<const std::byte> bytes, agreement& with) {
    with.arena.clear();
    field_view value;
    if (decode_value(type, bytes, with.values, value) != wire::value_fault::none)
        return;
    static_cast<void>(value.to_string());
    std::vector<std::byte> again;
    const auto fault = encode_value(type, value, with.values, again);
    if (fault != wire::value_fault::none) {
        // A peer may send wider integers than the type has, leading fields beyond their precision, other kinds of time
        // than the type's, dates that leave the calendar when they change zone, and invalid text, whose replacement
        // character EUC-KR does not have.
        require(fault == wire::value_fault::out_of_range || fault == wire::value_fault::wrong_kind ||
                (fault == wire::value_fault::unmappable && with.text.set() == wire::charset::euc_kr));
        return;
    }
    field_view back;
    require(decode_value(type, again, with.values, back) == wire::value_fault::none);
}

/// Decodes a type description and a value of it; what decodes must encode to what decodes to the same.
inline void check_structure(std::span<const std::byte> description, std::span<const std::byte> bytes, agreement& with) {
    wire::byte_reader in(description);
    type_description type;
    wire::decode_type_description(in, with.text, type);
    if (in.failed())
        return;
    structured_value value;
    with.arena.clear();
    if (decode_structure(type, bytes, with.values, value) != wire::value_fault::none)
        return;
    std::vector<std::byte> again;
    if (encode_structure(type, value, with.values, again) != wire::value_fault::none)
        return;
    structured_value back;
    require(decode_structure(type, again, with.values, back) == wire::value_fault::none);
}

/// Every scalar type with plausible precision and scale.
inline constexpr data_type scalar_types[] = {
    {type_id::char_, 10, 0},
    {type_id::varchar, 100, 0},
    {type_id::bit, 1, 0},
    {type_id::tinyint, 1, 0},
    {type_id::smallint, 2, 0},
    {type_id::integer, 4, 0},
    {type_id::bigint, 8, 0},
    {type_id::decimal, 38, 10},
    {type_id::real, 4, 0},
    {type_id::double_, 8, 0},
    {type_id::blob, 0, 0},
    {type_id::boolean, 1, 0},
    {type_id::date, 3, 0},
    {type_id::time, 5, 6},
    {type_id::datetime, 8, 6},
    {type_id::datetime, 8, 0x1006},
    {type_id::binary, 8, 0},
    {type_id::varbinary, 8, 0},
    {type_id::clob, 0, 0},
    {type_id::interval_ym, 12, 0x120},
    {type_id::interval_ds, 24, 0x626},
    {type_id::time_tz, 7, 6},
    {type_id::datetime_tz, 10, 6},
    {type_id::datetime2, 9, 9},
    {type_id::datetime2_tz, 11, 9},
};

}  // namespace dmkit::fuzz

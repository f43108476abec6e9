#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <dmkit/wire/messages/message.hpp>
#include <dmkit/wire/value_codec.hpp>

/// Messages about large objects whose data lies out of the row (docs/protocol, statement and data layer: LOBs).
/// Positions, lengths and amounts count bytes of a BLOB and characters (code points) of a CLOB; data is in the
/// session's character set and not converted here.
namespace dmkit::wire {

/// Which LOB a request means: the locator of its value, without the length. Row and first page travel in the long form
/// only (codec_context::new_lob), except where a request says otherwise.
struct lob_address {
    bool text = false;  ///< a CLOB
    std::int64_t id = 0;
    std::int16_t group = -1;
    std::int16_t file = -1;
    std::int32_t page = -1;
    std::int32_t table = 0;
    std::int16_t column = 0;
    std::int64_t row = 0;
    std::int16_t first_group = 0;
    std::int16_t first_file = 0;
    std::int32_t first_page = 0;
};

/// The address of the LOB behind @p locator.
[[nodiscard]] lob_address address_of(const lob_locator& locator, bool text) noexcept;

/// Where the server stopped in the LOB: a hint for going on that comes with an answer and goes with the next request.
/// At first file and page are those of the address.
struct lob_cursor {
    std::int16_t current_file = -1;
    std::int32_t current_page = -1;
    std::int32_t total_offset = 0;
};

struct lob_length_request : lob_address {};
DMKIT_WIRE_MESSAGE(lob_length_request);

struct lob_length_response {
    std::int64_t length = 0;  ///< 4 bytes on the wire, or 8 when it takes them
};
DMKIT_WIRE_MESSAGE(lob_length_response);

struct lob_read_request : lob_address, lob_cursor {
    std::int32_t position = 0;  ///< from 0
    std::int32_t length = 0;    ///< wanted
};
DMKIT_WIRE_MESSAGE(lob_read_request);

/// A piece of a LOB. It splits no character.
struct lob_read_response : lob_cursor {
    bool end = false;        ///< the LOB ends with this piece
    std::uint32_t size = 0;  ///< bytes of data, set by whoever sets the data; without any, what follows is not there
    std::span<const std::byte> data;
    std::optional<std::uint32_t> characters;  ///< that data has; may be left out
};
DMKIT_WIRE_MESSAGE(lob_read_response);

/// Which part of a longer write a message brings.
namespace lob_part {
inline constexpr std::uint8_t middle = 0;
inline constexpr std::uint8_t first = 1;
inline constexpr std::uint8_t last = 2;
inline constexpr std::uint8_t whole = 3;
}  // namespace lob_part

/// Overwrites from a position on; what goes beyond the end makes the LOB longer. Row and table always travel.
struct lob_write_request : lob_address, lob_cursor {
    std::uint8_t part = lob_part::whole;  ///< lob_part
    std::int32_t position = 0;            ///< from 0
    std::int32_t size = 0;                ///< bytes of data; set by decoding only
    std::span<const std::byte> data;
};
DMKIT_WIRE_MESSAGE(lob_write_request);

struct lob_write_response : lob_cursor {
    std::int32_t written = 0;
    std::int64_t id = 0;
    std::int16_t file = -1;
    std::int32_t page = -1;
};
DMKIT_WIRE_MESSAGE(lob_write_response);

/// Cuts a LOB off. Row and table always travel.
struct lob_truncate_request : lob_address {
    std::uint32_t length = 0;  ///< that is left
};
DMKIT_WIRE_MESSAGE(lob_truncate_request);

struct lob_truncate_response {
    std::uint32_t length = 0;
    std::int64_t id = 0;
};
DMKIT_WIRE_MESSAGE(lob_truncate_response);

}  // namespace dmkit::wire

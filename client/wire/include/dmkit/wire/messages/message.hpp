#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/decode_error.hpp>
#include <dmkit/wire/frame.hpp>

namespace dmkit::wire {

/// Command codes of requests (docs/protocol: command codes).
enum class command : std::uint16_t {
    login = 1,
    allocate = 3,
    free = 4,
    prepare = 5,
    execute_old = 6,
    fetch = 7,
    commit = 8,
    rollback = 9,
    execute = 13,
    put_data = 14,
    put_data2 = 26,
    set_cursor_name = 27,
    lob_length = 29,
    lob_write = 30,
    lob_truncate = 31,
    lob_read = 32,
    more_result = 44,
    set_isolation = 52,
    table_timestamps = 71,
    pre_execute = 90,
    execute_constants = 91,
    startup = 200,
};

/// Kinds of responses, at the same place; drivers do not look at them (docs/protocol: return codes).
enum class reply : std::uint16_t { execute = 0, login = 163, simple = 187, startup = 228 };

/// What both sides agreed on and what changes the form of messages.
struct codec_context {
    bool base_names = false;            ///< column descriptors carry the base column name (answer to STMT_ALLOC)
    bool new_lob = true;                ///< long form of LOB messages and of PUT_DATA (LOGIN)
    std::uint16_t message_version = 8;  ///< in force (STARTUP)
};

/// Who sends a message.
enum class origin : std::uint8_t { client, server };

/// How the declaration of a message is proven.
enum class evidence : std::uint8_t {
    captured,  ///< against bytes of the vendor's drivers
    derived,   ///< from what the vendor's drivers accept
};

/// Where a field stands in its frame.
struct field_place {
    std::string_view name;
    std::size_t offset = 0;  ///< bytes from the beginning of the frame, its header included
    std::size_t size = 0;    ///< bytes, length or count in front included; 0 of what travels with the field before it
    bool secret = false;     ///< never to be printed
};

/// Takes the fields of one message in the order of its declaration. Views are valid during the call.
class field_visitor {
  public:
    virtual ~field_visitor() = default;
    virtual void number(const field_place& place, std::int64_t value) = 0;
    /// Text in the session's character set, or whatever bytes a peer put in its place.
    virtual void text(const field_place& place, std::string_view value) = 0;
    virtual void bytes(const field_place& place, std::span<const std::byte> value) = 0;
    /// A value that is NULL; in lists only.
    virtual void null(const field_place& place) = 0;
    /// @p count elements follow. Those of plain values are single calls with an empty name, the others stand between
    /// begin_element() and end_element().
    virtual void begin_list(const field_place& place, std::size_t count) = 0;
    virtual void end_list() = 0;
    virtual void begin_element() = 0;
    virtual void end_element() = 0;
    /// The header says how many elements a list has that comes later.
    virtual void count(const field_place& place, std::size_t value) = 0;
};

/// One line of the table of a message, made from its declaration.
struct field_description {
    std::string_view name;
    std::string place;      ///< `@20` in the header, `body 3` in the body
    std::string_view form;  ///< `u8`, `i64`, `text, u16 length` …
    std::string_view condition;
};
struct message_description {
    std::string_view name;
    std::uint16_t code = 0;
    origin from = origin::client;
    evidence proof = evidence::derived;
    std::vector<field_description> fields;
    /// Decodes a complete, plain frame as this message and shows its fields to the visitor, if they decode.
    decode_error (*visit)(const frame_view& frame, const codec_context& context, field_visitor& visitor) = nullptr;
    /// Decodes it and appends its encoding, header and body, to @p out: the same bytes, if the declaration says all
    /// there is.
    decode_error (*encode_again)(const frame_view& frame, const codec_context& context,
                                 std::vector<std::byte>& out) = nullptr;
};
/// Every declared message, in the order of docs/protocol/messages.md, which is made from it.
[[nodiscard]] std::vector<message_description> describe_messages();

/// Declares the operations of message type @p M; they are defined where its field list is.
///
/// decode() takes a complete frame whose body is plain. Views in @p out point into the frame. Vectors of @p out keep
/// their capacity, so that a message that is used again allocates nothing. Bytes behind the last field are ignored, as
/// every driver does. encode() appends header and body to @p out; length and check byte are written by finish_frame()
/// or by the security layer. trace() appends `NAME{field=value, …}`; secrets are masked, long values cut.
// NOLINTBEGIN(bugprone-macro-parentheses): M is a type
#define DMKIT_WIRE_MESSAGE(M)                                                                         \
    [[nodiscard]] decode_error decode(const frame_view& frame, const codec_context& context, M& out); \
    void encode(const M& message, const codec_context& context, std::vector<std::byte>& out);         \
    void trace(const M& message, std::string& out)
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace dmkit::wire

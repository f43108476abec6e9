#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>
#include <dmkit/wire/charset.hpp>
#include <dmkit/wire/text_arena.hpp>

/// Values between their bytes on the wire and fields (docs/protocol: types). Nothing here allocates per value, except
/// for text that has to be converted.
namespace dmkit::wire {

class byte_reader;
class byte_writer;

/// Why a value could not be decoded or encoded.
enum class value_fault : std::uint8_t {
    none,
    bad_size,      ///< the type has no value of that many bytes
    bad_value,     ///< bytes or text that are no value of the type
    wrong_kind,    ///< the field's kind has no unambiguous form in the type
    out_of_range,  ///< the type cannot hold a value that large
    inexact,       ///< the type could hold only a part of the value (1.5 as INT)
    unmappable,    ///< text that the session's character set cannot express, or that is no UTF-8
    too_long,      ///< longer than the place in the message can hold
    out_of_row,    ///< a LOB whose data lies elsewhere: use decode_lob() and LOB messages
    unsupported,   ///< a type that has no values, or is not known
};

/// Text for diagnostics.
[[nodiscard]] std::string_view to_string(value_fault fault) noexcept;

/// How LOBs begin in a session.
struct lob_form {
    bool new_form = true;       ///< with table, column and row (LOGIN)
    bool wide_row_ids = false;  ///< row ids of 12 bytes (STARTUP)
};

/// Where a value stands; LOBs differ, everything else is the same in both.
enum class value_place : std::uint8_t {
    row,        ///< server to client, rows and out parameters: LOBs begin with a head
    parameter,  ///< client to server: LOBs are bare bytes
};

/// What the encoding of values depends on. References are not owned and must outlive the context.
struct value_context {
    charset_converter& text;
    text_arena& arena;  ///< where decoded text rests that is not a view into the message
    value_place place = value_place::row;
    bool new_lob = true;             ///< heads of LOBs have 43 bytes (LOGIN), else 13 or 21
    std::int16_t session_zone = 0;   ///< minutes east of UTC, for values whose type and field differ in zone
    std::int16_t database_zone = 0;  ///< likewise; TIMESTAMP WITH LOCAL TIME ZONE travels in it
    bool long_values = true;         ///< structured parameters may be over 65280 bytes: from message version 6 on
    bool wide_row_ids = false;       ///< heads of LOBs in the new form have 47 bytes: from message version 9 on

    [[nodiscard]] lob_form lobs() const noexcept { return {new_lob, wide_row_ids}; }
};

/// Decodes the bytes of one value (without its length). Text and binary are views into @p bytes or, where the character
/// set made a conversion necessary, into the context's arena.
/// - Integers are taken in any of the widths 1, 2, 4 and 8; date and time kinds are told by their length alone.
/// - A structured value (array, record, object, collection, object in a BLOB) is its bytes: see decode_structure().
/// - TIMESTAMP WITH LOCAL TIME ZONE (a bit of the scale) is brought from the database's to the session's zone.
/// @param out is changed only when the result is value_fault::none
[[nodiscard]] value_fault decode_value(const data_type& type, std::span<const std::byte> bytes, value_context& context,
                                       field_view& out);

/// Appends the bytes of one value that is not NULL (without a length). Kinds are converted where that is unambiguous:
/// numbers that the type holds exactly (REAL and DOUBLE take the nearest), text that reads as a value of the type,
/// numbers, dates and bytes (in hexadecimal) as text, integers as eight big-endian bytes of binary, a timestamp's day
/// as DATE and its time as TIME. Sub-seconds beyond the type's digits on the wire are cut off. Times with a zone are
/// brought to the session's where the type has none; where the type has one and the value none, it gets the session's.
/// A structured value is given as its bytes: see encode_structure().
/// These are the conversions of the vendor's drivers. On a fault @p out is as it was.
[[nodiscard]] value_fault encode_value(const data_type& type, const field_view& value, value_context& context,
                                       std::vector<std::byte>& out);

/// Appends length and value as a parameter row or an out-parameter list holds them, or the mark of NULL. Values beyond
/// 65280 bytes are value_fault::too_long: they go off the row; only structured ones have a longer length.
[[nodiscard]] value_fault encode_counted_value(const data_type& type, const field_view& value, value_context& context,
                                               std::vector<std::byte>& out);

/// True for the types whose row value begins with a LOB head.
[[nodiscard]] constexpr bool is_lob(type_id id) noexcept {
    return id == type_id::blob || id == type_id::clob;
}

/// Where the data of a LOB lies in the server. All numbers are the server's own; a client hands them back unchanged.
struct lob_locator {
    std::int64_t id = 0;
    std::int32_t length = -1;  ///< bytes, −1 unknown
    std::int16_t group = -1;
    std::int16_t file = -1;
    std::int32_t page = -1;
    std::int32_t table = 0;  ///< from here on only in the new form
    std::int16_t column = 0;
    std::int64_t row = 0;
    std::int16_t first_group = 0;
    std::int16_t first_file = 0;
    std::int32_t first_page = 0;
    friend bool operator==(const lob_locator&, const lob_locator&) = default;
};

/// A LOB as it stands in a row.
struct lob_value {
    bool in_row = true;
    lob_locator locator;
    std::span<const std::byte> data;  ///< of a LOB in the row; text is in the session's character set
};

inline constexpr std::size_t lob_head_size = 43;             ///< bytes, new form
inline constexpr std::size_t wide_lob_head_size = 47;        ///< bytes, new form with row ids of 12 bytes
inline constexpr std::size_t old_lob_in_row_head_size = 13;  ///< bytes, old form
inline constexpr std::size_t old_lob_locator_size = 21;      ///< bytes, old form, out of row

/// Size of a LOB's head in a session.
[[nodiscard]] constexpr std::size_t lob_head_bytes(bool in_row, lob_form form) noexcept {
    if (form.new_form)
        return form.wide_row_ids ? wide_lob_head_size : lob_head_size;
    return in_row ? old_lob_in_row_head_size : old_lob_locator_size;
}

/// How the head of a LOB whose data lies elsewhere begins.
inline constexpr std::byte lob_out_of_row{2};

/// Reads a LOB's head and finds its data. In the row the data reaches to the end of the value.
[[nodiscard]] value_fault decode_lob(std::span<const std::byte> bytes, lob_form form, lob_value& out) noexcept;
/// Appends head and data. For a LOB in the row the length in the head is that of the data.
void encode_lob(const lob_value& value, lob_form form, std::vector<std::byte>& out);

/// The first message version whose row ids have 12 bytes (docs/protocol/drivers.md).
inline constexpr std::uint16_t wide_row_ids_since = 9;

/// Bytes of a row id.
[[nodiscard]] constexpr std::size_t row_id_bytes(bool wide) noexcept {
    return wide ? 12 : 8;
}

/// A row id. In 12 bytes it is u16 site, u32 partition and the row in 6 bytes, all big-endian; the number that stands
/// for it has the partition in its upper 16 bits and leaves the site out.
[[nodiscard]] std::int64_t read_row_id(byte_reader& in, bool wide) noexcept;
void write_row_id(byte_writer& out, std::int64_t id, bool wide);

/// Builds rows as a server sends them: u16 length, row id, an offset a column, the values behind their lengths.
class row_writer {
  public:
    /// @param out rows are appended to it
    row_writer(std::vector<std::byte>& out, std::size_t columns, bool wide_row_ids = false) noexcept
        : out_(out), columns_(columns), wide_row_ids_(wide_row_ids) {}

    void begin(std::int64_t row_id);
    /// The next column.
    [[nodiscard]] value_fault add(const data_type& type, const field_view& value, value_context& context);
    /// A LOB with a locator of its own, in or out of the row.
    [[nodiscard]] value_fault add_lob(const lob_value& value, lob_form form);
    /// Closes the row. Rows beyond 65535 bytes are value_fault::too_long.
    [[nodiscard]] value_fault end() noexcept;
    /// Takes back the row that has begun.
    void discard() noexcept { out_.resize(begin_); }

  private:
    /// Writes the offset of the column that comes next and reserves its length. @return where the length stands
    std::size_t open_column();
    [[nodiscard]] value_fault close_column(std::size_t mark) noexcept;

    std::vector<std::byte>& out_;
    std::size_t columns_;
    bool wide_row_ids_;
    std::size_t begin_ = 0;
    std::size_t next_ = 0;
};

}  // namespace dmkit::wire

#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <dmkit/wire/messages/message.hpp>

/// Messages of statements and results. Field meanings: docs/protocol, statement and data layer; texts are in the
/// session's character set and not converted here.
namespace dmkit::wire {

inline constexpr std::int64_t no_row_limit = std::numeric_limits<std::int64_t>::max();
/// In place of a total: the number of rows is not known yet.
inline constexpr std::int64_t unknown_total = std::numeric_limits<std::int64_t>::max();

struct allocate_request {
    std::int32_t handle = 0;  ///< no meaning; −1 from the native library
    bool base_names = true;   ///< column descriptors with base names are understood
};
DMKIT_WIRE_MESSAGE(allocate_request);

struct allocate_response {
    std::int32_t handle = 0;
    bool base_names = false;  ///< descriptors of this statement will carry base names
};
DMKIT_WIRE_MESSAGE(allocate_response);

struct free_request {
    std::int32_t handle = 0;
};
DMKIT_WIRE_MESSAGE(free_request);

/// PREPARE, and direct execution.
struct prepare_request {
    std::int32_t handle = 0;
    bool autocommit = true;
    bool direct = false;  ///< execute at once
    std::uint8_t reserved_22 = 0;
    bool forward_only = true;
    std::uint8_t unknown_24 = 0;  ///< 1 from the npm driver
    std::int16_t execute_type = 0;
    std::int64_t max_rows = no_row_limit;
    std::uint8_t column_format = 0;
    std::uint8_t generated_keys = 0;  ///< 1: identity values are wanted in the answer
    std::int32_t timeout = 0;         ///< seconds, 0 none
    bool inner = false;               ///< the driver's own housekeeping
    std::string_view sql;
};
DMKIT_WIRE_MESSAGE(prepare_request);

/// One column of a result.
struct column_descriptor {
    std::int32_t type = 0;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    std::int32_t nullable = 1;
    std::int16_t flags = 0;  ///< column_flag
    std::int32_t reserved_18 = 0;
    std::int16_t reserved_22 = 1;
    std::string_view name;
    std::string_view type_name;
    std::string_view table;
    std::string_view schema;
    std::string_view base_name;              ///< only with codec_context::base_names
    std::int32_t lob_table_id = 0;           ///< only with column_flag::lob
    std::int16_t lob_column_id = 0;          ///< likewise
    std::span<const std::byte> description;  ///< of complex types: decode_type_description()
};
namespace column_flag {
inline constexpr std::int16_t identity = 0x01;
inline constexpr std::int16_t lob = 0x02;
inline constexpr std::int16_t read_only = 0x04;
}  // namespace column_flag

/// One parameter as the server describes it.
struct parameter_descriptor {
    std::int32_t type = 0;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    std::int32_t nullable = 1;
    std::int16_t flags = 0;  ///< parameter_flag
    std::int32_t reserved_18 = 0;
    std::int16_t direction = 0;  ///< 0 IN, 1 OUT, 2 IN OUT
    std::string_view name;
    std::string_view type_name;
    std::string_view table;
    std::string_view schema;
    std::int32_t lob_table_id = 0;
    std::int16_t lob_column_id = 0;
    std::span<const std::byte> description;  ///< of complex types: decode_type_description()
};
namespace parameter_flag {
inline constexpr std::int16_t lob = 0x02;
inline constexpr std::int16_t recommended = 0x08;  ///< the type is a guess
inline constexpr std::int16_t has_default = 0x100;
}  // namespace parameter_flag

struct prepare_response {
    std::int32_t handle = 0;
    std::int16_t kind = 0;  ///< statement type
    std::int32_t transaction_status = 0;
    std::vector<parameter_descriptor> parameters;
    std::vector<column_descriptor> columns;
};
DMKIT_WIRE_MESSAGE(prepare_response);

/// Type of one parameter as the client sends it.
struct parameter_type {
    std::uint8_t direction = 0;
    std::int32_t type = 0;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    std::span<const std::byte> description;  ///< of complex types: decode_packed_description()
    friend bool operator==(const parameter_type& a, const parameter_type& b) noexcept {
        return a.direction == b.direction && a.type == b.type && a.precision == b.precision && a.scale == b.scale;
    }
};

/// Marks in place of a value's length (docs/protocol: length markers).
namespace length_marker {
inline constexpr std::uint16_t sent_ahead = 0xFFF9;  ///< in parameter rows: the name of a value from PUT_DATA2 follows
inline constexpr std::uint16_t locator = 0xFFFB;     ///< in parameter rows: a LOB locator follows
inline constexpr std::uint16_t null = 0xFFFE;
inline constexpr std::uint16_t long_value = 0xFFFF;  ///< an i32 length follows
inline constexpr std::size_t max_short_parameter = 0xFF00;
}  // namespace length_marker

/// EXECUTE2 and, for old servers, EXECUTE.
struct execute_request {
    std::int32_t handle = 0;
    bool autocommit = true;
    bool forward_only = true;
    std::int64_t row_count = 1;  ///< parameter rows; 1 without parameters
    std::int64_t cursor_row = 0;
    std::int64_t max_rows = no_row_limit;
    std::uint8_t generated_keys = 1;
    bool continue_on_error = false;
    std::int32_t timeout = -1;  ///< seconds, −1 none
    std::int32_t max_batch_errors = 0;
    bool inner = false;
    std::vector<parameter_type> types;
    std::span<const std::byte> rows;  ///< the parameter rows; read with parameter_row_reader
};
DMKIT_WIRE_MESSAGE(execute_request);

/// EXEC_OPT: prepare and execute with the literals of the text turned into parameters.
struct execute_constants_request {
    std::int32_t handle = 0;
    bool autocommit = true;
    bool forward_only = true;
    std::int64_t row_count = 1;
    std::int64_t cursor_row = 0;
    std::int64_t max_rows = no_row_limit;
    std::uint8_t generated_keys = 1;
    bool continue_on_error = false;
    std::int32_t timeout = -1;
    std::int32_t max_batch_errors = 0;
    bool inner = false;
    std::string_view sql;
    std::vector<parameter_type> types;
    std::span<const std::byte> rows;
};
DMKIT_WIRE_MESSAGE(execute_constants_request);

/// Names the cursor of a statement, for WHERE CURRENT OF. Answered by simple_response.
struct set_cursor_name_request {
    std::int32_t handle = 0;
    std::string_view name;
    std::int32_t reserved = 1;
};
DMKIT_WIRE_MESSAGE(set_cursor_name_request);

/// Asks whether tables have changed since a result of them was kept.
struct table_stamps_request {
    std::vector<std::uint32_t> tables;
};
DMKIT_WIRE_MESSAGE(table_stamps_request);

struct table_stamps_response {
    std::vector<std::int64_t> stamps;  ///< of the tables, in their order
};
DMKIT_WIRE_MESSAGE(table_stamps_response);

/// Announces parameter types before PUT_DATA. Answered by prepare_response.
struct pre_execute_request {
    std::int32_t handle = 0;
    std::vector<parameter_type> types;
};
DMKIT_WIRE_MESSAGE(pre_execute_request);

/// One piece of a parameter that is too long for the row. Answered by simple_response.
struct put_data_request {
    std::int32_t handle = 0;
    std::int16_t parameter = 0;  ///< index from 0
    std::int32_t size = 0;       ///< bytes of data; set by decoding only
    std::int32_t reserved = -1;  ///< only with codec_context::new_lob
    std::span<const std::byte> data;
};
DMKIT_WIRE_MESSAGE(put_data_request);

/// A piece of a parameter as PUT_DATA brings it, from message version 10 on (docs/protocol/drivers.md). The value has a
/// name of its own, which stands in its place in the rows of the execution (length_marker::sent_ahead): each row of a
/// batch may have one.
struct put_data2_request {
    std::int32_t handle = 0;
    std::int16_t parameter = 0;  ///< index from 0
    /// value_name_size bytes, a LOB head of the old form: with id −1 for the first piece, as the answer said for others
    std::span<const std::byte> name;
    std::int32_t size = 0;  ///< bytes of data; set by decoding only
    std::int32_t reserved = -1;
    std::span<const std::byte> data;
};
DMKIT_WIRE_MESSAGE(put_data2_request);
inline constexpr std::size_t value_name_size = 21;

struct put_data2_response {
    std::span<const std::byte> name;  ///< for the next piece and the execution
};
DMKIT_WIRE_MESSAGE(put_data2_response);

/// NULL, or the bytes of a value.
using raw_value = std::optional<std::span<const std::byte>>;

struct batch_failure {
    std::int32_t row = 0;
    std::int32_t code = 0;
    std::string_view text;
};

/// When a table was changed last: a number that is another one after each committed change.
struct table_stamp {
    std::int32_t table = 0;
    std::int64_t stamp = 0;
};

struct execute_response {
    std::int32_t handle = 0;
    std::int32_t result = 0;         ///< 0, or a warning: 121 when rows of a batch failed
    std::int16_t kind = 0;           ///< statement type
    std::int64_t affected_rows = 0;  ///< of a query: all its rows, or unknown_total
    bool updatable = false;
    std::int32_t row_count = 0;       ///< rows in this message
    std::int64_t row_id = 0;          ///< last affected row; not for queries and calls
    std::uint8_t row_format = 0;      ///< queries and calls: 2 is column-wise
    std::int16_t row_id_column = -1;  ///< queries and calls
    std::int32_t execution_id = 0;
    std::int32_t cache_offset = 0;  ///< of queries: above 0, tables follow the rows, from this byte of the body on
    std::uint8_t parts = 0;         ///< execute_part
    std::int32_t transaction_status = 0;
    std::int32_t printed_size = 0;  ///< bytes of printed; set by decoding only
    std::string_view printed;
    std::vector<raw_value> out_parameters;
    std::vector<column_descriptor> columns;
    std::span<const std::byte> rows;  ///< read with row_reader
    /// Those that the rows come from, when a client may keep these for later (table_stamps_request).
    std::vector<table_stamp> tables;
    std::vector<std::int64_t> row_counts;
    std::vector<std::int64_t> generated_keys;
    std::vector<batch_failure> failures;
    std::string_view text;       ///< plan of EXPLAIN, new schema, new format
    std::int16_t time_zone = 0;  ///< minutes
    std::int16_t isolation = 0;
    std::uint8_t flag = 0;  ///< read only (166), language of dates (256)
};
DMKIT_WIRE_MESSAGE(execute_response);
namespace execute_part {
inline constexpr std::uint8_t row_counts = 0x01;
inline constexpr std::uint8_t generated_keys = 0x02;
inline constexpr std::uint8_t keys_are_row_ids = 0x80;
}  // namespace execute_part
/// Result code of a batch in which rows failed.
inline constexpr std::int32_t batch_with_errors = 121;
/// execute_response::result of an answer to MORE_RESULT: there is none (docs/protocol/drivers.md: dmPython goes by it).
inline constexpr std::int32_t no_more_results = 111;
/// An error code that is no error: the answer is parsed as usual.
inline constexpr std::int32_t row_set_size_exceeded = -7036;

struct fetch_request {
    std::int32_t handle = 0;
    std::int64_t position = 0;  ///< first row wanted, from 0
    std::int64_t count = no_row_limit;
    std::int16_t result_number = 0;
    std::int32_t budget = 0;  ///< bytes, 0: the server's choice
};
DMKIT_WIRE_MESSAGE(fetch_request);

struct fetch_response {
    std::int64_t total = 0;  ///< rows of the result, or unknown_total
    std::int32_t row_count = 0;
    std::span<const std::byte> rows;
};
DMKIT_WIRE_MESSAGE(fetch_response);

/// Answered by execute_response.
struct more_result_request {
    std::int32_t handle = 0;
    std::int16_t which = 0;  ///< 0: the next result, 1: of the ref cursor behind the handle
};
DMKIT_WIRE_MESSAGE(more_result_request);

/// Walks the rows of a result. A row: u16 length, row id, a u16 offset a column, then the values behind their
/// markers.
class row_reader {
  public:
    /// @param wide_row_ids row ids have 12 bytes, as from message version 9 on, else 8
    row_reader(std::span<const std::byte> rows, std::size_t columns, bool wide_row_ids = false) noexcept
        : rest_(rows), columns_(columns), row_head_(sizeof(std::uint16_t) + (wide_row_ids ? 12U : 8U)) {}
    /// Cuts off the next row and checks it: every offset and length lies inside. @return false at the end or on an
    /// error.
    [[nodiscard]] bool next(decode_error& error) noexcept;
    [[nodiscard]] std::int64_t row_id() const noexcept;
    /// The bytes of column @p index (from 0) of the current row. O(1); only after next() gave true.
    [[nodiscard]] raw_value column(std::size_t index) const noexcept;

  private:
    std::span<const std::byte> rest_;
    std::span<const std::byte> row_;
    std::size_t columns_;
    std::size_t row_head_;
};

/// Walks the parameter rows of an execute_request.
class parameter_row_reader {
  public:
    parameter_row_reader(std::span<const std::byte> rows, std::span<const parameter_type> types) noexcept
        : reader_(rows), types_(types) {}
    /// The value of the next parameter, row by row. OUT parameters have none: they are skipped, as nothing travels for
    /// them.
    struct value {
        std::size_t index = 0;  ///< of the parameter
        raw_value bytes;
        bool locator = false;     ///< bytes are a LOB locator
        bool sent_ahead = false;  ///< bytes are the name of a value from put_data2_request
    };
    /// @p locator_size is 47, 43 or 21 (docs/protocol: LOB values). @return false on an error.
    [[nodiscard]] bool next_row(std::size_t locator_size, std::vector<value>& values, decode_error& error);

  private:
    byte_reader reader_;
    std::span<const parameter_type> types_;
};

}  // namespace dmkit::wire

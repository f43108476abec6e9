#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>

namespace dmkit::tools {

enum class output_format : std::uint8_t { table, csv, json };

struct result_column {
    std::string name;
    data_type type;
    std::string type_name;  ///< the wire's name of the type, which the JSON form prints
};

/// Prints results as they arrive. For each statement: begin() if it yields rows, row() for each of them, then end().
class result_writer {
  public:
    virtual ~result_writer() = default;
    virtual void begin(std::vector<result_column> columns) = 0;
    virtual void row(std::span<const field_view> fields) = 0;
    /// @param affected rows that a statement other than a query changed; empty for queries
    virtual void end(std::optional<std::int64_t> affected) = 0;
    /// The statement failed: ends what has been printed of its rows, if any, so that the next result begins on its own.
    virtual void abandon() = 0;
};

/// @param null_text  what stands for NULL in a table
[[nodiscard]] std::unique_ptr<result_writer> make_result_writer(output_format format, std::ostream& out,
                                                                std::string null_text = "NULL");

/// @p value as the three forms print it: DM's own text, decimals without superfluous zeros, scale digits for fractions
/// of seconds.
[[nodiscard]] std::string display_text(const field_view& value, const data_type& type);

/// A field of an RFC 4180 line: quoted where it must be. NULL is empty, an empty string `""`.
void append_csv(std::string& out, const field_view& value, const data_type& type);

/// A JSON value (docs: `dmkit sql`).
void append_json(std::string& out, const field_view& value, const data_type& type);

}  // namespace dmkit::tools

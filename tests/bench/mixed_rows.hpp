#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>
#include <dmkit/wire/charset.hpp>

/// The rows that are decoded and streamed: eight columns of different types, about a hundred bytes.
namespace dmkit::bench {

inline constexpr std::size_t mixed_columns = 8;
using mixed_row = std::array<field_view, mixed_columns>;

struct column {
    std::string_view name;
    std::string_view type_name;
    data_type type;
};

/// INT, BIGINT, DECIMAL, DOUBLE, VARCHAR in Chinese, DATE, TIMESTAMP, VARBINARY.
[[nodiscard]] std::span<const column, mixed_columns> columns_of_mixed_rows() noexcept;
inline constexpr std::string_view create_mixed_table =
    "CREATE TABLE MIXED(ID INT PRIMARY KEY, TOTAL BIGINT, PRICE DECIMAL(18,4), WEIGHT DOUBLE, NAME VARCHAR(64), "
    "DAY DATE, MOMENT TIMESTAMP(6), DIGEST VARBINARY(32))";
inline constexpr std::string_view insert_mixed_row = "INSERT INTO MIXED VALUES(?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr std::string_view select_mixed_rows =
    "SELECT ID, TOTAL, PRICE, WEIGHT, NAME, DAY, MOMENT, DIGEST FROM MIXED";

/// Row number @p index, from 0. Text and bytes in it live as long as the process.
[[nodiscard]] mixed_row make_mixed_row(std::size_t index);

/// Appends one row as a server sends it. @throws std::logic_error if a value does not fit its column
void append_row(std::span<const column> columns, std::span<const field_view> fields, wire::charset_converter& text,
                std::vector<std::byte>& out);

}  // namespace dmkit::bench

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>

/// What the emitter must know about types: which of them share a form in SQLite, and how constants are spelt there.
namespace dmkit::mock::bind {

/// Types of one class rest in SQLite in the same form and compare with each other as they are.
enum class storage_class : std::uint8_t {
    integer,
    decimal,
    floating,
    text,
    binary,
    date,
    time,
    time_tz,
    timestamp,
    timestamp_tz,
    interval_ym,
    interval_ds,
    other,
};

[[nodiscard]] storage_class class_of(type_id id) noexcept;

/// True if a value of @p from is one of @p to without any change, as far as an expression is concerned.
[[nodiscard]] bool same_form(const data_type& from, const data_type& to) noexcept;

/// True if each value of @p from fits a column of @p to unchanged: neither length nor range nor scale can be exceeded.
[[nodiscard]] bool fits_column(const data_type& from, const data_type& to) noexcept;

/// A type without the limits of length and scale that only columns have: what operands are compared in.
[[nodiscard]] data_type unlimited(const data_type& type) noexcept;

/// The name of a type in column and parameter descriptors: `INTEGER`, `TIMESTAMP`.
[[nodiscard]] std::string descriptor_name(const data_type& type);

/// The constant @p value of @p type in SQLite's SQL, in its storage form (docs/engine.md).
[[nodiscard]] std::string literal_sql(const field_view& value, const data_type& type);

/// 'text' with its quotes doubled.
[[nodiscard]] std::string quoted_text(std::string_view text);

/// "name", for names in emitted SQL.
[[nodiscard]] std::string quoted_name(std::string_view name);

}  // namespace dmkit::mock::bind

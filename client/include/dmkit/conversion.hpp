#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <dmkit/error.hpp>
#include <dmkit/field.hpp>
#include <dmkit/metadata.hpp>

/// Conversions between fields and C++ types. Nothing is lost silently: a value that does not fit is an error.
///
/// | C++ type | read from columns of type |
/// | --- | --- |
/// | integers | TINYINT to BIGINT, BIT, BOOLEAN, DECIMAL (whole values) |
/// | bool | BIT, BOOLEAN, TINYINT (0 and 1) |
/// | double | every numeric type; float: REAL and integers up to SMALLINT |
/// | decimal | DECIMAL, integers |
/// | std::string, std::string_view | CHAR, VARCHAR, CLOB |
/// | bytes, bytes_view | BINARY, VARBINARY, BLOB |
/// | date, std::chrono::sys_days | DATE |
/// | time | TIME with and without zone |
/// | timestamp | DATETIME with and without zone, DATE (at midnight) |
/// | std::chrono::local_time<nanoseconds> | DATETIME without zone |
/// | std::chrono::sys_time<nanoseconds> | DATETIME with zone |
/// | interval_ym, interval_ds | their own |
/// | std::optional<T> | as T, NULL becomes empty |
/// | field, field_view | everything |
///
/// Views (std::string_view, bytes_view, field_view) are valid as long as the row they come from.
namespace dmkit {

/// Lets a type of the user's be read and bound. A specialisation has
/// `static bool accepts(const column_metadata&)`, `static client_errc read(const field_view&, T&)` (client_errc{} is
/// success) and `static field_view bind(const T&)` (views into the argument); each only if it is used.
template <class T>
struct field_traits;

namespace detail {

enum class family : std::uint8_t {
    any,
    boolean,
    integer,
    real,
    double_,
    decimal,
    text,
    binary,
    date,
    time,
    datetime,
    datetime_tz,
    interval_ym,
    interval_ds,
    other,
};
[[nodiscard]] family family_of(type_id type) noexcept;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
concept has_traits = requires(const field_view& value, T& out) { field_traits<T>::read(value, out); };

using local_nanoseconds = std::chrono::local_time<std::chrono::nanoseconds>;
using system_nanoseconds = std::chrono::sys_time<std::chrono::nanoseconds>;

/// True if one column can be read as T.
template <class T>
concept readable_field =
    has_traits<T> || std::is_arithmetic_v<T> || std::same_as<T, decimal> || std::same_as<T, std::string> ||
    std::same_as<T, std::string_view> || std::same_as<T, bytes> || std::same_as<T, bytes_view> ||
    std::same_as<T, date> || std::same_as<T, std::chrono::sys_days> || std::same_as<T, time> ||
    std::same_as<T, timestamp> || std::same_as<T, local_nanoseconds> || std::same_as<T, system_nanoseconds> ||
    std::same_as<T, interval_ym> || std::same_as<T, interval_ds> || std::same_as<T, field> ||
    std::same_as<T, field_view> || is_optional<T>;

/// True if values of @p column can become T at all.
template <class T>
[[nodiscard]] bool accepts(const column_metadata& column) {
    const auto kind = family_of(column.type.id);
    if constexpr (is_optional<T>) {
        return accepts<typename T::value_type>(column);
    } else if constexpr (has_traits<T>) {
        return field_traits<T>::accepts(column);
    } else if constexpr (std::same_as<T, field> || std::same_as<T, field_view>) {
        return true;
    } else if (kind == family::any) {
        return true;
    } else if constexpr (std::same_as<T, bool>) {
        return kind == family::boolean || column.type.id == type_id::tinyint;
    } else if constexpr (std::is_integral_v<T>) {
        return kind == family::boolean || kind == family::integer || kind == family::decimal;
    } else if constexpr (std::same_as<T, float>) {
        return kind == family::real || column.type.id == type_id::tinyint || column.type.id == type_id::smallint;
    } else if constexpr (std::is_floating_point_v<T>) {
        return kind == family::real || kind == family::double_ || kind == family::integer || kind == family::decimal;
    } else if constexpr (std::same_as<T, decimal>) {
        return kind == family::integer || kind == family::decimal;
    } else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
        return kind == family::text;
    } else if constexpr (std::same_as<T, bytes> || std::same_as<T, bytes_view>) {
        return kind == family::binary;
    } else if constexpr (std::same_as<T, date> || std::same_as<T, std::chrono::sys_days>) {
        return kind == family::date;
    } else if constexpr (std::same_as<T, time>) {
        return kind == family::time;
    } else if constexpr (std::same_as<T, timestamp>) {
        return kind == family::datetime || kind == family::datetime_tz || kind == family::date;
    } else if constexpr (std::same_as<T, local_nanoseconds>) {
        return kind == family::datetime;
    } else if constexpr (std::same_as<T, system_nanoseconds>) {
        return kind == family::datetime_tz;
    } else if constexpr (std::same_as<T, interval_ym>) {
        return kind == family::interval_ym;
    } else {
        static_assert(std::same_as<T, interval_ds>, "not a type that columns can be read as: see dmkit/conversion.hpp");
        return kind == family::interval_ds;
    }
}

[[nodiscard]] client_errc read_int64(const field_view& value, std::int64_t& out) noexcept;
[[nodiscard]] client_errc read_uint64(const field_view& value, std::uint64_t& out) noexcept;
[[nodiscard]] client_errc read_double(const field_view& value, double& out) noexcept;
[[nodiscard]] client_errc read_float(const field_view& value, float& out) noexcept;
[[nodiscard]] client_errc read_boolean(const field_view& value, bool& out) noexcept;
[[nodiscard]] client_errc read_decimal(const field_view& value, decimal& out) noexcept;
[[nodiscard]] client_errc read_timestamp(const field_view& value, timestamp& out) noexcept;
[[nodiscard]] client_errc read_local_time(const field_view& value, local_nanoseconds& out) noexcept;
[[nodiscard]] client_errc read_system_time(const field_view& value, system_nanoseconds& out) noexcept;

/// Reads @p value as T. client_errc{} is success.
template <class T>
[[nodiscard]] client_errc read_field(const field_view& value, T& out) {
    if constexpr (is_optional<T>) {
        if (value.is_null()) {
            out.reset();
            return client_errc{};
        }
        return read_field(value, out.emplace());
    } else if constexpr (std::same_as<T, field> || std::same_as<T, field_view>) {
        out = T(value);
        return client_errc{};
    } else if constexpr (has_traits<T>) {
        return field_traits<T>::read(value, out);
    } else {
        if (value.is_null())
            return client_errc::null_value;
        if constexpr (std::same_as<T, bool>) {
            return read_boolean(value, out);
        } else if constexpr (std::same_as<T, float>) {
            return read_float(value, out);
        } else if constexpr (std::same_as<T, double>) {
            return read_double(value, out);
        } else if constexpr (std::same_as<T, std::uint64_t> || std::same_as<T, unsigned long long>) {
            std::uint64_t wide = 0;
            const auto fault = read_uint64(value, wide);
            out = wide;
            return fault;
        } else if constexpr (std::is_integral_v<T>) {
            std::int64_t wide = 0;
            if (const auto fault = read_int64(value, wide); fault != client_errc{})
                return fault;
            if (!std::in_range<T>(wide))
                return client_errc::value_out_of_range;
            out = static_cast<T>(wide);
            return client_errc{};
        } else if constexpr (std::same_as<T, decimal>) {
            return read_decimal(value, out);
        } else if constexpr (std::same_as<T, timestamp>) {
            return read_timestamp(value, out);
        } else if constexpr (std::same_as<T, local_nanoseconds>) {
            return read_local_time(value, out);
        } else if constexpr (std::same_as<T, system_nanoseconds>) {
            return read_system_time(value, out);
        } else if constexpr (std::same_as<T, std::chrono::sys_days>) {
            const auto* day = value.get_if<date>();
            if (day == nullptr)
                return client_errc::column_type_mismatch;
            out = day->to_sys_days();
            return client_errc{};
        } else if constexpr (std::same_as<T, std::string>) {
            const auto* text = value.get_if<std::string_view>();
            if (text == nullptr)
                return client_errc::column_type_mismatch;
            out.assign(*text);
            return client_errc{};
        } else if constexpr (std::same_as<T, bytes>) {
            const auto* data = value.get_if<bytes_view>();
            if (data == nullptr)
                return client_errc::column_type_mismatch;
            out.assign(data->begin(), data->end());
            return client_errc{};
        } else {
            const auto* held = value.get_if<T>();
            if (held == nullptr)
                return client_errc::column_type_mismatch;
            out = *held;
            return client_errc{};
        }
    }
}

/// The error that reading column @p index of @p columns ended with.
[[nodiscard]] error read_error(client_errc code, std::span<const column_metadata> columns, std::size_t index);

template <class T>
concept has_bind = requires(const T& value) {
    { field_traits<T>::bind(value) } -> std::convertible_to<field_view>;
};

/// @throws error (value_out_of_range)
[[nodiscard]] field_view bind_local_time(local_nanoseconds value, std::optional<std::int16_t> offset_minutes);

/// A parameter's value as a field; text and bytes are views into @p value.
template <class T>
[[nodiscard]] field_view to_field(const T& value) {
    if constexpr (has_bind<T>) {
        return field_traits<T>::bind(value);
    } else if constexpr (is_optional<T>) {
        return value ? to_field(*value) : field_view();
    } else if constexpr (std::same_as<T, std::nullopt_t>) {
        return {};
    } else if constexpr (std::is_integral_v<T> && std::is_unsigned_v<T> && sizeof(T) == sizeof(std::uint64_t)) {
        if (std::in_range<std::int64_t>(value))
            return field_view(static_cast<std::int64_t>(value));
        return field_view(decimal(static_cast<std::uint64_t>(value)));
    } else if constexpr (std::same_as<T, std::chrono::sys_days>) {
        const auto day = date::from_sys_days(value);
        if (!day)
            throw error(client_errc::value_out_of_range, "a day outside the years -4712 to 9999");
        return field_view(*day);
    } else if constexpr (std::convertible_to<T, local_nanoseconds>) {
        return bind_local_time(value, {});
    } else if constexpr (std::convertible_to<T, system_nanoseconds>) {
        return bind_local_time(local_nanoseconds(system_nanoseconds(value).time_since_epoch()), std::int16_t{0});
    } else {
        static_assert(std::is_constructible_v<field_view, const T&>,
                      "not a type that parameters can have: see dmkit/conversion.hpp");
        return field_view(value);
    }
}

}  // namespace detail

/// Reads one field as T. @throws error (null_value, column_type_mismatch, value_out_of_range)
template <class T>
[[nodiscard]] T field_as(const field_view& value) {
    T out{};
    if (const auto fault = detail::read_field(value, out); fault != client_errc{})
        throw error(fault);
    return out;
}

}  // namespace dmkit

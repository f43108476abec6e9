#pragma once

#include <cstdint>
#include <string_view>

namespace dmkit {

/// DM8's type numbers as they stand in column and parameter descriptors (docs/protocol: types).
enum class type_id : std::int32_t {
    char_ = 0,
    varchar2 = 1,
    varchar = 2,
    bit = 3,
    tinyint = 5,
    smallint = 6,
    integer = 7,
    bigint = 8,
    decimal = 9,
    real = 10,
    double_ = 11,
    blob = 12,
    boolean = 13,
    date = 14,
    time = 15,
    datetime = 16,
    binary = 17,
    varbinary = 18,
    clob = 19,
    interval_ym = 20,
    interval_ds = 21,
    time_tz = 22,
    datetime_tz = 23,
    datetime2 = 26,
    datetime2_tz = 27,
    null = 28,
    unknown = 54,
    array = 117,
    class_ = 119,
    cursor = 120,
    record = 121,
    static_array = 122,
};

/// DM8's name of the type (`VARCHAR`, `DATETIME WITH TIME ZONE`), `UNKNOWN` for a number that is none of ours.
[[nodiscard]] std::string_view to_string(type_id id) noexcept;

/// A type with its precision and scale, as descriptors carry them. For character and binary types precision is the
/// length in bytes; for intervals scale is the scale word; times have fixed precision and their fraction digits in
/// scale.
struct data_type {
    type_id id = type_id::varchar;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    friend bool operator==(const data_type&, const data_type&) = default;
};

}  // namespace dmkit

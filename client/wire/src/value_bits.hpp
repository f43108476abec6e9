#pragma once

#include <cstddef>
#include <cstdint>

#include <dmkit/date_time.hpp>

/// Bits of values on the wire (docs/protocol: types) and shifts between zones.
namespace dmkit::wire::detail {

/// Bits of `scale` of a DATETIME: its values travel in the database's zone.
inline constexpr std::int32_t local_time_zone_scale = 0x1000;

/// Where the i32 length stands in a LOB's head.
inline constexpr std::size_t lob_length_offset = 9;

inline constexpr std::size_t date_size = 3;
inline constexpr std::size_t time_size = 5;
inline constexpr std::size_t datetime_size = 8;
inline constexpr std::size_t datetime2_size = 9;
inline constexpr std::size_t zone_size = 2;

/// Day: bits 0 to 14 year, 15 to 18 month, 19 to 23 day.
constexpr std::uint32_t pack_date(const date& value) noexcept {
    return (static_cast<std::uint32_t>(value.year) & 0x7FFFU) | (std::uint32_t{value.month} << 15U) |
           (std::uint32_t{value.day} << 19U);
}

constexpr date unpack_date(std::uint32_t bits) noexcept {
    auto year = static_cast<std::int32_t>(bits & 0x7FFFU);
    if (year > 9999)
        year -= 0x8000;
    return {static_cast<std::int16_t>(year), static_cast<std::uint8_t>((bits >> 15U) & 0xFU),
            static_cast<std::uint8_t>((bits >> 19U) & 0x1FU)};
}

/// Time of day: bits 0 to 4 hour, 5 to 10 minute, 11 to 16 second, from 17 on the fraction in @p unit nanoseconds.
constexpr std::uint64_t pack_time(const time& value, std::uint32_t unit) noexcept {
    return std::uint64_t{value.hour} | (std::uint64_t{value.minute} << 5U) | (std::uint64_t{value.second} << 11U) |
           (std::uint64_t{value.nanosecond / unit} << 17U);
}

constexpr time unpack_time(std::uint64_t bits, std::uint32_t unit) noexcept {
    time result;
    result.hour = static_cast<std::uint8_t>(bits & 0x1FU);
    result.minute = static_cast<std::uint8_t>((bits >> 5U) & 0x3FU);
    result.second = static_cast<std::uint8_t>((bits >> 11U) & 0x3FU);
    const std::uint64_t fraction = (bits >> 17U) & (unit == 1 ? 0x3FFF'FFFFU : 0xF'FFFFU);
    // A fraction that is no part of a second stays invalid whatever the unit is.
    result.nanosecond = static_cast<std::uint32_t>(fraction < 1'000'000'000U / unit ? fraction * unit : UINT32_MAX);
    return result;
}

/// Moves the clock reading by @p minutes, keeping the zone as it is. @return false if it leaves DM8's range of dates.
[[nodiscard]] bool shift(timestamp& value, int minutes) noexcept;
/// Moves a time of day by @p minutes around the clock.
void shift(time& value, int minutes) noexcept;

}  // namespace dmkit::wire::detail

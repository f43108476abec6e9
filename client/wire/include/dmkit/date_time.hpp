#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace dmkit {

/// A calendar day, -4712-01-01 to 9999-12-31 (proleptic Gregorian), as DM8's DATE.
struct date {
    std::int16_t year = 1970;
    std::uint8_t month = 1;  ///< 1 to 12
    std::uint8_t day = 1;    ///< 1 to 31

    /// True if the day exists and lies in DM8's range.
    [[nodiscard]] bool valid() const noexcept;
    /// Days since 1970-01-01.
    [[nodiscard]] std::int32_t to_days() const noexcept;
    /// The day that lies @p days after 1970-01-01; empty outside DM8's range.
    static std::optional<date> from_days(std::int64_t days) noexcept;
    [[nodiscard]] std::chrono::sys_days to_sys_days() const noexcept {
        return std::chrono::sys_days{std::chrono::days{to_days()}};
    }
    static std::optional<date> from_sys_days(std::chrono::sys_days day) noexcept {
        return from_days(day.time_since_epoch().count());
    }
    /// `YYYY-MM-DD`; a year before 0 carries a minus sign.
    [[nodiscard]] std::string to_string() const;
    /// Reads what to_string() writes.
    static std::optional<date> parse(std::string_view text) noexcept;
    friend auto operator<=>(const date&, const date&) = default;
    friend std::ostream& operator<<(std::ostream& out, const date& value);
};

/// A time of day with optional zone, as DM8's TIME and TIME WITH TIME ZONE.
struct time {
    std::uint8_t hour = 0;         ///< 0 to 23
    std::uint8_t minute = 0;       ///< 0 to 59
    std::uint8_t second = 0;       ///< 0 to 59
    std::uint32_t nanosecond = 0;  ///< 0 to 999,999,999; the wire carries microseconds for TIME
    std::optional<std::int16_t> offset_minutes =
        {};  ///< east of UTC, -779 to 840; empty without a zone. Clock fields are local to it.

    [[nodiscard]] bool valid() const noexcept;
    [[nodiscard]] std::chrono::nanoseconds since_midnight() const noexcept;
    static time from_since_midnight(std::chrono::nanoseconds of_day) noexcept;
    /// `HH:MM:SS[.f…][ +HH:MM]` with @p digits digits of fraction, cut off (0 to 9); −1: as many as are needed.
    [[nodiscard]] std::string to_string(int digits = -1) const;
    static std::optional<time> parse(std::string_view text) noexcept;
    /// Compares field by field, zone last; values with zones are not normalised.
    friend auto operator<=>(const time&, const time&) = default;
    friend std::ostream& operator<<(std::ostream& out, const time& value);
};

/// A point in time with optional zone, as DM8's DATETIME/TIMESTAMP with or without time zone.
struct timestamp {
    dmkit::date date = {};
    dmkit::time time = {};  ///< the zone, if any, is in here

    [[nodiscard]] bool valid() const noexcept { return date.valid() && time.valid(); }
    /// `YYYY-MM-DD HH:MM:SS[.f…][ +HH:MM]` with @p digits digits of fraction, cut off; −1: as many as are needed.
    [[nodiscard]] std::string to_string(int digits = -1) const;
    static std::optional<timestamp> parse(std::string_view text) noexcept;
    /// The clock reading as chrono's local time; the zone is not applied. May leave the range of the returned clock's
    /// nanoseconds outside the years 1678 to 2261; empty then.
    [[nodiscard]] std::optional<std::chrono::local_time<std::chrono::nanoseconds>> to_local_time() const noexcept;
    static std::optional<timestamp> from_local_time(std::chrono::local_time<std::chrono::nanoseconds> value) noexcept;
    friend auto operator<=>(const timestamp&, const timestamp&) = default;
    friend std::ostream& operator<<(std::ostream& out, const timestamp& value);
};

}  // namespace dmkit

#pragma once

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace dmkit {

/// Which fields an interval type has. The numbers are those of the wire (docs/protocol: intervals).
enum class interval_qualifier : std::uint8_t {
    year = 0,
    year_to_month = 1,
    month = 2,
    day = 3,
    day_to_hour = 4,
    day_to_minute = 5,
    day_to_second = 6,
    hour = 7,
    hour_to_minute = 8,
    hour_to_second = 9,
    minute = 10,
    minute_to_second = 11,
    second = 12,
};

/// `YEAR TO MONTH` and so on, in upper case.
[[nodiscard]] std::string_view to_string(interval_qualifier qualifier) noexcept;

/// INTERVAL YEAR, YEAR TO MONTH, MONTH. A negative interval has every field negated.
struct interval_ym {
    std::int32_t years = 0;
    std::int32_t months = 0;
    interval_qualifier qualifier = interval_qualifier::year_to_month;
    std::uint8_t leading_precision = 2;  ///< digits of the first field, 1 to 9

    /// The wire's scale word: qualifier << 8 | leading precision << 4.
    [[nodiscard]] std::int32_t scale_word() const noexcept;
    [[nodiscard]] std::int64_t total_months() const noexcept { return std::int64_t{years} * 12 + months; }
    /// As DM8 prints it: `INTERVAL '1-2' YEAR(2) TO MONTH`.
    [[nodiscard]] std::string to_string() const;
    friend auto operator<=>(const interval_ym&, const interval_ym&) = default;
    friend std::ostream& operator<<(std::ostream& out, const interval_ym& value);
};

/// The ten day-time intervals, INTERVAL DAY to INTERVAL SECOND. A negative interval has every field negated.
struct interval_ds {
    std::int32_t days = 0;
    std::int32_t hours = 0;
    std::int32_t minutes = 0;
    std::int32_t seconds = 0;
    std::int32_t microseconds = 0;
    interval_qualifier qualifier = interval_qualifier::day_to_second;
    std::uint8_t leading_precision = 2;  ///< digits of the first field, 1 to 9
    std::uint8_t seconds_precision = 6;  ///< digits of the fraction, 0 to 6

    /// The wire's scale word: qualifier << 8 | leading precision << 4 | seconds precision.
    [[nodiscard]] std::int32_t scale_word() const noexcept;
    /// As DM8 prints it: `INTERVAL '2 12:0:0.000000' DAY(9) TO SECOND(6)`.
    [[nodiscard]] std::string to_string() const;
    friend auto operator<=>(const interval_ds&, const interval_ds&) = default;
    friend std::ostream& operator<<(std::ostream& out, const interval_ds& value);
};

}  // namespace dmkit

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mockserver/functions/support.hpp"

/// Arithmetic of days, times and intervals.
namespace dmkit::mock::functions {

/// Holds nanoseconds between any two moments, microseconds of any interval.
__extension__ typedef __int128 wide_integer;

inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
inline constexpr std::int64_t nanoseconds_per_day = 86400 * nanoseconds_per_second;

/// A clock reading as days since 1970-01-01 and nanoseconds of the day.
struct moment {
    std::int64_t day = 0;
    std::int64_t nanosecond = 0;  ///< 0 to a day's; normalise() brings it there
    friend auto operator<=>(const moment&, const moment&) = default;
};

/// The time with @p digits digits of its fraction; those behind are cut off.
[[nodiscard]] time cut_fraction(time value, int digits);

[[nodiscard]] moment to_moment(const timestamp& value);
/// @throws −6112 outside DM8's range
[[nodiscard]] timestamp to_timestamp(moment value, std::optional<std::int16_t> offset = {});
[[nodiscard]] moment normalise(moment value);
[[nodiscard]] moment add_nanoseconds(moment value, wide_integer nanoseconds);
/// b − a
[[nodiscard]] wide_integer nanoseconds_between(const moment& a, const moment& b);
/// The same instant read in UTC; a value without zone is of @p session_zone.
[[nodiscard]] moment in_utc(const timestamp& value, std::int16_t session_zone);

/// @throws −6112 outside DM8's range
[[nodiscard]] date day_from(std::int64_t days_since_epoch);
[[nodiscard]] int days_in_month(int year, int month);
/// Clips to the length of the month. @p keep_month_end: the last day of a month stays the last.
[[nodiscard]] date add_months(const date& value, std::int64_t months, bool keep_month_end);
[[nodiscard]] int day_of_year(const date& value);
/// Sunday 0 to Saturday 6.
[[nodiscard]] int day_of_week(const date& value);
/// Week of the year as ISO 8601 counts; its year in @p iso_year if given.
[[nodiscard]] int iso_week(const date& value, int* iso_year = nullptr);

/// Length of a day-time interval.
[[nodiscard]] wide_integer to_microseconds(const interval_ds& value);
/// @throws −6102 when the first field has more than 9 digits
[[nodiscard]] interval_ds interval_from_microseconds(wide_integer microseconds, std::int32_t scale_word);
[[nodiscard]] interval_ym interval_from_months(std::int64_t months, std::int32_t scale_word);

[[nodiscard]] constexpr interval_qualifier qualifier_of(std::int32_t scale_word) {
    return static_cast<interval_qualifier>(scale_word >> 8 & 0xFF);
}
[[nodiscard]] constexpr std::int32_t scale_word(interval_qualifier qualifier, int leading, int seconds) {
    return static_cast<std::int32_t>(qualifier) << 8 | leading << 4 | seconds;
}

/// First and last field of the day-time qualifiers in their order, days 0 to seconds 3.
struct interval_fields {
    int first, last;
    friend constexpr bool operator==(const interval_fields&, const interval_fields&) = default;
};
inline constexpr std::array<interval_fields, 10> day_time_fields{
    {{0, 0}, {0, 1}, {0, 2}, {0, 3}, {1, 1}, {1, 2}, {1, 3}, {2, 2}, {2, 3}, {3, 3}}};
/// Of a day-time qualifier.
[[nodiscard]] constexpr interval_fields fields_of(interval_qualifier qualifier) {
    return day_time_fields[static_cast<std::size_t>(qualifier) - static_cast<std::size_t>(interval_qualifier::day)];
}

/// `+08:00`, `-3:00`, or the name of a zone; minutes east of UTC at @p utc. Empty if unknown.
[[nodiscard]] std::optional<std::int16_t> zone_offset(std::string_view text, const moment& utc);
/// `+08:00`
[[nodiscard]] std::string zone_text(std::int16_t minutes);

/// The statement's moment on the clock of a zone.
[[nodiscard]] timestamp now_in_zone(const call_context& context, std::int16_t zone);

/// English and Chinese names; @p index from 0 (Sunday, January).
[[nodiscard]] std::string_view weekday_name(int index);
[[nodiscard]] std::string_view month_name(int index);
[[nodiscard]] std::string_view chinese_weekday(int index);

/// What DATEADD, DATEDIFF, EXTRACT … count in.
enum class date_part : std::uint8_t {
    year,
    quarter,
    month,
    week,
    day,
    day_of_year,
    weekday,
    hour,
    minute,
    second,
    millisecond,
    microsecond,
    timezone_hour,
    timezone_minute,
};
/// A word of DATEADD, DATEDIFF, DATEPART and their like (manual, table 8.20). @throws −3503 for a word that is none
[[nodiscard]] date_part read_date_part(std::string_view word);
/// A word of EXTRACT: YEAR to SECOND and the fields of a zone. @throws −3503 for a word that is none
[[nodiscard]] date_part read_extracted_part(std::string_view word);

}  // namespace dmkit::mock::functions

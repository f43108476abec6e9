#include "mockserver/functions/calendar.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <unicode/strenum.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include "mockserver/functions/text.hpp"

namespace dmkit::mock::functions {

time cut_fraction(time value, int digits) {
    std::uint32_t unit = 1;
    for (int digit = digits; digit < 9; ++digit)
        unit *= 10;
    value.nanosecond = value.nanosecond / unit * unit;
    return value;
}

moment to_moment(const timestamp& value) {
    return {value.date.to_days(), value.time.since_midnight().count()};
}

moment normalise(moment value) {
    std::int64_t days = value.nanosecond / nanoseconds_per_day;
    if (value.nanosecond % nanoseconds_per_day < 0)
        --days;
    return {value.day + days, value.nanosecond - days * nanoseconds_per_day};
}

timestamp to_timestamp(moment value, std::optional<std::int16_t> offset) {
    value = normalise(value);
    timestamp result{day_from(value.day), time::from_since_midnight(std::chrono::nanoseconds(value.nanosecond))};
    result.time.offset_minutes = offset;
    return result;
}

moment add_nanoseconds(moment value, wide_integer nanoseconds) {
    const wide_integer days = nanoseconds / nanoseconds_per_day;
    if (days > 10'000'000 || days < -10'000'000)
        fail(code::datetime_overflow);
    value.day += static_cast<std::int64_t>(days);
    value.nanosecond += static_cast<std::int64_t>(nanoseconds - days * nanoseconds_per_day);
    return normalise(value);
}

wide_integer nanoseconds_between(const moment& a, const moment& b) {
    return static_cast<wide_integer>(b.day - a.day) * nanoseconds_per_day + (b.nanosecond - a.nanosecond);
}

moment in_utc(const timestamp& value, std::int16_t session_zone) {
    moment local = to_moment(value);
    local.nanosecond -= std::int64_t{60} * value.time.offset_minutes.value_or(session_zone) * nanoseconds_per_second;
    return normalise(local);
}

date day_from(std::int64_t days) {
    const auto day = date::from_days(days);
    if (!day)
        fail(code::datetime_overflow);
    return *day;
}

int days_in_month(int year, int month) {
    const std::chrono::year_month_day_last last{
        std::chrono::year{year}, std::chrono::month_day_last{std::chrono::month(static_cast<unsigned>(month))}};
    return static_cast<int>(static_cast<unsigned>(last.day()));
}

date add_months(const date& value, std::int64_t months, bool keep_month_end) {
    if (months > 1'000'000 || months < -1'000'000)
        fail(code::datetime_overflow);
    const std::int64_t total = std::int64_t{value.year} * 12 + value.month - 1 + months;
    std::int64_t year = total / 12;
    if (total % 12 < 0)
        --year;
    if (year < -4712 || year > 9999)
        fail(code::datetime_overflow);
    const int month = static_cast<int>(total - year * 12) + 1;
    const int last = days_in_month(static_cast<int>(year), month);
    const bool was_last = value.day == days_in_month(value.year, value.month);
    const int day = keep_month_end && was_last ? last : std::min<int>(value.day, last);
    return {static_cast<std::int16_t>(year), static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
}

int day_of_year(const date& value) {
    return value.to_days() - date{value.year, 1, 1}.to_days() + 1;
}

int day_of_week(const date& value) {
    const int shifted = (value.to_days() + 4) % 7;
    return shifted < 0 ? shifted + 7 : shifted;
}

int iso_week(const date& value, int* iso_year) {
    // The week belongs to the year of its Thursday.
    const int from_monday = (day_of_week(value) + 6) % 7;
    const date thursday = day_from(std::int64_t{value.to_days()} - from_monday + 3);
    if (iso_year != nullptr)
        *iso_year = thursday.year;
    return (day_of_year(thursday) - 1) / 7 + 1;
}

wide_integer to_microseconds(const interval_ds& value) {
    const wide_integer seconds =
        ((static_cast<wide_integer>(value.days) * 24 + value.hours) * 60 + value.minutes) * 60 + value.seconds;
    return seconds * 1'000'000 + value.microseconds;
}

namespace {

std::int32_t leading_field(wide_integer value) {
    if (value > 999'999'999 || value < -999'999'999)
        fail(code::overflow);
    return static_cast<std::int32_t>(value);
}

}  // namespace

interval_ds interval_from_microseconds(wide_integer total, std::int32_t word) {
    interval_ds result;
    result.qualifier = qualifier_of(word);
    result.leading_precision = static_cast<std::uint8_t>(word >> 4 & 0xF);
    result.seconds_precision = static_cast<std::uint8_t>(word & 0xF);
    const auto first = result.qualifier;
    const bool days = first >= interval_qualifier::day && first <= interval_qualifier::day_to_second;
    const bool hours = first >= interval_qualifier::hour && first <= interval_qualifier::hour_to_second;
    const bool minutes = first == interval_qualifier::minute || first == interval_qualifier::minute_to_second;
    // What is finer than the last field falls away.
    wide_integer unit = 1;
    switch (first) {
        case interval_qualifier::day:
            unit = wide_integer{86400} * 1'000'000;
            break;
        case interval_qualifier::day_to_hour:
        case interval_qualifier::hour:
            unit = wide_integer{3600} * 1'000'000;
            break;
        case interval_qualifier::day_to_minute:
        case interval_qualifier::hour_to_minute:
        case interval_qualifier::minute:
            unit = wide_integer{60} * 1'000'000;
            break;
        default:
            for (int digit = result.seconds_precision; digit < 6; ++digit)
                unit *= 10;
    }
    total = total / unit * unit;
    result.microseconds = static_cast<std::int32_t>(total % 1'000'000);
    wide_integer seconds = total / 1'000'000;
    if (!days && !hours && !minutes) {
        result.seconds = leading_field(seconds);
        return result;
    }
    result.seconds = static_cast<std::int32_t>(seconds % 60);
    const wide_integer whole_minutes = seconds / 60;
    if (minutes) {
        result.minutes = leading_field(whole_minutes);
        return result;
    }
    result.minutes = static_cast<std::int32_t>(whole_minutes % 60);
    const wide_integer whole_hours = whole_minutes / 60;
    if (hours) {
        result.hours = leading_field(whole_hours);
        return result;
    }
    result.hours = static_cast<std::int32_t>(whole_hours % 24);
    result.days = leading_field(whole_hours / 24);
    return result;
}

interval_ym interval_from_months(std::int64_t months, std::int32_t word) {
    interval_ym result;
    result.qualifier = qualifier_of(word);
    result.leading_precision = static_cast<std::uint8_t>(word >> 4 & 0xF);
    if (result.qualifier == interval_qualifier::month) {
        result.months = leading_field(months);
        return result;
    }
    result.years = leading_field(months / 12);
    if (result.qualifier == interval_qualifier::year_to_month)
        result.months = static_cast<std::int32_t>(months % 12);
    return result;
}

std::optional<std::int16_t> zone_offset(std::string_view text, const moment& utc) {
    text = trim_blanks(text);
    if (text.empty())
        return std::nullopt;
    const bool negative = text.front() == '-';
    std::string_view digits = text;
    if (text.front() == '+' || negative)
        digits.remove_prefix(1);
    if (!digits.empty() && digits.front() >= '0' && digits.front() <= '9') {
        int hours = 0, minutes = 0;
        std::size_t at = 0;
        while (at < digits.size() && at < 2 && digits[at] >= '0' && digits[at] <= '9')
            hours = hours * 10 + (digits[at++] - '0');
        if (at < digits.size() && digits[at] != ':')
            return std::nullopt;
        at = std::min(at + 1, digits.size());
        const std::size_t first_minute = at;
        while (at < digits.size() && digits[at] >= '0' && digits[at] <= '9' && at - first_minute < 2)
            minutes = minutes * 10 + (digits[at++] - '0');
        if (at != digits.size() || minutes > 59)
            return std::nullopt;
        const int offset = (negative ? -1 : 1) * (hours * 60 + minutes);
        if (offset < -779 || offset > 840)
            return std::nullopt;
        return static_cast<std::int16_t>(offset);
    }
    const std::string name(text);
    std::unique_ptr<icu::TimeZone> found(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
    if (*found == icu::TimeZone::getUnknown()) {
        // ICU's names are case sensitive, DM8's are not.
        UErrorCode status = U_ZERO_ERROR;
        const std::unique_ptr<icu::StringEnumeration> all(
            icu::TimeZone::createTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, nullptr, nullptr, status));
        found.reset();
        while (U_SUCCESS(status) && all) {
            const char* candidate = all->next(nullptr, status);
            if (candidate == nullptr)
                break;
            if (same_word(candidate, name)) {
                found.reset(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(candidate)));
                break;
            }
        }
        if (!found)
            return std::nullopt;
    }
    int32_t raw = 0, saving = 0;
    UErrorCode status = U_ZERO_ERROR;
    const std::int64_t milliseconds = utc.day * std::int64_t{86'400'000} + utc.nanosecond / 1'000'000;
    found->getOffset(static_cast<double>(milliseconds), false, raw, saving, status);
    if (U_FAILURE(status))
        return std::nullopt;
    return static_cast<std::int16_t>((raw + saving) / 60000);
}

std::string zone_text(std::int16_t minutes) {
    const int size = std::abs(static_cast<int>(minutes));
    std::string text(1, minutes < 0 ? '-' : '+');
    for (const int part : {size / 60, size % 60}) {
        text.push_back(static_cast<char>('0' + part / 10));
        text.push_back(static_cast<char>('0' + part % 10));
        if (text.size() == 3)
            text.push_back(':');
    }
    return text;
}

timestamp now_in_zone(const call_context& context, std::int16_t zone) {
    const auto since_epoch =
        std::chrono::duration_cast<std::chrono::nanoseconds>(context.now.time_since_epoch()).count();
    moment local = normalise({0, since_epoch});
    local.nanosecond += std::int64_t{60} * zone * nanoseconds_per_second;
    timestamp result = to_timestamp(local);
    result.time.nanosecond = result.time.nanosecond / 1000 * 1000;
    return result;
}

std::string_view weekday_name(int index) {
    static constexpr std::array<std::string_view, 7> names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                           "Thursday", "Friday", "Saturday"};
    return names[static_cast<std::size_t>(index)];
}

std::string_view month_name(int index) {
    static constexpr std::array<std::string_view, 12> names{"January",   "February", "March",    "April",
                                                            "May",       "June",     "July",     "August",
                                                            "September", "October",  "November", "December"};
    return names[static_cast<std::size_t>(index)];
}

std::string_view chinese_weekday(int index) {
    static constexpr std::array<std::string_view, 7> names{"星期日", "星期一", "星期二", "星期三",
                                                           "星期四", "星期五", "星期六"};
    return names[static_cast<std::size_t>(index)];
}

namespace {

struct part_word {
    std::string_view word;
    date_part part;
};

date_part find_part(std::span<const part_word> words, std::string_view word) {
    const std::string_view wanted = trim_blanks(word);
    const auto found = std::find_if(words.begin(), words.end(), [&](const part_word& one) {
        return one.word.size() == wanted.size() && same_word(one.word, wanted);
    });
    if (found == words.end())
        fail(code::invalid_argument);
    return found->part;
}

}  // namespace

date_part read_date_part(std::string_view word) {
    static constexpr part_word words[] = {
        {"YEAR", date_part::year},
        {"YYYY", date_part::year},
        {"YY", date_part::year},
        {"SQL_TSI_YEAR", date_part::year},
        {"QUARTER", date_part::quarter},
        {"QQ", date_part::quarter},
        {"Q", date_part::quarter},
        {"SQL_TSI_QUARTER", date_part::quarter},
        {"MONTH", date_part::month},
        {"MM", date_part::month},
        {"M", date_part::month},
        {"SQL_TSI_MONTH", date_part::month},
        {"WEEK", date_part::week},
        {"WK", date_part::week},
        {"WW", date_part::week},
        {"SQL_TSI_WEEK", date_part::week},
        {"DAY", date_part::day},
        {"DD", date_part::day},
        {"D", date_part::day},
        {"SQL_TSI_DAY", date_part::day},
        {"DAYOFYEAR", date_part::day_of_year},
        {"DY", date_part::day_of_year},
        {"Y", date_part::day_of_year},
        {"WEEKDAY", date_part::weekday},
        {"DW", date_part::weekday},
        {"HOUR", date_part::hour},
        {"HH", date_part::hour},
        {"SQL_TSI_HOUR", date_part::hour},
        {"MINUTE", date_part::minute},
        {"MI", date_part::minute},
        {"N", date_part::minute},
        {"SQL_TSI_MINUTE", date_part::minute},
        {"SECOND", date_part::second},
        {"SS", date_part::second},
        {"S", date_part::second},
        {"SQL_TSI_SECOND", date_part::second},
        {"MILLISECOND", date_part::millisecond},
        {"MS", date_part::millisecond},
        {"SQL_TSI_FRAC_SECOND", date_part::millisecond},
        {"MICROSECOND", date_part::microsecond},
        {"US", date_part::microsecond},
    };
    return find_part(words, word);
}

date_part read_extracted_part(std::string_view word) {
    static constexpr part_word words[] = {
        {"YEAR", date_part::year},
        {"MONTH", date_part::month},
        {"DAY", date_part::day},
        {"HOUR", date_part::hour},
        {"MINUTE", date_part::minute},
        {"SECOND", date_part::second},
        {"TIMEZONE_HOUR", date_part::timezone_hour},
        {"TIMEZONE_MINUTE", date_part::timezone_minute},
    };
    return find_part(words, word);
}

}  // namespace dmkit::mock::functions

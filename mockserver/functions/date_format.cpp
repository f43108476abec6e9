#include "mockserver/functions/date_format.hpp"

#include <array>
#include <cstdlib>
#include <iterator>

#include <fmt/format.h>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/date_format_elements.hpp"
#include "mockserver/functions/nls.hpp"

namespace dmkit::mock::functions {

namespace {

constexpr std::array<std::string_view, 12> roman_months{"I",   "II",   "III", "IV", "V",  "VI",
                                                        "VII", "VIII", "IX",  "X",  "XI", "XII"};

class writer {
  public:
    writer(const call_context& context, const timestamp& value, bool english, int fraction_digits)
        : context_(context), value_(value), english_(english), fraction_digits_(fraction_digits) {}

    std::string write(std::string_view format) {
        for (const format_element& element : read_date_format(format))
            put(element);
        return std::move(out_);
    }

  private:
    void number(int value, int width) { fmt::format_to(std::back_inserter(out_), "{:0{}}", value, fill_ ? width : 1); }

    /// The last @p digits digits of a year.
    void year(int year_value, int digits) {
        int modulus = 1;
        for (int i = 0; i < digits; ++i)
            modulus *= 10;
        number(std::abs(year_value) % modulus, digits);
    }

    void put(const format_element& element);
    void put_names(const format_element& element);
    void put_time(const format_element& element);

    const call_context& context_;
    const timestamp& value_;
    bool english_;
    int fraction_digits_;
    bool fill_ = true;
    std::string out_;
};

void writer::put(const format_element& element) {
    const date& day = value_.date;
    switch (element.word) {
        case format_word::separator:
        case format_word::quoted:
            out_ += element.text;
            break;
        case format_word::radix:
            out_ += '.';
            break;
        case format_word::fill_mode:
            fill_ = !fill_;
            break;
        case format_word::exact:
            break;
        case format_word::year4:
        case format_word::rounded_year4:
            if (element.sign)
                out_ += day.year < 0 ? '-' : ' ';
            year(day.year, 4);
            break;
        case format_word::year3:
            year(day.year, 3);
            break;
        case format_word::year2:
        case format_word::rounded_year2:
            year(day.year, 2);
            break;
        case format_word::year1:
            year(day.year, 1);
            break;
        case format_word::year_comma:
            fmt::format_to(std::back_inserter(out_), "{},{:03}", std::abs(day.year) / 1000, std::abs(day.year) % 1000);
            break;
        case format_word::iso_year: {
            int iso = 0;
            static_cast<void>(iso_week(day, &iso));
            year(iso, element.digits);
            break;
        }
        case format_word::month:
            number(day.month, 2);
            break;
        case format_word::month_roman:
            out_ += roman_months[day.month - 1U];
            break;
        case format_word::day:
            number(day.day, 2);
            break;
        case format_word::day_of_year:
            number(functions::day_of_year(day), 3);
            break;
        case format_word::day_of_week:
            number(functions::day_of_week(day) + 1, 1);
            break;
        case format_word::century:
            if (element.sign)
                out_ += day.year < 0 ? '-' : ' ';
            number((std::abs(day.year) - 1) / 100 + 1, 2);
            break;
        case format_word::quarter:
            number((day.month - 1) / 3 + 1, 1);
            break;
        case format_word::week_of_year:
            number((functions::day_of_year(day) - 1) / 7 + 1, 2);
            break;
        case format_word::week_of_month:
            number((day.day - 1) / 7 + 1, 1);
            break;
        case format_word::iso_week:
            number(functions::iso_week(day), 2);
            break;
        case format_word::julian_day:
            out_ += std::to_string(day.to_days() + 2440588);
            break;
        case format_word::month_name:
        case format_word::month_abbreviation:
        case format_word::weekday_name:
        case format_word::weekday_abbreviation:
        case format_word::era:
        case format_word::era_dotted:
        case format_word::meridiem:
        case format_word::meridiem_dotted:
            put_names(element);
            break;
        default:
            put_time(element);
    }
}

void writer::put_names(const format_element& element) {
    const date& day = value_.date;
    const bool morning = value_.time.hour < 12;
    switch (element.word) {
        case format_word::month_name:
        case format_word::month_abbreviation: {
            if (!english_) {
                out_ += fmt::format("{}月", day.month);
                break;
            }
            const std::string name = upper_ascii(month_name(day.month - 1));
            out_ += element.word == format_word::month_name ? name : name.substr(0, 3);
            break;
        }
        case format_word::weekday_name:
        case format_word::weekday_abbreviation: {
            const int weekday = functions::day_of_week(day);
            if (!english_) {
                out_ += chinese_weekday(weekday);
                break;
            }
            const std::string name = upper_ascii(weekday_name(weekday));
            out_ += element.word == format_word::weekday_name ? name : name.substr(0, 3);
            break;
        }
        case format_word::era:
            out_ += english_ ? (day.year < 0 ? "BC" : "AD") : (day.year < 0 ? "公元前" : "公元");
            break;
        case format_word::era_dotted:
            out_ += day.year < 0 ? "B.C." : "A.D.";
            break;
        case format_word::meridiem:
            out_ += english_ ? (morning ? "AM" : "PM") : (morning ? "上午" : "下午");
            break;
        default:
            out_ += morning ? "A.M." : "P.M.";
    }
}

void writer::put_time(const format_element& element) {
    const time& clock = value_.time;
    const int offset = clock.offset_minutes.value_or(context_.session_time_zone);
    switch (element.word) {
        case format_word::hour:
        case format_word::hour12:
            number(clock.hour % 12 == 0 ? 12 : clock.hour % 12, 2);
            break;
        case format_word::hour24:
            number(clock.hour, 2);
            break;
        case format_word::minute:
            number(clock.minute, 2);
            break;
        case format_word::second:
            number(clock.second, 2);
            break;
        case format_word::second_of_day:
            number((clock.hour * 60 + clock.minute) * 60 + clock.second, 5);
            break;
        case format_word::fraction: {
            const int digits = element.digits == 0 ? fraction_digits_ : element.digits;
            fmt::format_to(std::back_inserter(out_), "{:09}", clock.nanosecond);
            out_.resize(out_.size() - static_cast<std::size_t>(9 - digits));
            break;
        }
        case format_word::zone_hour:
            fmt::format_to(std::back_inserter(out_), "{}{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 60);
            break;
        default:
            fmt::format_to(std::back_inserter(out_), "{:02}", std::abs(offset) % 60);
    }
}

}  // namespace

bool english_names(const call_context& context, std::string_view nls) {
    const auto named = nls_setting(nls, "NLS_DATE_LANGUAGE");
    if (!named)
        return context.english_dates.value_or(context.language == language::english);
    if (same_word(*named, "ENGLISH") || same_word(*named, "AMERICAN"))
        return true;
    if (same_word(*named, "SIMPLIFIED CHINESE"))
        return false;
    fail(code::invalid_argument);
}

std::string format_datetime(const call_context& context, const field_view& value, std::string_view format,
                            std::string_view nls, int fraction_digits) {
    const timestamp moment = as_timestamp(value);
    if (fraction_digits == 0)
        fraction_digits = moment.time.offset_minutes ? 9 : 6;
    return writer(context, moment, english_names(context, nls), fraction_digits).write(format);
}

}  // namespace dmkit::mock::functions

#include <array>
#include <cctype>
#include <vector>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/date_format.hpp"
#include "mockserver/functions/date_format_elements.hpp"
#include "mockserver/functions/text.hpp"

namespace dmkit::mock::functions {

namespace {

// TO_DATE's field errors, in DM8's order; the manual's list of codes names the family, not each member.
constexpr int bad_year = -6132;
constexpr int bad_month = -6133;
constexpr int bad_day = -6134;
constexpr int bad_hour = -6136;
constexpr int bad_minute = -6137;

[[noreturn]] void mismatch() {
    fail(code::format_mismatch);
}

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}
bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}
bool is_separator(char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code < 0x80 && std::isalnum(code) == 0;
}

/// What stands between two fields of a format.
struct gap {
    std::string content;
    bool quoted = false;
    bool radix = false;
};

class matcher {
  public:
    matcher(const call_context& context, std::string_view text, bool english)
        : today_(now_in_zone(context, context.session_time_zone).date), rest_(text), english_(english) {}

    timestamp match(std::string_view format) {
        const std::vector<format_element>& elements = read_date_format(format);
        for (std::size_t i = 0; i < elements.size();) {
            const gap between = read_gap(elements, i);
            if (i == elements.size()) {
                match_tail(between);
                break;
            }
            match_gap(between, elements[i].word);
            if (rest_.empty())
                break;
            match_field(elements[i++]);
        }
        while (!rest_.empty() && is_blank(rest_.front()))
            rest_.remove_prefix(1);
        if (!rest_.empty())
            mismatch();
        return result();
    }

  private:
    gap read_gap(const std::vector<format_element>& elements, std::size_t& i);
    void match_gap(gap between, format_word next);
    void match_tail(const gap& between);
    void match_field(const format_element& element);
    void match_year(const format_element& element);
    int number(std::size_t most, bool exact_digits = true);
    int month_by_name();
    void weekday_by_name();
    bool take_word(std::string_view word);
    [[nodiscard]] timestamp result() const;

    date today_;
    std::string_view rest_;
    bool english_;  ///< the language of names
    bool exact_ = false;
    bool afternoon_ = false, twelve_hours_ = false, before_christ_ = false;
    std::optional<int> year_, month_, day_, day_of_year_, second_of_day_, julian_;
    int hour_ = 0, minute_ = 0, second_ = 0, zone_minutes_ = 0;
    std::uint32_t nanosecond_ = 0;
    std::optional<int> zone_hours_;
    bool zone_negative_ = false;
};

gap matcher::read_gap(const std::vector<format_element>& elements, std::size_t& i) {
    gap between;
    std::string plain_tail;  // unquoted text since the last quoted part
    for (; i < elements.size(); ++i) {
        const format_element& element = elements[i];
        if (element.word == format_word::separator) {
            between.content += element.text;
            plain_tail += element.text;
        } else if (element.word == format_word::quoted) {
            between.content += element.text;
            between.quoted = true;
            plain_tail.clear();
        } else if (element.word == format_word::radix) {
            // X stands for the point; points before it are one with it, unless they are inside quotes and X follows
            // these directly.
            if (i + 1 == elements.size() || elements[i + 1].word != format_word::fraction)
                mismatch();
            between.radix = true;
            if (!between.quoted)
                between.content.clear();
            else if (plain_tail.ends_with('.'))
                between.content.erase(between.content.find_last_not_of('.') + 1);
            between.content += '.';
        } else if (element.word == format_word::exact) {
            exact_ = true;
        } else if (element.word != format_word::fill_mode) {
            break;
        }
    }
    return between;
}

void matcher::match_gap(gap between, format_word next) {
    const bool only_blanks = between.content.find_first_not_of(" \t\r\n") == std::string::npos;
    if (only_blanks && between.quoted)
        between.content.clear();
    if (!only_blanks)
        between.content.erase(0, between.content.find_first_not_of(" \t\r\n"));
    if (exact_) {
        if (!rest_.starts_with(between.content))
            mismatch();
        rest_.remove_prefix(between.content.size());
        return;
    }
    const auto skip_blanks = [&] {
        while (!rest_.empty() && is_blank(rest_.front()))
            rest_.remove_prefix(1);
    };
    if (between.quoted && !between.content.empty()) {
        skip_blanks();
        std::string_view wanted = between.content;
        if (!rest_.starts_with(wanted))
            mismatch();
        rest_.remove_prefix(wanted.size());
        skip_blanks();
        return;
    }
    if (rest_.empty())
        return;
    // T parts date and time like a blank.
    const bool hours = next == format_word::hour || next == format_word::hour12 || next == format_word::hour24;
    skip_blanks();
    if (hours && !rest_.empty() && (rest_.front() == 'T' || rest_.front() == 't')) {
        rest_.remove_prefix(1);
        skip_blanks();
        return;
    }
    std::size_t run = 0;
    while (run < rest_.size() && is_separator(rest_[run]) && !is_blank(rest_[run]))
        ++run;
    const bool signed_field =
        next == format_word::year4 || next == format_word::zone_hour || next == format_word::rounded_year4;
    if (signed_field && run > 0 && (rest_[run - 1] == '+' || rest_[run - 1] == '-') &&
        (run > between.content.size() || next == format_word::zone_hour))
        --run;
    // A gap of blanks alone takes any number of separators: the manual prints such a match.
    if (run > between.content.size() && !(only_blanks && !between.content.empty()))
        mismatch();
    rest_.remove_prefix(run);
    skip_blanks();
}

void matcher::match_tail(const gap& between) {
    if (!between.quoted) {
        for (std::size_t i = 0; i < between.content.size() && !rest_.empty() && is_separator(rest_.front()); ++i)
            rest_.remove_prefix(1);
        return;
    }
    std::string_view wanted = trim_blanks(between.content);
    while (!rest_.empty() && is_blank(rest_.front()))
        rest_.remove_prefix(1);
    if (!rest_.empty() && !rest_.starts_with(wanted))
        mismatch();
    rest_.remove_prefix(std::min(rest_.size(), wanted.size()));
}

int matcher::number(std::size_t most, bool exact_digits) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < rest_.size() && is_digit(rest_[count]))
        value = value * 10 + (rest_[count++] - '0');
    if (count == 0 || (exact_ && exact_digits && count != most))
        mismatch();
    rest_.remove_prefix(count);
    return value;
}

bool matcher::take_word(std::string_view word) {
    if (!upper_ascii(rest_.substr(0, word.size())).starts_with(word))
        return false;
    rest_.remove_prefix(word.size());
    return true;
}

int matcher::month_by_name() {
    if (!english_) {
        // Chinese names are the number and 月.
        const int value = number(2, false);
        if (rest_.starts_with("月"))
            rest_.remove_prefix(std::string_view("月").size());
        return value;
    }
    for (int month = 0; month < 12; ++month) {
        const std::string name = upper_ascii(month_name(month));
        if (take_word(name) || take_word(std::string_view(name).substr(0, 3)))
            return month + 1;
    }
    mismatch();
}

void matcher::weekday_by_name() {
    for (int weekday = 0; weekday < 7; ++weekday) {
        const std::string name = english_ ? upper_ascii(weekday_name(weekday)) : std::string(chinese_weekday(weekday));
        if (take_word(name) || (english_ && take_word(std::string_view(name).substr(0, 3))))
            return;
    }
    mismatch();
}

void matcher::match_year(const format_element& element) {
    const int current = today_.year;
    const auto near_year = [&](int two) {
        const int century = current / 100 * 100;
        if (two < 50)
            return current % 100 < 50 ? century + two : century + 100 + two;
        return current % 100 < 50 ? century - 100 + two : century + two;
    };
    switch (element.word) {
        case format_word::year4: {
            const bool negative = rest_.starts_with('-');
            if (negative || rest_.starts_with('+'))
                rest_.remove_prefix(1);
            const int value = number(4);
            year_ = negative ? -value : value;
            break;
        }
        case format_word::year_comma: {
            const int thousands = number(1);
            if (!rest_.starts_with(','))
                mismatch();
            rest_.remove_prefix(1);
            year_ = thousands * 1000 + number(3);
            break;
        }
        case format_word::year3:
            year_ = current / 1000 * 1000 + number(3);
            break;
        case format_word::year2:
            year_ = current / 100 * 100 + number(2);
            break;
        case format_word::year1:
            year_ = current / 10 * 10 + number(1);
            break;
        case format_word::rounded_year4: {
            const std::size_t before = rest_.size();
            const int value = number(4, false);
            year_ = before - rest_.size() <= 2 ? near_year(value) : value;
            break;
        }
        default:
            year_ = near_year(number(2));
            break;
    }
}

void matcher::match_field(const format_element& element) {
    switch (element.word) {
        case format_word::year4:
        case format_word::year_comma:
        case format_word::year3:
        case format_word::year2:
        case format_word::year1:
        case format_word::rounded_year4:
        case format_word::rounded_year2:
            match_year(element);
            break;
        case format_word::month:
            month_ = !rest_.empty() && is_digit(rest_.front()) ? number(2) : month_by_name();
            break;
        case format_word::month_name:
        case format_word::month_abbreviation:
            month_ = month_by_name();
            break;
        case format_word::day:
            day_ = number(2);
            break;
        case format_word::day_of_year:
            day_of_year_ = number(3);
            break;
        case format_word::day_of_week:
            static_cast<void>(number(1));
            break;
        case format_word::weekday_name:
        case format_word::weekday_abbreviation:
            weekday_by_name();
            break;
        case format_word::julian_day:
            julian_ = number(7, false);
            break;
        case format_word::hour12:
            twelve_hours_ = true;
            hour_ = number(2);
            if (hour_ < 1 || hour_ > 12)
                fail(bad_hour);
            break;
        case format_word::hour:
        case format_word::hour24:
            hour_ = number(2);
            break;
        case format_word::minute:
            minute_ = number(2);
            break;
        case format_word::second:
            second_ = number(2);
            break;
        case format_word::second_of_day:
            second_of_day_ = number(5, false);
            break;
        case format_word::fraction: {
            const std::size_t most = element.digits == 0 ? 9 : static_cast<std::size_t>(element.digits);
            std::size_t count = 0;
            nanosecond_ = 0;
            while (count < most && count < rest_.size() && is_digit(rest_[count]))
                nanosecond_ = nanosecond_ * 10 + static_cast<std::uint32_t>(rest_[count++] - '0');
            if (count == 0)
                mismatch();
            rest_.remove_prefix(count);
            for (; count < 9; ++count)
                nanosecond_ *= 10;
            break;
        }
        case format_word::meridiem:
        case format_word::meridiem_dotted:
            twelve_hours_ = true;
            if (take_word("PM") || take_word("P.M.") || take_word("下午"))
                afternoon_ = true;
            else if (!take_word("AM") && !take_word("A.M.") && !take_word("上午"))
                mismatch();
            break;
        case format_word::era:
        case format_word::era_dotted:
            if (take_word("BC") || take_word("B.C.") || take_word("公元前"))
                before_christ_ = true;
            else if (!take_word("AD") && !take_word("A.D.") && !take_word("公元"))
                mismatch();
            break;
        case format_word::zone_hour:
            zone_negative_ = rest_.starts_with('-');
            if (zone_negative_ || rest_.starts_with('+'))
                rest_.remove_prefix(1);
            zone_hours_ = number(2, false);
            break;
        case format_word::zone_minute:
            zone_minutes_ = number(2);
            break;
        default:
            mismatch();  // CC, Q, WW … only print
    }
}

timestamp matcher::result() const {
    timestamp moment;
    int year = year_.value_or(today_.year);
    if (before_christ_)
        year = -year;
    if (year < -4712 || year > 9999 || (year == 0 && year_))
        fail(bad_year);
    const int month = month_.value_or(today_.month);
    if (month < 1 || month > 12)
        fail(bad_month);
    const int day = day_.value_or(1);
    if (day < 1 || day > days_in_month(year, month))
        fail(bad_day);
    moment.date = {static_cast<std::int16_t>(year), static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
    if (day_of_year_) {
        const date first{static_cast<std::int16_t>(year), 1, 1};
        moment.date = day_from(std::int64_t{first.to_days()} + *day_of_year_ - 1);
        if (*day_of_year_ < 1 || moment.date.year != year)
            fail(bad_day);
    }
    if (julian_)
        moment.date = day_from(std::int64_t{*julian_} - 2440588);
    int hour = hour_;
    if (twelve_hours_) {
        if (hour > 12)
            fail(bad_hour);
        hour = hour % 12 + (afternoon_ ? 12 : 0);
    }
    int minute = minute_, second = second_;
    if (second_of_day_) {
        if (*second_of_day_ > 86399)
            fail(bad_hour);
        hour = *second_of_day_ / 3600;
        minute = *second_of_day_ / 60 % 60;
        second = *second_of_day_ % 60;
    }
    if (hour > 23)
        fail(bad_hour);
    if (minute > 59)
        fail(bad_minute);
    if (second > 59)
        fail(code::not_a_datetime);
    moment.time.hour = static_cast<std::uint8_t>(hour);
    moment.time.minute = static_cast<std::uint8_t>(minute);
    moment.time.second = static_cast<std::uint8_t>(second);
    moment.time.nanosecond = nanosecond_;
    if (zone_hours_) {
        const int offset = *zone_hours_ * 60 + zone_minutes_;
        moment.time.offset_minutes = static_cast<std::int16_t>(zone_negative_ ? -offset : offset);
        if (!moment.time.valid())
            fail(code::not_a_datetime);
    }
    return moment;
}

}  // namespace

timestamp parse_datetime(const call_context& context, std::string_view text, std::string_view format,
                         std::string_view nls) {
    return matcher(context, text, english_names(context, nls)).match(format);
}

}  // namespace dmkit::mock::functions

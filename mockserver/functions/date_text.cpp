#include <array>
#include <cctype>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/text.hpp"

namespace dmkit::mock {

namespace {

using functions::trim_blanks;

/// Walks over text that holds digits and punctuation.
class reader {
  public:
    explicit reader(std::string_view text) : text_(trim_blanks(text)) {}

    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    void skip(std::size_t count = 1) { at_ += count; }
    [[nodiscard]] static bool digit(char byte) { return byte >= '0' && byte <= '9'; }
    [[nodiscard]] std::size_t digits_ahead() const {
        std::size_t count = 0;
        while (digit(peek(count)))
            ++count;
        return count;
    }
    /// Reads 1 to @p most digits; −1 if there is none.
    int number(std::size_t most) {
        if (!digit(peek()))
            return -1;
        int value = 0;
        for (std::size_t i = 0; i < most && digit(peek()); ++i, skip())
            value = value * 10 + (peek() - '0');
        return value;
    }
    /// Any single-byte punctuation that may part fields.
    bool separator() {
        const auto byte = static_cast<unsigned char>(peek());
        if (byte == 0 || byte >= 0x80 || std::isalnum(byte) != 0)
            return false;
        skip();
        return true;
    }
    bool blanks() {
        bool any = false;
        while (peek() == ' ' || peek() == '\t') {
            skip();
            any = true;
        }
        return any;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

bool scan_date(reader& in, date& value) {
    const bool negative = in.peek() == '-';
    if (negative || in.peek() == '+')
        in.skip();
    int year, month, day;
    if (in.digits_ahead() >= 8) {
        year = in.number(4);
        month = in.number(2);
        day = in.number(2);
    } else {
        if (in.digits_ahead() > 4)
            return false;
        year = in.number(4);
        if (year < 0 || !in.separator())
            return false;
        month = in.number(2);
        if (month < 0 || !in.separator())
            return false;
        day = in.number(2);
    }
    if (day < 1 || month < 1)
        return false;
    value = {static_cast<std::int16_t>(negative ? -year : year), static_cast<std::uint8_t>(month),
             static_cast<std::uint8_t>(day)};
    return value.valid();
}

/// The fraction after its point: nanoseconds, what goes beyond is cut.
std::uint32_t scan_fraction(reader& in) {
    std::uint32_t value = 0;
    int digits = 0;
    for (; reader::digit(in.peek()); in.skip())
        if (digits < 9) {
            value = value * 10 + static_cast<std::uint32_t>(in.peek() - '0');
            ++digits;
        }
    for (; digits < 9; ++digits)
        value *= 10;
    return value;
}

bool scan_zone(reader& in, time& value) {
    in.blanks();
    if (in.at_end())
        return true;
    if (in.peek() == 'Z' || in.peek() == 'z') {
        // DM8 prints the reading unchanged in the session's zone.
        in.skip();
        return true;
    }
    if (in.peek() != '+' && in.peek() != '-')
        return false;
    const int sign = in.peek() == '-' ? -1 : 1;
    in.skip();
    in.blanks();
    const int hours = in.number(2);
    if (hours < 0)
        return false;
    int minutes = 0;
    if (in.peek() == ':') {
        in.skip();
        minutes = in.number(2);
    }
    if (minutes < 0 || minutes > 59)
        return false;
    value.offset_minutes = static_cast<std::int16_t>(sign * (hours * 60 + minutes));
    return value.valid();
}

bool scan_time(reader& in, time& value) {
    const bool compact = in.digits_ahead() >= 4;
    const int hour = in.number(2);
    if (hour < 0)
        return false;
    int minute = 0, second = 0;
    const auto goes_on = [&] {
        if (compact)
            return reader::digit(in.peek());
        return in.peek() != ' ' && in.peek() != '+' && reader::digit(in.peek(1)) && in.separator();
    };
    if (goes_on()) {
        minute = in.number(2);
        if (goes_on())
            second = in.number(2);
    }
    if (minute < 0 || second < 0)
        return false;
    value.hour = static_cast<std::uint8_t>(hour);
    value.minute = static_cast<std::uint8_t>(minute);
    value.second = static_cast<std::uint8_t>(second);
    if (in.peek() == '.') {
        in.skip();
        value.nanosecond = scan_fraction(in);
    }
    return scan_zone(in, value) && in.at_end() && value.valid();
}

/// `9:10` and `09:10:21` are times, not days of the year 9.
bool looks_like_time(const reader& in) {
    const std::size_t digits = in.digits_ahead();
    return (digits == 1 || digits == 2) && in.peek(digits) == ':';
}

std::optional<timestamp> scan_timestamp(std::string_view text) {
    reader in(text);
    if (in.at_end() || looks_like_time(in))
        return std::nullopt;
    timestamp result;
    if (!scan_date(in, result.date))
        return std::nullopt;
    const bool blank = in.blanks();
    if (in.at_end())
        return result;
    if (in.peek() == 'T' || in.peek() == 't') {
        in.skip();
        in.blanks();
    } else if (!blank && !reader::digit(in.peek()) && !in.separator()) {
        return std::nullopt;
    }
    if (!scan_time(in, result.time))
        return std::nullopt;
    return result;
}

}  // namespace

std::optional<date> read_date(std::string_view text) {
    const auto moment = scan_timestamp(text);
    if (!moment)
        return std::nullopt;
    return moment->date;
}

std::optional<time> read_time(std::string_view text) {
    reader in(text);
    const std::size_t digits = in.digits_ahead();
    const bool bare = digits == 6 || digits == 4;
    if (looks_like_time(in) || (bare && in.peek(digits) != '-' && in.peek(digits) != '/')) {
        time result;
        if (scan_time(in, result))
            return result;
    }
    const auto moment = scan_timestamp(text);
    if (!moment)
        return std::nullopt;
    return moment->time;
}

std::optional<timestamp> read_timestamp(std::string_view text) {
    return scan_timestamp(text);
}

namespace {

/// One field of an interval; −1 if there is none or it is too long.
std::int64_t scan_field(reader& in, int digits) {
    const std::size_t count = in.digits_ahead();
    if (count == 0)
        return -1;
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i, in.skip()) {
        value = value * 10 + (in.peek() - '0');
        if (value > 999'999'999)
            return -1;
    }
    std::int64_t bound = 1;
    for (int i = 0; i < digits; ++i)
        bound *= 10;
    return value < bound ? value : -1;
}

bool scan_sign(reader& in) {
    in.blanks();
    const bool negative = in.peek() == '-';
    if (negative || in.peek() == '+')
        in.skip();
    in.blanks();
    return negative;
}

int leading_digits(std::int32_t word) {
    const int digits = word >> 4 & 0xF;
    return digits == 0 ? 2 : digits;
}

}  // namespace

std::optional<interval_ym> read_interval_ym(std::string_view text, std::int32_t word) {
    reader in(text);
    const int sign = scan_sign(in) ? -1 : 1;
    const auto qualifier = functions::qualifier_of(word);
    std::int64_t first = scan_field(in, leading_digits(word));
    if (first < 0)
        return std::nullopt;
    std::int64_t months = qualifier == interval_qualifier::month ? first : first * 12;
    if (qualifier == interval_qualifier::year_to_month && in.peek() == '-') {
        in.skip();
        const std::int64_t second = scan_field(in, 2);
        if (second < 0 || second > 11)
            return std::nullopt;
        months += second;
    }
    in.blanks();
    if (!in.at_end())
        return std::nullopt;
    return functions::interval_from_months(sign * months, word);
}

std::optional<interval_ds> read_interval_ds(std::string_view text, std::int32_t word) {
    using enum interval_qualifier;
    const auto qualifier = functions::qualifier_of(word);
    if (qualifier < day || qualifier > second)
        return std::nullopt;
    const auto [first, last] = functions::fields_of(qualifier);
    static constexpr std::array<std::int64_t, 4> seconds_in{86400, 3600, 60, 1};
    static constexpr std::array<std::int64_t, 4> bounds{0, 24, 60, 60};

    reader in(text);
    const int sign = scan_sign(in) ? -1 : 1;
    functions::wide_integer total = 0;
    std::int64_t microseconds = 0;
    for (int unit = first; unit <= last; ++unit) {
        if (unit > first) {
            // Fields that are not written are zero: '2 1' DAY TO SECOND is two days and an hour.
            if (unit == 1 ? !in.blanks() : in.peek() != ':')
                break;
            if (unit > 1)
                in.skip();
            if (in.at_end())
                break;
        }
        const std::int64_t value = scan_field(in, unit == first ? leading_digits(word) : 2);
        const auto index = static_cast<std::size_t>(unit);
        if (value < 0 || (unit > first && value >= bounds[index]))
            return std::nullopt;
        total += static_cast<functions::wide_integer>(value) * seconds_in[index];
        if (unit == 3 && in.peek() == '.') {
            in.skip();
            microseconds = scan_fraction(in) / 1000;
        }
    }
    in.blanks();
    if (!in.at_end())
        return std::nullopt;
    return functions::interval_from_microseconds(sign * (total * 1'000'000 + microseconds), word);
}

}  // namespace dmkit::mock

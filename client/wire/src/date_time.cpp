#include <dmkit/date_time.hpp>

#include <array>
#include <ostream>

namespace dmkit {

namespace {

constexpr int min_year = -4712;
constexpr int max_year = 9999;
constexpr int min_offset = -779;  ///< −12:59 in minutes
constexpr int max_offset = 840;   ///< +14:00 in minutes
constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr std::int64_t nanoseconds_per_day = 86'400 * nanoseconds_per_second;

std::chrono::year_month_day to_chrono(const date& value) noexcept {
    return {std::chrono::year(value.year), std::chrono::month(value.month), std::chrono::day(value.day)};
}

/// Text being put together on the stack; long enough for any timestamp.
class text_buffer {
  public:
    void put(char c) noexcept { chars_[size_++] = c; }
    void number(unsigned value, int width) noexcept {
        std::size_t at = size_ + static_cast<std::size_t>(width);
        size_ = at;
        for (int i = 0; i < width; ++i, value /= 10)
            chars_[--at] = static_cast<char>('0' + value % 10);
    }
    [[nodiscard]] std::string str() const { return {chars_.data(), size_}; }

  private:
    std::array<char, 64> chars_;
    std::size_t size_ = 0;
};

void put(text_buffer& out, const date& value) noexcept {
    if (value.year < 0)
        out.put('-');
    out.number(static_cast<unsigned>(value.year < 0 ? -value.year : value.year), 4);
    out.put('-');
    out.number(value.month, 2);
    out.put('-');
    out.number(value.day, 2);
}

void put(text_buffer& out, const time& value, int digits) noexcept {
    out.number(value.hour, 2);
    out.put(':');
    out.number(value.minute, 2);
    out.put(':');
    out.number(value.second, 2);
    unsigned fraction = value.nanosecond;
    int width = 9;
    if (digits < 0) {
        if (fraction == 0)
            width = 0;
        while (width > 0 && fraction % 10 == 0) {
            fraction /= 10;
            --width;
        }
    } else {
        for (; width > digits; --width)
            fraction /= 10;
    }
    if (width > 0) {
        out.put('.');
        out.number(fraction, width);
    }
    if (value.offset_minutes) {
        const int offset = *value.offset_minutes;
        const auto magnitude = static_cast<unsigned>(offset < 0 ? -offset : offset);
        out.put(' ');
        out.put(offset < 0 ? '-' : '+');
        out.number(magnitude / 60, 2);
        out.put(':');
        out.number(magnitude % 60, 2);
    }
}

/// Takes parts from the front of a text; a part that is not there leaves the text as it was.
class scanner {
  public:
    explicit scanner(std::string_view text) noexcept : rest_(text) {}
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] bool sees(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }
    bool take(char c) noexcept {
        if (!sees(c))
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// A number of 1 to @p max_digits digits; −1 if there is none or a longer one.
    int number(std::size_t max_digits) noexcept {
        int value = 0;
        std::size_t size = 0;
        while (size < rest_.size() && rest_[size] >= '0' && rest_[size] <= '9') {
            if (size == max_digits)
                return -1;
            value = value * 10 + (rest_[size++] - '0');
        }
        if (size == 0)
            return -1;
        rest_.remove_prefix(size);
        return value;
    }
    /// Digits of a fraction of a second, 1 to 9, as nanoseconds; −1 if there are none or more.
    int fraction() noexcept {
        const std::size_t before = rest_.size();
        int value = number(9);
        for (std::size_t digits = before - rest_.size(); value > 0 && digits < 9; ++digits)
            value *= 10;
        return value;
    }

  private:
    std::string_view rest_;
};

std::optional<date> scan_date(scanner& in) noexcept {
    const bool negative = in.take('-');
    const int year = in.number(4);
    if (year < 0 || !in.take('-'))
        return std::nullopt;
    const int month = in.number(2);
    if (month < 0 || !in.take('-'))
        return std::nullopt;
    const int day = in.number(2);
    if (day < 0)
        return std::nullopt;
    const date result{static_cast<std::int16_t>(negative ? -year : year), static_cast<std::uint8_t>(month),
                      static_cast<std::uint8_t>(day)};
    return result.valid() ? std::optional(result) : std::nullopt;
}

std::optional<time> scan_time(scanner& in) noexcept {
    const int hour = in.number(2);
    if (hour < 0 || !in.take(':'))
        return std::nullopt;
    const int minute = in.number(2);
    int second = 0;
    int fraction = 0;
    if (in.take(':')) {
        second = in.number(2);
        if (in.take('.'))
            fraction = in.fraction();
    }
    if (minute < 0 || second < 0 || fraction < 0)
        return std::nullopt;
    time result;
    result.hour = static_cast<std::uint8_t>(hour);
    result.minute = static_cast<std::uint8_t>(minute);
    result.second = static_cast<std::uint8_t>(second);
    result.nanosecond = static_cast<std::uint32_t>(fraction);
    const bool blank = in.take(' ');
    if (in.sees('+') || in.sees('-')) {
        const bool west = in.take('-') || !in.take('+');
        const int hours = in.number(2);
        if (hours < 0 || !in.take(':'))
            return std::nullopt;
        const int minutes = in.number(2);
        if (minutes < 0 || minutes > 59)
            return std::nullopt;
        const int offset = hours * 60 + minutes;
        result.offset_minutes = static_cast<std::int16_t>(west ? -offset : offset);
    } else if (blank) {
        return std::nullopt;
    }
    return result.valid() ? std::optional(result) : std::nullopt;
}

}  // namespace

bool date::valid() const noexcept {
    return year >= min_year && year <= max_year && to_chrono(*this).ok();
}

std::int32_t date::to_days() const noexcept {
    return static_cast<std::int32_t>(std::chrono::sys_days(to_chrono(*this)).time_since_epoch().count());
}

std::optional<date> date::from_days(std::int64_t days) noexcept {
    static const std::int32_t first = date{min_year, 1, 1}.to_days();
    static const std::int32_t last = date{max_year, 12, 31}.to_days();
    if (days < first || days > last)
        return std::nullopt;
    const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{days}}};
    return date{static_cast<std::int16_t>(static_cast<int>(ymd.year())),
                static_cast<std::uint8_t>(static_cast<unsigned>(ymd.month())),
                static_cast<std::uint8_t>(static_cast<unsigned>(ymd.day()))};
}

std::string date::to_string() const {
    text_buffer out;
    put(out, *this);
    return out.str();
}

std::optional<date> date::parse(std::string_view text) noexcept {
    scanner in(text);
    const auto result = scan_date(in);
    return in.at_end() ? result : std::nullopt;
}

std::ostream& operator<<(std::ostream& out, const date& value) {
    return out << value.to_string();
}

bool time::valid() const noexcept {
    return hour < 24 && minute < 60 && second < 60 && nanosecond < nanoseconds_per_second &&
           (!offset_minutes || (*offset_minutes >= min_offset && *offset_minutes <= max_offset));
}

std::chrono::nanoseconds time::since_midnight() const noexcept {
    return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
           std::chrono::nanoseconds(nanosecond);
}

time time::from_since_midnight(std::chrono::nanoseconds of_day) noexcept {
    std::int64_t count = of_day.count() % nanoseconds_per_day;
    if (count < 0)
        count += nanoseconds_per_day;
    time result;
    result.nanosecond = static_cast<std::uint32_t>(count % nanoseconds_per_second);
    const std::int64_t seconds = count / nanoseconds_per_second;
    result.second = static_cast<std::uint8_t>(seconds % 60);
    result.minute = static_cast<std::uint8_t>(seconds / 60 % 60);
    result.hour = static_cast<std::uint8_t>(seconds / 3600);
    return result;
}

std::string time::to_string(int digits) const {
    text_buffer out;
    put(out, *this, digits);
    return out.str();
}

std::optional<time> time::parse(std::string_view text) noexcept {
    scanner in(text);
    const auto result = scan_time(in);
    return in.at_end() ? result : std::nullopt;
}

std::ostream& operator<<(std::ostream& out, const time& value) {
    return out << value.to_string();
}

std::string timestamp::to_string(int digits) const {
    text_buffer out;
    put(out, date);
    out.put(' ');
    put(out, time, digits);
    return out.str();
}

std::optional<timestamp> timestamp::parse(std::string_view text) noexcept {
    scanner in(text);
    timestamp result;
    const auto day = scan_date(in);
    if (!day)
        return std::nullopt;
    result.date = *day;
    if (in.at_end())
        return result;
    if (!in.take(' ') && !in.take('T'))
        return std::nullopt;
    const auto of_day = scan_time(in);
    if (!of_day || !in.at_end())
        return std::nullopt;
    result.time = *of_day;
    return result;
}

std::optional<std::chrono::local_time<std::chrono::nanoseconds>> timestamp::to_local_time() const noexcept {
    if (date.year < 1678 || date.year > 2261)
        return std::nullopt;
    return std::chrono::local_time<std::chrono::nanoseconds>(std::chrono::days(date.to_days()) + time.since_midnight());
}

std::optional<timestamp> timestamp::from_local_time(std::chrono::local_time<std::chrono::nanoseconds> value) noexcept {
    const auto day = std::chrono::floor<std::chrono::days>(value);
    const auto calendar_day = dmkit::date::from_days(day.time_since_epoch().count());
    if (!calendar_day)
        return std::nullopt;
    return timestamp{*calendar_day, dmkit::time::from_since_midnight(value - day)};
}

std::ostream& operator<<(std::ostream& out, const timestamp& value) {
    return out << value.to_string();
}

}  // namespace dmkit

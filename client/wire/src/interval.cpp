#include <dmkit/interval.hpp>

#include <array>
#include <ostream>

#include <fmt/format.h>

namespace dmkit {

namespace {

constexpr std::array<std::string_view, 13> qualifier_names = {
    "YEAR", "YEAR TO MONTH",  "MONTH",          "DAY",    "DAY TO HOUR",      "DAY TO MINUTE", "DAY TO SECOND",
    "HOUR", "HOUR TO MINUTE", "HOUR TO SECOND", "MINUTE", "MINUTE TO SECOND", "SECOND",
};

/// `DAY(2) TO SECOND(6)`: the precisions stand behind the fields they belong to.
std::string qualifier_text(interval_qualifier qualifier, int leading_precision, int seconds_precision) {
    const std::string_view name = to_string(qualifier);
    if (qualifier == interval_qualifier::second)
        return fmt::format("SECOND({},{})", leading_precision, seconds_precision);
    const auto blank = name.find(' ');
    const std::string_view first = name.substr(0, blank);
    const std::string_view rest = blank == std::string_view::npos ? std::string_view() : name.substr(blank);
    if (rest.ends_with("SECOND"))
        return fmt::format("{}({}){}({})", first, leading_precision, rest, seconds_precision);
    return fmt::format("{}({}){}", first, leading_precision, rest);
}

constexpr std::int64_t magnitude(std::int64_t value) noexcept {
    return value < 0 ? -value : value;
}

}  // namespace

std::string_view to_string(interval_qualifier qualifier) noexcept {
    const auto index = static_cast<std::size_t>(qualifier);
    return index < qualifier_names.size() ? qualifier_names[index] : "UNKNOWN";
}

std::int32_t interval_ym::scale_word() const noexcept {
    return (static_cast<std::int32_t>(qualifier) << 8) | (std::int32_t{leading_precision} << 4);
}

std::string interval_ym::to_string() const {
    std::string fields;
    switch (qualifier) {
        case interval_qualifier::year:
            fields = fmt::format("{}", magnitude(years));
            break;
        case interval_qualifier::month:
            fields = fmt::format("{}", magnitude(months));
            break;
        default:
            fields = fmt::format("{}-{}", magnitude(years), magnitude(months));
            break;
    }
    return fmt::format("INTERVAL {}'{}' {}", years < 0 || months < 0 ? "-" : "", fields,
                       qualifier_text(qualifier, leading_precision, 0));
}

std::ostream& operator<<(std::ostream& out, const interval_ym& value) {
    return out << value.to_string();
}

std::int32_t interval_ds::scale_word() const noexcept {
    return (static_cast<std::int32_t>(qualifier) << 8) | (std::int32_t{leading_precision} << 4) | seconds_precision;
}

std::string interval_ds::to_string() const {
    using enum interval_qualifier;
    const auto seconds_text = [this] {
        std::string text = fmt::format("{}", magnitude(seconds));
        if (seconds_precision > 0) {
            const std::string fraction = fmt::format("{:06}", magnitude(microseconds));
            text += '.';
            text.append(fraction, 0, seconds_precision);
        }
        return text;
    };
    const auto last_at_least = [this](interval_qualifier from_day, interval_qualifier from_hour) {
        return (qualifier >= from_day && qualifier <= day_to_second) ||
               (qualifier >= from_hour && qualifier <= hour_to_second);
    };
    std::string fields;
    if (qualifier <= day_to_second) {
        fields = fmt::format("{}", magnitude(days));
        if (qualifier >= day_to_hour)
            fields += fmt::format(" {}", magnitude(hours));
    } else if (qualifier <= hour_to_second) {
        fields = fmt::format("{}", magnitude(hours));
    }
    if (qualifier == minute || qualifier == minute_to_second)
        fields = fmt::format("{}", magnitude(minutes));
    else if (last_at_least(day_to_minute, hour_to_minute))
        fields += fmt::format(":{}", magnitude(minutes));
    if (qualifier == second)
        fields = seconds_text();
    else if (qualifier == minute_to_second || last_at_least(day_to_second, hour_to_second))
        fields += ':' + seconds_text();
    const bool negative = days < 0 || hours < 0 || minutes < 0 || seconds < 0 || microseconds < 0;
    return fmt::format("INTERVAL {}'{}' {}", negative ? "-" : "", fields,
                       qualifier_text(qualifier, leading_precision, seconds_precision));
}

std::ostream& operator<<(std::ostream& out, const interval_ds& value) {
    return out << value.to_string();
}

}  // namespace dmkit

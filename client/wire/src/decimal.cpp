#include <dmkit/decimal.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ostream>
#include <stdexcept>

#include "decimal_digits.hpp"

namespace dmkit {

namespace {

/// More decimal digits than the wire holds plus the one that decides the rounding; digits behind them cannot matter.
constexpr std::size_t significant_limit = 44;
/// Exponents beyond this give zero or overflow whatever the digits are; arithmetic on them stays far from the limits.
constexpr std::int64_t exponent_limit = 1'000'000;

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

detail::decimal_digits from_magnitude(bool negative, std::uint64_t magnitude) noexcept {
    detail::decimal_digits result;
    result.negative = negative;
    std::array<std::uint8_t, 10> reversed;
    std::size_t count = 0;
    for (; magnitude != 0; magnitude /= 100)
        reversed[count++] = static_cast<std::uint8_t>(magnitude % 100);
    result.count = static_cast<int>(count);
    result.exponent = result.count - 1;
    std::reverse_copy(reversed.begin(), reversed.begin() + result.count, result.digit.begin());
    return result;
}

/// @param digits decimal digits, the first one not zero
/// @param lead power of ten of the first digit
std::optional<decimal> from_significant(bool negative, std::span<const std::uint8_t> digits,
                                        std::int64_t lead) noexcept {
    if (lead > 2 * detail::max_exponent + 1)
        return std::nullopt;
    if (lead < 2 * detail::min_exponent - 1)
        return decimal();
    digits = digits.first(std::min(digits.size(), significant_limit));
    detail::decimal_digits result;
    result.negative = negative;
    const auto power = static_cast<int>(lead);
    result.exponent = (power - (power & 1)) / 2;
    std::size_t at = 0;
    std::size_t out = 0;
    if ((power & 1) == 0)
        result.digit[out++] = digits[at++];
    for (; at < digits.size(); at += 2)
        result.digit[out++] =
            static_cast<std::uint8_t>(digits[at] * 10 + (at + 1 < digits.size() ? digits[at + 1] : 0));
    result.count = static_cast<int>(out);
    return result.pack();
}

enum class parse_status : std::uint8_t { ok, no_number, too_large };

struct parse_result {
    parse_status status = parse_status::no_number;
    decimal value = {};
};

parse_result parse_text(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    const char* at = text.data();
    const char* const end = at + text.size();
    bool negative = false;
    if (at != end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';

    std::array<std::uint8_t, significant_limit> digits;
    std::size_t count = 0;
    std::int64_t point = 0;  // decimal digits between the first significant one and the point; negative behind it
    bool any = false;
    for (; at != end && is_digit(*at); ++at) {
        any = true;
        if (count == 0 && *at == '0')
            continue;
        ++point;
        if (count < digits.size())
            digits[count++] = static_cast<std::uint8_t>(*at - '0');
    }
    if (at != end && *at == '.') {
        for (++at; at != end && is_digit(*at); ++at) {
            any = true;
            if (count == 0 && *at == '0')
                --point;
            else if (count < digits.size())
                digits[count++] = static_cast<std::uint8_t>(*at - '0');
        }
    }
    if (!any)
        return {};
    std::int64_t exponent = 0;
    if (at != end && (*at == 'e' || *at == 'E')) {
        ++at;
        bool down = false;
        if (at != end && (*at == '+' || *at == '-'))
            down = *at++ == '-';
        if (at == end)
            return {};
        for (; at != end && is_digit(*at); ++at)
            exponent = std::min(exponent * 10 + (*at - '0'), exponent_limit);
        if (down)
            exponent = -exponent;
    }
    if (at != end)
        return {};
    if (count == 0)
        return {parse_status::ok, {}};
    const auto value = from_significant(negative, std::span(digits).first(count), point - 1 + exponent);
    return value ? parse_result{parse_status::ok, *value} : parse_result{parse_status::too_large, {}};
}

}  // namespace

decimal::decimal(std::int64_t value) noexcept : decimal() {
    const bool negative = value < 0;
    const auto magnitude = negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    *this = *from_magnitude(negative, magnitude).pack();
}

decimal::decimal(std::uint64_t value) noexcept : decimal() {
    *this = *from_magnitude(false, value).pack();
}

decimal::decimal(std::string_view text) : decimal() {
    const auto [status, value] = parse_text(text);
    if (status == parse_status::no_number)
        throw std::invalid_argument("decimal: not a number");
    if (status == parse_status::too_large)
        throw std::out_of_range("decimal: number too large for DM8");
    *this = value;
}

std::optional<decimal> decimal::parse(std::string_view text) noexcept {
    const auto [status, value] = parse_text(text);
    return status == parse_status::ok ? std::optional(value) : std::nullopt;
}

std::optional<decimal> decimal::from_double(double value) noexcept {
    if (!std::isfinite(value))
        return std::nullopt;
    std::array<char, 32> text;
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
    return parse(std::string_view(text.data(), static_cast<std::size_t>(result.ptr - text.data())));
}

std::optional<decimal> decimal::from_wire(std::span<const std::byte> bytes) noexcept {
    if (bytes.empty() || bytes.size() > max_wire_size)
        return std::nullopt;
    if (bytes.size() == 1)
        return decimal();
    const int first = std::to_integer<int>(bytes[0]);
    const bool negative = first < 0x80;
    if (first == 0x80 || first == 0xFF || first == 0x00 || first == 0x7F)
        return std::nullopt;
    auto digits = bytes.subspan(1);
    if (negative && digits.back() == std::byte{0x66})
        digits = digits.first(digits.size() - 1);
    const int low = negative ? 0x02 : 0x01;
    for (const auto byte : digits) {
        const int value = std::to_integer<int>(byte);
        if (value < low || value > low + 99)
            return std::nullopt;
    }
    const std::byte zero{static_cast<unsigned char>(negative ? 0x65 : 0x01)};
    if (!digits.empty() && digits.front() == zero) {
        // Not the canonical form: bring it there, so that equal numbers have equal bytes.
        std::size_t zeros = 1;
        while (zeros < digits.size() && digits[zeros] == zero)
            ++zeros;
        const int exponent = (negative ? 0x3E - first : first - 0xC1) - static_cast<int>(zeros);
        digits = digits.subspan(zeros);
        if (digits.empty() || exponent < detail::min_exponent)
            return decimal();
        decimal result;
        result.bytes_[0] = static_cast<std::byte>(negative ? 0x3E - exponent : 0xC1 + exponent);
        std::copy(digits.begin(), digits.end(), result.bytes_.begin() + 1);
        result.size_ = static_cast<std::uint8_t>(digits.size() + 1);
        return from_wire(result.wire());
    }
    while (!digits.empty() && digits.back() == zero)
        digits = digits.first(digits.size() - 1);
    if (digits.empty())
        return std::nullopt;
    decimal result;
    result.bytes_[0] = bytes[0];
    std::copy(digits.begin(), digits.end(), result.bytes_.begin() + 1);
    result.size_ = static_cast<std::uint8_t>(digits.size() + 1);
    if (negative && result.size_ < max_wire_size)
        result.bytes_[result.size_++] = std::byte{0x66};
    return result;
}

std::optional<decimal> decimal::from_digits(bool negative, std::span<const std::uint8_t> digits,
                                            int exponent) noexcept {
    const std::int64_t lead = static_cast<std::int64_t>(digits.size()) - 1 + exponent;
    std::size_t zeros = 0;
    while (zeros < digits.size() && digits[zeros] == 0)
        ++zeros;
    if (zeros == digits.size())
        return decimal();
    return from_significant(negative, digits.subspan(zeros), lead - static_cast<std::int64_t>(zeros));
}

std::string decimal::to_string() const {
    return to_string(scale());
}

std::string decimal::to_string(int scale) const {
    detail::decimal_digits value(*this);
    if (value.count > 0) {
        value.cut(-scale, true);
        value.normalise();
    }
    const auto decimal_digit = [&value](int power) {
        const int index = value.exponent - (power >= 0 ? power / 2 : -((1 - power) / 2));
        if (index < 0 || index >= value.count)
            return '0';
        const int pair = value.digit[static_cast<std::size_t>(index)];
        return static_cast<char>('0' + ((power & 1) != 0 ? pair / 10 : pair % 10));
    };
    std::string text;
    const int lead = value.count > 0 ? std::max(value.leading_power(), 0) : 0;
    text.reserve(static_cast<std::size_t>(lead) + 3 + static_cast<std::size_t>(std::max(scale, 0)));
    if (value.count > 0 && value.negative)
        text += '-';
    for (int power = lead; power >= 0; --power)
        text += decimal_digit(power);
    if (scale > 0) {
        text += '.';
        for (int power = -1; power >= -scale; --power)
            text += decimal_digit(power);
    }
    return text;
}

double decimal::to_double() const noexcept {
    const detail::decimal_digits value(*this);
    if (value.count == 0)
        return 0.0;
    // Digits as an integer and a decimal exponent: from_chars rounds correctly.
    std::array<char, 2 * detail::max_wire_pairs + 8> text;
    char* at = text.data();
    if (value.negative)
        *at++ = '-';
    const int pairs = std::min(value.count, detail::max_wire_pairs);  // always value.count; tells it to the compiler
    for (int i = 0; i < pairs; ++i) {
        const int pair = value.digit[static_cast<std::size_t>(i)];
        *at++ = static_cast<char>('0' + pair / 10);
        *at++ = static_cast<char>('0' + pair % 10);
    }
    *at++ = 'e';
    at = std::to_chars(at, text.data() + text.size(), 2 * (value.exponent - value.count + 1)).ptr;
    double result = 0.0;
    std::from_chars(text.data(), at, result);
    return result;
}

std::optional<std::int64_t> decimal::to_int64() const noexcept {
    detail::decimal_digits value(*this);
    value.cut(0, true);
    value.normalise();
    if (value.count == 0)
        return 0;
    if (value.exponent > 9)
        return std::nullopt;
    std::int64_t result = 0;  // collected on the negative side, which reaches one further
    for (int i = 0; i <= value.exponent; ++i) {
        const int pair = i < value.count ? value.digit[static_cast<std::size_t>(i)] : 0;
        if (__builtin_mul_overflow(result, std::int64_t{100}, &result) ||
            __builtin_sub_overflow(result, std::int64_t{pair}, &result))
            return std::nullopt;
    }
    if (value.negative)
        return result;
    if (result == INT64_MIN)
        return std::nullopt;
    return -result;
}

int decimal::scale() const noexcept {
    const detail::decimal_digits value(*this);
    const int lowest = value.exponent - value.count + 1;
    if (value.count == 0 || lowest >= 0)
        return 0;
    return -2 * lowest - (value.digit[static_cast<std::size_t>(value.count - 1)] % 10 == 0 ? 1 : 0);
}

int decimal::integer_digits() const noexcept {
    const detail::decimal_digits value(*this);
    return value.count == 0 || value.exponent < 0 ? 0 : value.leading_power() + 1;
}

std::strong_ordering operator<=>(const decimal& a, const decimal& b) noexcept {
    const std::size_t common = std::min(a.size_, b.size_);
    if (const int order = std::memcmp(a.bytes_.data(), b.bytes_.data(), common); order != 0)
        return order <=> 0;
    return a.size_ <=> b.size_;
}

std::ostream& operator<<(std::ostream& out, const decimal& value) {
    return out << value.to_string();
}

}  // namespace dmkit

#include "decimal_digits.hpp"

#include <algorithm>

namespace dmkit::detail {

namespace {

constexpr int positive_bias = 0xC1;
constexpr int negative_bias = 0x3E;
constexpr std::byte terminator{0x66};

/// Floor of half, for negative powers too.
constexpr int half(int power) noexcept {
    return power >= 0 ? power / 2 : -((1 - power) / 2);
}

}  // namespace

decimal_digits::decimal_digits(const decimal& value) noexcept {
    if (value.is_zero())
        return;
    auto bytes = value.wire();
    negative = value.is_negative();
    if (negative && bytes.back() == terminator)
        bytes = bytes.first(bytes.size() - 1);
    const int first = std::to_integer<int>(bytes[0]);
    exponent = negative ? negative_bias - first : first - positive_bias;
    count = static_cast<int>(bytes.size()) - 1;
    for (std::size_t i = 1; i < bytes.size(); ++i) {
        const int byte = std::to_integer<int>(bytes[i]);
        digit[i - 1] = static_cast<std::uint8_t>(negative ? 101 - byte : byte - 1);
    }
}

void decimal_digits::normalise() noexcept {
    int zeros = 0;
    while (zeros < count && digit[static_cast<std::size_t>(zeros)] == 0)
        ++zeros;
    if (zeros > 0) {
        std::copy(digit.begin() + zeros, digit.begin() + count, digit.begin());
        count -= zeros;
        exponent -= zeros;
    }
    while (count > 0 && digit[static_cast<std::size_t>(count - 1)] == 0)
        --count;
}

void decimal_digits::cut(int power, bool round) noexcept {
    const int last = exponent - half(power);         // index of the last digit that is kept, in part if power is odd
    const int decider = exponent - half(power - 1);  // index of the digit that holds the first decimal digit dropped
    if (decider >= count)
        return;
    const bool odd = (power & 1) != 0;
    bool up = false;
    if (round && decider >= 0) {
        const int pair = digit[static_cast<std::size_t>(decider)];
        up = (odd ? pair % 10 : pair / 10) >= 5;
    }
    if (last < 0) {
        count = 0;
        if (up) {
            exponent = half(power);
            digit[0] = odd ? 10 : 1;
            count = 1;
        }
        return;
    }
    count = std::min(count, last + 1);
    if (odd)
        digit[static_cast<std::size_t>(last)] =
            static_cast<std::uint8_t>(digit[static_cast<std::size_t>(last)] / 10 * 10);
    if (!up)
        return;
    int at = last;
    int carry = odd ? 10 : 1;
    while (at >= 0) {
        const int sum = digit[static_cast<std::size_t>(at)] + carry;
        if (sum < 100) {
            digit[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(sum);
            return;
        }
        digit[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(sum - 100);
        carry = 1;
        --at;
    }
    // All digits became zero: the value is a one before the former first digit.
    ++exponent;
    digit[0] = 1;
    count = 1;
}

void decimal_digits::round_significant(int digits) noexcept {
    normalise();
    if (2 * count > digits)
        cut(leading_power() - digits + 1, true);
}

std::optional<decimal> decimal_digits::pack() noexcept {
    normalise();
    if (count > max_wire_pairs) {
        cut(2 * (exponent - max_wire_pairs + 1), true);
        normalise();
    }
    if (count == 0 || exponent < min_exponent)
        return decimal();
    if (exponent > max_exponent)
        return std::nullopt;
    std::array<std::byte, decimal::max_wire_size> bytes;
    std::size_t size = 0;
    bytes[size++] = static_cast<std::byte>(negative ? negative_bias - exponent : positive_bias + exponent);
    for (int i = 0; i < count; ++i) {
        const int pair = digit[static_cast<std::size_t>(i)];
        bytes[size++] = static_cast<std::byte>(negative ? 101 - pair : pair + 1);
    }
    if (negative && size < bytes.size())
        bytes[size++] = terminator;
    return decimal::from_wire(std::span(bytes).first(size));
}

void long_divide(std::span<std::uint8_t> remainder, std::span<const std::uint8_t> divisor,
                 std::span<std::uint8_t> quotient) noexcept {
    // Four leading digits of the divisor against five of the dividend: the estimate is never too small and at most one
    // too large, since the divisor's part is at least 10^6.
    constexpr std::size_t estimate_digits = 4;
    const std::size_t size = divisor.size();
    std::int64_t divisor_head = 0;
    for (std::size_t i = 0; i < estimate_digits; ++i)
        divisor_head = divisor_head * 100 + (i < size ? divisor[i] : 0);
    for (std::size_t step = 0; step < quotient.size(); ++step) {
        const auto part = remainder.subspan(step, size + 1);
        std::int64_t head = 0;
        for (std::size_t i = 0; i <= estimate_digits; ++i)
            head = head * 100 + (i < part.size() ? part[i] : 0);
        auto times = static_cast<int>(head / divisor_head);
        if (times == 0) {
            quotient[step] = 0;
            continue;
        }
        int borrow = 0;
        for (std::size_t i = size; i-- > 0;) {
            const int value = part[i + 1] - times * divisor[i] - borrow;
            borrow = value < 0 ? (99 - value) / 100 : 0;
            part[i + 1] = static_cast<std::uint8_t>(value + borrow * 100);
        }
        if (part[0] < borrow) {
            --times;
            int carry = 0;
            for (std::size_t i = size; i-- > 0;) {
                const int value = part[i + 1] + divisor[i] + carry;
                carry = value >= 100 ? 1 : 0;
                part[i + 1] = static_cast<std::uint8_t>(value - carry * 100);
            }
        }
        part[0] = 0;
        quotient[step] = static_cast<std::uint8_t>(times);
    }
}

}  // namespace dmkit::detail

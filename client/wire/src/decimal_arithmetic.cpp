#include <algorithm>
#include <cstring>

#include <dmkit/decimal.hpp>

#include "decimal_digits.hpp"

namespace dmkit {

using detail::decimal_digits;

namespace {

std::optional<decimal> fail(decimal_fault* fault, decimal_fault why) noexcept {
    if (fault != nullptr)
        *fault = why;
    return std::nullopt;
}

/// Rounds an exact or sufficiently long result to DM8's 38 digits.
std::optional<decimal> finish(decimal_digits& value, decimal_fault* fault) noexcept {
    value.round_significant(decimal::max_precision);
    value.normalise();
    const auto result = value.pack();
    return result ? result : fail(fault, decimal_fault::overflow);
}

int compare_magnitude(const decimal_digits& a, const decimal_digits& b) noexcept {
    if (a.count == 0 || b.count == 0)
        return (a.count > 0) - (b.count > 0);
    if (a.exponent != b.exponent)
        return a.exponent < b.exponent ? -1 : 1;
    const int order = std::memcmp(a.digit.data(), b.digit.data(), static_cast<std::size_t>(std::min(a.count, b.count)));
    return order != 0 ? order : a.count - b.count;
}

/// The digit of weight 100^power.
int digit_at(const decimal_digits& value, int power) noexcept {
    const int index = value.exponent - power;
    return index >= 0 && index < value.count ? value.digit[static_cast<std::size_t>(index)] : 0;
}

/// |larger| ± |smaller|, neither zero; exact.
decimal_digits combine(const decimal_digits& larger, const decimal_digits& smaller, bool subtract) noexcept {
    decimal_digits result;
    const int lowest = std::min(larger.exponent - larger.count, smaller.exponent - smaller.count) + 1;
    result.exponent = larger.exponent + 1;
    result.count = result.exponent - lowest + 1;
    int carry = 0;
    for (int i = result.count - 1; i >= 0; --i) {
        const int power = result.exponent - i;
        const int other = digit_at(smaller, power);
        int value = digit_at(larger, power) + (subtract ? -other : other) + carry;
        carry = 0;
        if (value >= 100) {
            value -= 100;
            carry = 1;
        } else if (value < 0) {
            value += 100;
            carry = -1;
        }
        result.digit[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value);
    }
    return result;
}

/// The dividend with the leading zero that long_divide() wants, filled with zeros to @p size digits.
void prepare_dividend(const decimal_digits& value, std::size_t size, decimal_digits& out) noexcept {
    out.digit[0] = 0;
    std::copy_n(value.digit.begin(), value.count, out.digit.begin() + 1);
    const auto used = static_cast<std::size_t>(value.count) + 1;
    if (used < size)
        std::fill(out.digit.begin() + static_cast<std::ptrdiff_t>(used),
                  out.digit.begin() + static_cast<std::ptrdiff_t>(size), std::uint8_t{0});
    out.count = static_cast<int>(std::max(used, size));
    out.exponent = value.exponent + 1;
}

}  // namespace

decimal decimal::rounded(int scale) const noexcept {
    decimal_digits value(*this);
    value.cut(-std::clamp(scale, -400, 400), true);
    // Rounding up at the very top of the range may leave it; the nearest value that exists is the one at hand.
    return value.pack().value_or(*this);
}

decimal decimal::truncated(int scale) const noexcept {
    decimal_digits value(*this);
    value.cut(-std::clamp(scale, -400, 400), false);
    return *value.pack();
}

decimal decimal::negated() const noexcept {
    decimal_digits value(*this);
    value.negative = !value.negative;
    return *value.pack();
}

std::optional<decimal> decimal::add(const decimal& a, const decimal& b, decimal_fault* fault) noexcept {
    decimal_digits x(a);
    decimal_digits y(b);
    const int order = compare_magnitude(x, y);
    if (order == 0 && x.negative != y.negative)
        return decimal();
    const decimal_digits& larger = order >= 0 ? x : y;
    const decimal_digits& smaller = order >= 0 ? y : x;
    if (smaller.count == 0) {
        decimal_digits copy(order >= 0 ? a : b);
        return finish(copy, fault);
    }
    decimal_digits result = combine(larger, smaller, x.negative != y.negative);
    result.negative = larger.negative;
    return finish(result, fault);
}

std::optional<decimal> decimal::subtract(const decimal& a, const decimal& b, decimal_fault* fault) noexcept {
    return add(a, b.negated(), fault);
}

std::optional<decimal> decimal::multiply(const decimal& a, const decimal& b, decimal_fault* fault) noexcept {
    const decimal_digits x(a);
    const decimal_digits y(b);
    if (x.count == 0 || y.count == 0)
        return decimal();
    std::array<std::uint32_t, std::size_t{2} * detail::max_wire_pairs> sums{};
    for (std::size_t i = 0; i < static_cast<std::size_t>(x.count); ++i)
        for (std::size_t j = 0; j < static_cast<std::size_t>(y.count); ++j)
            sums[i + j + 1] += std::uint32_t{x.digit[i]} * y.digit[j];
    decimal_digits result;
    result.negative = x.negative != y.negative;
    result.exponent = x.exponent + y.exponent + 1;
    result.count = x.count + y.count;
    std::uint32_t carry = 0;
    for (int i = result.count - 1; i >= 0; --i) {
        const std::uint32_t value = sums[static_cast<std::size_t>(i)] + carry;
        result.digit[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value % 100);
        carry = value / 100;
    }
    return finish(result, fault);
}

std::optional<decimal> decimal::divide(const decimal& a, const decimal& b, decimal_fault* fault) noexcept {
    const decimal_digits x(a);
    const decimal_digits y(b);
    if (y.count == 0)
        return fail(fault, decimal_fault::divide_by_zero);
    if (x.count == 0)
        return decimal();
    // 20 base-100 digits hold 38 decimal ones at any alignment; one more decides the rounding, and the first may be 0.
    constexpr std::size_t steps = detail::max_wire_pairs + 2;
    decimal_digits remainder;
    prepare_dividend(x, steps + static_cast<std::size_t>(y.count), remainder);
    decimal_digits result;
    result.negative = x.negative != y.negative;
    result.exponent = x.exponent - y.exponent;
    result.count = static_cast<int>(steps);
    detail::long_divide(std::span(remainder.digit).first(static_cast<std::size_t>(remainder.count)),
                        std::span(y.digit).first(static_cast<std::size_t>(y.count)),
                        std::span(result.digit).first(steps));
    return finish(result, fault);
}

std::optional<decimal> decimal::modulo(const decimal& a, const decimal& b, decimal_fault* fault) noexcept {
    const decimal_digits x(a);
    const decimal_digits y(b);
    if (y.count == 0)
        return fail(fault, decimal_fault::divide_by_zero);
    if (compare_magnitude(x, y) < 0)
        return a;
    const auto steps = static_cast<std::size_t>(x.exponent - y.exponent) + 1;
    decimal_digits remainder;
    prepare_dividend(x, steps + static_cast<std::size_t>(y.count), remainder);
    std::array<std::uint8_t, decimal_digits::capacity> quotient;
    detail::long_divide(std::span(remainder.digit).first(static_cast<std::size_t>(remainder.count)),
                        std::span(y.digit).first(static_cast<std::size_t>(y.count)), std::span(quotient).first(steps));
    remainder.negative = x.negative;
    return finish(remainder, fault);
}

}  // namespace dmkit

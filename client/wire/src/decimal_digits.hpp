#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <dmkit/decimal.hpp>

/// Working form of decimals: base-100 digits with an exponent, wide enough for any exact intermediate result.
namespace dmkit::detail {

inline constexpr int min_exponent = -64;   ///< base 100, of the first digit, as the wire's exponent byte can hold it
inline constexpr int max_exponent = 61;    ///< likewise
inline constexpr int max_wire_pairs = 20;  ///< base-100 digits that the wire holds

/// value = ± Σ digit[i] × 100^(exponent − i). Neither leading nor trailing zero digits are excluded.
struct decimal_digits {
    /// Two operands of 20 digits at the ends of the exponent range span 145 digits; one more for a carry and one for
    /// the leading zero of a division.
    static constexpr int capacity = 160;

    bool negative = false;
    int exponent = 0;
    int count = 0;
    std::array<std::uint8_t, capacity> digit;  // deliberately not cleared: only the first `count` are read

    decimal_digits() noexcept {}  // NOLINT(modernize-use-equals-default): a default would clear `digit` in some uses
    explicit decimal_digits(const decimal& value) noexcept;

    /// Removes leading and trailing zero digits; zero becomes count 0.
    void normalise() noexcept;
    /// Power of ten of the first significant decimal digit. Needs a normalised value that is not zero.
    [[nodiscard]] int leading_power() const noexcept { return 2 * exponent + (digit[0] >= 10 ? 1 : 0); }
    /// Keeps the decimal digits with weight 10^power and more; with @p round the rest is rounded half away from zero.
    void cut(int power, bool round) noexcept;
    /// Cuts to @p digits significant decimal digits, rounded half away from zero.
    void round_significant(int digits) noexcept;
    /// The decimal, rounded to what the wire holds; zero if too small, nothing if too large.
    [[nodiscard]] std::optional<decimal> pack() noexcept;
};

/// Schoolbook division, base 100: divides the number in @p remainder by @p divisor, leaves the remainder in place.
/// @param remainder a leading zero, then the dividend; at least quotient.size() + divisor.size() digits
/// @param divisor its first digit is not zero
/// @param quotient takes the digits; quotient[j] is how often the divisor, shifted by j digits, was taken away
void long_divide(std::span<std::uint8_t> remainder, std::span<const std::uint8_t> divisor,
                 std::span<std::uint8_t> quotient) noexcept;

}  // namespace dmkit::detail

#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dmkit {

/// Why an operation on decimals has no result.
enum class decimal_fault : std::uint8_t {
    overflow,        ///< the result is 1e124 or more, larger than DM8 computes
    divide_by_zero,  ///< the divisor is zero
};

/// An exact decimal number as DM8 knows it: NUMBER, DECIMAL, NUMERIC.
///
/// The value is kept in the very bytes that travel on the wire (1 to 21 bytes, docs/protocol: DECIMAL): an exponent
/// byte and base-100 digits. Compared as unsigned bytes they are in numeric order, equal numbers have equal bytes, and
/// the scale is not part of the value (1.50 is 1.5). Numbers need at most 38 digits to be stored without rounding. A
/// plain value type: no allocation, safe to copy and to use from several threads when not modified.
class decimal {
  public:
    static constexpr int max_precision = 38;          ///< digits that DECIMAL(p) can be declared with
    static constexpr std::size_t max_wire_size = 21;  ///< bytes

    /// Zero.
    constexpr decimal() noexcept { bytes_[0] = zero_byte; }
    decimal(std::int64_t value) noexcept;  // NOLINT(google-explicit-constructor): every integer is exactly a decimal
    decimal(int value) noexcept : decimal(static_cast<std::int64_t>(value)) {}  // NOLINT(google-explicit-constructor)
    explicit decimal(std::uint64_t value) noexcept;
    /// Parses `[+-]digits[.digits][e[+-]digits]`, blanks around it allowed.
    /// @throws std::invalid_argument when @p text is no number, std::out_of_range when it does not fit.
    explicit decimal(std::string_view text);

    /// As the constructor from text, without exceptions. More than 20 base-100 digits are rounded half away from zero.
    static std::optional<decimal> parse(std::string_view text) noexcept;
    /// The shortest decimal text that reads back as @p value; empty for NaN, infinity and magnitudes of 1e124 and more.
    static std::optional<decimal> from_double(double value) noexcept;
    /// Takes the wire form. Accepts what DM8's drivers accept: a missing terminator on negative values, any one-byte
    /// zero.
    /// @return nothing if the bytes are no decimal (empty, too long, digit out of range).
    static std::optional<decimal> from_wire(std::span<const std::byte> bytes) noexcept;
    /// value = ± digits × 10^exponent. @p digits holds one decimal digit (0 to 9) a byte, most significant first.
    static std::optional<decimal> from_digits(bool negative, std::span<const std::uint8_t> digits,
                                              int exponent) noexcept;

    /// The bytes that travel. The view is valid as long as this object lives unchanged.
    [[nodiscard]] std::span<const std::byte> wire() const noexcept { return {bytes_.data(), size_}; }

    /// Plain notation without exponent and without superfluous zeros: `-0.5`, `100`.
    [[nodiscard]] std::string to_string() const;
    /// With exactly @p scale digits after the point; the value is rounded half away from zero if it has more.
    [[nodiscard]] std::string to_string(int scale) const;
    /// Nearest double.
    [[nodiscard]] double to_double() const noexcept;
    /// The integer part's exact value after rounding half away from zero; empty if it does not fit.
    [[nodiscard]] std::optional<std::int64_t> to_int64() const noexcept;

    [[nodiscard]] bool is_zero() const noexcept { return bytes_[0] == zero_byte; }
    [[nodiscard]] bool is_negative() const noexcept { return bytes_[0] < zero_byte; }
    /// -1, 0 or 1.
    [[nodiscard]] int sign() const noexcept { return is_zero() ? 0 : is_negative() ? -1 : 1; }
    /// Digits after the point, 0 for integers.
    [[nodiscard]] int scale() const noexcept;
    /// Digits before the point, 0 when the magnitude is below 1.
    [[nodiscard]] int integer_digits() const noexcept;

    /// Rounds half away from zero to @p scale digits after the point; a negative scale rounds before the point.
    [[nodiscard]] decimal rounded(int scale) const noexcept;
    /// Cuts off what is behind @p scale digits after the point.
    [[nodiscard]] decimal truncated(int scale) const noexcept;
    [[nodiscard]] decimal negated() const noexcept;
    [[nodiscard]] decimal absolute() const noexcept { return is_negative() ? negated() : *this; }

    /// Arithmetic. Sum, difference and product are exact as far as 38 digits reach, before the point too, and rounded
    /// half away from zero beyond; a quotient keeps 38 significant digits. On failure the result is empty and
    /// @p fault, if given, says why.
    static std::optional<decimal> add(const decimal& a, const decimal& b, decimal_fault* fault = nullptr) noexcept;
    static std::optional<decimal> subtract(const decimal& a, const decimal& b, decimal_fault* fault = nullptr) noexcept;
    static std::optional<decimal> multiply(const decimal& a, const decimal& b, decimal_fault* fault = nullptr) noexcept;
    static std::optional<decimal> divide(const decimal& a, const decimal& b, decimal_fault* fault = nullptr) noexcept;
    /// Remainder with the sign of @p a, as DM8's MOD.
    static std::optional<decimal> modulo(const decimal& a, const decimal& b, decimal_fault* fault = nullptr) noexcept;

    friend bool operator==(const decimal& a, const decimal& b) noexcept {
        return a.size_ == b.size_ && std::memcmp(a.bytes_.data(), b.bytes_.data(), a.size_) == 0;
    }
    friend std::strong_ordering operator<=>(const decimal& a, const decimal& b) noexcept;
    friend std::ostream& operator<<(std::ostream& out, const decimal& value);

  private:
    static constexpr std::byte zero_byte{0x80};
    std::array<std::byte, max_wire_size> bytes_{};
    std::uint8_t size_ = 1;
};

}  // namespace dmkit

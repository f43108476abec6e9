#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <dmkit/date_time.hpp>
#include <dmkit/decimal.hpp>
#include <dmkit/interval.hpp>

namespace dmkit {

using bytes_view = std::span<const std::byte>;
using bytes = std::vector<std::byte>;

/// What a field holds. The order is that of the alternatives of field and field_view.
enum class field_kind : std::uint8_t {
    null,
    boolean,
    int64,
    float_,
    double_,
    decimal,
    string,
    binary,
    date,
    time,
    timestamp,
    interval_ym,
    interval_ds,
};

/// The name of the kind as diagnostics print it.
[[nodiscard]] std::string_view to_string(field_kind kind) noexcept;

class field;

/// One value, not owned: text and bytes point into memory of somebody else (a row's frame, a parameter of the caller)
/// and are valid as long as that is. Text is UTF-8 whatever the session's character set.
class field_view {
  public:
    using variant_type = std::variant<std::monostate, bool, std::int64_t, float, double, decimal, std::string_view,
                                      bytes_view, date, time, timestamp, interval_ym, interval_ds>;

    constexpr field_view() noexcept = default;        ///< NULL
    constexpr field_view(std::nullptr_t) noexcept {}  ///< NULL
    template <class T>
        requires std::is_arithmetic_v<T>
    constexpr field_view(T value) noexcept : value_(convert(value)) {}
    field_view(const decimal& value) noexcept : value_(value) {}
    constexpr field_view(std::string_view value) noexcept : value_(value) {}
    constexpr field_view(const char* value) noexcept : value_(std::string_view(value)) {}
    field_view(const std::string& value) noexcept : value_(std::string_view(value)) {}
    constexpr field_view(bytes_view value) noexcept : value_(value) {}
    field_view(const bytes& value) noexcept : value_(bytes_view(value)) {}
    constexpr field_view(date value) noexcept : value_(value) {}
    constexpr field_view(time value) noexcept : value_(value) {}
    constexpr field_view(timestamp value) noexcept : value_(value) {}
    constexpr field_view(interval_ym value) noexcept : value_(value) {}
    constexpr field_view(interval_ds value) noexcept : value_(value) {}
    template <std::same_as<field> F>
    field_view(const F& owner) noexcept : field_view(view_of(owner)) {}

    [[nodiscard]] constexpr field_kind kind() const noexcept { return static_cast<field_kind>(value_.index()); }
    [[nodiscard]] constexpr bool is_null() const noexcept { return value_.index() == 0; }
    [[nodiscard]] constexpr const variant_type& as_variant() const noexcept { return value_; }
    /// The alternative itself. @throws std::bad_variant_access if the field holds another one.
    template <class T>
    [[nodiscard]] constexpr const T& get() const {
        return std::get<T>(value_);
    }
    /// The alternative, or nullptr if the field holds another one.
    template <class T>
    [[nodiscard]] constexpr const T* get_if() const noexcept {
        return std::get_if<T>(&value_);
    }
    /// As DM8's own tools print the value; `NULL` for NULL, binary as `0x…`.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const field_view& a, const field_view& b) noexcept;
    friend std::ostream& operator<<(std::ostream& out, const field_view& value);

  private:
    static field_view view_of(const field& owner) noexcept;
    template <class T>
    static constexpr auto convert(T value) noexcept {
        if constexpr (std::is_same_v<T, bool> || std::is_floating_point_v<T>) {
            static_assert(!std::is_same_v<T, long double>, "DM8 has no extended precision");
            return value;
        } else {
            static_assert(sizeof(T) < sizeof(std::uint64_t) || std::is_signed_v<T>,
                          "uint64 may exceed BIGINT: use decimal for it");
            return static_cast<std::int64_t>(value);
        }
    }

    variant_type value_;
};

/// One value that owns its text or bytes. Otherwise as field_view.
class field {
  public:
    using variant_type = std::variant<std::monostate, bool, std::int64_t, float, double, decimal, std::string, bytes,
                                      date, time, timestamp, interval_ym, interval_ds>;

    field() noexcept = default;
    field(std::nullptr_t) noexcept {}
    template <class T>
        requires(!std::is_same_v<T, field> && std::is_constructible_v<field_view, const T&>)
    field(const T& value) : field(copy(field_view(value))) {}
    explicit field(variant_type value) noexcept : value_(std::move(value)) {}

    [[nodiscard]] field_kind kind() const noexcept { return static_cast<field_kind>(value_.index()); }
    [[nodiscard]] bool is_null() const noexcept { return value_.index() == 0; }
    [[nodiscard]] const variant_type& as_variant() const noexcept { return value_; }
    template <class T>
    [[nodiscard]] const T& get() const {
        return std::get<T>(value_);
    }
    template <class T>
    [[nodiscard]] const T* get_if() const noexcept {
        return std::get_if<T>(&value_);
    }
    [[nodiscard]] std::string to_string() const { return field_view(*this).to_string(); }

    friend bool operator==(const field& a, const field& b) noexcept { return field_view(a) == field_view(b); }
    friend std::ostream& operator<<(std::ostream& out, const field& value);

  private:
    static field copy(const field_view& value);
    variant_type value_;
};

}  // namespace dmkit

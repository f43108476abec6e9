#include <dmkit/field.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ostream>

namespace dmkit {

namespace {

template <class... Fs>
struct overloaded : Fs... {
    using Fs::operator()...;
};

/// Scientific with @p digits digits after the point and an exponent of three digits, as DM8 prints REAL and DOUBLE.
template <class T>
std::string floating_text(T value, int digits) {
    if (std::isnan(value))
        return "NAN";
    if (std::isinf(value))
        return value < 0 ? "-INF" : "INF";
    std::array<char, 40> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, digits).ptr;
    auto* const mark = std::find(text.data(), end, 'e');
    std::string result(text.data(), mark);
    result += 'E';
    result += mark[1];
    const auto exponent_digits = end - mark - 2;
    result.append(static_cast<std::size_t>(std::max<std::ptrdiff_t>(3 - exponent_digits, 0)), '0');
    result.append(mark + 2, end);
    return result;
}

std::string hex_text(bytes_view value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text = "0x";
    text.reserve(2 + 2 * value.size());
    for (const auto byte : value) {
        text += digits[std::to_integer<std::size_t>(byte >> 4)];
        text += digits[std::to_integer<std::size_t>(byte & std::byte{0x0F})];
    }
    return text;
}

}  // namespace

std::string_view to_string(field_kind kind) noexcept {
    constexpr std::array<std::string_view, 13> names = {
        "null",   "boolean", "int64", "float",     "double",      "decimal",     "string",
        "binary", "date",    "time",  "timestamp", "interval_ym", "interval_ds",
    };
    return names[static_cast<std::size_t>(kind)];
}

std::string field_view::to_string() const {
    return std::visit(overloaded{
                          [](std::monostate) -> std::string { return "NULL"; },
                          [](bool value) -> std::string { return value ? "1" : "0"; },
                          [](std::int64_t value) { return std::to_string(value); },
                          [](float value) { return floating_text(value, 7); },
                          [](double value) { return floating_text(value, 15); },
                          [](std::string_view value) { return std::string(value); },
                          [](bytes_view value) { return hex_text(value); },
                          [](const auto& value) { return value.to_string(); },
                      },
                      value_);
}

bool operator==(const field_view& a, const field_view& b) noexcept {
    if (a.kind() != b.kind())
        return false;
    return std::visit(
        [&b](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            const T& other = *b.get_if<T>();
            if constexpr (std::is_same_v<T, bytes_view>)
                return std::ranges::equal(value, other);
            else
                return value == other;
        },
        a.value_);
}

std::ostream& operator<<(std::ostream& out, const field_view& value) {
    return out << value.to_string();
}

field_view field_view::view_of(const field& owner) noexcept {
    return std::visit(overloaded{
                          [](std::monostate) { return field_view(); },
                          [](const auto& value) { return field_view(value); },
                      },
                      owner.as_variant());
}

field field::copy(const field_view& value) {
    return std::visit(overloaded{
                          [](std::string_view text) { return field(variant_type(std::string(text))); },
                          [](bytes_view raw) { return field(variant_type(bytes(raw.begin(), raw.end()))); },
                          [](const auto& simple) { return field(variant_type(simple)); },
                      },
                      value.as_variant());
}

std::ostream& operator<<(std::ostream& out, const field& value) {
    return out << value.to_string();
}

}  // namespace dmkit

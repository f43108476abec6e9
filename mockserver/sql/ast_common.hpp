#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmkit::mock::sql {

/// Where a node stands in the text that was parsed.
struct source_range {
    std::uint32_t line = 0;    ///< of the first character, from 1; 0: nowhere
    std::uint32_t column = 0;  ///< of the first character, from 1, in characters (not bytes)
    std::uint32_t offset = 0;  ///< of the first byte
    std::uint32_t length = 0;  ///< in bytes
    /// The piece of @p text, which must be the text that was parsed.
    [[nodiscard]] std::string_view in(std::string_view text) const { return text.substr(offset, length); }
};

/// An ASCII letter in upper case; all else as it is.
[[nodiscard]] constexpr char upper_letter(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// The text with ASCII letters in upper case, as DM8 spells its own names and words.
[[nodiscard]] std::string upper_case(std::string_view text);

/// One name. Unquoted names have been folded to upper case (if the options say so), quoted ones are as written with
/// `""` undone.
struct identifier {
    std::string name;
    bool quoted = false;
    source_range where;
    /// True if it is the word @p upper, which is in upper case, without quotes.
    [[nodiscard]] bool is(std::string_view upper) const noexcept {
        return !quoted && std::equal(name.begin(), name.end(), upper.begin(), upper.end(),
                                     [](char c, char letter) { return upper_letter(c) == letter; });
    }
};

/// `a`, `a.b`, `a.b.c`: the parts from left to right, at least one.
struct qualified_name {
    std::vector<identifier> parts;
    source_range where;
    [[nodiscard]] const identifier& last() const { return parts.back(); }
    /// The part before the last; nullptr if there is only one part.
    [[nodiscard]] const identifier* qualifier() const { return parts.size() < 2 ? nullptr : &parts[parts.size() - 2]; }
};

enum class interval_field : std::uint8_t { year, month, day, hour, minute, second };

/// `DAY(3) TO SECOND(2)`; first and last are the same for a single field. Whether the fields fit together has been
/// checked.
struct interval_qualifier {
    interval_field first = interval_field::day;
    interval_field last = interval_field::day;
    std::optional<int> leading_precision;  ///< digits of the first field, as written
    std::optional<int> second_precision;   ///< digits of the fraction of seconds, as written
};

enum class length_unit : std::uint8_t { unspecified, byte, character };

/// A data type as written. The name is not resolved: a single unquoted name may be a built-in type or a domain.
struct type_name {
    /// Folded. Built-in types of several words are joined by one blank without their arguments: `DOUBLE PRECISION`,
    /// `CHARACTER VARYING`. TIME and TIMESTAMP carry their zone in the flags, INTERVAL its fields in #interval.
    std::string name;
    std::string schema;                     ///< of `schema.type`; empty otherwise
    bool quoted = false;                    ///< the name was quoted: never a built-in type
    std::optional<std::int64_t> precision;  ///< first number in parentheses: precision or length
    std::optional<std::int64_t> scale;      ///< second number
    bool any_precision = false;             ///< `NUMBER(*)`, `NUMBER(*,s)`
    length_unit unit = length_unit::unspecified;
    bool with_time_zone = false;
    bool with_local_time_zone = false;
    std::optional<interval_qualifier> interval;
    source_range where;
};

}  // namespace dmkit::mock::sql

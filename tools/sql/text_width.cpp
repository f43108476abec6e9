#include "tools/sql/text_width.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <fmt/format.h>

namespace dmkit::tools {
namespace {

std::size_t character_width(UChar32 character) {
    switch (u_charType(character)) {
        case U_NON_SPACING_MARK:
        case U_ENCLOSING_MARK:
        case U_FORMAT_CHAR:
            return 0;
        default:
            break;
    }
    const auto width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

/// Decodes the character at @p at and moves behind it; U+FFFD for a byte that begins none.
UChar32 next_character(std::string_view text, std::size_t& at) {
    UChar32 character = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    U8_NEXT_OR_FFFD(bytes, at, text.size(), character);
    return character;
}

void append_character(std::string& out, UChar32 character) {
    std::uint8_t bytes[U8_MAX_LENGTH];
    std::size_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, character);
    out.append(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();)
        width += character_width(next_character(text, at));
    return width;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto character = next_character(text, at);
        if (character == '\n') {
            out += "\\n";
        } else if (character == '\r') {
            out += "\\r";
        } else if (character == '\t') {
            out += "\\t";
        } else if (u_iscntrl(character) != 0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(character));
        } else {
            append_character(out, character);
        }
    }
    return out;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
    if (display_width(text) <= width)
        return std::string(text);
    std::size_t used = 0;
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();) {
        used += character_width(next_character(text, at));
        if (used + 1 > width)
            break;
        end = at;
    }
    return std::string(text.substr(0, end)) + "…";
}

}  // namespace dmkit::tools

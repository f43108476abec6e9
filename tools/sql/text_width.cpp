#include "tools/sql/text_width.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

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

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();)
        width += character_width(next_character(text, at));
    return width;
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

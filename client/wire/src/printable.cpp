#include <dmkit/wire/printable.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <fmt/format.h>

namespace dmkit::wire {

namespace {

void append_character(std::string& out, UChar32 character) {
    std::array<std::uint8_t, U8_MAX_LENGTH> units;
    std::size_t size = 0;
    U8_APPEND_UNSAFE(units, size, character);
    out.append(units.begin(), units.begin() + size);
}

}  // namespace

std::string printable(std::string_view text, std::string_view kept) {
    std::string out;
    out.reserve(text.size());
    const auto* const units = reinterpret_cast<const std::uint8_t*>(text.data());
    for (std::size_t at = 0; at < text.size();) {
        if (kept.find(text[at]) != std::string_view::npos) {
            out += text[at++];
            continue;
        }
        UChar32 character = 0;
        U8_NEXT_OR_FFFD(units, at, text.size(), character);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
        if (character == '\n')
            out += "\\n";
        else if (character == '\r')
            out += "\\r";
        else if (character == '\t')
            out += "\\t";
        else if (u_iscntrl(character) != 0)
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(character));
        else
            append_character(out, character);
    }
    return out;
}

}  // namespace dmkit::wire

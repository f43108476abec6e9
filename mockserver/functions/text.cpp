#include "mockserver/functions/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "mockserver/functions/support.hpp"

namespace dmkit::mock {

namespace functions {

namespace {

struct converter_closer {
    void operator()(UConverter* converter) const noexcept { ucnv_close(converter); }
};
using converter = std::unique_ptr<UConverter, converter_closer>;

/// The thread's converter of the character set: opening one costs more than most texts.
UConverter* converter_of(charset set) {
    thread_local std::array<converter, 3> kept;
    converter& opened = kept.at(static_cast<std::size_t>(set));
    if (opened)
        return opened.get();
    const char* const name = set == charset::gb18030 ? "gb18030" : set == charset::euc_kr ? "euc-kr" : "utf-8";
    UErrorCode status = U_ZERO_ERROR;
    converter made(ucnv_open(name, &status));
    if (U_FAILURE(status))
        throw sql_error::unsupported(std::string("character set ") + name);
    ucnv_setSubstChars(made.get(), "?", 1, &status);
    opened = std::move(made);
    return opened.get();
}

bool ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

}  // namespace

std::size_t character_size(std::string_view text, std::size_t position) noexcept {
    const auto lead = static_cast<unsigned char>(text[position]);
    std::size_t size = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
    if (position + size > text.size())
        return 1;
    for (std::size_t i = 1; i < size; ++i)
        if ((static_cast<unsigned char>(text[position + i]) & 0xC0) != 0x80)
            return 1;
    return size;
}

std::size_t last_character_size(std::string_view text) noexcept {
    for (std::size_t size = std::min<std::size_t>(4, text.size()); size > 1; --size)
        if (character_size(text, text.size() - size) == size)
            return size;
    return text.empty() ? 0 : 1;
}

bool between_characters(std::string_view text, std::size_t position) noexcept {
    if (position >= text.size() || (static_cast<unsigned char>(text[position]) & 0xC0) != 0x80)
        return true;
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, position); ++back)
        if (character_size(text, position - back) > back)
            return false;
    return true;
}

std::size_t find_bytes(std::string_view text, std::string_view wanted, std::size_t from) noexcept {
    if (from >= text.size())
        return std::string_view::npos;
    const void* found = ::memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
    return found == nullptr ? std::string_view::npos
                            : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::size_t count_characters(std::string_view text) noexcept {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at += character_size(text, at))
        ++count;
    return count;
}

std::size_t offset_of(std::string_view text, std::size_t index) noexcept {
    std::size_t at = 0;
    while (index-- > 0 && at < text.size())
        at += character_size(text, at);
    return at;
}

std::string_view characters(std::string_view text, std::size_t first, std::size_t count) noexcept {
    const std::size_t begin = offset_of(text, first);
    const std::string_view rest = text.substr(begin);
    return rest.substr(0, offset_of(rest, count));
}

std::vector<std::string_view> split_characters(std::string_view text) {
    std::vector<std::string_view> result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_size(text, at);
        result.push_back(text.substr(at, size));
        at += size;
    }
    return result;
}

character_index::character_index(std::string_view characters) {
    single_.fill(nowhere);
    std::uint32_t index = 0;
    for (const std::string_view letter : each_character(characters)) {
        if (letter.size() > 1)
            longer_.try_emplace(letter, index);
        else if (std::uint32_t& place = single_[static_cast<unsigned char>(letter.front())]; place == nowhere)
            place = index;
        ++index;
    }
}

std::uint32_t character_index::find(std::string_view letter) const {
    if (letter.size() == 1)
        return single_[static_cast<unsigned char>(letter.front())];
    const auto found = longer_.find(letter);
    return found == longer_.end() ? nowhere : found->second;
}

char32_t code_point(std::string_view text, std::size_t position) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
    const auto tail = [&](std::size_t i) { return byte(position + i) & 0x3F; };
    switch (character_size(text, position)) {
        case 2:
            return (byte(position) & 0x1F) << 6 | tail(1);
        case 3:
            return (byte(position) & 0x0F) << 12 | tail(1) << 6 | tail(2);
        case 4:
            return (byte(position) & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3);
        default:
            return byte(position);
    }
}

void append_character(std::string& text, char32_t point) {
    const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6);
        put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    } else {
        put(0xF0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3F));
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    }
}

std::string encode(std::string_view text, charset set) {
    if (set == charset::utf8 || ascii(text))
        return std::string(text);
    const auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
    std::string result(static_cast<std::size_t>(UCNV_GET_MAX_BYTES_FOR_STRING(wide.length(), 4)), '\0');
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size = ucnv_fromUChars(converter_of(set), result.data(), static_cast<int32_t>(result.size()),
                                         wide.getBuffer(), wide.length(), &status);
    if (U_FAILURE(status))
        fail(code::not_a_number);
    result.resize(static_cast<std::size_t>(size));
    return result;
}

std::string decode(std::string_view bytes, charset set) {
    if (set == charset::utf8 || ascii(bytes))
        return std::string(bytes);
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString wide(bytes.data(), static_cast<int32_t>(bytes.size()), converter_of(set), status);
    if (U_FAILURE(status))
        fail(code::not_a_number);
    std::string result;
    wide.toUTF8String(result);
    return result;
}

std::size_t byte_length(std::string_view text, charset set) {
    if (set == charset::utf8 || ascii(text))
        return text.size();
    const auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size = ucnv_fromUChars(converter_of(set), nullptr, 0, wide.getBuffer(), wide.length(), &status);
    // It was asked for the size only.
    if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR)
        fail(code::not_a_number);
    return static_cast<std::size_t>(size);
}

std::string_view fit_bytes(std::string_view text, std::size_t limit, charset set) {
    if (text.size() <= limit && (set == charset::utf8 || ascii(text)))
        return text;
    if (set == charset::utf8) {
        while (!between_characters(text, limit))
            --limit;
        return text.substr(0, limit);
    }
    std::size_t used = 0, at = 0;
    while (at < text.size()) {
        const std::size_t size = character_size(text, at);
        used += byte_length(text.substr(at, size), set);
        if (used > limit)
            break;
        at += size;
    }
    return text.substr(0, at);
}

namespace {

/// Text with each character mapped: letters of ASCII from those between @p first and @p last by their distance.
template <UChar32 (*map)(UChar32)>
std::string mapped(std::string_view text, char first, char last, int distance) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char byte = text[at];
        if (static_cast<unsigned char>(byte) < 0x80) {
            result.push_back(byte >= first && byte <= last ? static_cast<char>(byte + distance) : byte);
            ++at;
            continue;
        }
        append_character(result, static_cast<char32_t>(map(static_cast<UChar32>(code_point(text, at)))));
        at += character_size(text, at);
    }
    return result;
}

}  // namespace

std::string to_upper(std::string_view text) {
    return mapped<u_toupper>(text, 'a', 'z', 'A' - 'a');
}

std::string to_lower(std::string_view text) {
    return mapped<u_tolower>(text, 'A', 'Z', 'a' - 'A');
}

std::string_view trim_blanks(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

}  // namespace functions

namespace {
constexpr unsigned char upper_letter(char c) noexcept {
    return static_cast<unsigned char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

int compare_letters(std::string_view a, std::string_view b) noexcept {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (const int order = upper_letter(a[i]) - upper_letter(b[i]); order != 0)
            return order;
    return 0;
}
}  // namespace

int compare_text(std::string_view a, std::string_view b, letter_case how) noexcept {
    const std::size_t shared = std::min(a.size(), b.size());
    if (const int order = shared == 0                  ? 0
                          : how == letter_case::counts ? std::memcmp(a.data(), b.data(), shared)
                                                       : compare_letters(a.substr(0, shared), b.substr(0, shared));
        order != 0)
        return order;
    const bool a_longer = a.size() > b.size();
    for (const char byte : (a_longer ? a : b).substr(shared)) {
        if (byte == ' ')
            continue;
        const bool rest_is_greater = static_cast<unsigned char>(byte) > ' ';
        return rest_is_greater == a_longer ? 1 : -1;
    }
    return 0;
}

bool like(std::string_view text, std::string_view pattern, std::string_view escape, letter_case how) {
    using functions::character_size;
    if (!escape.empty() && character_size(escape, 0) != escape.size())
        functions::fail(functions::code::invalid_argument);
    // The last % seen: where the pattern goes on after it, and the text position it was tried at.
    std::size_t t = 0, p = 0;
    std::size_t resume_pattern = std::string_view::npos, resume_text = 0;
    while (t < text.size()) {
        bool matched = false;
        if (p < pattern.size()) {
            const bool escaped = !escape.empty() && pattern.substr(p).starts_with(escape);
            if (!escaped && pattern[p] == '%') {
                resume_pattern = ++p;
                resume_text = t;
                continue;
            }
            const std::size_t literal = escaped ? p + escape.size() : p;
            if (escaped && literal >= pattern.size())
                functions::fail(functions::code::invalid_argument);
            const std::size_t want = character_size(pattern, literal), have = character_size(text, t);
            const bool same = pattern.substr(literal, want) == text.substr(t, have) ||
                              (how == letter_case::ignored && want == 1 && have == 1 &&
                               upper_letter(pattern[literal]) == upper_letter(text[t]));
            if ((!escaped && pattern[p] == '_') || same) {
                p = literal + want;
                t += have;
                matched = true;
            }
        }
        if (matched)
            continue;
        if (resume_pattern == std::string_view::npos)
            return false;
        resume_text += character_size(text, resume_text);
        t = resume_text;
        p = resume_pattern;
    }
    while (p < pattern.size() && pattern[p] == '%' && (escape != "%"))
        ++p;
    return p == pattern.size();
}

}  // namespace dmkit::mock

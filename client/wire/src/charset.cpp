#include <dmkit/wire/charset.hpp>

#include <array>
#include <cstring>
#include <stdexcept>

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/utf8.h>

namespace dmkit::wire {

namespace {

constexpr UChar32 replacement = 0xFFFD;

const char* icu_name(charset set) noexcept {
    return set == charset::euc_kr ? "windows-949-2000" : "gb18030";
}

/// Length of the leading part of @p text that is ASCII.
std::size_t ascii_prefix(std::span<const std::byte> text) noexcept {
    std::size_t at = 0;
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & 0x8080808080808080U) != 0)
            break;
    }
    while (at < text.size() && (text[at] & std::byte{0x80}) == std::byte{0})
        ++at;
    return at;
}

std::string_view view(std::span<const std::byte> text) noexcept {
    return {reinterpret_cast<const char*>(text.data()), text.size()};
}

/// Writes U+FFFD for whatever is invalid. ICU's own substitution writes U+001A for some single bytes.
void U_CALLCONV substitute(const void* /*context*/, UConverterToUnicodeArgs* args, const char* /*units*/,
                           std::int32_t /*length*/, UConverterCallbackReason reason, UErrorCode* status) {
    if (reason > UCNV_IRREGULAR)
        return;
    *status = U_ZERO_ERROR;
    constexpr UChar unit = replacement;
    ucnv_cbToUWriteUChars(args, &unit, 1, 0, status);
}

UConverter* open_converter(const char* name) {
    UErrorCode status = U_ZERO_ERROR;
    UConverter* converter = ucnv_open(name, &status);
    if (U_FAILURE(status))
        throw std::runtime_error(std::string("ICU has no converter for ") + name);
    return converter;
}

}  // namespace

std::string_view to_string(charset set) noexcept {
    constexpr std::array<std::string_view, 3> names = {"UTF-8", "GB18030", "EUC-KR"};
    return names[static_cast<std::size_t>(set)];
}

bool is_utf8(std::span<const std::byte> text) noexcept {
    std::size_t at = ascii_prefix(text);
    const auto* const units = reinterpret_cast<const std::uint8_t*>(text.data());
    while (at < text.size()) {
        UChar32 character = 0;
        U8_NEXT(units, at, text.size(), character);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
        if (character < 0)
            return false;
    }
    return true;
}

charset_converter::charset_converter(charset set) : set_(set) {
    if (set == charset::utf8)
        return;
    session_.reset(open_converter(icu_name(set)));
    utf8_.reset(open_converter("UTF-8"));
    UErrorCode status = U_ZERO_ERROR;
    ucnv_setToUCallBack(session_.get(), substitute, nullptr, nullptr, nullptr, &status);
    ucnv_setFromUCallBack(session_.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    ucnv_setToUCallBack(utf8_.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    if (U_FAILURE(status))
        throw std::runtime_error("ICU does not take the error policy of the character set");
}

charset_converter::~charset_converter() = default;
charset_converter::charset_converter(charset_converter&&) noexcept = default;
charset_converter& charset_converter::operator=(charset_converter&&) noexcept = default;

void charset_converter::converter_deleter::operator()(UConverter* converter) const noexcept {
    ucnv_close(converter);
}

std::size_t charset_converter::convert_to_utf8(std::span<const std::byte> text, std::span<char> out) noexcept {
    if (set_ == charset::utf8) {
        const auto* const units = reinterpret_cast<const std::uint8_t*>(text.data());
        auto* const target = reinterpret_cast<std::uint8_t*>(out.data());
        std::size_t size = 0;
        for (std::size_t at = 0; at < text.size();) {
            UChar32 character = 0;
            U8_NEXT_OR_FFFD(units, at, text.size(), character);  // NOLINT(bugprone-inc-dec-in-conditions): as above
            U8_APPEND_UNSAFE(target, size, character);
        }
        return size;
    }
    UErrorCode status = U_ZERO_ERROR;
    char* target = out.data();
    const char* source = reinterpret_cast<const char*>(text.data());
    ucnv_convertEx(utf8_.get(), session_.get(), &target, out.data() + out.size(), &source, source + text.size(),
                   nullptr, nullptr, nullptr, nullptr, true, true, &status);
    return static_cast<std::size_t>(target - out.data());
}

std::string_view charset_converter::to_utf8(std::span<const std::byte> text, text_arena& arena) {
    const bool same = set_ == charset::utf8 ? is_utf8(text) : ascii_prefix(text) == text.size();
    if (same)
        return view(text);
    const std::span<char> piece = arena.allocate(utf8_bound(text.size()));
    const std::size_t size = convert_to_utf8(text, piece);
    arena.shrink_last(piece.size() - size);
    return {piece.data(), size};
}

void charset_converter::append_utf8(std::span<const std::byte> text, std::string& out) {
    if (set_ == charset::utf8 && is_utf8(text)) {
        out.append(view(text));
        return;
    }
    const std::size_t before = out.size();
    out.resize(before + utf8_bound(text.size()));
    out.resize(before + convert_to_utf8(text, std::span(out).subspan(before)));
}

bool charset_converter::append_encoded(std::string_view text, std::vector<std::byte>& out) {
    const std::span units(reinterpret_cast<const std::byte*>(text.data()), text.size());
    const std::size_t plain = ascii_prefix(units);
    if (set_ == charset::utf8 || plain == text.size()) {
        if (plain != text.size() && !is_utf8(units.subspan(plain)))
            return false;
        out.insert(out.end(), units.begin(), units.end());
        return true;
    }
    // Two bytes of UTF-8 may become four of GB18030; everything else takes fewer than twice its bytes.
    const std::size_t before = out.size();
    out.resize(before + text.size() * 2);
    UErrorCode status = U_ZERO_ERROR;
    char* const begin = reinterpret_cast<char*>(out.data() + before);
    char* target = begin;
    const char* source = text.data();
    ucnv_convertEx(session_.get(), utf8_.get(), &target, begin + text.size() * 2, &source, source + text.size(),
                   nullptr, nullptr, nullptr, nullptr, true, true, &status);
    const bool done = U_SUCCESS(status);
    out.resize(before + (done ? static_cast<std::size_t>(target - begin) : 0));
    return done;
}

std::optional<std::size_t> charset_converter::encoded_size(std::string_view text) {
    if (set_ == charset::utf8) {
        const std::span units(reinterpret_cast<const std::byte*>(text.data()), text.size());
        return is_utf8(units) ? std::optional(text.size()) : std::nullopt;
    }
    scratch_.clear();
    if (!append_encoded(text, scratch_))
        return std::nullopt;
    return scratch_.size();
}

}  // namespace dmkit::wire

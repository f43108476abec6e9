#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "mockserver/functions/support.hpp"
#include "mockserver/functions/text.hpp"

/// Functions that make text of text.
namespace dmkit::mock::functions {

namespace {

template <auto function>
field of_text(call_context&, argument_list arguments) {
    return function(as_text(arguments[0]));
}

std::string initial_capitals(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    bool begins = true;
    for (const std::string_view letter : each_character(text)) {
        result += begins ? to_upper(letter) : to_lower(letter);
        begins = letter == " ";
    }
    return result;
}

std::string reversed(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = last_character_size(text);
        result += text.substr(text.size() - size);
        text.remove_suffix(size);
    }
    return result;
}

field concatenate_with(call_context& context, argument_list arguments) {
    if (arguments[0].is_null())
        return nullptr;
    std::size_t size = 0;
    for (const field_view& argument : arguments.subspan(1))
        if (!argument.is_null())
            size += as_text(arguments[0]).size() + as_text(argument).size();
    if (size > 0)
        check_text_size(context, size - as_text(arguments[0]).size());
    std::string result;
    result.reserve(size);
    bool first = true;
    for (const field_view& argument : arguments.subspan(1)) {
        if (argument.is_null())
            continue;
        if (!first)
            result += as_text(arguments[0]);
        first = false;
        result += as_text(argument);
    }
    return result;
}

/// Takes out @p count characters from @p begin (from 1) and puts @p put in their place.
std::string replace_range(const call_context& context, std::string_view text, std::int64_t begin, std::int64_t count,
                          std::string_view put) {
    const auto length = static_cast<std::int64_t>(count_characters(text));
    begin = std::clamp<std::int64_t>(begin, 1, length + 1);
    count = std::clamp<std::int64_t>(count, 0, length - begin + 1);
    const std::size_t from = offset_of(text, static_cast<std::size_t>(begin - 1));
    const std::size_t to = offset_of(text, static_cast<std::size_t>(begin - 1 + count));
    const std::size_t size = text.size() - (to - from) + put.size();
    check_text_size(context, size);
    std::string result;
    result.reserve(size);
    result += text.substr(0, from);
    result += put;
    result += text.substr(to);
    return result;
}

field insert_text(call_context& context, argument_list arguments) {
    return replace_range(context, as_text(arguments[0]), as_integer(arguments[1]), as_integer(arguments[2]),
                         as_text(arguments[3]));
}

field overlay(call_context& context, argument_list arguments) {
    const std::string_view put = as_text(arguments[1]);
    const std::int64_t count =
        arguments.size() > 3 ? as_integer(arguments[3]) : static_cast<std::int64_t>(count_characters(put));
    return replace_range(context, as_text(arguments[0]), as_integer(arguments[2]), count, put);
}

/// LEFT, RIGHT: a negative number takes all but so many.
template <bool left>
field side(call_context&, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    const auto length = static_cast<std::int64_t>(count_characters(text));
    std::int64_t wanted = as_integer(arguments[1]);
    if (wanted < 0)
        wanted += length;
    wanted = std::clamp<std::int64_t>(wanted, 0, length);
    return left ? characters(text, 0, static_cast<std::size_t>(wanted))
                : characters(text, static_cast<std::size_t>(length - wanted), static_cast<std::size_t>(wanted));
}

field substring(call_context&, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    if (arguments.size() == 1)
        return text;
    const std::int64_t begin = as_integer(arguments[1]);
    const std::int64_t count = arguments.size() > 2 ? as_integer(arguments[2]) : INT64_MAX;
    if (count < 0)
        return nullptr;
    std::size_t from =
        begin < 0 ? text.size() : offset_of(text, static_cast<std::size_t>(std::max(begin, std::int64_t{1}) - 1));
    for (std::int64_t back = begin; back < 0; ++back) {
        // A start before the text is no position in it.
        if (from == 0)
            return std::string_view();
        from -= last_character_size(text.substr(0, from));
    }
    return characters(text.substr(from), 0, static_cast<std::size_t>(count));
}

/// Characters that the cut would split are replaced by blanks.
field substring_bytes(call_context& context, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    const auto length = static_cast<std::int64_t>(byte_length(text, context.charset));
    std::int64_t begin = as_integer(arguments[1]);
    std::int64_t count = arguments.size() > 2 ? as_integer(arguments[2]) : length;
    if (count < 0)
        return nullptr;
    begin = begin == 0 ? 1 : begin < 0 ? length + begin + 1 : begin;
    if (begin < 1 || begin > length)
        return std::string_view();
    const std::int64_t end = std::min(length, begin - 1 + std::min(count, length));
    std::string result;
    std::int64_t at = 0;
    for (const std::string_view letter : each_character(text)) {
        const auto size = static_cast<std::int64_t>(byte_length(letter, context.charset));
        const std::int64_t inside = std::min(at + size, end) - std::max(at, begin - 1);
        if (inside == size)
            result += letter;
        else if (inside > 0)
            result.append(static_cast<std::size_t>(inside), ' ');
        at += size;
    }
    return result;
}

/// Width of a character for LPAD and RPAD: other than ASCII takes two places, whatever the character set.
std::size_t pad_width(std::string_view letter) {
    return letter.size() > 1 ? 2 : 1;
}

/// The beginning of the text that has room. @p used becomes its width.
std::string_view fit_width(std::string_view text, std::size_t width, std::size_t& used) {
    std::size_t size = 0;
    used = 0;
    for (const std::string_view letter : each_character(text)) {
        if (used + pad_width(letter) > width)
            break;
        used += pad_width(letter);
        size += letter.size();
    }
    return text.substr(0, size);
}

template <bool left>
field pad(call_context&, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    const std::string_view filler = arguments.size() > 2 ? as_text(arguments[2]) : " ";
    const std::int64_t wanted = as_integer(arguments[1]);
    if (wanted <= 0 || text.empty() || filler.empty())
        return nullptr;
    if (wanted > longest_text)
        fail(code::overflow);
    const auto width = static_cast<std::size_t>(wanted);
    std::size_t used = 0;
    const std::string_view body = fit_width(text, width, used);
    if (body.size() < text.size())
        return body;
    std::string result;
    result.reserve(body.size() + (width - used) * 2);
    if (!left)
        result += body;
    for (std::string_view rest = filler;;) {
        const std::string_view letter = rest.substr(0, character_size(rest, 0));
        if (used + pad_width(letter) > width)
            break;
        used += pad_width(letter);
        result += letter;
        rest.remove_prefix(letter.size());
        if (rest.empty())
            rest = filler;
    }
    if (left)
        result += body;
    return result;
}

std::string_view strip(std::string_view text, std::string_view set, bool left, bool right) {
    const auto strip_those = [&](const auto& in_set) {
        while (left && !text.empty() && in_set(text.substr(0, character_size(text, 0))))
            text.remove_prefix(character_size(text, 0));
        while (right && !text.empty() && in_set(text.substr(text.size() - last_character_size(text))))
            text.remove_suffix(last_character_size(text));
        return text;
    };
    // Nearly always a blank.
    if (set.size() == 1)
        return strip_those([&](std::string_view letter) { return letter == set; });
    const character_index letters(set);
    return strip_those([&](std::string_view letter) { return letters.holds(letter); });
}

template <bool left, bool right>
field strip_set(call_context&, argument_list arguments) {
    return strip(as_text(arguments[0]), arguments.size() > 1 ? as_text(arguments[1]) : " ", left, right);
}

field trim_side(call_context&, argument_list arguments) {
    if (arguments[0].is_null() || arguments[2].is_null())
        return nullptr;
    const std::string_view side_name = as_text(arguments[0]);
    const bool leading = same_word(side_name, "LEADING"), trailing = same_word(side_name, "TRAILING");
    const std::string_view set = arguments[1].is_null() ? " " : as_text(arguments[1]);
    return strip(as_text(arguments[2]), set, !trailing, !leading);
}

data_type text_like_third(type_list arguments) {
    return text_like_first(arguments.subspan(2));
}

field repeat(call_context& context, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    const std::int64_t times = as_integer(arguments[1]);
    if (text.empty() || times <= 0)
        return std::string_view();
    // The product may be more than a size can say.
    if (static_cast<std::uint64_t>(times) > context.text_limit / text.size())
        check_text_size(context, context.text_limit + 1);
    std::string result;
    result.reserve(text.size() * static_cast<std::size_t>(times));
    for (std::int64_t i = 0; i < times; ++i)
        result += text;
    return result;
}

field replace(call_context& context, argument_list arguments) {
    if (arguments[0].is_null())
        return nullptr;
    const std::string_view text = as_text(arguments[0]);
    const std::string_view search = arguments[1].is_null() ? "" : as_text(arguments[1]);
    const std::string_view put = arguments.size() > 2 && !arguments[2].is_null() ? as_text(arguments[2]) : "";
    if (search.empty())
        return text;
    std::string result;
    const auto append = [&](std::string_view piece) {
        check_text_size(context, result.size() + piece.size());
        result += piece;
    };
    std::size_t at = 0;
    for (std::size_t found; (found = find_bytes(text, search, at)) != std::string_view::npos;
         at = found + search.size()) {
        append(text.substr(at, found - at));
        append(put);
    }
    append(text.substr(at));
    return result;
}

field translate(call_context& context, argument_list arguments) {
    const character_index from(as_text(arguments[1]));
    const auto to = split_characters(as_text(arguments[2]));
    const std::string_view text = as_text(arguments[0]);
    std::string result;
    result.reserve(text.size());
    for (const std::string_view letter : each_character(text)) {
        check_text_size(context, result.size());
        const std::uint32_t found = from.find(letter);
        if (found == character_index::nowhere)
            result += letter;
        else if (found < to.size())
            result += to[found];
    }
    return result;
}

std::optional<std::string> soundex(std::string_view text) {
    static constexpr std::string_view codes = "01230120022455012623010202";
    std::string result;
    char previous = '0';
    for (const char byte : upper_ascii(text)) {
        if (byte < 'A' || byte > 'Z')
            continue;
        const char digit = codes[static_cast<std::size_t>(byte - 'A')];
        if (result.empty())
            result.push_back(byte);
        else if (digit != '0' && digit != previous)
            result.push_back(digit);
        // H and W do not part letters of one code.
        if (byte != 'H' && byte != 'W')
            previous = digit;
    }
    if (result.empty())
        return std::nullopt;
    result.resize(4, '0');
    return result;
}

field soundex_of(call_context&, argument_list arguments) {
    const auto code = soundex(as_text(arguments[0]));
    if (!code)
        return nullptr;
    return *code;
}

field sound_difference(call_context&, argument_list arguments) {
    const auto a = soundex(as_text(arguments[0])), b = soundex(as_text(arguments[1]));
    if (!a || !b)
        return std::int64_t{0};
    std::int64_t same = 0;
    for (std::size_t i = 0; i < 4; ++i)
        same += (*a)[i] == (*b)[i] ? 1 : 0;
    return same;
}

/// STRPOSINC, STRPOSDEC: one byte changed by one.
template <int step>
field change_byte(call_context& context, argument_list arguments) {
    std::string text = encode(as_text(arguments[0]), context.charset);
    const std::int64_t position =
        arguments.size() > 1 ? as_integer(arguments[1]) : static_cast<std::int64_t>(text.size());
    if (text.empty())
        return text;
    if (position < 1 || position > static_cast<std::int64_t>(text.size()))
        fail(code::invalid_argument);
    char& byte = text[static_cast<std::size_t>(position - 1)];
    byte = static_cast<char>(byte + step);
    return decode(text, context.charset);
}

field blanks(call_context&, argument_list arguments) {
    const std::int64_t count = as_integer(arguments[0]);
    if (count > longest_text)
        fail(code::overflow);
    return std::string(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)), ' ');
}

/// Characters beyond ASCII as \XXXX of UTF-16.
field to_ascii(call_context& context, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    std::string result;
    for (std::size_t at = 0; at < text.size(); at += character_size(text, at)) {
        check_text_size(context, result.size());
        const char32_t point = code_point(text, at);
        if (point < 0x80)
            result.push_back(static_cast<char>(point));
        else if (point < 0x10000)
            result += fmt::format("\\{:04X}", static_cast<std::uint32_t>(point));
        else
            result += fmt::format("\\{:04X}\\{:04X}", static_cast<std::uint32_t>(0xD800 + ((point - 0x10000) >> 10)),
                                  static_cast<std::uint32_t>(0xDC00 + ((point - 0x10000) & 0x3FF)));
    }
    return result;
}

std::string from_ascii(std::string_view text) {
    std::string result;
    char32_t high = 0;
    // A surrogate without its other half is no character.
    const auto drop_high = [&] {
        if (high != 0)
            result.push_back('?');
        high = 0;
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto is_hexadecimal = [](char byte) {
            return std::string_view("0123456789abcdefABCDEF").find(byte) != std::string_view::npos;
        };
        const std::string_view digits = text.substr(std::min(at + 1, text.size()), 4);
        if (text[at] == '\\' && digits.size() == 4 && std::all_of(digits.begin(), digits.end(), is_hexadecimal)) {
            const auto unit = static_cast<char32_t>(std::stoul(std::string(digits), nullptr, 16));
            at += 5;
            const bool low = unit >= 0xDC00 && unit < 0xE000;
            if (low && high != 0) {
                append_character(result, 0x10000 + ((high - 0xD800) << 10U) + (unit - 0xDC00));
                high = 0;
                continue;
            }
            drop_high();
            if (unit >= 0xD800 && unit < 0xDC00)
                high = unit;
            else if (low)
                result.push_back('?');
            else
                append_character(result, unit);
            continue;
        }
        drop_high();
        if (text.substr(at).starts_with("\\\\"))
            ++at;
        result.push_back(text[at++]);
    }
    drop_high();
    return result;
}

std::string composed(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* const normalizer = icu::Normalizer2::getNFCInstance(status);
    const auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
    std::string result;
    if (U_SUCCESS(status))
        normalizer->normalize(wide, status).toUTF8String(result);
    if (U_FAILURE(status))
        fail(code::not_a_number);
    return result;
}

/// Full-width forms stand at a fixed distance from ASCII, the blank apart.
template <bool wide>
field to_width(call_context& context, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    std::string result;
    for (std::size_t at = 0; at < text.size(); at += character_size(text, at)) {
        check_text_size(context, result.size());
        char32_t point = code_point(text, at);
        if (wide && point == ' ')
            point = 0x3000;
        else if (wide && point > 0x20 && point < 0x7F)
            point += 0xFEE0;
        else if (!wide && point == 0x3000)
            point = ' ';
        else if (!wide && point >= 0xFF01 && point <= 0xFF5E)
            point -= 0xFEE0;
        append_character(result, point);
    }
    return result;
}

field index_part(call_context&, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]), mark = as_text(arguments[1]);
    std::int64_t count = as_integer(arguments[2]);
    if (mark.empty() || count == 0)
        return std::string_view();
    if (count > 0) {
        std::size_t at = 0;
        for (; count > 0; --count) {
            at = find_bytes(text, mark, at);
            if (at == std::string_view::npos)
                return text;
            at += mark.size();
        }
        return text.substr(0, at - mark.size());
    }
    std::size_t end = text.size();
    for (; count < 0; ++count) {
        if (end < mark.size())
            return text;
        const std::size_t found = text.rfind(mark, end - mark.size());
        if (found == std::string_view::npos)
            return text;
        if (count == -1)
            return text.substr(found + mark.size());
        end = found;
    }
    return text;
}

constexpr scalar_function upper = of_text<[](std::string_view text) { return to_upper(text); }>;
constexpr scalar_function lower = of_text<[](std::string_view text) { return to_lower(text); }>;

constexpr overload table[] = {
    define("UPPER", {kind::text}, text_like_first, upper),
    define("UCASE", {kind::text}, text_like_first, upper),
    define("NLS_UPPER", {kind::text, kind::text}, text_like_first, upper, strict, 1),
    define("LOWER", {kind::text}, text_like_first, lower),
    define("LCASE", {kind::text}, text_like_first, lower),
    define("NLS_LOWER", {kind::text, kind::text}, text_like_first, lower, strict, 1),
    define("INITCAP", {kind::text}, text_like_first, of_text<initial_capitals>),
    define("REVERSE", {kind::text}, text_like_first, of_text<reversed>),
    define("CONCAT", {kind::text}, concatenated_text, concatenate_texts, takes_null | repeats),
    define("CONCAT_WS", {kind::text, kind::text}, text_of_any_length, concatenate_with, takes_null | repeats),
    define("INS", {kind::text, kind::bigint, kind::bigint, kind::text}, text_of_any_length, insert_text),
    define("INSERT", {kind::text, kind::bigint, kind::bigint, kind::text}, text_of_any_length, insert_text),
    define("INSSTR", {kind::text, kind::bigint, kind::bigint, kind::text}, text_of_any_length, insert_text),
    define("STUFF", {kind::text, kind::bigint, kind::bigint, kind::text}, text_of_any_length, insert_text),
    define("OVERLAY", {kind::text, kind::text, kind::bigint, kind::bigint}, text_of_any_length, overlay, strict, 1),
    define("LEFT", {kind::text, kind::bigint}, text_like_first, side<true>),
    define("LEFTSTR", {kind::text, kind::bigint}, text_like_first, side<true>),
    define("RIGHT", {kind::text, kind::bigint}, text_like_first, side<false>),
    define("RIGHTSTR", {kind::text, kind::bigint}, text_like_first, side<false>),
    define("SUBSTR", {kind::text, kind::bigint, kind::bigint}, text_like_first, substring, strict, 2),
    define("SUBSTRING", {kind::text, kind::bigint, kind::bigint}, text_like_first, substring, strict, 2),
    define("SUBSTRC", {kind::text, kind::bigint, kind::bigint}, text_like_first, substring, strict, 1),
    define("SUBSTRB", {kind::text, kind::bigint, kind::bigint}, text_like_first, substring_bytes, varies, 1),
    define("LPAD", {kind::text, kind::bigint, kind::text}, text_of_any_length, pad<true>, strict, 1),
    define("RPAD", {kind::text, kind::bigint, kind::text}, text_of_any_length, pad<false>, strict, 1),
    define("LTRIM", {kind::text, kind::text}, text_like_first, strip_set<true, false>, strict, 1),
    define("RTRIM", {kind::text, kind::text}, text_like_first, strip_set<false, true>, strict, 1),
    define("TRIM", {kind::text, kind::text}, text_like_first, strip_set<true, true>, strict, 1),
    define("$TRIM", {kind::text, kind::text, kind::text}, text_like_third, trim_side, takes_null),
    define("REPEAT", {kind::text, kind::bigint}, text_of_any_length, repeat),
    define("REPEATSTR", {kind::text, kind::bigint}, text_of_any_length, repeat),
    define("REPLICATE", {kind::text, kind::bigint}, text_of_any_length, repeat),
    define("REPLACE", {kind::text, kind::text, kind::text}, text_of_any_length, replace, takes_null, 1),
    define("TRANSLATE", {kind::text, kind::text, kind::text}, text_of_any_length, translate),
    define("SOUNDEX", {kind::text}, text_of<4>, soundex_of),
    define("DIFFERENCE", {kind::text, kind::text}, returns<type_id::integer>, sound_difference),
    define("STRPOSDEC", {kind::text, kind::bigint}, text_like_first, change_byte<-1>, varies, 1),
    define("STRPOSINC", {kind::text, kind::bigint}, text_like_first, change_byte<1>, varies, 1),
    define("SPACE", {kind::bigint}, text_of_any_length, blanks),
    define("ASCIISTR", {kind::text}, text_of_any_length, to_ascii),
    define("UNISTR", {kind::text}, text_of_any_length, of_text<from_ascii>),
    define("COMPOSE", {kind::text}, text_like_first, of_text<composed>),
    define("TO_SINGLE_BYTE", {kind::text}, text_like_first, to_width<false>),
    define("TO_MULTI_BYTE", {kind::text}, text_of_any_length, to_width<true>),
    define("SUBSTRING_INDEX", {kind::text, kind::text, kind::bigint}, text_like_first, index_part),
};

}  // namespace

std::span<const overload> string_functions() {
    return table;
}

}  // namespace dmkit::mock::functions

#include <algorithm>

#include "mockserver/functions/support.hpp"
#include "mockserver/functions/text.hpp"

/// Functions that measure text, find something in it, or tell characters and codes from each other.
namespace dmkit::mock::functions {

namespace {

std::int64_t as_count(std::size_t count) {
    return static_cast<std::int64_t>(count);
}

field character_count(call_context&, argument_list arguments) {
    return as_count(count_characters(as_text(arguments[0])));
}

/// LEN does not count blanks at the end.
field count_without_blanks(call_context&, argument_list arguments) {
    std::string_view text = as_text(arguments[0]);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return as_count(count_characters(text));
}

template <std::int64_t unit>
field byte_count(call_context& context, argument_list arguments) {
    if (arguments[0].kind() == field_kind::binary)
        return unit * as_count(as_bytes(arguments[0]).size());
    return unit * as_count(byte_length(as_text(arguments[0]), context.charset));
}

template <std::int64_t size>
field fixed_size(call_context&, argument_list) {
    return size;
}

/// How positions count.
enum class unit : std::uint8_t { character, byte };

template <unit by>
std::size_t size_in(std::string_view text) {
    return by == unit::byte ? text.size() : count_characters(text);
}

/// Characters are found as whole ones: bytes that are no UTF-8 might begin or end inside of one.
template <unit by>
bool stands_at(std::string_view text, std::size_t at, std::size_t size) {
    return by == unit::byte || (between_characters(text, at) && between_characters(text, at + size));
}

template <unit by>
std::int64_t find_forwards(std::string_view text, std::string_view wanted, std::size_t from, std::int64_t occurrence) {
    const std::size_t begin = by == unit::byte ? std::min(from - 1, text.size()) : offset_of(text, from - 1);
    std::size_t at = begin;
    for (; (at = find_bytes(text, wanted, at)) != std::string_view::npos; ++at)
        if (stands_at<by>(text, at, wanted.size()) && --occurrence == 0)
            return as_count(from + size_in<by>(text.substr(begin, at - begin)));
    return 0;
}

template <unit by>
std::int64_t find_backwards(std::string_view text, std::string_view wanted, std::int64_t from,
                            std::int64_t occurrence) {
    std::size_t at = text.size();
    for (; from < 0; ++from) {
        if (at == 0)
            return 0;
        at -= by == unit::byte ? 1 : last_character_size(text.substr(0, at));
    }
    for (; (at = text.rfind(wanted, at)) != std::string_view::npos; --at) {
        if (stands_at<by>(text, at, wanted.size()) && --occurrence == 0)
            return as_count(1 + size_in<by>(text.substr(0, at)));
        if (at == 0)
            break;
    }
    return 0;
}

/// Finds the @p occurrence-th @p wanted, from position @p from (1 is the first, −1 the last). Positions count from 1, 0
/// is nowhere.
template <unit by>
std::int64_t find_text(std::string_view text, std::string_view wanted, std::int64_t from, std::int64_t occurrence) {
    if (from == 0 || occurrence < 1 || wanted.empty())
        return 0;
    return from > 0 ? find_forwards<by>(text, wanted, static_cast<std::size_t>(from), occurrence)
                    : find_backwards<by>(text, wanted, from, occurrence);
}

/// The same in bytes of the server's character set.
std::int64_t find_in_charset(charset set, std::string_view text, std::string_view wanted, std::int64_t from,
                             std::int64_t occurrence) {
    if (set == charset::utf8)
        return find_text<unit::byte>(text, wanted, from, occurrence);
    return find_text<unit::byte>(encode(text, set), encode(wanted, set), from, occurrence);
}

template <bool by_bytes>
field instr(call_context& context, argument_list arguments) {
    const std::int64_t from = arguments.size() > 2 ? as_integer(arguments[2]) : 1;
    const std::int64_t occurrence = arguments.size() > 3 ? as_integer(arguments[3]) : 1;
    const std::string_view text = as_text(arguments[0]), wanted = as_text(arguments[1]);
    if constexpr (by_bytes)
        return find_in_charset(context.charset, text, wanted, from, occurrence);
    else
        return find_text<unit::character>(text, wanted, from, occurrence);
}

field locate(call_context&, argument_list arguments) {
    const std::string_view wanted = as_text(arguments[0]), text = as_text(arguments[1]);
    const std::int64_t from = arguments.size() > 2 ? as_integer(arguments[2]) : 1;
    if (wanted.empty()) {
        if (arguments.size() < 3)
            return std::int64_t{1};
        return from >= 0 && from <= as_count(count_characters(text)) + 1 ? from : std::int64_t{0};
    }
    if (from <= 0)
        return std::int64_t{0};
    return find_text<unit::character>(text, wanted, from, 1);
}

/// POSITION counts bytes of the character set.
field position(call_context& context, argument_list arguments) {
    const std::string_view wanted = as_text(arguments[0]);
    if (wanted.empty())
        return std::int64_t{1};
    return find_in_charset(context.charset, as_text(arguments[1]), wanted, 1, 1);
}

/// The bytes of the first character in the server's character set, as a number.
field code_of(call_context& context, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    if (text.empty())
        return nullptr;
    std::int64_t code = 0;
    for (const char byte : encode(text.substr(0, character_size(text, 0)), context.charset))
        code = code << 8 | static_cast<unsigned char>(byte);
    return code;
}

field character_of(call_context& context, argument_list arguments) {
    const std::int64_t code = as_integer(arguments[0]);
    if (code < 0 || code > UINT32_MAX)
        fail(code::invalid_argument);
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        if (const auto byte = static_cast<char>(code >> shift & 0xFF); byte != 0 || !bytes.empty() || shift == 0)
            bytes.push_back(byte);
    const std::string text = decode(bytes, context.charset);
    // What is no character of the set is refused.
    const bool whole = count_characters(text) == 1 && (text.size() > 1 || static_cast<unsigned char>(text[0]) < 0x80);
    if (!whole || encode(text, context.charset) != bytes)
        fail(code::invalid_argument);
    return text;
}

field find_in_set(call_context&, argument_list arguments) {
    const std::string_view wanted = as_text(arguments[0]);
    std::string_view list = as_text(arguments[1]);
    const std::string_view separator = arguments.size() > 2 ? as_text(arguments[2]) : ",";
    if (list.empty() || separator.empty())
        return std::int64_t{0};
    for (std::int64_t index = 1;; ++index) {
        const std::size_t end = list.find(separator);
        if (list.substr(0, end) == wanted)
            return index;
        if (end == std::string_view::npos)
            return std::int64_t{0};
        list.remove_prefix(end + separator.size());
    }
}

/// NULL and the empty text are equal here (manual, 8.2.54): the result is never NULL.
field equal_texts(call_context&, argument_list arguments) {
    const auto text = [](const field_view& value) { return value.is_null() ? std::string_view() : as_text(value); };
    return std::int64_t{text(arguments[0]) == text(arguments[1])};
}

field equal_bytes(call_context&, argument_list arguments) {
    const auto bytes = [](const field_view& value) { return value.is_null() ? dmkit::bytes_view() : as_bytes(value); };
    const auto a = bytes(arguments[0]), b = bytes(arguments[1]);
    return std::int64_t{std::equal(a.begin(), a.end(), b.begin(), b.end())};
}

constexpr result_rule integer_result = returns<type_id::integer>;
constexpr result_rule bigint_result = returns<type_id::bigint>;

constexpr overload table[] = {
    define("LENGTH", {kind::text}, integer_result, character_count),
    define("CHAR_LENGTH", {kind::text}, integer_result, character_count),
    define("CHARACTER_LENGTH", {kind::text}, integer_result, character_count),
    define("LENGTHC", {kind::text}, integer_result, character_count),
    define("LENGTH2", {kind::text}, integer_result, character_count),
    define("LENGTH4", {kind::text}, integer_result, character_count),
    define("LEN", {kind::text}, integer_result, count_without_blanks),
    define("LENGTHB", {kind::character}, integer_result, byte_count<1>, varies),
    define("LENGTHB", {kind::binary}, integer_result, byte_count<1>),
    define("LENGTHB", {kind::up_to_tinyint}, integer_result, fixed_size<1>),
    define("LENGTHB", {kind::up_to_smallint}, integer_result, fixed_size<2>),
    define("LENGTHB", {kind::up_to_integer}, integer_result, fixed_size<4>),
    define("LENGTHB", {kind::up_to_bigint}, integer_result, fixed_size<8>),
    define("VSIZE", {kind::character}, integer_result, byte_count<1>, varies),
    define("VSIZE", {kind::binary}, integer_result, byte_count<1>),
    define("VSIZE", {kind::up_to_integer}, integer_result, fixed_size<4>),
    define("VSIZE", {kind::up_to_bigint}, integer_result, fixed_size<8>),
    define("OCTET_LENGTH", {kind::text}, integer_result, byte_count<1>, varies),
    define("OCTET_LENGTH", {kind::binary}, integer_result, byte_count<1>),
    define("BIT_LENGTH", {kind::text}, integer_result, byte_count<8>, varies),
    define("BIT_LENGTH", {kind::binary}, integer_result, byte_count<8>),
    define("INSTR", {kind::text, kind::text, kind::bigint, kind::bigint}, integer_result, instr<false>, strict, 2),
    define("INSTRC", {kind::text, kind::text, kind::bigint, kind::bigint}, integer_result, instr<false>, strict, 2),
    define("INSTRB", {kind::text, kind::text, kind::bigint, kind::bigint}, integer_result, instr<true>, varies, 2),
    define("LOCATE", {kind::text, kind::text, kind::bigint}, integer_result, locate, strict, 1),
    define("POSITION", {kind::text, kind::text}, integer_result, position, varies),
    define("ASCII", {kind::text}, bigint_result, code_of, varies),
    define("CHR", {kind::bigint}, text_of<4>, character_of, varies),
    define("CHAR", {kind::bigint}, text_of<4>, character_of, varies),
    define("NCHR", {kind::bigint}, text_of<4>, character_of, varies),
    define("FIND_IN_SET", {kind::text, kind::text, kind::text}, integer_result, find_in_set, strict, 1),
    define("TEXT_EQUAL", {kind::text, kind::text}, integer_result, equal_texts, takes_null),
    define("BLOB_EQUAL", {kind::binary, kind::binary}, integer_result, equal_bytes, takes_null),
};

}  // namespace

std::span<const overload> string_search_functions() {
    return table;
}

}  // namespace dmkit::mock::functions

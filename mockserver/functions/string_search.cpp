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

/// Finds the @p occurrence-th @p wanted among units, from position @p from (1 is the first, −1 the last). The text is
/// given as its units, characters or bytes; positions count from 1, 0 is nowhere.
template <class Unit>
std::int64_t find_units(const std::vector<Unit>& text, const std::vector<Unit>& wanted, std::int64_t from,
                        std::int64_t occurrence) {
    const std::int64_t length = as_count(text.size()), size = as_count(wanted.size());
    if (from == 0 || occurrence < 1 || size == 0 || size > length)
        return 0;
    const std::int64_t step = from > 0 ? 1 : -1;
    std::int64_t at = from > 0 ? from - 1 : std::min(length + from, length - size);
    for (; at >= 0 && at <= length - size; at += step)
        if (std::equal(wanted.begin(), wanted.end(), text.begin() + at) && --occurrence == 0)
            return at + 1;
    return 0;
}

std::vector<char> split_bytes(std::string_view text, charset set) {
    const std::string bytes = encode(text, set);
    return {bytes.begin(), bytes.end()};
}

template <bool by_bytes>
field instr(call_context& context, argument_list arguments) {
    const std::int64_t from = arguments.size() > 2 ? as_integer(arguments[2]) : 1;
    const std::int64_t occurrence = arguments.size() > 3 ? as_integer(arguments[3]) : 1;
    const std::string_view text = as_text(arguments[0]), wanted = as_text(arguments[1]);
    if constexpr (by_bytes)
        return find_units(split_bytes(text, context.charset), split_bytes(wanted, context.charset), from, occurrence);
    else
        return find_units(split_characters(text), split_characters(wanted), from, occurrence);
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
    return find_units(split_characters(text), split_characters(wanted), from, 1);
}

/// POSITION counts bytes of the character set.
field position(call_context& context, argument_list arguments) {
    const std::string_view wanted = as_text(arguments[0]);
    if (wanted.empty())
        return std::int64_t{1};
    return find_units(split_bytes(as_text(arguments[1]), context.charset), split_bytes(wanted, context.charset), 1, 1);
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

field same_text(call_context&, argument_list arguments) {
    return std::int64_t{as_text(arguments[0]) == as_text(arguments[1])};
}

field same_bytes(call_context&, argument_list arguments) {
    const auto a = as_bytes(arguments[0]), b = as_bytes(arguments[1]);
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
    define("TEXT_EQUAL", {kind::text, kind::text}, integer_result, same_text),
    define("BLOB_EQUAL", {kind::binary, kind::binary}, integer_result, same_bytes),
};

}  // namespace

std::span<const overload> string_search_functions() {
    return table;
}

}  // namespace dmkit::mock::functions

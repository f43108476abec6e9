#include <fmt/format.h>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/date_format.hpp"
#include "mockserver/functions/number_format.hpp"
#include "mockserver/functions/text.hpp"

/// TO_CHAR, TO_NUMBER, TO_DATE and the functions between text and bytes.
namespace dmkit::mock::functions {

namespace {

std::string_view text_or_none(argument_list arguments, std::size_t index) {
    return index < arguments.size() ? as_text(arguments[index]) : std::string_view();
}

field text_itself(call_context&, argument_list arguments) {
    return as_text(arguments[0]);
}

data_type plain_text(type_list arguments) {
    return {type_id::varchar, text_length(arguments[0].type), 0};
}

field date_to_text(call_context& context, argument_list arguments) {
    return format_datetime(context, arguments[0], as_text(arguments[1]), text_or_none(arguments, 2));
}

field number_to_text(call_context&, argument_list arguments) {
    return format_number(as_decimal(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 2));
}

decimal number_in(std::string_view text) {
    const auto number = decimal::parse(trim_blanks(text));
    if (!number)
        fail(code::not_a_number);
    return *number;
}

/// TO_CHAR of text with a format: the format says whether the text is a number or a date.
field text_to_text(call_context& context, argument_list arguments) {
    const std::string_view format = as_text(arguments[1]);
    if (is_number_format(format))
        return format_number(number_in(as_text(arguments[0])), format, text_or_none(arguments, 2));
    const field moment = convert(context, arguments[0], type_of(type_id::varchar), type_of(type_id::datetime2),
                                 conversion_mode::implicit);
    return format_datetime(context, moment, format, text_or_none(arguments, 2), 9);
}

/// TO_CHAR of a date or time without a format: six digits of a fraction, nine beside a zone, whatever the type has.
field date_by_default(call_context& context, argument_list arguments) {
    data_type type = type_of(arguments[0]);
    if (type.id != type_id::date)
        type.scale = type.id == type_id::time || type.id == type_id::datetime || type.id == type_id::datetime2 ? 6 : 9;
    return convert(context, arguments[0], type, type_of(type_id::varchar), conversion_mode::implicit);
}

/// Without a format only digits, a point and a sign are read.
field text_to_number(call_context&, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    if (arguments.size() > 1)
        return parse_number(text, as_text(arguments[1]), text_or_none(arguments, 2));
    if (text.find_first_of("Ee") != std::string_view::npos)
        fail(code::not_a_number);
    return number_in(text);
}

field number_by_format(call_context&, argument_list arguments) {
    return parse_number(as_decimal(arguments[0]).to_string(), as_text(arguments[1]), text_or_none(arguments, 2));
}

field number_itself(call_context&, argument_list arguments) {
    return as_decimal(arguments[0]);
}

enum class wanted : std::uint8_t { seconds, fraction, zone };

template <wanted result>
field text_to_date(call_context& context, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    if (text.empty())
        return nullptr;
    timestamp moment;
    if (arguments.size() > 1) {
        moment = parse_datetime(context, text, as_text(arguments[1]), text_or_none(arguments, 2));
    } else {
        const data_type target = type_of(result == wanted::zone ? type_id::datetime_tz : type_id::datetime);
        moment =
            convert(context, text, type_of(type_id::varchar), target, conversion_mode::explicit_cast).get<timestamp>();
    }
    if (result == wanted::zone) {
        if (!moment.time.offset_minutes)
            moment.time.offset_minutes = context.session_time_zone;
        return moment;
    }
    moment.time.offset_minutes.reset();
    if (result == wanted::seconds)
        moment.time.nanosecond = 0;
    return moment;
}

constexpr std::string_view hexadecimal_digits = "0123456789ABCDEF";

std::string hexadecimal(const call_context& context, dmkit::bytes_view bytes) {
    check_text_size(context, bytes.size() * 2);
    std::string result;
    result.reserve(bytes.size() * 2);
    for (const std::byte byte : bytes) {
        result.push_back(hexadecimal_digits[std::to_integer<unsigned>(byte) >> 4U]);
        result.push_back(hexadecimal_digits[std::to_integer<unsigned>(byte) & 0xFU]);
    }
    return result;
}

dmkit::bytes_view bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

field hex_of_text(call_context& context, argument_list arguments) {
    const std::string encoded = encode(as_text(arguments[0]), context.charset);
    return hexadecimal(context, bytes_of(encoded));
}
field hex_of_bytes(call_context& context, argument_list arguments) {
    return hexadecimal(context, as_bytes(arguments[0]));
}
field hex_of_number(call_context&, argument_list arguments) {
    return fmt::format("{:X}", static_cast<std::uint64_t>(as_integer(arguments[0])));
}

dmkit::bytes from_hex(std::string_view digits) {
    const auto value = [](char digit) -> int {
        const char upper = digit >= 'a' && digit <= 'f' ? static_cast<char>(digit - 'a' + 'A') : digit;
        const std::size_t at = hexadecimal_digits.find(upper);
        if (at == std::string_view::npos)
            fail(code::not_a_number);
        return static_cast<int>(at);
    };
    dmkit::bytes result;
    result.reserve((digits.size() + 1) / 2);
    std::size_t at = 0;
    if (digits.size() % 2 != 0)
        result.push_back(static_cast<std::byte>(value(digits[at++])));
    for (; at < digits.size(); at += 2)
        result.push_back(static_cast<std::byte>(value(digits[at]) * 16 + value(digits[at + 1])));
    return result;
}

std::string as_string(dmkit::bytes_view bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

field hex_to_bytes(call_context&, argument_list arguments) {
    return from_hex(as_text(arguments[0]));
}
field hex_to_text(call_context& context, argument_list arguments) {
    return decode(as_string(from_hex(as_text(arguments[0]))), context.charset);
}

field bytes_to_text(call_context& context, argument_list arguments) {
    return decode(as_string(as_bytes(arguments[0])), context.charset);
}

/// BINTOCHAR of text reads it as a binary literal.
field literal_to_text(call_context& context, argument_list arguments) {
    std::string_view digits = as_text(arguments[0]);
    if (digits.starts_with("0x") || digits.starts_with("0X"))
        digits.remove_prefix(2);
    return decode(as_string(from_hex(digits)), context.charset);
}

field text_to_bytes(call_context& context, argument_list arguments) {
    const std::string_view text = as_text(arguments[0]);
    if (text.empty())
        return nullptr;
    const std::string encoded = encode(text, context.charset);
    const auto view = bytes_of(encoded);
    return dmkit::bytes(view.begin(), view.end());
}

field bytes_themselves(call_context&, argument_list arguments) {
    return as_bytes(arguments[0]);
}

constexpr std::string_view base64_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(dmkit::bytes_view bytes) {
    std::string result;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (at + i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
        for (std::size_t i = 0; i < 4; ++i)
            result.push_back(at + i <= bytes.size() ? base64_letters[group >> (18 - 6 * i) & 0x3F] : '=');
    }
    return result;
}

field text_to_base64(call_context& context, argument_list arguments) {
    const std::string encoded = encode(as_text(arguments[0]), context.charset);
    return base64(bytes_of(encoded));
}
field bytes_to_base64(call_context&, argument_list arguments) {
    return base64(as_bytes(arguments[0]));
}

field from_base64(call_context&, argument_list arguments) {
    dmkit::bytes result;
    std::uint32_t group = 0;
    int bits = 0;
    bool padded = false;
    for (const char letter : as_text(arguments[0])) {
        if (letter == '\r' || letter == '\n' || letter == ' ')
            continue;
        padded = padded || letter == '=';
        const std::size_t value = base64_letters.find(letter);
        if (padded ? letter != '=' : value == std::string_view::npos)
            fail(code::not_a_number);
        if (padded)
            continue;
        group = group << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            result.push_back(static_cast<std::byte>(group >> bits & 0xFF));
        }
    }
    return result;
}

data_type binary_result(type_list arguments) {
    return type_of(is_lob(arguments[0].type.id) ? type_id::blob : type_id::varbinary);
}

constexpr result_rule clob = returns<type_id::clob>;

constexpr overload table[] = {
    define("TO_CHAR", {kind::text}, plain_text, text_itself),
    define("TO_CHAR", {kind::only_date}, text_of<128>, date_by_default, varies),
    define("TO_CHAR", {kind::only_time}, text_of<128>, date_by_default, varies),
    define("TO_CHAR", {kind::timestamp}, text_of<128>, date_by_default, varies),
    define("TO_CHAR", {kind::datetime, kind::text, kind::text}, text_of_any_length, date_to_text, varies, 1),
    define("TO_CHAR", {kind::number, kind::text, kind::text}, text_of_any_length, number_to_text, strict, 1),
    define("TO_CHAR", {kind::character, kind::text, kind::text}, text_of_any_length, text_to_text, varies, 1),
    define("TO_NCHAR", {kind::text}, plain_text, text_itself),
    define("TO_CLOB", {kind::text}, clob, text_itself),
    define("TO_NUMBER", {kind::number}, free_decimal, number_itself),
    define("TO_NUMBER", {kind::character, kind::text, kind::text}, free_decimal, text_to_number, strict, 2),
    define("TO_NUMBER", {kind::number, kind::text, kind::text}, free_decimal, number_by_format, strict, 1),
    define("TO_DATE", {kind::text, kind::text, kind::text}, datetime_of_seconds, text_to_date<wanted::seconds>, varies,
           2),
    define("TO_TIMESTAMP", {kind::text, kind::text, kind::text}, returns<type_id::datetime>,
           text_to_date<wanted::fraction>, varies, 2),
    define("TO_TIMESTAMP_TZ", {kind::text, kind::text}, returns<type_id::datetime_tz>, text_to_date<wanted::zone>,
           varies, 1),
    define("TO_BINARY_FLOAT", {kind::double_}, returns<type_id::real>,
           [](call_context&, argument_list a) -> field { return to_float(as_double(a[0])); }),
    define("TO_BINARY_DOUBLE", {kind::double_}, returns<type_id::double_>,
           [](call_context&, argument_list a) -> field { return as_double(a[0]); }),
    define("HEXTORAW", {kind::text}, returns<type_id::varbinary>, hex_to_bytes),
    define("RAWTOHEX", {kind::binary}, text_of_any_length, hex_of_bytes),
    define("RAWTOHEX", {kind::text}, text_of_any_length, hex_of_text, varies),
    define("HEX", {kind::binary}, text_of_any_length, hex_of_bytes),
    define("HEX", {kind::up_to_bigint}, text_of<16>, hex_of_number),
    define("HEX", {kind::text}, text_of_any_length, hex_of_text, varies),
    define("UNHEX", {kind::text}, text_of_any_length, hex_to_text, varies),
    define("BINTOCHAR", {kind::binary}, text_of_any_length, bytes_to_text, varies),
    define("BINTOCHAR", {kind::text}, text_of_any_length, literal_to_text, varies),
    define("CHARTOBIN", {kind::text}, returns<type_id::varbinary>, text_to_bytes, varies),
    define("TO_BLOB", {kind::binary}, returns<type_id::blob>, bytes_themselves),
    define("EMPTY_BLOB", {}, returns<type_id::blob>,
           [](call_context&, argument_list) -> field { return dmkit::bytes(); }),
    define("EMPTY_CLOB", {}, clob, [](call_context&, argument_list) -> field { return std::string(); }),
    define("TO_BASE64", {kind::binary}, clob, bytes_to_base64),
    define("TO_BASE64", {kind::text}, clob, text_to_base64, varies),
    define("FROM_BASE64", {kind::text}, binary_result, from_base64),
};

}  // namespace

std::span<const overload> conversion_functions() {
    return table;
}

}  // namespace dmkit::mock::functions

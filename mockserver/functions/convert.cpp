#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/date_format.hpp"
#include "mockserver/functions/text.hpp"

namespace dmkit::mock {

using namespace functions;

namespace {

struct target {
    call_context& context;
    const data_type& type;
    conversion_mode mode;
    std::string_view name;
    bool in_characters;

    [[nodiscard]] bool assigns() const { return mode == conversion_mode::assignment; }
};

[[noreturn]] void fail_column(int code, const target& to) {
    throw sql_error(code, {std::string(to.name)});
}

/// NaN and infinity are read too, as DM8 does for doubles.
std::optional<double> parse_double(std::string_view text) {
    text = trim_blanks(text);
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range)
        fail(code::overflow);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

decimal decimal_from_text(std::string_view text) {
    const std::string_view digits = trim_blanks(text);
    if (const auto value = decimal::parse(digits))
        return *value;
    // Tells a number that is too large from what is no number.
    if (parse_double(digits))
        fail(code::overflow);
    fail(code::not_a_number);
}

std::int64_t integer_from_bytes(bytes_view data) {
    if (data.size() > 8)
        fail(code::overflow);
    std::uint64_t value = 0;
    for (const std::byte byte : data)
        value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return static_cast<std::int64_t>(value);
}

/// Only zero is false, however small the fraction is.
field to_bit(const field_view& value) {
    if (const auto* text = value.get_if<std::string_view>())
        return std::int64_t{!decimal_from_text(*text).is_zero()};
    if (const auto* number = value.get_if<decimal>())
        return std::int64_t{!number->is_zero()};
    if (const auto* data = value.get_if<bytes_view>())
        return std::int64_t{integer_from_bytes(*data) != 0};
    return std::int64_t{as_double(value) != 0};
}

field to_integer(const field_view& value, const target& to) {
    if (to.type.id == type_id::bit || to.type.id == type_id::boolean)
        return to_bit(value);
    std::int64_t number;
    if (const auto* text = value.get_if<std::string_view>()) {
        const auto whole = decimal_from_text(*text).to_int64();
        if (!whole)
            fail(code::overflow);
        number = *whole;
    } else if (const auto* data = value.get_if<bytes_view>()) {
        number = integer_from_bytes(*data);
    } else {
        number = as_integer(value);
    }
    return within(number, to.type.id);
}

field to_decimal(const field_view& value, const target& to) {
    decimal number;
    if (const auto* text = value.get_if<std::string_view>())
        number = decimal_from_text(*text);
    else if (const auto* data = value.get_if<bytes_view>())
        number = decimal(integer_from_bytes(*data));
    else
        number = as_decimal(value);
    // Precision 0 is NUMBER without limits; the mark of an Oracle FLOAT bounds nothing either.
    constexpr std::int32_t oracle_float = 0x81;
    if (to.type.precision == 0 || to.type.scale == oracle_float)
        return number;
    number = number.rounded(to.type.scale);
    if (!number.is_zero() && number.integer_digits() > to.type.precision - to.type.scale) {
        if (to.assigns())
            fail_column(code::column_precision, to);
        fail(code::overflow);
    }
    return number;
}

double to_double(const field_view& value) {
    if (const auto* text = value.get_if<std::string_view>()) {
        const auto number = parse_double(*text);
        if (!number)
            fail(code::not_a_number);
        return *number;
    }
    if (const auto* data = value.get_if<bytes_view>())
        return static_cast<double>(integer_from_bytes(*data));
    return as_double(value);
}

field to_real(const field_view& value) {
    return to_float(to_double(value));
}

field fit_text(std::string text, const target& to) {
    if (to.type.id == type_id::clob || to.type.precision <= 0 || to.mode == conversion_mode::implicit)
        return text;
    const auto limit = static_cast<std::size_t>(to.type.precision);
    const auto measure = [&](std::string_view part) {
        return to.in_characters ? count_characters(part) : byte_length(part, to.context.charset);
    };
    std::size_t length = measure(text);
    // The native client library pads the value of a CHAR parameter to the bytes that the description tells.
    if (to.in_characters && to.type.id == type_id::char_)
        for (; length > limit && text.back() == ' '; --length)
            text.pop_back();
    if (length > limit) {
        if (to.assigns())
            fail_column(code::column_too_short, to);
        text = to.in_characters ? characters(text, 0, limit) : fit_bytes(text, limit, to.context.charset);
        length = measure(text);
    }
    if (to.type.id == type_id::char_)
        text.append(limit - length, ' ');
    return text;
}

field to_text_type(const field_view& value, const data_type& from, const target& to) {
    if (const auto* text = value.get_if<std::string_view>())
        return fit_text(std::string(*text), to);
    const call_context& context = to.context;
    if (value.kind() == field_kind::date && !context.date_format.empty())
        return fit_text(format_datetime(context, value, context.date_format, {}), to);
    if (value.kind() == field_kind::timestamp && !context.timestamp_format.empty())
        return fit_text(format_datetime(context, value, context.timestamp_format, {}), to);
    if (value.kind() == field_kind::time && !context.time_format.empty())
        return fit_text(format_datetime(context, value, context.time_format, {}), to);
    return fit_text(to_text(value, from), to);
}

int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/// `0x…` as a binary literal; other text stands for its bytes.
bytes bytes_from_text(std::string_view text, charset set) {
    bytes result;
    if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        text.remove_prefix(2);
        std::size_t at = 0;
        if (text.size() % 2 != 0) {
            if (hex_digit(text[0]) < 0)
                fail(code::not_a_number);
            result.push_back(static_cast<std::byte>(hex_digit(text[at++])));
        }
        for (; at < text.size(); at += 2) {
            const int high = hex_digit(text[at]), low = hex_digit(text[at + 1]);
            if (high < 0 || low < 0)
                fail(code::not_a_number);
            result.push_back(static_cast<std::byte>(high * 16 + low));
        }
        return result;
    }
    for (const char byte : encode(text, set))
        result.push_back(static_cast<std::byte>(byte));
    return result;
}

field to_binary(const field_view& value, const target& to) {
    bytes data;
    if (const auto* given = value.get_if<bytes_view>()) {
        data.assign(given->begin(), given->end());
    } else if (const auto* text = value.get_if<std::string_view>()) {
        data = bytes_from_text(*text, to.context.charset);
    } else {
        const auto number = static_cast<std::uint64_t>(as_integer(value));
        for (int shift = 56; shift >= 0; shift -= 8)
            data.push_back(static_cast<std::byte>(number >> shift & 0xFF));
        const int width = to.type.precision;
        if (width >= 1 && width <= 7)
            data.erase(data.begin(), data.end() - width);
    }
    if (to.type.id == type_id::blob || to.type.precision <= 0 || to.mode == conversion_mode::implicit)
        return data;
    const auto limit = static_cast<std::size_t>(to.type.precision);
    if (data.size() > limit) {
        if (to.assigns())
            fail_column(code::column_too_short, to);
        data.resize(limit);
    }
    if (to.type.id == type_id::binary)
        data.resize(limit);
    return data;
}

bool zoned(type_id id) {
    return id == type_id::time_tz || id == type_id::datetime_tz || id == type_id::datetime2_tz;
}

time with_zone(time value, const target& to) {
    if (!zoned(to.type.id))
        value.offset_minutes.reset();
    else if (!value.offset_minutes)
        value.offset_minutes = to.context.session_time_zone;
    return value;
}

/// By the session's formats, if it set any; else, and where these do not match, as DM8 reads dates by itself.
timestamp timestamp_from_text(std::string_view text, const target& to) {
    const call_context& context = to.context;
    for (const std::string* format : {&context.timestamp_format, &context.date_format}) {
        if (format->empty())
            continue;
        try {
            return parse_datetime(context, text, *format, {});
        } catch (const sql_error& error) {
            if (error.code() == not_supported)
                throw;
        }
    }
    if (const auto value = read_timestamp(text))
        return *value;
    // A time of day stands for that time on the first day of 1900 where an operand or argument is wanted.
    if (to.mode == conversion_mode::implicit)
        if (const auto clock = read_time(text))
            return {{1900, 1, 1}, *clock};
    fail(code::not_a_datetime);
}

field to_datetime(const field_view& value, const target& to) {
    if (to.type.id == type_id::time || to.type.id == type_id::time_tz) {
        time clock;
        if (const auto* text = value.get_if<std::string_view>()) {
            const auto read = read_time(*text);
            if (!read)
                fail(code::not_a_datetime);
            clock = *read;
        } else if (const auto* given = value.get_if<time>()) {
            clock = *given;
        } else if (const auto* whole = value.get_if<timestamp>()) {
            clock = whole->time;
        } else {
            fail(code::no_conversion);
        }
        return with_zone(cut_fraction(clock, to.type.scale & 0xF), to);
    }
    timestamp moment;
    if (const auto* text = value.get_if<std::string_view>()) {
        moment = timestamp_from_text(*text, to);
    } else if (const auto* clock = value.get_if<time>()) {
        if (to.type.id == type_id::date)
            fail(code::no_conversion);
        moment = {now_in_zone(to.context, to.context.session_time_zone).date, *clock};
    } else {
        moment = as_timestamp(value);
    }
    if (to.type.id == type_id::date)
        return moment.date;
    moment.time = with_zone(cut_fraction(moment.time, to.type.scale & 0xF), to);
    return moment;
}

field to_interval(const field_view& value, const target& to) {
    const std::int32_t word = to.type.scale;
    const bool months = to.type.id == type_id::interval_ym;
    if (const auto* text = value.get_if<std::string_view>()) {
        if (months) {
            if (const auto read = read_interval_ym(*text, word))
                return *read;
        } else if (const auto read = read_interval_ds(*text, word)) {
            return *read;
        }
        fail(code::not_a_datetime);
    }
    const auto check = [&](std::int64_t leading) {
        std::int64_t bound = 1;
        for (int digit = word >> 4 & 0xF; digit > 0; --digit)
            bound *= 10;
        if (leading >= bound || leading <= -bound)
            fail(code::overflow);
    };
    if (const auto* given = value.get_if<interval_ym>(); given != nullptr && months) {
        const interval_ym result = interval_from_months(given->total_months(), word);
        check(result.qualifier == interval_qualifier::month ? result.months : result.years);
        return result;
    }
    if (const auto* given = value.get_if<interval_ds>(); given != nullptr && !months) {
        const interval_ds result = interval_from_microseconds(to_microseconds(*given), word);
        using enum interval_qualifier;
        check(result.qualifier <= day_to_second                                    ? result.days
              : result.qualifier <= hour_to_second                                 ? result.hours
              : result.qualifier == minute || result.qualifier == minute_to_second ? result.minutes
                                                                                   : result.seconds);
        return result;
    }
    fail(code::no_conversion);
}

std::string scientific(double value, int digits) {
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value < 0 ? "-Infinity" : "Infinity";
    // The same in any locale of the program that the mock is part of.
    std::array<char, 48> digits_of;
    const auto end = std::to_chars(digits_of.data(), digits_of.data() + digits_of.size(), value,
                                   std::chars_format::scientific, digits)
                         .ptr;
    std::string text(digits_of.data(), end);
    const std::size_t mark = text.find('e');
    text[mark] = 'E';
    // C++ gives exponents two digits where DM8 gives three.
    const std::size_t exponent = mark + 2;
    text.insert(exponent, 3 - std::min<std::size_t>(3, text.size() - exponent), '0');
    return text;
}

}  // namespace

std::string to_text(const field_view& value, const data_type& type) {
    switch (value.kind()) {
        case field_kind::boolean:
            return value.get<bool>() ? "1" : "0";
        case field_kind::int64:
            return std::to_string(value.get<std::int64_t>());
        case field_kind::float_:
            return scientific(static_cast<double>(value.get<float>()), 7);
        case field_kind::double_:
            return scientific(value.get<double>(), 15);
        case field_kind::time:
        case field_kind::timestamp: {
            const bool known = is_datetime(type.id);
            const int digits = known ? type.scale & 0xF : 6;
            return value.kind() == field_kind::time ? value.get<time>().to_string(digits)
                                                    : value.get<timestamp>().to_string(digits);
        }
        default:
            return value.to_string();
    }
}

bool is_text_that_stays(const field_view& value, const data_type& to) noexcept {
    const auto* text = value.get_if<std::string_view>();
    if (!text || !is_text(to.id) || to.id == type_id::char_)
        return false;
    // No character set makes more than two bytes of a byte of UTF-8.
    return to.id == type_id::clob || to.precision <= 0 || text->size() <= static_cast<std::size_t>(to.precision) / 2;
}

field convert(call_context& context, const field_view& value, const data_type& from, const data_type& to_type,
              conversion_mode mode, std::string_view name, bool length_in_characters) {
    if (value.is_null())
        return nullptr;
    const target to{context, to_type, mode, name, length_in_characters};
    const data_type actual = from.id == type_id::unknown || from.id == type_id::null ? type_of(value) : from;
    if (!convertible(actual, to_type))
        fail(code::no_conversion);
    // A column of another type takes '' for NULL: the manual's sample data leave dates and numbers out that way.
    if (const auto* text = value.get_if<std::string_view>(); text && text->empty() &&
                                                             mode == conversion_mode::assignment &&
                                                             (is_number(to_type.id) || is_datetime(to_type.id)))
        return nullptr;
    if (is_integer(to_type.id))
        return to_integer(value, to);
    if (is_text(to_type.id))
        return to_text_type(value, actual, to);
    if (is_datetime(to_type.id))
        return to_datetime(value, to);
    if (is_interval(to_type.id))
        return to_interval(value, to);
    if (is_binary(to_type.id))
        return to_binary(value, to);
    switch (to_type.id) {
        case type_id::decimal:
            return to_decimal(value, to);
        case type_id::real:
            return to_real(value);
        case type_id::double_:
            return to_double(value);
        case type_id::null:
        case type_id::unknown:
            return value;
        default:
            throw sql_error::unsupported("conversion to " + std::string(dmkit::to_string(to_type.id)));
    }
}

}  // namespace dmkit::mock

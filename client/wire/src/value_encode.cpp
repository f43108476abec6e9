#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

#include <dmkit/structure.hpp>
#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/value_codec.hpp>

#include "value_bits.hpp"

namespace dmkit::wire {

namespace {

template <class... Fs>
struct overloaded : Fs... {
    using Fs::operator()...;
};

constexpr bool same_word(std::string_view text, std::string_view lower) noexcept {
    return std::ranges::equal(text, lower, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

/// The integer that a field is, exactly.
value_fault to_integer(const field_view& value, std::int64_t& out) noexcept {
    const auto from_decimal = [&out](const decimal& number) {
        if (number.scale() != 0)
            return value_fault::inexact;
        const auto result = number.to_int64();
        if (!result)
            return value_fault::out_of_range;
        out = *result;
        return value_fault::none;
    };
    const auto from_floating = [&from_decimal](double number) {
        const auto exact = decimal::from_double(number);
        return exact ? from_decimal(*exact) : value_fault::out_of_range;
    };
    return std::visit(overloaded{
                          [&out](bool flag) {
                              out = flag ? 1 : 0;
                              return value_fault::none;
                          },
                          [&out](std::int64_t number) {
                              out = number;
                              return value_fault::none;
                          },
                          [&from_floating](float number) { return from_floating(number); },
                          [&from_floating](double number) { return from_floating(number); },
                          [&from_decimal](const decimal& number) { return from_decimal(number); },
                          [&from_decimal](std::string_view text) {
                              const auto number = decimal::parse(text);
                              return number ? from_decimal(*number) : value_fault::bad_value;
                          },
                          [](const auto&) { return value_fault::wrong_kind; },
                      },
                      value.as_variant());
}

template <class T>
value_fault encode_integer(const field_view& value, byte_writer& out) {
    std::int64_t number = 0;
    if (const value_fault fault = to_integer(value, number); fault != value_fault::none)
        return fault;
    if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max())
        return value_fault::out_of_range;
    out.number(static_cast<T>(number));
    return value_fault::none;
}

value_fault encode_boolean(const field_view& value, byte_writer& out) {
    if (const auto* text = value.get_if<std::string_view>(); text != nullptr) {
        const bool yes = *text == "1" || same_word(*text, "true");
        if (!yes && *text != "0" && !same_word(*text, "false"))
            return value_fault::bad_value;
        out.number(static_cast<std::uint8_t>(yes));
        return value_fault::none;
    }
    std::int64_t number = 0;
    if (const value_fault fault = to_integer(value, number); fault != value_fault::none)
        return fault;
    if (number != 0 && number != 1)
        return value_fault::out_of_range;
    out.number(static_cast<std::uint8_t>(number));
    return value_fault::none;
}

value_fault encode_decimal(const field_view& value, byte_writer& out) {
    const auto put = [&out](const std::optional<decimal>& number, value_fault otherwise) {
        if (!number)
            return otherwise;
        out.bytes(number->wire());
        return value_fault::none;
    };
    return std::visit(
        overloaded{
            [&put](bool flag) { return put(decimal(flag ? 1 : 0), value_fault::none); },
            [&put](std::int64_t number) { return put(decimal(number), value_fault::none); },
            [&put](double number) { return put(decimal::from_double(number), value_fault::out_of_range); },
            [&put](float number) {
                // Through the float's own shortest text: 0.1F is 0.1, not 0.10000000149.
                std::array<char, 32> text;
                const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
                return put(decimal::parse({text.data(), static_cast<std::size_t>(end - text.data())}),
                           value_fault::out_of_range);
            },
            [&put](const decimal& number) { return put(number, value_fault::none); },
            [&put](std::string_view text) { return put(decimal::parse(text), value_fault::bad_value); },
            [](const auto&) { return value_fault::wrong_kind; },
        },
        value.as_variant());
}

/// REAL and DOUBLE are approximate by nature: they take the nearest number.
template <class T>
value_fault encode_floating(const field_view& value, byte_writer& out) {
    const auto put = [&out](double number) {
        if constexpr (std::is_same_v<T, float>) {
            if (std::isfinite(number) && std::abs(number) > std::numeric_limits<float>::max())
                return value_fault::out_of_range;
        }
        out.number(static_cast<T>(number));
        return value_fault::none;
    };
    return std::visit(overloaded{
                          [&put](bool flag) { return put(flag ? 1.0 : 0.0); },
                          [&put](std::int64_t number) { return put(static_cast<double>(number)); },
                          [&put](float number) { return put(number); },
                          [&put](double number) { return put(number); },
                          [&put](const decimal& number) { return put(number.to_double()); },
                          [&put](std::string_view text) {
                              double number = 0;
                              const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
                              if (result.ec == std::errc::result_out_of_range)
                                  return value_fault::out_of_range;
                              if (result.ec != std::errc() || result.ptr != text.data() + text.size())
                                  return value_fault::bad_value;
                              return put(number);
                          },
                          [](const auto&) { return value_fault::wrong_kind; },
                      },
                      value.as_variant());
}

void append_hex(bytes_view data, byte_writer& out) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const auto byte : data) {
        const std::array<char, 2> pair = {digits[std::to_integer<std::size_t>(byte >> 4)],
                                          digits[std::to_integer<std::size_t>(byte & std::byte{0x0F})]};
        out.text({pair.data(), pair.size()});
    }
}

value_fault encode_text(const field_view& value, value_context& context, byte_writer& out) {
    const auto number = [&out](auto n) {
        std::array<char, 32> text;
        const auto end = std::to_chars(text.data(), text.data() + text.size(), n).ptr;
        out.text({text.data(), static_cast<std::size_t>(end - text.data())});
        return value_fault::none;
    };
    return std::visit(overloaded{
                          [](std::monostate) { return value_fault::wrong_kind; },
                          [&number](bool flag) { return number(flag ? 1 : 0); },
                          [&number](std::int64_t n) { return number(n); },
                          [&number](float n) { return number(n); },
                          [&number](double n) { return number(n); },
                          [&](std::string_view text) {
                              return context.text.append_encoded(text, out.buffer()) ? value_fault::none
                                                                                     : value_fault::unmappable;
                          },
                          [&out](bytes_view data) {
                              append_hex(data, out);
                              return value_fault::none;
                          },
                          [&out](const auto& other) {
                              out.text(other.to_string());
                              return value_fault::none;
                          },
                      },
                      value.as_variant());
}

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

value_fault encode_binary(const data_type& type, const field_view& value, byte_writer& out) {
    if (const auto* data = value.get_if<bytes_view>(); data != nullptr) {
        out.bytes(*data);
        return value_fault::none;
    }
    if (const auto* number = value.get_if<std::int64_t>(); number != nullptr) {
        // Big-endian, cut to the last bytes for a shorter column, as every driver sends integers for binary.
        const int size = type.precision >= 1 && type.precision <= 7 ? type.precision : 8;
        for (int byte = size - 1; byte >= 0; --byte)
            out.number(static_cast<std::uint8_t>(static_cast<std::uint64_t>(*number) >> (8 * byte)));
        return value_fault::none;
    }
    if (const auto* text = value.get_if<std::string_view>(); text != nullptr) {
        if (text->size() % 2 != 0)
            return value_fault::bad_value;
        for (std::size_t i = 0; i < text->size(); i += 2) {
            const int high = hex_digit((*text)[i]);
            const int low = hex_digit((*text)[i + 1]);
            if (high < 0 || low < 0)
                return value_fault::bad_value;
            out.number(static_cast<std::uint8_t>(high * 16 + low));
        }
        return value_fault::none;
    }
    return value_fault::wrong_kind;
}

void put_bits(std::uint64_t bits, std::size_t size, byte_writer& out) {
    out.bytes(std::as_bytes(std::span(&bits, 1)).first(size));
}

/// The timestamp in the session's zone, without zone.
value_fault to_session_zone(timestamp& value, const value_context& context) noexcept {
    if (!value.time.offset_minutes)
        return value_fault::none;
    const int minutes = context.session_zone - *value.time.offset_minutes;
    value.time.offset_minutes.reset();
    return detail::shift(value, minutes) ? value_fault::none : value_fault::out_of_range;
}

value_fault encode_date(const field_view& value, const value_context& context, byte_writer& out) {
    date result;
    if (const auto* day = value.get_if<date>(); day != nullptr) {
        result = *day;
    } else if (const auto* point = value.get_if<timestamp>(); point != nullptr) {
        timestamp local = *point;
        if (!local.valid())
            return value_fault::bad_value;
        if (const value_fault fault = to_session_zone(local, context); fault != value_fault::none)
            return fault;
        result = local.date;
    } else if (const auto* text = value.get_if<std::string_view>(); text != nullptr) {
        const auto day_of_text = date::parse(*text);
        if (!day_of_text)
            return value_fault::bad_value;
        result = *day_of_text;
    } else {
        return value_fault::wrong_kind;
    }
    if (!result.valid())
        return value_fault::bad_value;
    put_bits(detail::pack_date(result), detail::date_size, out);
    return value_fault::none;
}

value_fault encode_time(const field_view& value, const value_context& context, bool zoned, byte_writer& out) {
    time result;
    if (const auto* of_day = value.get_if<time>(); of_day != nullptr) {
        result = *of_day;
    } else if (const auto* point = value.get_if<timestamp>(); point != nullptr) {
        result = point->time;
    } else if (const auto* text = value.get_if<std::string_view>(); text != nullptr) {
        const auto of_text = time::parse(*text);
        if (!of_text)
            return value_fault::bad_value;
        result = *of_text;
    } else {
        return value_fault::wrong_kind;
    }
    if (!result.valid())
        return value_fault::bad_value;
    if (!zoned && result.offset_minutes)
        detail::shift(result, context.session_zone - *result.offset_minutes);
    put_bits(detail::pack_time(result, 1000), detail::time_size, out);
    if (zoned)
        out.number(result.offset_minutes.value_or(context.session_zone));
    return value_fault::none;
}

value_fault encode_timestamp(const data_type& type, const field_view& value, const value_context& context,
                             byte_writer& out) {
    const bool zoned = type.id == type_id::datetime_tz || type.id == type_id::datetime2_tz;
    const bool nanoseconds = type.id == type_id::datetime2 || type.id == type_id::datetime2_tz;
    timestamp result;
    if (const auto* point = value.get_if<timestamp>(); point != nullptr) {
        result = *point;
    } else if (const auto* day = value.get_if<date>(); day != nullptr) {
        result.date = *day;
    } else if (const auto* text = value.get_if<std::string_view>(); text != nullptr) {
        const auto of_text = timestamp::parse(*text);
        if (!of_text)
            return value_fault::bad_value;
        result = *of_text;
    } else {
        return value_fault::wrong_kind;
    }
    if (!result.valid())
        return value_fault::bad_value;
    if (!zoned) {
        if (const value_fault fault = to_session_zone(result, context); fault != value_fault::none)
            return fault;
        const bool local = (type.scale & detail::local_time_zone_scale) != 0;
        if (local && !detail::shift(result, context.database_zone - context.session_zone))
            return value_fault::out_of_range;
    }
    put_bits(detail::pack_date(result.date), detail::date_size, out);
    if (nanoseconds)
        put_bits(detail::pack_time(result.time, 1), detail::datetime2_size - detail::date_size, out);
    else
        put_bits(detail::pack_time(result.time, 1000), detail::time_size, out);
    if (zoned)
        out.number(result.time.offset_minutes.value_or(context.session_zone));
    return value_fault::none;
}

/// True if @p leading has no more digits than its declared precision (0: DM8's default of 2).
constexpr bool leading_fits(std::int64_t leading, int precision) noexcept {
    std::int64_t bound = 1;
    for (int i = 0; i < (precision == 0 ? 2 : precision); ++i)
        bound *= 10;
    return leading > -bound && leading < bound;
}

value_fault encode_interval(const interval_ym& value, byte_writer& out) {
    const auto leading = value.qualifier == interval_qualifier::month ? value.months : value.years;
    if (value.qualifier > interval_qualifier::month || value.leading_precision > 9)
        return value_fault::bad_value;
    if (!leading_fits(leading, value.leading_precision))
        return value_fault::out_of_range;
    out.number(value.years);
    out.number(value.months);
    out.number(value.scale_word());
    return value_fault::none;
}

value_fault encode_interval(const interval_ds& value, byte_writer& out) {
    using enum interval_qualifier;
    if (value.qualifier < day || value.qualifier > second || value.leading_precision > 9 ||
        value.seconds_precision > 6 || value.microseconds <= -1'000'000 || value.microseconds >= 1'000'000)
        return value_fault::bad_value;
    const auto leading = value.qualifier <= day_to_second    ? value.days
                         : value.qualifier <= hour_to_second ? value.hours
                         : value.qualifier == second         ? value.seconds
                                                             : value.minutes;
    if (!leading_fits(leading, value.leading_precision))
        return value_fault::out_of_range;
    for (const std::int32_t part : {value.days, value.hours, value.minutes, value.seconds, value.microseconds})
        out.number(part);
    out.number(value.scale_word());
    return value_fault::none;
}

value_fault encode_structured(const field_view& value, byte_writer& out) {
    const auto* encoded = value.get_if<bytes_view>();
    if (encoded == nullptr)
        return value_fault::wrong_kind;
    out.bytes(*encoded);
    return value_fault::none;
}

/// Appends; what a fault leaves behind is taken away by the caller.
value_fault encode_bare(const data_type& type, const field_view& value, value_context& context, byte_writer& out) {
    switch (type.id) {
        case type_id::char_:
        case type_id::varchar2:
        case type_id::varchar:
        case type_id::clob:
            return encode_text(value, context, out);
        case type_id::blob:
            if (type.scale == object_blob_scale)
                return encode_structured(value, out);
            return encode_binary(type, value, out);
        case type_id::binary:
        case type_id::varbinary:
            return encode_binary(type, value, out);
        case type_id::bit:
        case type_id::boolean:
            return encode_boolean(value, out);
        case type_id::tinyint:
            return encode_integer<std::int8_t>(value, out);
        case type_id::smallint:
            return encode_integer<std::int16_t>(value, out);
        case type_id::integer:
            return encode_integer<std::int32_t>(value, out);
        case type_id::bigint:
            return encode_integer<std::int64_t>(value, out);
        case type_id::decimal:
            return encode_decimal(value, out);
        case type_id::real:
            return encode_floating<float>(value, out);
        case type_id::double_:
            return encode_floating<double>(value, out);
        case type_id::date:
            return encode_date(value, context, out);
        case type_id::time:
            return encode_time(value, context, false, out);
        case type_id::time_tz:
            return encode_time(value, context, true, out);
        case type_id::datetime:
        case type_id::datetime_tz:
        case type_id::datetime2:
        case type_id::datetime2_tz:
            return encode_timestamp(type, value, context, out);
        case type_id::interval_ym: {
            const auto* interval = value.get_if<interval_ym>();
            return interval != nullptr ? encode_interval(*interval, out) : value_fault::wrong_kind;
        }
        case type_id::interval_ds: {
            const auto* interval = value.get_if<interval_ds>();
            return interval != nullptr ? encode_interval(*interval, out) : value_fault::wrong_kind;
        }
        case type_id::array:
        case type_id::class_:
        case type_id::record:
        case type_id::static_array:
            return encode_structured(value, out);
        case type_id::null:
        case type_id::unknown:
        case type_id::cursor:
            break;
    }
    return value_fault::unsupported;
}

}  // namespace

value_fault encode_value(const data_type& type, const field_view& value, value_context& context,
                         std::vector<std::byte>& out) {
    const std::size_t begin = out.size();
    byte_writer writer(out);
    const bool head = is_lob(type.id) && context.place == value_place::row;
    if (head)
        encode_lob({}, context.lobs(), out);
    const value_fault fault = encode_bare(type, value, context, writer);
    if (fault != value_fault::none) {
        out.resize(begin);
        return fault;
    }
    if (head) {
        const std::size_t size = out.size() - begin - lob_head_bytes(true, context.lobs());
        writer.patch(begin + detail::lob_length_offset, static_cast<std::int32_t>(size));
    }
    return value_fault::none;
}

value_fault encode_counted_value(const data_type& type, const field_view& value, value_context& context,
                                 std::vector<std::byte>& out) {
    const std::size_t begin = out.size();
    byte_writer writer(out);
    if (value.is_null()) {
        writer.number(length_marker::null);
        return value_fault::none;
    }
    const auto* encoded = value.get_if<bytes_view>();
    if (encoded != nullptr && is_structured(type.id) && encoded->size() > length_marker::max_short_parameter) {
        if (!context.long_values ||
            encoded->size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
            return value_fault::too_long;
        writer.number(length_marker::long_value);
        writer.counted<std::int32_t>(*encoded);
        return value_fault::none;
    }
    writer.number(std::uint16_t{0});
    value_fault fault = encode_value(type, value, context, out);
    const std::size_t size = out.size() - begin - sizeof(std::uint16_t);
    if (fault == value_fault::none && size > length_marker::max_short_parameter)
        fault = value_fault::too_long;
    if (fault == value_fault::none)
        writer.patch(begin, static_cast<std::uint16_t>(size));
    else
        out.resize(begin);
    return fault;
}

}  // namespace dmkit::wire

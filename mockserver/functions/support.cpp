#include "mockserver/functions/support.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace dmkit::mock {

namespace {
[[noreturn]] void unanswered(const char* function) {
    throw sql_error::unsupported(function);
}
}  // namespace

std::optional<std::int64_t> database_facts::last_identity() {
    unanswered("@@IDENTITY");
}
std::optional<std::int64_t> database_facts::global_identity() {
    unanswered("GLOBAL_IDENTITY");
}
std::int64_t database_facts::row_count() {
    unanswered("SQL%ROWCOUNT");
}
std::int64_t database_facts::found_rows() {
    unanswered("FOUND_ROWS");
}
std::optional<std::int64_t> database_facts::identity_current(std::string_view) {
    unanswered("IDENT_CURRENT");
}
std::optional<std::int64_t> database_facts::identity_seed(std::string_view) {
    unanswered("IDENT_SEED");
}
std::optional<std::int64_t> database_facts::identity_increment(std::string_view) {
    unanswered("IDENT_INCR");
}
std::optional<std::string> database_facts::schema_name(std::int64_t) {
    unanswered("SF_GET_SCHEMA_NAME_BY_ID");
}
std::optional<std::int64_t> database_facts::user_id(std::string_view) {
    unanswered("USER_ID");
}
std::optional<std::int64_t> database_facts::object_id(std::string_view, std::string_view) {
    unanswered("OBJECT_ID");
}
std::optional<std::string> database_facts::parameter(std::string_view) {
    unanswered("SF_GET_PARA_VALUE");
}
std::optional<std::int64_t> database_facts::sequence_current(std::string_view, std::string_view) {
    unanswered("SF_SEQ_CURRVAL");
}
bool database_facts::may_see(std::int64_t, std::int64_t) {
    unanswered("SF_CHECK_PRIV_OPT");
}

namespace functions {

void fail(int code) {
    throw sql_error(code);
}

std::int64_t as_integer(const field_view& value) {
    switch (value.kind()) {
        case field_kind::boolean:
            return value.get<bool>() ? 1 : 0;
        case field_kind::int64:
            return value.get<std::int64_t>();
        case field_kind::decimal:
            if (const auto number = value.get<decimal>().to_int64())
                return *number;
            fail(code::overflow);
        case field_kind::float_:
        case field_kind::double_: {
            const double rounded = std::round(as_double(value));
            // 2^63 is exactly a double, INT64_MAX is not.
            if (!(rounded >= -9223372036854775808.0 && rounded < 9223372036854775808.0))
                fail(code::overflow);
            return static_cast<std::int64_t>(rounded);
        }
        default:
            fail(code::argument_type);
    }
}

decimal as_decimal(const field_view& value) {
    switch (value.kind()) {
        case field_kind::decimal:
            return value.get<decimal>();
        case field_kind::boolean:
        case field_kind::int64:
            return decimal(as_integer(value));
        case field_kind::float_: {
            // A float's own shortest digits, not those of the double it widens to.
            char digits[32];
            const auto end = std::to_chars(digits, digits + sizeof digits, value.get<float>()).ptr;
            if (const auto number = decimal::parse(std::string_view(digits, static_cast<std::size_t>(end - digits))))
                return *number;
            fail(code::overflow);
        }
        case field_kind::double_:
            if (const auto number = decimal::from_double(value.get<double>()))
                return *number;
            fail(code::overflow);
        default:
            fail(code::argument_type);
    }
}

double as_double(const field_view& value) {
    switch (value.kind()) {
        case field_kind::double_:
            return value.get<double>();
        case field_kind::float_:
            return static_cast<double>(value.get<float>());
        case field_kind::decimal:
            return value.get<decimal>().to_double();
        case field_kind::boolean:
        case field_kind::int64:
            return static_cast<double>(as_integer(value));
        default:
            fail(code::argument_type);
    }
}

std::string_view as_text(const field_view& value) {
    if (const auto* text = value.get_if<std::string_view>())
        return *text;
    fail(code::argument_type);
}

dmkit::bytes_view as_bytes(const field_view& value) {
    if (const auto* data = value.get_if<dmkit::bytes_view>())
        return *data;
    fail(code::argument_type);
}

timestamp as_timestamp(const field_view& value) {
    if (const auto* moment = value.get_if<timestamp>())
        return *moment;
    if (const auto* day = value.get_if<date>())
        return {*day, {}};
    if (const auto* clock = value.get_if<time>())
        return {{1900, 1, 1}, *clock};
    fail(code::argument_type);
}

date as_date(const field_view& value) {
    if (const auto* day = value.get_if<date>())
        return *day;
    return as_timestamp(value).date;
}

field finite(double value) {
    if (!std::isfinite(value))
        fail(code::overflow);
    return value;
}

float to_float(double value) {
    if (std::isfinite(value) && std::fabs(value) > static_cast<double>(std::numeric_limits<float>::max()))
        fail(code::overflow);
    return static_cast<float>(value);
}

decimal need(std::optional<decimal> value) {
    if (!value)
        fail(code::overflow);
    return *value;
}

std::int64_t within(std::int64_t value, type_id id) {
    std::int64_t low = INT64_MIN, high = INT64_MAX;
    switch (id) {
        case type_id::tinyint:
            low = INT8_MIN, high = INT8_MAX;
            break;
        case type_id::smallint:
            low = INT16_MIN, high = INT16_MAX;
            break;
        case type_id::integer:
            low = INT32_MIN, high = INT32_MAX;
            break;
        default:
            break;
    }
    if (value < low || value > high)
        fail(code::overflow);
    return value;
}

void check_text_size(const call_context& context, std::size_t size) {
    if (size <= context.text_limit)
        return;
    if (context.text_limit < longest_clob)
        fail(code::overflow);
    throw sql_error::unsupported(fmt::format("a CLOB or BLOB of more than {} MiB", longest_clob >> 20U));
}

field concatenate_texts(call_context& context, argument_list arguments) {
    std::size_t size = 0;
    bool any = false;
    for (const field_view& argument : arguments) {
        if (argument.is_null())
            continue;
        any = true;
        size += as_text(argument).size();
    }
    if (!any)
        return nullptr;
    check_text_size(context, size);
    std::string result;
    result.reserve(size);
    for (const field_view& argument : arguments)
        if (!argument.is_null())
            result += as_text(argument);
    return result;
}

bool same_word(std::string_view a, std::string_view b) {
    const auto upper = [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char one, char other) { return upper(one) == upper(other); });
}

std::string upper_ascii(std::string_view text) {
    std::string result(text);
    for (char& letter : result)
        if (letter >= 'a' && letter <= 'z')
            letter = static_cast<char>(letter - 'a' + 'A');
    return result;
}

}  // namespace functions

}  // namespace dmkit::mock

#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mockserver/functions/function_table.hpp"

/// Calls functions as a statement would: literals, resolved, converted, printed as DM8 prints the result.
namespace dmkit::mock::functions_test {

/// An argument with the type that a literal of it has.
struct literal {
    typed_argument type;
    field value;

    literal(int number) : literal(static_cast<std::int64_t>(number)) {}
    literal(std::int64_t number) : literal(field(number)) {}
    literal(double number) : literal(field(number)) {}
    literal(const char* text) : literal(field(text)) {}
    literal(std::nullptr_t) : literal(field(nullptr)) {}
    literal(const field& any) : type{type_of(field_view(any)), any}, value(any) {}
    literal(data_type given, const field& any) : type{given, any}, value(any) {}
};

inline literal dec(const char* digits) {
    return field(decimal(std::string_view(digits)));
}
inline literal on_day(const char* text) {
    return field(read_date(text).value());
}
inline literal clock_time(const char* text) {
    return field(read_time(text).value());
}
inline literal moment(const char* text) {
    return field(read_timestamp(text).value());
}
inline literal raw(std::initializer_list<int> values) {
    bytes data;
    for (const int value : values)
        data.push_back(static_cast<std::byte>(value));
    return field(data);
}
inline std::int32_t word(interval_qualifier qualifier, int leading = 2, int seconds = 6) {
    return static_cast<std::int32_t>(qualifier) << 8 | leading << 4 | seconds;
}
inline literal months(const char* text, interval_qualifier qualifier, int leading = 2) {
    return field(read_interval_ym(text, word(qualifier, leading, 0)).value());
}
inline literal seconds(const char* text, interval_qualifier qualifier, int leading = 2) {
    return field(read_interval_ds(text, word(qualifier, leading)).value());
}

inline call_context default_context() {
    call_context context;
    // 2024-05-17 08:30:15.123456 UTC, a Friday.
    context.now = std::chrono::system_clock::time_point(std::chrono::microseconds(1715934615123456));
    return context;
}

struct outcome {
    field value;
    data_type type;
};

inline outcome compute(call_context& context, std::string_view name, const std::vector<literal>& arguments) {
    std::vector<typed_argument> types;
    types.reserve(arguments.size());
    for (const literal& argument : arguments)
        types.push_back(argument.type);
    const resolution found = resolve(name, types);
    std::vector<field> converted;
    converted.reserve(arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i)
        converted.push_back(convert(context, arguments[i].value, arguments[i].type.type,
                                    found.converted_argument_types[i], conversion_mode::implicit));
    const std::vector<field_view> views(converted.begin(), converted.end());
    return {call(*found.function, context, views, found.result), found.result};
}

inline std::string print(const outcome& result) {
    return result.value.is_null() ? "NULL" : to_text(result.value, result.type);
}

inline std::string run(call_context& context, std::string_view name, const std::vector<literal>& arguments) {
    return print(compute(context, name, arguments));
}

inline std::string run(std::string_view name, const std::vector<literal>& arguments) {
    call_context context = default_context();
    return run(context, name, arguments);
}

/// The code of the refusal, 0 for none.
inline int refusal(std::string_view name, const std::vector<literal>& arguments) {
    try {
        static_cast<void>(run(name, arguments));
        return 0;
    } catch (const sql_error& error) {
        return error.code();
    }
}

/// A line of the manual: the call and what DM8 prints.
struct printed {
    const char* id;  ///< in the corpus of the manual's statements
    const char* name;
    std::vector<literal> arguments;
    const char* expected;
};

inline void check(std::initializer_list<printed> lines) {
    for (const printed& line : lines) {
        std::string result;
        try {
            result = run(line.name, line.arguments);
        } catch (const sql_error& error) {
            result = "refused " + std::to_string(error.code()) +
                     (error.arguments().empty() ? "" : " " + error.arguments().front());
        }
        EXPECT_EQ(result, line.expected) << line.id << ' ' << line.name;
    }
}

}  // namespace dmkit::mock::functions_test

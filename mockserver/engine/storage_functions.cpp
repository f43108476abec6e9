#include <sqlite3.h>

#include <new>
#include <string>
#include <vector>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/connection.hpp"
#include "mockserver/functions/function_table.hpp"

namespace dmkit::mock {

namespace {

/// @p Action is called with the functions, the context and the arguments.
template <auto Action>
void bridge(sqlite3_context* context, int count, sqlite3_value** values) {
    auto& owner = *static_cast<connection*>(sqlite3_user_data(context));
    try {
        if (owner.overdue())
            throw sql_error(codes::statement_timeout);
        Action(owner.functions(), context, count, values);
    } catch (const sql_error& error) {
        owner.fail(error);
        sqlite3_result_error(context, "dmkit", -1);
    } catch (const std::exception& error) {
        sqlite3_result_error(context, error.what(), -1);
    }
}

void identity(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int64(context, functions.next_identity(sqlite3_value_int(values[0])));
}

void identity_given(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    if (sqlite3_value_type(values[1]) == SQLITE_NULL)
        return sqlite3_result_null(context);
    const std::int64_t value = sqlite3_value_int64(values[1]);
    functions.note_identity(sqlite3_value_int(values[0]), value);
    sqlite3_result_int64(context, value);
}

/// Of a NULL, and of 0 if the third argument says so, the next value is made.
void identity_or_given(storage_functions& functions, sqlite3_context* context, int count, sqlite3_value** values) {
    const bool zero_too = sqlite3_value_int(values[2]) != 0;
    if (sqlite3_value_type(values[1]) == SQLITE_NULL || (zero_too && sqlite3_value_int64(values[1]) == 0))
        return identity(functions, context, count, values);
    identity_given(functions, context, count, values);
}

void next_value(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int64(context, functions.next_value(sqlite3_value_int(values[0])));
}

void next_value_of_row(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int64(context, functions.next_value(sqlite3_value_int(values[0]), sqlite3_value_int(values[1]),
                                                       sqlite3_value_int64(values[2])));
}

void current_value(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int64(context, functions.current_value(sqlite3_value_int(values[0])));
}

void current_row(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** /*values*/) {
    sqlite3_result_int64(context, functions.current_row());
}

void row_count(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** /*values*/) {
    sqlite3_result_int64(context, functions.changed_rows());
}

void last_identity(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** /*values*/) {
    if (const auto value = functions.last_generated())
        sqlite3_result_int64(context, *value);
    else
        sqlite3_result_null(context);
}

void ident_current(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int64(context, functions.current_identity(sqlite3_value_int(values[0])));
}

/// The number of the first of the other arguments that is the first one, from 1; NULL is NULL. 0 if none is. The
/// arguments are of one type.
template <letter_case how>
void first_equal(storage_functions& /*functions*/, sqlite3_context* context, int count, sqlite3_value** values) {
    const auto bytes = [](sqlite3_value* value) {
        const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
        return std::string_view(data ? data : "", static_cast<std::size_t>(sqlite3_value_bytes(value)));
    };
    const auto same = [&](sqlite3_value* a, sqlite3_value* b) {
        const int type = sqlite3_value_type(a);
        if (type == SQLITE_NULL || type != sqlite3_value_type(b))
            return type == sqlite3_value_type(b);
        switch (type) {
            case SQLITE_INTEGER:
                return sqlite3_value_int64(a) == sqlite3_value_int64(b);
            case SQLITE_FLOAT:
                return sqlite3_value_double(a) == sqlite3_value_double(b);
            case SQLITE_TEXT:
                return compare_text(bytes(a), bytes(b), how) == 0;
            default:
                return bytes(a) == bytes(b);
        }
    };
    int number = 1;
    while (number < count && !same(values[0], values[number]))
        ++number;
    sqlite3_result_int(context, number < count ? number : 0);
}

void raise(storage_functions& /*functions*/, sqlite3_context* /*context*/, int count, sqlite3_value** values) {
    std::vector<std::string> arguments;
    for (int i = 1; i < count; ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[i]));
        arguments.emplace_back(text ? text : "");
    }
    throw sql_error(sqlite3_value_int(values[0]), std::move(arguments));
}

template <letter_case how>
int compare(void* /*data*/, int size_a, const void* a, int size_b, const void* b) {
    return compare_text({static_cast<const char*>(a), static_cast<std::size_t>(size_a)},
                        {static_cast<const char*>(b), static_cast<std::size_t>(size_b)}, how);
}

}  // namespace

void add_storage_functions(connection& connection) {
    struct entry {
        const char* name;
        int count;
        void (*call)(sqlite3_context*, int, sqlite3_value**);
    };
    static constexpr entry entries[] = {
        {"dmkit_identity", 1, bridge<identity>},
        {"dmkit_identity_given", 2, bridge<identity_given>},
        {"dmkit_identity_or_given", 3, bridge<identity_or_given>},
        {"dmkit_nextval", 3, bridge<next_value_of_row>},
        {"dmkit_nextval", 1, bridge<next_value>},
        {"dmkit_currval", 1, bridge<current_value>},
        {"dmkit_rowcount", 0, bridge<row_count>},
        {"dmkit_current_row", 0, bridge<current_row>},
        {"dmkit_last_identity", 0, bridge<last_identity>},
        {"dmkit_ident_current", 1, bridge<ident_current>},
        {"dmkit_raise", -1, bridge<raise>},
    };
    const auto add = [&](const entry& each) {
        if (sqlite3_create_function_v2(connection.handle(), each.name, each.count, SQLITE_UTF8, &connection, each.call,
                                       nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::bad_alloc();
    };
    for (const entry& each : entries)
        add(each);
    const bool counts = letter_case_of(connection.context().case_sensitive) == letter_case::counts;
    add({"dmkit_first_equal", -1,
         counts ? bridge<first_equal<letter_case::counts>> : bridge<first_equal<letter_case::ignored>>});
    if (sqlite3_create_collation_v2(connection.handle(), "DM", SQLITE_UTF8, nullptr,
                                    counts ? compare<letter_case::counts> : compare<letter_case::ignored>,
                                    nullptr) != SQLITE_OK)
        throw std::bad_alloc();
}

}  // namespace dmkit::mock

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

void next_value(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int64(context, functions.next_value(sqlite3_value_int(values[0])));
}

void current_value(storage_functions& functions, sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    sqlite3_result_int64(context, functions.current_value(sqlite3_value_int(values[0])));
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

void raise(storage_functions& /*functions*/, sqlite3_context* /*context*/, int count, sqlite3_value** values) {
    std::vector<std::string> arguments;
    for (int i = 1; i < count; ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[i]));
        arguments.emplace_back(text ? text : "");
    }
    throw sql_error(sqlite3_value_int(values[0]), std::move(arguments));
}

int compare(void* /*data*/, int size_a, const void* a, int size_b, const void* b) {
    return compare_text({static_cast<const char*>(a), static_cast<std::size_t>(size_a)},
                        {static_cast<const char*>(b), static_cast<std::size_t>(size_b)});
}

}  // namespace

void add_storage_functions(connection& connection) {
    struct entry {
        const char* name;
        int count;
        void (*call)(sqlite3_context*, int, sqlite3_value**);
    };
    static constexpr entry entries[] = {
        {"dmkit_identity", 1, bridge<identity>},           {"dmkit_identity_given", 2, bridge<identity_given>},
        {"dmkit_nextval", 1, bridge<next_value>},          {"dmkit_currval", 1, bridge<current_value>},
        {"dmkit_rowcount", 0, bridge<row_count>},          {"dmkit_last_identity", 0, bridge<last_identity>},
        {"dmkit_ident_current", 1, bridge<ident_current>}, {"dmkit_raise", -1, bridge<raise>},
    };
    for (const entry& each : entries)
        if (sqlite3_create_function_v2(connection.handle(), each.name, each.count, SQLITE_UTF8, &connection, each.call,
                                       nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::bad_alloc();
    if (sqlite3_create_collation_v2(connection.handle(), "DM", SQLITE_UTF8, nullptr, compare, nullptr) != SQLITE_OK)
        throw std::bad_alloc();
}

}  // namespace dmkit::mock

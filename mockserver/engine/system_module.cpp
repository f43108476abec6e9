#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "mockserver/engine/connection.hpp"

/// dmkit_system('NAME') of plan.hpp as a virtual table of SQLite: it has a hidden column for the name and as many
/// others as the widest relation. Rows are those of the moment in which a scan begins.
namespace dmkit::mock {

namespace {

struct system_module : sqlite3_vtab {
    explicit system_module(connection& connection) : sqlite3_vtab{}, owner(connection) {}
    connection& owner;
};

struct system_cursor : sqlite3_vtab_cursor {
    system_cursor() : sqlite3_vtab_cursor{} {}
    std::shared_ptr<const std::vector<system_row>> rows;
    std::size_t at = 0;
};

system_cursor& cursor_of(sqlite3_vtab_cursor* cursor) {
    return *static_cast<system_cursor*>(cursor);
}

std::size_t widest_relation() {
    std::size_t widest = 0;
    for (const system_relation& which : system_relations())
        widest = std::max(widest, which.columns.size());
    return widest;
}

int connect(sqlite3* handle, void* owner, int /*count*/, const char* const* /*arguments*/, sqlite3_vtab** made,
            char** /*error*/) {
    static const std::string declaration = [] {
        std::string columns;
        for (std::size_t i = 0; i < widest_relation(); ++i)
            columns += fmt::format("c{}, ", i);
        return "CREATE TABLE system(" + columns + "name HIDDEN)";
    }();
    const int status = sqlite3_declare_vtab(handle, declaration.c_str());
    if (status == SQLITE_OK)
        *made = std::make_unique<system_module>(*static_cast<connection*>(owner)).release();
    return status;
}

int disconnect(sqlite3_vtab* module) {
    delete static_cast<system_module*>(module);
    return SQLITE_OK;
}

/// The name must be given; everything else SQLite looks at itself.
int choose_plan(sqlite3_vtab* /*module*/, sqlite3_index_info* plan) {
    constexpr double rows_guessed = 200;
    const int name = static_cast<int>(widest_relation());
    for (int i = 0; i < plan->nConstraint; ++i) {
        const auto& constraint = plan->aConstraint[i];
        if (constraint.iColumn != name || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!constraint.usable)
            return SQLITE_CONSTRAINT;
        plan->aConstraintUsage[i].argvIndex = 1;
        plan->aConstraintUsage[i].omit = 1;
        plan->estimatedCost = rows_guessed;
        plan->estimatedRows = static_cast<sqlite3_int64>(rows_guessed);
        return SQLITE_OK;
    }
    return SQLITE_CONSTRAINT;
}

int open_cursor(sqlite3_vtab* /*module*/, sqlite3_vtab_cursor** made) {
    *made = std::make_unique<system_cursor>().release();
    return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
    delete static_cast<system_cursor*>(cursor);
    return SQLITE_OK;
}

int begin_scan(sqlite3_vtab_cursor* cursor, int /*number*/, const char* /*text*/, int count, sqlite3_value** values) {
    auto* module = static_cast<system_module*>(cursor->pVtab);
    try {
        const auto* name = count > 0 ? reinterpret_cast<const char*>(sqlite3_value_text(values[0])) : nullptr;
        cursor_of(cursor).rows = module->owner.functions().system_rows(name ? name : "");
        cursor_of(cursor).at = 0;
        return SQLITE_OK;
    } catch (const sql_error& error) {
        module->owner.fail(error);
    } catch (const std::exception& error) {
        module->owner.fail(sql_error::internal(error));
    }
    return SQLITE_ERROR;
}

int next_row(sqlite3_vtab_cursor* cursor) {
    ++cursor_of(cursor).at;
    return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* cursor) {
    return cursor_of(cursor).at >= cursor_of(cursor).rows->size() ? 1 : 0;
}

/// The rows live as long as the cursor stands on them.
int give_column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
    const system_row& row = (*cursor_of(cursor).rows)[cursor_of(cursor).at];
    if (static_cast<std::size_t>(column) >= row.size())
        return SQLITE_OK;
    const system_value& value = row[static_cast<std::size_t>(column)];
    if (const auto* number = std::get_if<std::int64_t>(&value))
        sqlite3_result_int64(context, *number);
    else if (const auto* text = std::get_if<std::string>(&value);
             text && !(text->empty() && static_cast<system_module*>(cursor->pVtab)->owner.context().empty_text_is_null))
        sqlite3_result_text64(context, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (const auto* blob = std::get_if<bytes>(&value))
        sqlite3_result_blob64(context, blob->data(), blob->size(), SQLITE_TRANSIENT);
    return SQLITE_OK;
}

int give_row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
    *id = static_cast<sqlite3_int64>(cursor_of(cursor).at);
    return SQLITE_OK;
}

sqlite3_module make_module() {
    sqlite3_module module{};
    module.xConnect = connect;
    module.xDisconnect = disconnect;
    module.xBestIndex = choose_plan;
    module.xOpen = open_cursor;
    module.xClose = close_cursor;
    module.xFilter = begin_scan;
    module.xNext = next_row;
    module.xEof = at_end;
    module.xColumn = give_column;
    module.xRowid = give_row_id;
    return module;
}

}  // namespace

void add_system_tables(connection& connection) {
    static const sqlite3_module module = make_module();
    sqlite3_create_module_v2(connection.handle(), "dmkit_system", &module, &connection, nullptr);
}

}  // namespace dmkit::mock

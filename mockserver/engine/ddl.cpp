#include "mockserver/engine/ddl.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <sqlite3.h>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/constraint_error.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/engine/table_sql.hpp"

namespace dmkit::mock {

namespace {
void check_foreign_keys(const ddl_place& place) {
    for (const object_id id : place.foreign_keys)
        for (const auto& [table_id, table] : place.catalog.tables())
            if (const constraint_info* key = table->find_constraint(id);
                key && key->enabled && violates(place.connection, *table, *key))
                throw foreign_key_error(*key);
}
}  // namespace

void run_ddl(const sql::statement& tree, ddl_place& place) {
    try {
        std::visit(
            [&]<class Node>(const Node& node) {
                if constexpr (requires { run(node, place); })
                    run(node, place);
                else
                    throw std::logic_error("no definition");
            },
            tree.node);
    } catch (sql_error& error) {
        throw error.at(position_of(tree.where));
    }
    check_foreign_keys(place);
}

std::string_view qualifier_of(const sql::qualified_name& name) {
    return name.qualifier() ? std::string_view(name.qualifier()->name) : std::string_view();
}

source_position position_of(const sql::source_range& where) {
    return {.line = static_cast<int>(where.line), .column = static_cast<int>(where.column), .token = {}};
}

void require_owner(const ddl_place& place, std::string_view schema) {
    const schema_info& info = place.catalog.require_schema(schema);
    if (info.system || (info.owner != place.user && !place.catalog.has_role(place.user, "DBA")))
        throw sql_error(codes::no_ddl_privilege);
}

object_name new_name(const ddl_place& place, const sql::qualified_name& name, std::string_view system_privilege) {
    const std::string_view written = qualifier_of(name);
    object_name made{place.catalog.require_schema(written.empty() ? place.schema : written).name, name.last().name};
    require_owner(place, made.schema);
    if (!place.catalog.may(place.user, system_privilege))
        throw sql_error(codes::no_ddl_privilege);
    return made;
}

table_info table_to_change(const ddl_place& place, const sql::qualified_name& name) {
    const auto table = place.catalog.resolve_table(qualifier_of(name), name.last().name, place.schema);
    if (!place.catalog.may(place.user, privilege::alter, table->schema, table->id))
        throw sql_error(codes::no_ddl_privilege);
    return *table;
}

void require_readable(const ddl_place& place, std::span<const access> accesses) {
    for (const access& each : accesses)
        if (!place.catalog.may(place.user, each.privilege, each.schema, each.object))
            throw sql_error(codes::no_select_privilege, {each.name});
}

void add_functions(ddl_place& place, const std::vector<function_use>& functions) {
    for (const function_use& function : functions)
        place.connection.add_function(function);
}

namespace {
void add_functions_of(ddl_place& place, const table_info& table) {
    for (const stored_expression* expression : stored_expressions(table))
        add_functions(place, expression->functions);
}

/// A record takes at most half a page, less what the page itself needs.
int largest_row(const ddl_place& place, const table_info& table) {
    return table.long_rows ? 0 : place.server.profile.page_size / 2;
}
}  // namespace

void put(ddl_place& place, table_info table) {
    place.catalog.put(std::make_shared<const table_info>(std::move(table)));
}

void create_index_storage(ddl_place& place, const table_info& table, const index_info& index) {
    if (table.global_temporary)
        return;  // each session makes its own
    for (const index_key& key : index.keys)
        if (key.expression)
            add_functions(place, key.expression->functions);
    place.execute(create_index_sql(table, index));
}

void create_storage(ddl_place& place, const table_info& table) {
    put(place, table);
    if (table.global_temporary)
        return;
    add_functions_of(place, table);
    place.execute(create_table_sql(table, table.storage_name(), largest_row(place, table)));
    for (const index_info& index : table.indexes)
        create_index_storage(place, table, index);
}

namespace {
/// Lets rows be copied whatever the CHECKs say: NOVALIDATE let some in, and what must hold is looked at by itself.
class unchecked_rows {
  public:
    explicit unchecked_rows(connection& connection) : connection_(connection) {
        connection_.execute("PRAGMA ignore_check_constraints=ON");
    }
    unchecked_rows(const unchecked_rows&) = delete;
    unchecked_rows& operator=(const unchecked_rows&) = delete;
    ~unchecked_rows() {
        sqlite3_exec(connection_.handle(), "PRAGMA ignore_check_constraints=OFF", nullptr, nullptr, nullptr);
    }

  private:
    connection& connection_;
};

/// Finds rows that contradict a condition which is new or reads changed values.
void check_rows(const ddl_place& place, const table_info& before, const table_info& after,
                const std::map<column_id, std::string>& values, object_id not_validated) {
    const std::vector<row_condition> held = row_conditions(before, largest_row(place, before));
    const std::string exempt = fmt::format("k{}", not_validated);
    for (const row_condition& condition : row_conditions(after, largest_row(place, after))) {
        const bool known = std::any_of(held.begin(), held.end(), [&](const row_condition& each) {
            return each.name == condition.name && each.sql == condition.sql;
        });
        const bool touched = condition.columns.empty()
                                 ? !values.empty()
                                 : std::any_of(condition.columns.begin(), condition.columns.end(),
                                               [&](column_id column) { return values.contains(column); });
        if ((known && !touched) || condition.name == exempt)
            continue;
        const statement_use violation(place.connection.prepare(
            fmt::format("SELECT 1 FROM {} WHERE NOT ({}) LIMIT 1", after.storage_name(), condition.sql)));
        if (place.connection.step(violation.get()))
            throw constraint_failure{constraint_failure::what::check, condition.name};
    }
}
}  // namespace

namespace {
/// True if the change only appends columns that are NULL in every row: SQLite does that without touching a row. It
/// looks at all of them if the table has CHECKs.
bool only_adds_empty_columns(const ddl_place& place, const table_info& before, const table_info& after,
                             const std::map<column_id, std::string>& values) {
    const std::size_t kept = before.columns.size();
    const int limit = largest_row(place, after);
    if (after.columns.size() <= kept || values.size() != after.columns.size() - kept ||
        after.indexes.size() != before.indexes.size() || !row_conditions(after, limit).empty())
        return false;
    table_info head = after;
    head.columns.resize(kept);
    return create_table_sql(head, {}, limit) == create_table_sql(before, {}, limit) &&
           std::all_of(after.columns.begin() + static_cast<std::ptrdiff_t>(kept), after.columns.end(),
                       [&](const column_info& added) {
                           const auto value = values.find(added.id);
                           return added.nullable && !added.computed && value != values.end() && value->second == "NULL";
                       });
}
}  // namespace

void rebuild_storage(ddl_place& place, const table_info& before, const table_info& after,
                     const std::map<column_id, std::string>& values, object_id not_validated) {
    put(place, after);
    if (after.global_temporary)
        return;
    add_functions_of(place, before);
    add_functions_of(place, after);
    if (only_adds_empty_columns(place, before, after, values)) {
        for (std::size_t i = before.columns.size(); i < after.columns.size(); ++i)
            place.execute(
                fmt::format("ALTER TABLE {} ADD COLUMN {}", after.storage_name(), column_sql(after.columns[i])));
        return;
    }
    const std::string copy = fmt::format("r{}", after.id);
    place.execute(create_table_sql(after, copy, largest_row(place, after)));
    std::string columns = "rowid";
    std::string sources = "rowid";
    for (const column_info& column : after.columns) {
        if (column.computed)
            continue;
        columns += ", " + column.storage_name();
        const auto value = values.find(column.id);
        sources += ", " + (value == values.end() ? column.storage_name() : value->second);
    }
    {
        const unchecked_rows unchecked(place.connection);
        place.execute(
            fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", copy, columns, sources, before.storage_name()));
    }
    place.execute(fmt::format("DROP TABLE {0}; ALTER TABLE {1} RENAME TO {0}", before.storage_name(), copy));
    check_rows(place, before, after, values, not_validated);
    for (const index_info& index : after.indexes)
        create_index_storage(place, after, index);
}

bool refers_to(const constraint_info& constraint, object_id table, const std::vector<column_id>& columns) {
    return constraint.kind == constraint_kind::foreign_key && constraint.referenced_table == table &&
           (columns.empty() ||
            std::is_permutation(columns.begin(), columns.end(), constraint.referenced_columns.begin(),
                                constraint.referenced_columns.end()));
}

bool has_key(const table_info& table, const std::vector<column_id>& columns) {
    return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const index_info& index) {
        return index.unique && index.keys.size() == columns.size() &&
               std::all_of(index.keys.begin(), index.keys.end(), [&](const index_key& key) {
                   return std::find(columns.begin(), columns.end(), key.column) != columns.end();
               });
    });
}

void require_referenced_keys(const ddl_place& place, const table_info& table, const std::string& dropped) {
    for (const auto& [id, other] : place.catalog.tables())
        for (const constraint_info& constraint : id == table.id ? table.constraints : other->constraints)
            if (refers_to(constraint, table.id, {}) && !has_key(table, constraint.referenced_columns))
                throw sql_error(codes::object_depended_on, {dropped});
}

void drop_references(ddl_place& place, const table_info& table, const std::vector<column_id>& columns, bool cascade) {
    const auto refers = [&](const constraint_info& each) { return refers_to(each, table.id, columns); };
    // The loop changes the catalog, so it walks over what was there before.
    const auto tables = place.catalog.tables();
    for (const auto& [id, other] : tables) {
        if (id == table.id || std::none_of(other->constraints.begin(), other->constraints.end(), refers))
            continue;
        if (!cascade)
            throw sql_error(codes::object_depended_on, {table.name});
        table_info changed = *other;
        std::erase_if(changed.constraints, refers);
        rebuild_storage(place, *other, changed, {});
    }
}

void drop_table(ddl_place& place, const table_info& table, bool cascade) {
    drop_references(place, table, {}, cascade);
    // A global temporary table has rows in sessions only.
    if (!table.global_temporary)
        place.execute("DROP TABLE " + table.storage_name());
    place.catalog.remove_object(table.schema, table.name);
    place.afterwards.emplace_back([&counters = place.server.counters, id = table.id] { counters.forget(id); });
}

}  // namespace dmkit::mock

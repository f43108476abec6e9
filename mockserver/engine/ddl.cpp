#include "mockserver/engine/ddl.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/engine/table_sql.hpp"

namespace dmkit::mock {

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
    object_name made{std::string(written.empty() ? place.schema : written), name.last().name};
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

void rebuild_storage(ddl_place& place, const table_info& before, const table_info& after,
                     const std::map<column_id, std::string>& values) {
    put(place, after);
    if (after.global_temporary)
        return;
    add_functions_of(place, before);
    add_functions_of(place, after);
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
    place.execute(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", copy, columns, sources, before.storage_name()));
    place.execute(fmt::format("DROP TABLE {0}; ALTER TABLE {1} RENAME TO {0}", before.storage_name(), copy));
    for (const index_info& index : after.indexes)
        create_index_storage(place, after, index);
}

void drop_references(ddl_place& place, const table_info& table, const std::vector<column_id>& columns, bool cascade) {
    const auto refers = [&](const constraint_info& constraint) {
        return constraint.kind == constraint_kind::foreign_key && constraint.referenced_table == table.id &&
               (columns.empty() ||
                std::is_permutation(columns.begin(), columns.end(), constraint.referenced_columns.begin(),
                                    constraint.referenced_columns.end()));
    };
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

#include <algorithm>

#include <fmt/format.h>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/engine/table_builder.hpp"

namespace dmkit::mock {

namespace {

table_info begin_table(ddl_place& place, const object_name& name, const sql::create_table_statement& statement) {
    table_info table;
    table.id = place.catalog.next_id(catalog::id_range::table);
    table.schema = name.schema;
    table.name = name.name;
    table.names = place.catalog.names();
    table.global_temporary = statement.temporary != sql::temporary_kind::none;
    table.delete_on_commit = statement.temporary == sql::temporary_kind::delete_rows;
    table.comment = statement.comment.value_or("");
    return table;
}

/// CREATE TABLE … AS query: columns as the query gives them.
void fill_from_query(ddl_place& place, table_info& table, const sql::create_table_statement& statement) {
    const bound_query bound = bind_query(*statement.query, place.text, place.binding());
    if (!bound.rows.slots.empty())
        throw sql_error::unsupported("parameters in CREATE TABLE AS");
    require_readable(place, bound.accesses);
    if (!statement.columns.empty() && statement.columns.size() != bound.columns.size())
        throw sql_error(codes::column_count);
    std::string targets;
    for (std::size_t i = 0; i < bound.columns.size(); ++i) {
        const view_column& source = bound.columns[i];
        column_info column;
        column.id = table.next_column++;
        column.name = statement.columns.empty() ? source.name : statement.columns[i].name.name;
        require_allowed_name(column.name, table.names);
        if (table.find_column(column.name))
            throw sql_error(codes::column_exists, {column.name});
        column.type = source.type;
        column.type_name = source.type_name;
        column.length_in_characters = source.length_in_characters;
        column.nullable = source.nullable;
        targets += (i == 0 ? "" : ", ") + column.storage_name();
        table.columns.push_back(std::move(column));
    }
    table.long_rows = true;  // what a query yields has no declared limits
    create_storage(place, table);
    if (statement.without_data)
        return;
    if (table.global_temporary)
        throw sql_error::unsupported("CREATE GLOBAL TEMPORARY TABLE AS with rows");
    add_functions(place, bound.functions);
    place.execute(fmt::format("INSERT INTO {} ({}) {}", table.storage_name(), targets, bound.rows.sql));
}

/// CREATE TABLE … LIKE: the columns of the other table without its keys.
void copy_columns(ddl_place& place, table_info& table, const sql::qualified_name& name) {
    const auto source = place.catalog.resolve_table(qualifier_of(name), name.last().name, place.schema);
    const access read{source->schema, source->name, source->id, privilege::select};
    require_readable(place, {&read, 1});
    table.columns = source->columns;
    table.next_column = source->next_column;
    table.long_rows = source->long_rows;
    create_storage(place, table);
}

}  // namespace

void run(const sql::create_table_statement& statement, ddl_place& place) {
    const object_name name = new_name(place, statement.name, "CREATE TABLE");
    if (const schema_object* taken = place.catalog.find_object(name.schema, name.name)) {
        if (statement.if_not_exists)
            return;
        throw sql_error(codes::object_exists, {name_of(*taken)});
    }
    table_info table = begin_table(place, name, statement);
    if (statement.like)
        return copy_columns(place, table, *statement.like);
    if (statement.query)
        return fill_from_query(place, table, statement);
    table_builder builder(place, table);
    for (const sql::column_definition& column : statement.columns)
        builder.add_column(column);
    builder.finish();
    for (const sql::constraint_definition& constraint : statement.constraints)
        builder.add_constraint(constraint);
    builder.check_auto_increment();
    builder.check_lengths(statement.physical);
    create_storage(place, table);
    if (statement.auto_increment && table.identity_column())
        place.afterwards.emplace_back([&server = place.server, table, next = *statement.auto_increment] {
            server.counters.restart_identity(table, next);
        });
}

void run(const sql::truncate_statement& statement, ddl_place& place) {
    if (statement.partition)
        throw sql_error::unsupported("TRUNCATE of a partition");
    const table_info table = table_to_change(place, statement.table);
    if (table.global_temporary)
        throw sql_error::unsupported("TRUNCATE of a temporary table");
    place.execute("DELETE FROM " + table.storage_name());
    for (const auto& [id, other] : place.catalog.tables())
        for (const constraint_info& constraint : other->constraints)
            if (id != table.id && refers_to(constraint, table.id, {}))
                place.foreign_keys.insert(constraint.id);
}

}  // namespace dmkit::mock

#include <algorithm>

#include <fmt/format.h>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/engine/table_builder.hpp"

namespace dmkit::mock {

namespace {

/// The plain column that a key names, or null.
const sql::column_reference* plain_column(const sql::index_key& key) {
    const auto* column = std::get_if<sql::column_reference>(&key.value.value->node);
    return column && column->name.parts.size() == 1 ? column : nullptr;
}

index_key make_key(ddl_place& place, const table_info& table, const sql::index_key& key) {
    if (const sql::column_reference* name = plain_column(key); name && table.find_column(name->name.last().name)) {
        const column_info& column = *table.find_column(name->name.last().name);
        if (holds_large_object(column))
            throw sql_error(codes::lob_compared);
        return {.column = column.id, .expression = {}, .descending = key.descending};
    }
    bound_expression bound = bind_value(*key.value.value, key.value.text, table, place.binding());
    if (!bound.deterministic)
        throw sql_error::unsupported("an index on an expression that changes by itself");
    bound.expression.text = key.value.text;
    return {.column = -1, .expression = std::move(bound.expression), .descending = key.descending};
}

bool same_keys(const index_info& a, const index_info& b) {
    return std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(),
                      [](const index_key& x, const index_key& y) {
                          return x.column == y.column && x.descending == y.descending &&
                                 x.expression.has_value() == y.expression.has_value() &&
                                 (!x.expression || x.expression->sql == y.expression->sql);
                      });
}

/// An index that is not usable enforces nothing, which the mock knows for plain ones only.
void set_usable(index_info& index, bool usable) {
    if (index.unique && !usable)
        throw sql_error::unsupported("an UNUSABLE unique index");
    index.usable = usable;
}

/// The table that has the index, and the index. @throws sql_error -5483 (ours)
table_info owner_of_index(const ddl_place& place, const sql::qualified_name& name) {
    const std::string_view written = qualifier_of(name);
    const std::string_view schema = written.empty() ? place.schema : written;
    place.catalog.require_schema(schema);
    const auto table = place.catalog.find_index_owner(schema, name.last().name);
    if (!table)
        throw sql_error(codes::unknown_object, {name.last().name});
    require_owner(place, table->schema);
    return *table;
}

std::vector<index_info>::iterator find_index(table_info& table, std::string_view name) {
    return std::find_if(table.indexes.begin(), table.indexes.end(),
                        [&](const index_info& each) { return table.names.same(each.name, name); });
}

}  // namespace

void run(const sql::create_index_statement& statement, ddl_place& place) {
    using kind = sql::index_kind;
    if (statement.kind == kind::spatial || statement.kind == kind::context)
        throw sql_error::unsupported(statement.kind == kind::spatial ? "CREATE SPATIAL INDEX" : "CREATE CONTEXT INDEX");
    table_info table = table_to_change(place, statement.table);
    const std::string_view written = qualifier_of(statement.name);
    const std::string& schema =
        place.catalog.require_schema(written.empty() ? std::string_view(table.schema) : written).name;
    require_owner(place, schema);
    if (schema != table.schema)
        throw sql_error::unsupported("an index in another schema than its table");
    const std::string& name = statement.name.last().name;
    if (const auto owner = place.catalog.find_index_owner(schema, name)) {
        if (statement.if_not_exists)
            return;
        if (!statement.or_replace || owner->id != table.id)
            throw sql_error(codes::index_exists, {name});
        const auto old = find_index(table, name);
        if (old->constraint != 0)
            throw sql_error(codes::object_depended_on, {name});
        if (!table.global_temporary)
            place.execute("DROP INDEX " + old->storage_name());
        table.indexes.erase(old);
    }
    index_info index;
    index.id = place.catalog.next_id(catalog::id_range::index);
    index.name = name;
    index.unique = statement.kind == kind::unique || statement.kind == kind::unique_cluster;
    index.visible = !statement.invisible;
    set_usable(index, !statement.unusable);
    for (const sql::index_key& key : statement.keys) {
        index_key made = make_key(place, table, key);
        const auto same = [&](const index_key& other) { return made.column >= 0 && other.column == made.column; };
        if (std::any_of(index.keys.begin(), index.keys.end(), same))
            throw sql_error(codes::column_exists, {table.find_column(made.column)->name});
        index.keys.push_back(std::move(made));
    }
    // The manual makes an index on the columns of a primary key; on other columns DM8 refuses a second.
    const constraint_info* primary = table.primary_key();
    if (std::any_of(table.indexes.begin(), table.indexes.end(), [&](const index_info& each) {
            return same_keys(each, index) && !(primary && each.constraint == primary->id);
        }))
        throw sql_error(codes::already_indexed);
    table.indexes.push_back(index);
    if (statement.or_replace)
        require_referenced_keys(place, table, name);
    put(place, table);
    create_index_storage(place, table, index);
}

void run(const sql::alter_index_statement& statement, ddl_place& place) {
    table_info table = owner_of_index(place, statement.name);
    switch (statement.action) {
        case sql::index_action::rename: {
            const std::string& name = statement.new_name.last().name;
            if (place.catalog.find_index_owner(table.schema, name))
                throw sql_error(codes::index_exists, {name});
            find_index(table, statement.name.last().name)->name = name;
            break;
        }
        case sql::index_action::visible:
        case sql::index_action::invisible:
            find_index(table, statement.name.last().name)->visible = statement.action == sql::index_action::visible;
            break;
        case sql::index_action::usable:
        case sql::index_action::unusable:
            set_usable(*find_index(table, statement.name.last().name), statement.action == sql::index_action::usable);
            break;
        case sql::index_action::rebuild:
        case sql::index_action::physical:
            return;  // how an index is stored is not seen here
    }
    put(place, std::move(table));
}

void drop_index(const sql::drop_statement& statement, ddl_place& place) {
    const std::string_view written = qualifier_of(statement.name);
    const std::string_view schema = written.empty() ? place.schema : written;
    if (statement.if_exists && !place.catalog.find_index_owner(schema, statement.name.last().name))
        return;
    table_info table = owner_of_index(place, statement.name);
    const auto index = find_index(table, statement.name.last().name);
    if (index->constraint != 0)
        throw sql_error(codes::object_depended_on, {index->name});
    if (!table.global_temporary)
        place.execute("DROP INDEX " + index->storage_name());
    table.indexes.erase(index);
    require_referenced_keys(place, table, statement.name.last().name);
    put(place, std::move(table));
}

}  // namespace dmkit::mock

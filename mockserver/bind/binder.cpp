#include "mockserver/engine/binder.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock {
namespace bind {
namespace {

/// The type names of descriptors are those of the columns, but for INT, whose name on the wire is INTEGER.
std::string type_name_of(const bound& value) {
    if (!value.origin || value.origin->type_name.empty() || value.origin->type_name == "INT")
        return descriptor_name(value.type);
    return value.origin->type_name;
}

column_description describe(const output& column) {
    column_description description;
    description.name = column.name;
    description.type = column.value.type;
    description.type_name = type_name_of(column.value);
    description.nullable = column.value.nullable;
    if (column.value.origin) {
        description.identity = column.value.origin->identity;
        description.table = column.value.origin->table;
        description.schema = column.value.origin->schema;
        description.base_name = column.value.origin->base_name;
    }
    return description;
}

scope table_scope(const table_info& table) {
    scope names;
    names.place = clause::values;
    from_item item;
    item.name = table.name;
    item.schema = table.schema;
    for (const column_info& column : table.columns) {
        scope_column made;
        made.name = column.name;
        made.sql = column.storage_name();
        made.type = column.value_type();
        made.nullable = column.nullable;
        item.columns.push_back(std::move(made));
    }
    names.items.push_back(std::move(item));
    return names;
}

std::vector<column_id> columns_read(const sql::expression& tree, const table_info& table) {
    std::vector<column_id> read;
    (void)any_of(tree, [&](const sql::expression& part) {
        if (const auto* reference = std::get_if<sql::column_reference>(&part.node))
            if (const column_info* column = table.find_column(std::string_view(reference->name.last().name)))
                if (std::find(read.begin(), read.end(), column->id) == read.end())
                    read.push_back(column->id);
        return false;
    });
    return read;
}

bound_expression stored(const sql::expression& tree, std::string_view text, const table_info& table, bound value,
                        const statement_binder& binder) {
    bound_expression made;
    if (tree.where.offset + tree.where.length <= text.size())
        made.expression.text = tree.where.in(text);
    made.expression.sql = std::move(value.sql);
    made.expression.functions = binder.functions();
    made.expression.columns = columns_read(tree, table);
    made.type = value.type;
    made.type_name = type_name_of(value);
    made.deterministic = binder.deterministic();
    return made;
}

}  // namespace

void statement_binder::bind_select(const sql::query_expression& query, plan& result) {
    if (query.locking)
        locking_ = &*query.locking;
    if (const auto* core = std::get_if<std::unique_ptr<sql::select_core>>(&query.first.node))
        locked_ = core->get();
    query_parts parts = bind_query(query, nullptr);
    if (query.locking && !query.locking->read_only) {
        if (!parts.updatable)
            throw sql_error(codes::no_for_update, {}, position_of(query.locking->where));
        if (query.locking->wait == sql::lock_wait::skip_locked)
            throw sql_error::unsupported("SKIP LOCKED", position_of(query.locking->where));
        result.locks = true;
        result.lock_no_wait = query.locking->wait == sql::lock_wait::nowait;
        if (query.locking->wait == sql::lock_wait::wait && query.locking->seconds) {
            const auto* seconds = std::get_if<sql::number_literal>(&query.locking->seconds->node);
            if (!seconds || seconds->kind != sql::number_kind::integer || seconds->text.size() > 9)
                throw sql_error::unsupported("WAIT of other than a number", position_of(query.locking->where));
            result.lock_wait_seconds = std::stoi(seconds->text);
        }
    }
    for (output& column : parts.outputs) {
        column.value = settle(std::move(column.value));
        result.columns.push_back(describe(column));
    }
    add_lob_rows(parts, result);
    add_row_id(query, parts, result);
    result.kind = statement_kind::select;
    result.steps.push_back(make_step(render(parts), step_role::query));
}

void statement_binder::add_lob_rows(query_parts& parts, plan& result) {
    constexpr column_id most_columns = std::numeric_limits<std::int16_t>::max();
    std::map<std::string, std::size_t> rows;
    for (std::size_t i = 0; i < result.columns.size(); ++i) {
        const bound& value = parts.outputs[i].value;
        if (!is_lob(value.type.id) || !value.origin || !value.origin->stored || value.origin->column > most_columns)
            continue;
        // A query between the table and the result hides the row.
        const column_origin& origin = *value.origin;
        if (value.sql != origin.alias + ".c" + std::to_string(origin.column))
            continue;
        result.columns[i].lob_table = origin.table_id;
        result.columns[i].lob_column = static_cast<std::int16_t>(origin.column);
        const auto [found, added] = rows.try_emplace(origin.alias, parts.outputs.size());
        result.lob_rows.push_back(found->second);
        if (!added)
            continue;
        output row;
        row.value.sql = origin.alias + ".rowid";
        row.value.type = type_of(type_id::bigint);
        parts.outputs.push_back(std::move(row));
    }
}

void statement_binder::add_row_id(const sql::query_expression& query, query_parts& parts, plan& result) {
    const auto* core = std::get_if<std::unique_ptr<sql::select_core>>(&query.first.node);
    if (!parts.updatable || !core || (query.locking && query.locking->read_only))
        return;
    const auto& from = (*core)->from;
    if (from.size() != 1 || !std::holds_alternative<sql::named_table>(from[0]->node) || (*core)->hierarchy)
        return;
    for (std::size_t i = 0; i < result.columns.size(); ++i) {
        const bound& value = parts.outputs[i].value;
        // Of a view, or with a query between the table and the result, the column has another name.
        if (!value.origin || !value.origin->stored ||
            value.sql != value.origin->alias + ".c" + std::to_string(value.origin->column))
            continue;
        result.rows_of = value.origin->table_id;
        result.row_id = parts.outputs.size();
        output row;
        row.value.sql = value.origin->alias + ".rowid";
        row.value.type = type_of(type_id::bigint);
        parts.outputs.push_back(std::move(row));
        return;
    }
}

}  // namespace bind

namespace {

/// The plan of what is explained, as one that only looks.
plan bind_explain(const sql::explain_statement& explain, const sql::statement& tree, std::string_view text,
                  const bind_context& context) {
    if (explain.for_rows)
        throw sql_error::unsupported("EXPLAIN FOR", bind::position_of(tree.where));
    plan result = bind_statement(*explain.explained, text, context);
    if (result.steps.size() != 1)
        throw sql_error::unsupported("EXPLAIN MERGE", bind::position_of(tree.where));
    result.kind = statement_kind::explain;
    result.columns.clear();
    result.lob_rows.clear();
    result.rows_of = 0;
    result.cursor.clear();
    result.writes = result.locks = false;
    return result;
}

}  // namespace

plan bind_statement(const sql::statement& tree, std::string_view text, const bind_context& context) {
    bind::statement_binder binder(context, text);
    binder.declare_parameters(tree.parameters);
    plan result;
    if (const auto* query = std::get_if<sql::query_ptr>(&tree.node))
        binder.bind_select(**query, result);
    else if (const auto* insert = std::get_if<sql::insert_statement>(&tree.node))
        binder.bind_insert(*insert, result);
    else if (const auto* update = std::get_if<sql::update_statement>(&tree.node))
        binder.bind_update(*update, result);
    else if (const auto* remove = std::get_if<sql::delete_statement>(&tree.node))
        binder.bind_delete(*remove, result);
    else if (const auto* merge = std::get_if<sql::merge_statement>(&tree.node))
        binder.bind_merge(*merge, result);
    else if (std::holds_alternative<sql::multi_insert_statement>(tree.node))
        throw sql_error::unsupported("INSERT ALL", bind::position_of(tree.where));
    else if (const auto* explain = std::get_if<sql::explain_statement>(&tree.node))
        return bind_explain(*explain, tree, text, context);
    else
        throw sql_error::unsupported("this statement", bind::position_of(tree.where));
    binder.finish(result);
    return result;
}

bound_query bind_query(const sql::query_expression& query, std::string_view text, const bind_context& context) {
    bind::statement_binder binder(context, text);
    bind::query_parts parts = binder.bind_query(query, nullptr);
    bound_query result;
    for (bind::output& column : parts.outputs) {
        column.value = binder.settle(std::move(column.value));
        if (column.value.is_null())
            column.value.type = {type_id::varchar, 1, 0};
        const column_description description = bind::describe(column);
        const auto& origin = column.value.origin;
        const bool in_characters = origin && origin->in_characters;
        result.columns.push_back({description.name, in_characters ? *origin->in_characters : description.type,
                                  description.type_name, description.nullable, std::string(), in_characters});
    }
    result.rows = binder.make_step(binder.render(parts), step_role::query);
    result.functions = binder.functions();
    result.references = binder.references();
    result.accesses = binder.accesses();
    for (const auto& [offset, star] : binder.stars())
        result.stars.push_back(star);
    return result;
}

plan bind_expression(const sql::expression& tree, std::string_view text, const bind_context& context) {
    bind::statement_binder binder(context, text);
    bind::scope nothing;
    nothing.place = bind::clause::values;
    bind::bound value = binder.bind_any(tree, nothing);
    if (value.condition)
        value.type = type_of(type_id::bit);
    value = binder.settle(std::move(value));
    plan result;
    bind::output column;
    column.value = value;
    result.columns.push_back(bind::describe(column));
    result.steps.push_back(binder.make_step("SELECT " + value.sql, step_role::query));
    binder.finish(result);
    return result;
}

plan bind_block_condition(const sql::expression& tree, std::string_view text, const bind_context& context) {
    bind::statement_binder binder(context, text);
    bind::scope nothing;
    nothing.place = bind::clause::values;
    plan result;
    bind::output column;
    column.value.type = type_of(type_id::bit);
    result.columns.push_back(bind::describe(column));
    result.steps.push_back(
        binder.make_step("SELECT (" + binder.condition_argument(tree, nothing) + ") IS TRUE", step_role::query));
    binder.finish(result);
    return result;
}

resolved_type resolve_type(const sql::type_name& name, const bind_context& context) {
    return bind::resolve_type_name(name, context);
}

bound_expression bind_condition(const sql::expression& tree, std::string_view text, const table_info& table,
                                const bind_context& context) {
    bind::statement_binder binder(context, text);
    binder.forbid_queries();
    bind::scope names = bind::table_scope(table);
    bind::bound value;
    value.sql = binder.bind_condition(tree, names);
    value.type = type_of(type_id::bit);
    return bind::stored(tree, text, table, std::move(value), binder);
}

bound_expression bind_value(const sql::expression& tree, std::string_view text, const table_info& table,
                            const bind_context& context) {
    bind::statement_binder binder(context, text);
    binder.forbid_queries();
    bind::scope names = bind::table_scope(table);
    return bind::stored(tree, text, table, binder.bind_value(tree, names), binder);
}

bound_assignment bind_default(const sql::expression& value, const column_info& target, const bind_context& context) {
    bind::statement_binder binder(context, {});
    binder.forbid_queries();
    bind::scope nothing;
    nothing.place = bind::clause::values;
    try {
        bound_assignment made;
        made.sql = binder.assign(binder.bind_value(value, nothing), target).sql;
        made.functions = binder.functions();
        return made;
    } catch (const sql_error& fault) {
        if (fault.code() != bind::codes::unknown_column && fault.code() != bind::codes::types_differ)
            throw;
        throw sql_error(bind::codes::invalid_default, {target.name}, fault.position());
    }
}

bound_assignment bind_conversion(std::string_view source, const data_type& from, const column_info& target) {
    static const catalog no_catalog;
    static const profile no_profile;
    const bind_context context{no_catalog, no_profile, {}, {}};
    bind::statement_binder binder(context, {});
    bind::bound value;
    value.sql = source;
    value.type = from;
    bound_assignment made;
    made.sql = binder.assign(std::move(value), target).sql;
    made.functions = binder.functions();
    return made;
}

}  // namespace dmkit::mock

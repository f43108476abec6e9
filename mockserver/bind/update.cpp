#include <algorithm>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"

namespace dmkit::mock::bind {

std::string statement_binder::assigned_value(const sql::expression& value, const column_info& column, scope& names) {
    if (std::holds_alternative<sql::default_marker>(value.node))
        return default_sql(column);
    bound made = bind_value(value, names);
    try {
        return assign(std::move(made), column).sql;
    } catch (sql_error& fault) {
        fault.at(position_of(value.where));
        throw;
    }
}

std::string statement_binder::assigned_row(const sql::assignment& assignment,
                                           const std::vector<const column_info*>& columns, scope& names) {
    const auto* query = std::get_if<sql::scalar_subquery>(&assignment.value->node);
    if (!query)
        throw sql_error(codes::value_count, {}, position_of(assignment.where));
    query_parts parts = bind_query(*query->query, &names);
    if (parts.outputs.size() != columns.size())
        throw sql_error(codes::value_count, {}, position_of(assignment.where));
    parts = wrapped(std::move(parts));
    std::string values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        bound value = parts.outputs[i].value;
        function_use single;
        single.kind = function_use::what::aggregate;
        single.aggregate = "$SINGLE";
        single.arguments = {value.type};
        single.result = value.type;
        value.sql = call_sql(std::move(single), {value.sql});
        values += (values.empty() ? "" : ", ") + assign(std::move(value), *columns[i]).sql;
    }
    return "(SELECT " + values + parts.tail + ")";
}

std::string statement_binder::assignments_sql(const std::vector<sql::assignment>& assignments, const dml_table& target,
                                              scope& names, std::vector<const column_info*>* assigned) {
    std::vector<const column_info*> known;
    std::string text;
    const clause place = std::exchange(names.place, clause::values);
    for (const sql::assignment& assignment : assignments) {
        std::vector<const column_info*> columns;
        for (const sql::qualified_name& name : assignment.targets) {
            const column_info& column = target_column(target, name);
            require_updatable_identity(target, column, context_, name.where);
            if (std::find(known.begin(), known.end(), &column) != known.end())
                throw sql_error(codes::duplicate_target, {column.name}, position_of(name.where));
            known.push_back(&column);
            columns.push_back(&column);
        }
        const auto* row = std::get_if<sql::row_value>(&assignment.value->node);
        text += text.empty() ? "" : ", ";
        if (columns.size() == 1) {
            text += columns[0]->storage_name() + " = " + assigned_value(*assignment.value, *columns[0], names);
        } else if (row) {
            if (row->elements.size() != columns.size())
                throw sql_error(codes::value_count, {}, position_of(assignment.where));
            for (std::size_t i = 0; i < columns.size(); ++i)
                text += (i ? ", " : "") + columns[i]->storage_name() + " = " +
                        assigned_value(*row->elements[i], *columns[i], names);
        } else {
            std::string list;
            for (const column_info* column : columns)
                list += (list.empty() ? "" : ", ") + column->storage_name();
            text += "(" + list + ") = " + assigned_row(assignment, columns, names);
        }
    }
    for (const column_info& column : target.table->columns)
        if (column.on_update_value && std::find(known.begin(), known.end(), &column) == known.end())
            text += ", " + column.storage_name() + " = " + assigned_value(*column.on_update_value, column, names);
    names.place = place;
    if (assigned)
        *assigned = std::move(known);
    return text;
}

std::string statement_binder::rows_condition(const std::string& storage, const from_item& item,
                                             const std::string& others, const std::string& condition,
                                             const sql::row_limit* limit) {
    std::string text = " WHERE rowid IN (SELECT " + item.alias + ".rowid FROM " + storage + " AS " + item.alias;
    if (!others.empty())
        text += ", " + others;
    if (!condition.empty())
        text += " WHERE " + condition;
    if (limit) {
        const bound_limit cut = bind_limit(*limit);
        if (cut.percent || cut.with_ties)
            throw sql_error::unsupported("PERCENT or WITH TIES here", position_of(limit->where));
        text += " LIMIT " + (cut.count.empty() ? std::string("-1") : "max(0, " + cut.count + ")");
        if (!cut.offset.empty())
            text += " OFFSET " + cut.offset;
    }
    return text + ")";
}

void statement_binder::bind_update(const sql::update_statement& statement, plan& result) {
    if (statement.returning)
        throw sql_error::unsupported("RETURNING", position_of(statement.returning->where));
    const dml_table target = bind_target(statement.target, privilege::update);
    const std::string storage = target.table->storage_name();
    scope names;
    names.items.push_back(target_item(target));
    std::string others;
    if (!statement.from.empty()) {
        if (statement.limit)
            throw sql_error::unsupported("UPDATE … FROM with LIMIT", position_of(statement.limit->where));
        bind_from(statement.from, names, others);
    }
    const from_item item = names.items[0];
    names.place = clause::where;
    const std::string assignments = assignments_sql(statement.assignments, target, names, nullptr);
    std::string condition = view_condition(target, item);
    if (statement.where_condition)
        condition += (condition.empty() ? "" : " AND ") + bind_condition(*statement.where_condition, names);
    std::string sql = "UPDATE " + storage + " AS " + item.alias + " SET " + assignments;
    if (!others.empty())
        sql += " FROM " + others;
    if (statement.limit)
        sql += rows_condition(storage, item, {}, condition, &*statement.limit);
    else if (!condition.empty())
        sql += " WHERE " + condition;
    result.kind = statement_kind::update;
    result.writes = true;
    result.target = target.table->id;
    result.steps.push_back(make_step(std::move(sql), step_role::change));
}

void statement_binder::bind_delete(const sql::delete_statement& statement, plan& result) {
    if (statement.returning)
        throw sql_error::unsupported("RETURNING", position_of(statement.returning->where));
    const dml_table target = bind_target(statement.target, privilege::delete_);
    const std::string storage = target.table->storage_name();
    scope names;
    names.items.push_back(target_item(target));
    std::string others;
    bind_from(statement.from, names, others);
    const from_item item = names.items[0];
    names.place = clause::where;
    std::string condition = view_condition(target, item);
    if (statement.where_condition)
        condition += (condition.empty() ? "" : " AND ") + bind_condition(*statement.where_condition, names);
    std::string sql = "DELETE FROM " + storage;
    if (!others.empty() || statement.limit)
        sql += rows_condition(storage, item, others, condition, statement.limit ? &*statement.limit : nullptr);
    else
        sql += " AS " + item.alias + (condition.empty() ? std::string() : " WHERE " + condition);
    result.kind = statement_kind::delete_;
    result.writes = true;
    result.target = target.table->id;
    result.steps.push_back(make_step(std::move(sql), step_role::change));
}

}  // namespace dmkit::mock::bind

#include <algorithm>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"

namespace dmkit::mock::bind {
namespace {

/// The table of the list, or of a join in it, that goes by the name; null if there is none.
const sql::named_table* find_listed(const sql::table_reference& table, const sql::qualified_name& name,
                                    const name_order& order) {
    if (const auto* join = std::get_if<sql::joined_table>(&table.node)) {
        const sql::named_table* found = find_listed(*join->left, name, order);
        return found ? found : find_listed(*join->right, name, order);
    }
    const auto* named = std::get_if<sql::named_table>(&table.node);
    if (!named || name.parts.empty())
        return nullptr;
    if (named->alias)
        return name.parts.size() == 1 && order.same(named->alias->name, name.parts[0].name) ? named : nullptr;
    return order.same(named->name.last().name, name.last().name) ? named : nullptr;
}

const sql::named_table* find_listed(const std::vector<sql::table_ptr>& tables, const sql::qualified_name& name,
                                    const name_order& order) {
    const sql::named_table* found = nullptr;
    for (const auto& table : tables)
        found = found ? found : find_listed(*table, name, order);
    return found;
}

}  // namespace

std::string statement_binder::assigned_value(const sql::expression& value, const column_info& column,
                                             const table_info& table, scope& names) {
    if (std::holds_alternative<sql::default_marker>(value.node))
        return default_sql(column, table);
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
                                              const std::string& row, scope& names,
                                              std::vector<const column_info*>* assigned) {
    std::vector<const column_info*> known;
    std::string text;
    const clause place = std::exchange(names.place, clause::values);
    std::vector<const sql::expression*> values;
    for (const sql::assignment& assignment : assignments)
        values.push_back(assignment.value.get());
    begin_row(values, row);
    for (const sql::assignment& assignment : assignments) {
        std::vector<const column_info*> columns;
        for (const sql::qualified_name& name : assignment.targets) {
            const column_info& column = target_column(target, name);
            require_updatable_identity(column, name.where);
            if (std::find(known.begin(), known.end(), &column) != known.end())
                throw sql_error(codes::duplicate_target, {column.name}, position_of(name.where));
            known.push_back(&column);
            columns.push_back(&column);
        }
        text += text.empty() ? "" : ", ";
        if (columns.size() == 1) {
            text += columns[0]->storage_name() + " = " +
                    assigned_value(*assignment.value, *columns[0], *target.table, names);
        } else {
            std::string list;
            for (const column_info* column : columns)
                list += (list.empty() ? "" : ", ") + column->storage_name();
            text += "(" + list + ") = " + assigned_row(assignment, columns, names);
        }
    }
    for (const column_info& column : target.table->columns)
        if (column.on_update_value && std::find(known.begin(), known.end(), &column) == known.end())
            text += ", " + column.storage_name() + " = " + stored_value(*column.on_update_value, column, *target.table);
    drawing_row_.reset();
    names.place = place;
    if (assigned)
        *assigned = std::move(known);
    return text;
}

std::string statement_binder::rows_condition(const std::string& from, const from_item& item,
                                             const std::string& condition, const sql::row_limit* limit) {
    std::string text = " WHERE rowid IN (SELECT " + item.alias + ".rowid FROM " + from;
    if (!condition.empty())
        text += " WHERE " + condition;
    if (limit) {
        const bound_limit cut = bind_limit(*limit);
        if (cut.percent || cut.with_ties)
            throw sql_error::unsupported("PERCENT or WITH TIES here", position_of(limit->where));
        text += cut.sql();
    }
    return text + ")";
}

std::string statement_binder::current_row(const sql::identifier& cursor, const dml_table& target, bool more,
                                          const from_item& item, plan& result) {
    if (target.view || more)
        throw sql_error::unsupported(
            target.view ? "WHERE CURRENT OF with a view" : "WHERE CURRENT OF with FROM or a limit",
            position_of(cursor.where));
    result.cursor = cursor.name;
    return item.alias + ".rowid = dmkit_current_row()";
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
    const std::string assignments =
        assignments_sql(statement.assignments, target, item.alias + ".rowid", names, nullptr);
    std::string condition = view_condition(target, item);
    if (statement.where_condition)
        condition += (condition.empty() ? "" : " AND ") + bind_condition(*statement.where_condition, names);
    if (statement.cursor)
        condition = current_row(*statement.cursor, target, !statement.from.empty() || statement.limit, item, result);
    std::string sql = "UPDATE " + storage + " AS " + item.alias + " SET " + assignments;
    if (!others.empty())
        sql += " FROM " + others;
    if (statement.limit)
        sql += rows_condition(storage + " AS " + item.alias, item, condition, &*statement.limit);
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
    // `DELETE x FROM t x, …`: the target may be named as the list names it.
    const sql::named_table* listed = find_listed(statement.from, statement.target.name, context_.catalog.names());
    sql::dml_target meant;
    if (listed) {
        meant.name = listed->name;
        meant.alias = listed->alias;
        meant.where = statement.target.where;
    }
    const dml_table target = bind_target(listed ? meant : statement.target, privilege::delete_);
    const std::string storage = target.table->storage_name();
    scope names;
    std::string from;
    from_item item;
    if (statement.from.empty()) {
        item = target_item(target);
        names.items.push_back(item);
        from = storage + " AS " + item.alias;
    } else {
        bind_from(statement.from, names, from);
        const auto found = std::find_if(names.items.begin(), names.items.end(), [&](const from_item& each) {
            return context_.catalog.names().same(each.name, target.name) && each.table == target.table->id;
        });
        if (!listed || found == names.items.end())
            throw sql_error(codes::unknown_table, {spelled(statement.target.name)},
                            position_of(statement.target.where));
        item = *found;
    }
    names.place = clause::where;
    std::string condition = view_condition(target, item);
    if (statement.where_condition)
        condition += (condition.empty() ? "" : " AND ") + bind_condition(*statement.where_condition, names);
    if (statement.cursor)
        condition = current_row(*statement.cursor, target, !statement.from.empty() || statement.limit, item, result);
    std::string sql = "DELETE FROM " + storage;
    if (!statement.from.empty() || statement.limit)
        sql += rows_condition(from, item, condition, statement.limit ? &*statement.limit : nullptr);
    else
        sql += " AS " + item.alias + (condition.empty() ? std::string() : " WHERE " + condition);
    result.kind = statement_kind::delete_;
    result.writes = true;
    result.target = target.table->id;
    result.steps.push_back(make_step(std::move(sql), step_role::change));
}

}  // namespace dmkit::mock::bind

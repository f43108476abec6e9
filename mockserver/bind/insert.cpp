#include <algorithm>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"

namespace dmkit::mock::bind {
namespace {

bool is_default(const sql::expression& node) {
    return std::holds_alternative<sql::default_marker>(node.node);
}

bool gives_itself(const column_info& column) {
    return column.identity && !column.identity->auto_increment;
}

/// Whether a row of the table may have to be there before another one.
bool refers_to_itself(const table_info& table) {
    return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const constraint_info& constraint) {
        return constraint.kind == constraint_kind::foreign_key && constraint.referenced_table == table.id;
    });
}

/// Parameters and numbers only: nothing is called, so that one row leaves no trace that another sees.
bool is_plain(std::string_view values) {
    return values.find_first_of("('\"") == std::string_view::npos;
}

}  // namespace

std::string statement_binder::stored_number(std::string sql, const column_info& column) {
    bound counted;
    counted.sql = std::move(sql);
    counted.type = type_of(type_id::bigint);
    return assign(std::move(counted), column).sql;
}

std::string statement_binder::next_identity(const table_info& table, const column_info& column) {
    return stored_number("dmkit_identity(" + std::to_string(table.id) + ")", column);
}

std::vector<const column_info*> statement_binder::insert_columns(const std::vector<sql::qualified_name>& names,
                                                                 const dml_table& target, std::size_t values,
                                                                 const sql::source_range& at) const {
    std::vector<const column_info*> columns;
    for (const sql::qualified_name& name : names) {
        const column_info& column = target_column(target, name);
        if (std::find(columns.begin(), columns.end(), &column) != columns.end())
            throw sql_error(codes::duplicate_target, {column.name}, position_of(name.where));
        columns.push_back(&column);
    }
    if (names.empty()) {
        std::size_t all = 0;
        bool identity = false;
        for (const auto& [name, column] : target.columns) {
            if (!column)
                throw sql_error(codes::not_updatable, {name}, position_of(at));
            if (column->computed)
                continue;
            ++all;
            identity = identity || gives_itself(*column);
            if (!gives_itself(*column))
                columns.push_back(column);
        }
        if (identity && values == all)
            throw sql_error(codes::identity_given, {}, position_of(at));
    }
    if (columns.size() != values)
        throw sql_error(codes::value_count, {}, position_of(at));
    return columns;
}

std::vector<std::pair<const column_info*, std::string>> statement_binder::omitted_values(
    const table_info& table, const std::vector<const column_info*>& columns) {
    std::vector<std::pair<const column_info*, std::string>> omitted;
    for (const column_info& column : table.columns) {
        if (column.computed || std::find(columns.begin(), columns.end(), &column) != columns.end())
            continue;
        if (column.identity)
            omitted.emplace_back(&column, next_identity(table, column));
        else if (column.default_value)
            omitted.emplace_back(&column, default_sql(column, table));
    }
    return omitted;
}

std::string statement_binder::inserted_value(bound value, const column_info& column, const table_info& table,
                                             bool named, const sql::source_range& at) {
    try {
        value = assign(std::move(value), column);
    } catch (sql_error& fault) {
        fault.at(position_of(at));
        throw;
    }
    if (!column.identity)
        return column.default_on_null && column.default_value
                   ? "coalesce(" + value.sql + ", " + default_sql(column, table) + ")"
                   : value.sql;
    if (!column.identity->auto_increment && (!named || context_.identity_insert != table.id))
        throw sql_error(codes::identity_given, {}, position_of(at));
    // Counters are integers; the column may be a DECIMAL.
    value.literal.reset();
    const std::string given = std::to_string(table.id) + ", " + coerce(std::move(value), type_of(type_id::bigint)).sql;
    if (column.identity->auto_increment)
        return stored_number("dmkit_identity_or_given(" + given + ", 1)", column);
    if (context_.identity_replace_null)
        return stored_number("dmkit_identity_or_given(" + given + ", 0)", column);
    return stored_number("dmkit_identity_given(" + given + ")", column);
}

std::vector<const sql::expression*> statement_binder::row_values(const std::vector<sql::expression_ptr>& row,
                                                                 const table_info& table,
                                                                 const std::vector<const column_info*>& columns) {
    std::vector<const sql::expression*> values;
    for (std::size_t i = 0; i < row.size(); ++i)
        if (!is_default(*row[i]))
            values.push_back(row[i].get());
        else if (columns[i]->default_value)
            values.push_back(columns[i]->default_value.get());
    for (const column_info& column : table.columns)
        if (column.default_value && !column.computed &&
            std::find(columns.begin(), columns.end(), &column) == columns.end())
            values.push_back(column.default_value.get());
    return values;
}

std::string statement_binder::insert_row(const std::vector<sql::expression_ptr>& row, const dml_table& target,
                                         const std::vector<const column_info*>& columns, bool named, scope& names) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const column_info& column = *columns[i];
        text += text.empty() ? "" : ", ";
        if (is_default(*row[i]))
            text += column.identity ? next_identity(*target.table, column) : default_sql(column, *target.table);
        else
            text += inserted_value(bind_value(*row[i], names), column, *target.table, named, row[i]->where);
    }
    return text;
}

void statement_binder::bind_insert(const sql::insert_statement& statement, plan& result) {
    if (statement.returning)
        throw sql_error::unsupported("RETURNING", position_of(statement.returning->where));
    const dml_table target = bind_target(statement.target, privilege::insert);
    const table_info& table = *target.table;
    const bool named = !statement.columns.empty();
    const auto* values = std::get_if<sql::insert_values>(&statement.source);
    const auto* query = std::get_if<sql::query_ptr>(&statement.source);

    query_parts parts;
    std::size_t count = 0;
    if (values) {
        count = values->rows[0].size();
        for (const auto& row : values->rows)
            if (row.size() != count)
                throw sql_error(codes::value_count, {}, position_of(statement.target.where));
    } else if (query) {
        parts = bind_query(**query, nullptr);
        count = parts.outputs.size();
    }
    std::vector<const column_info*> columns;
    if (values || query)
        columns = insert_columns(statement.columns, target, count, statement.target.where);
    const auto omitted = omitted_values(table, columns);

    std::string sql = "INSERT INTO " + table.storage_name();
    std::size_t plain_row = 0;
    std::string list;
    for (const column_info* column : columns)
        list += (list.empty() ? "" : ", ") + column->storage_name();
    for (const auto& [column, value] : omitted)
        list += (list.empty() ? "" : ", ") + column->storage_name();
    if (list.empty())
        sql += " DEFAULT VALUES";
    else
        sql += " (" + list + ")";
    if (query) {
        convert_outputs(parts, [&](bound value, std::size_t i) {
            const type_id before = value.type.id;
            const bool untyped = value.untyped.has_value();
            value.sql = inserted_value(value, *columns[i], table, named, statement.target.where);
            value.type = untyped || before != columns[i]->type.id ? columns[i]->value_type() : value.type;
            value.untyped.reset();
            return value;
        });
        if (!parts.order_and_limit.empty() || parts.distinct)
            parts = wrapped(std::move(parts));
        for (const auto& [column, value] : omitted) {
            output more;
            more.value.sql = value;
            more.value.type = column->value_type();
            parts.outputs.push_back(std::move(more));
        }
        sql += " " + render(parts);
    } else if (values) {
        std::string rows;
        scope names;
        names.place = clause::values;
        for (const auto& row : values->rows) {
            begin_row(row_values(row, table, columns), "0");
            std::string text = insert_row(row, target, columns, named, names);
            for (const auto& [column, value] : drawing_row_ ? omitted_values(table, columns) : omitted)
                text += (text.empty() ? "" : ", ") + value;
            rows += (rows.empty() ? "" : ", ") + std::string("(") + text + ")";
        }
        sql += " VALUES ";
        if (values->rows.size() == 1 && is_plain(std::string_view(rows).substr(1)) && !refers_to_itself(table))
            plain_row = sql.size();
        sql += rows;
    } else if (!list.empty()) {
        std::string text;
        for (const auto& [column, value] : omitted)
            text += (text.empty() ? "" : ", ") + value;
        sql += " VALUES (" + text + ")";
    }
    result.kind = statement_kind::insert;
    result.writes = true;
    result.target = table.id;
    result.steps.push_back(make_step(std::move(sql), step_role::change));
    result.steps.back().row_values = plain_row;
}

}  // namespace dmkit::mock::bind

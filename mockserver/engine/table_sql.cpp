#include "mockserver/engine/table_sql.hpp"

#include <fmt/format.h>

namespace dmkit::mock {

namespace {

/// The declared type in SQLite, chosen so that its affinity changes no value in its storage form.
std::string_view storage_type(const data_type& type) {
    switch (type.id) {
        case type_id::bit:
        case type_id::boolean:
        case type_id::tinyint:
        case type_id::smallint:
        case type_id::integer:
        case type_id::bigint:
        case type_id::date:
        case type_id::time:
        case type_id::interval_ym:
            return "INTEGER";
        case type_id::real:
        case type_id::double_:
            return "REAL";
        case type_id::char_:
        case type_id::varchar:
        case type_id::varchar2:
        case type_id::clob:
            return "TEXT COLLATE DM";
        default:
            return "BLOB";
    }
}

std::string_view action_sql(referential_action action) {
    switch (action) {
        case referential_action::cascade:
            return "CASCADE";
        case referential_action::set_null:
            return "SET NULL";
        case referential_action::no_action:
            break;
    }
    return "NO ACTION";
}

std::string column_list(const std::vector<column_id>& columns) {
    return fmt::format("c{}", fmt::join(columns, ", c"));
}

/// Empty if no row can be too long.
std::string row_size_condition(const table_info& table, int largest_row) {
    int fixed = 0;
    int largest = 0;
    std::string sum;
    for (const column_info& column : table.columns) {
        if (!column.computed)
            largest += largest_size(column);
        switch (column.type.id) {
            case type_id::char_:
            case type_id::varchar:
            case type_id::varchar2:
            case type_id::binary:
            case type_id::varbinary:
                sum += fmt::format(" + ifnull(length(CAST({} AS BLOB)), 0)", column.storage_name());
                break;
            default:
                fixed += largest_size(column);
        }
    }
    if (largest_row == 0 || largest <= largest_row)
        return {};
    return fmt::format("{}{} <= {}", fixed, sum, largest_row);
}

}  // namespace

int largest_size(const column_info& column) noexcept {
    switch (column.type.id) {
        case type_id::char_:
        case type_id::varchar:
        case type_id::varchar2:
        case type_id::binary:
        case type_id::varbinary:
            return column.value_type().precision;
        case type_id::decimal:
            return 21;
        case type_id::clob:
        case type_id::blob:
            return 43;  // what stays in the row of a value that is stored elsewhere
        case type_id::bit:
        case type_id::boolean:
        case type_id::tinyint:
            return 1;
        case type_id::smallint:
            return 2;
        case type_id::interval_ds:
            return 24;
        default:
            return 8;
    }
}

std::vector<row_condition> row_conditions(const table_info& table, int largest_row) {
    std::vector<row_condition> conditions;
    for (const constraint_info& constraint : table.constraints)
        if (constraint.kind == constraint_kind::check && constraint.enabled)
            conditions.push_back(
                {fmt::format("k{}", constraint.id), constraint.condition->sql, constraint.condition->columns});
    if (std::string size = row_size_condition(table, largest_row); !size.empty())
        conditions.push_back({std::string(row_size_check), std::move(size), {}});
    return conditions;
}

std::string column_sql(const column_info& column) {
    std::string sql = fmt::format("{} {}", column.storage_name(), storage_type(column.type));
    if (!column.nullable)
        sql += " NOT NULL";
    if (column.computed)
        fmt::format_to(std::back_inserter(sql), " GENERATED ALWAYS AS ({}) VIRTUAL", column.computed->sql);
    return sql;
}

std::string create_table_sql(const table_info& table, std::string_view name, int largest_row) {
    std::string sql = fmt::format("CREATE {}TABLE {} (", table.global_temporary ? "TEMP " : "", name);
    bool first = true;
    for (const column_info& column : table.columns) {
        sql += (first ? "" : ", ") + column_sql(column);
        first = false;
    }
    for (const row_condition& condition : row_conditions(table, largest_row))
        fmt::format_to(std::back_inserter(sql), ", CONSTRAINT {} CHECK ({})", condition.name, condition.sql);
    for (const constraint_info& constraint : table.constraints) {
        if (constraint.kind == constraint_kind::foreign_key && constraint.enabled)
            fmt::format_to(std::back_inserter(sql), ", FOREIGN KEY ({}) REFERENCES t{} ({}) ON DELETE {} ON UPDATE {}",
                           column_list(constraint.columns), constraint.referenced_table,
                           column_list(constraint.referenced_columns), action_sql(constraint.on_delete),
                           action_sql(constraint.on_update));
    }
    return sql + ")";
}

std::string create_index_sql(const table_info& table, const index_info& index) {
    std::string keys;
    for (const index_key& key : index.keys) {
        if (!keys.empty())
            keys += ", ";
        keys += key.expression ? "(" + key.expression->sql + ")" : "c" + std::to_string(key.column);
        if (key.descending)
            keys += " DESC";
    }
    return fmt::format("CREATE {}INDEX {}{} ON {} ({})", index.unique ? "UNIQUE " : "",
                       table.global_temporary ? "IF NOT EXISTS temp." : "", index.storage_name(), table.storage_name(),
                       keys);
}

std::vector<const stored_expression*> stored_expressions(const table_info& table) {
    std::vector<const stored_expression*> found;
    for (const column_info& column : table.columns)
        if (column.computed)
            found.push_back(&*column.computed);
    for (const constraint_info& constraint : table.constraints)
        if (constraint.condition && constraint.enabled)
            found.push_back(&*constraint.condition);
    for (const index_info& index : table.indexes)
        for (const index_key& key : index.keys)
            if (key.expression)
                found.push_back(&*key.expression);
    return found;
}

}  // namespace dmkit::mock

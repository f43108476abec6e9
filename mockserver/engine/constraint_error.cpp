#include "mockserver/engine/constraint_error.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/table_sql.hpp"

namespace dmkit::mock {

namespace {
/// The number after the letter of a storage name: `t1001`, `c3`, `i33555500`, `k134218800`.
object_id number_of(std::string_view name) {
    object_id id = 0;
    if (!name.empty())
        std::from_chars(name.data() + 1, name.data() + name.size(), id);
    return id;
}

struct named_columns {
    std::shared_ptr<const table_info> table;
    std::vector<column_id> columns;
};

/// Reads `t1001.c0, t1001.c1`.
named_columns read_columns(std::string_view detail, const catalog& catalog) {
    named_columns read;
    while (!detail.empty()) {
        const std::size_t comma = detail.find(", ");
        const std::string_view one = detail.substr(0, comma);
        const std::size_t dot = one.find('.');
        if (dot == std::string_view::npos)
            break;
        if (!read.table)
            read.table = catalog.find_table(number_of(one.substr(0, dot)));
        read.columns.push_back(number_of(one.substr(dot + 1)));
        detail = comma == std::string_view::npos ? std::string_view() : detail.substr(comma + 2);
    }
    return read;
}

sql_error unique_error(const table_info& table, const index_info& index, bool building) {
    if (building)
        return sql_error(codes::duplicate_rows);
    const constraint_info* constraint = index.constraint != 0 ? table.find_constraint(index.constraint) : nullptr;
    return sql_error(codes::unique_violated, {table.name, constraint ? constraint->name : index.name});
}

sql_error unique_error(std::string_view detail, const catalog& catalog, bool building) {
    constexpr std::string_view by_index = "index '";
    if (detail.starts_with(by_index)) {
        const object_id id = number_of(detail.substr(by_index.size()));
        for (const auto& [table_id, table] : catalog.tables())
            for (const index_info& index : table->indexes)
                if (index.id == id)
                    return unique_error(*table, index, building);
    }
    const named_columns named = read_columns(detail, catalog);
    if (named.table) {
        for (const index_info& index : named.table->indexes) {
            const bool same = index.unique && std::equal(index.keys.begin(), index.keys.end(), named.columns.begin(),
                                                         named.columns.end(), [](const index_key& key, column_id id) {
                                                             return key.column == id;
                                                         });
            if (same)
                return unique_error(*named.table, index, building);
        }
    }
    return building ? sql_error(codes::duplicate_rows) : sql_error(codes::unique_violated, {"", std::string(detail)});
}

sql_error not_null_error(std::string_view detail, const catalog& catalog) {
    const named_columns named = read_columns(detail, catalog);
    const column_info* column =
        named.table && !named.columns.empty() ? named.table->find_column(named.columns.front()) : nullptr;
    return sql_error(codes::not_null_violated, {column ? column->name : std::string(detail)});
}

/// The foreign key of SQLite's number: it counts from the one declared last.
const constraint_info* foreign_key_of(const table_info& table, std::int64_t number) {
    std::vector<const constraint_info*> keys;
    for (const constraint_info& constraint : table.constraints)
        if (constraint.kind == constraint_kind::foreign_key && constraint.enabled)
            keys.push_back(&constraint);
    const auto from_end = static_cast<std::size_t>(number);
    return from_end < keys.size() ? keys[keys.size() - 1 - from_end] : nullptr;
}

sql_error check_error(std::string_view detail, const catalog& catalog) {
    if (detail == row_size_check)
        return sql_error(codes::row_too_long);
    const object_id id = number_of(detail);
    for (const auto& [table_id, table] : catalog.tables())
        if (const constraint_info* constraint = table->find_constraint(id))
            return sql_error(codes::check_violated, {constraint->name});
    return sql_error(codes::check_violated, {std::string(detail)});
}
}  // namespace

sql_error constraint_error(const constraint_failure& failure, const catalog& catalog, bool building) {
    switch (failure.kind) {
        case constraint_failure::what::unique:
            return unique_error(failure.detail, catalog, building);
        case constraint_failure::what::not_null:
            return not_null_error(failure.detail, catalog);
        case constraint_failure::what::check:
            return check_error(failure.detail, catalog);
        case constraint_failure::what::foreign_key:
            break;
    }
    return sql_error(codes::foreign_key_violated, {failure.detail});
}

sql_error foreign_key_error(const constraint_info& constraint) {
    return sql_error(codes::foreign_key_violated, {constraint.name});
}

bool violates(connection& connection, const table_info& table, const constraint_info& constraint) {
    const statement_use check(connection.prepare(fmt::format("PRAGMA foreign_key_check({})", table.storage_name())));
    while (connection.step(check.get()))
        if (foreign_key_of(table, integer_column(check, 3)) == &constraint)
            return true;
    return false;
}

foreign_key_violations find_violations(connection& connection) {
    foreign_key_violations found;
    const statement_use check(connection.prepare("PRAGMA foreign_key_check"));
    while (connection.step(check.get()))
        found.insert({number_of(text_column(check, 0)), integer_column(check, 1), integer_column(check, 3)});
    return found;
}

std::optional<sql_error> violated_foreign_key(connection& connection, const catalog& catalog,
                                              const foreign_key_violations& before) {
    for (const foreign_key_violation& each : find_violations(connection)) {
        if (before.contains(each))
            continue;
        const auto table = catalog.find_table(each.table);
        const constraint_info* key = table ? foreign_key_of(*table, each.key) : nullptr;
        if (key)
            return foreign_key_error(*key);
    }
    return std::nullopt;
}

}  // namespace dmkit::mock

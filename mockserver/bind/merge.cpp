#include <algorithm>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock::bind {
namespace {

/// Where a MERGE notes which rows meet: r the target's row, u whether it is to be updated, s1, s2, … the source.
constexpr std::string_view meetings = "temp.dmkit_merge";

/// DM8's refusal when two rows of the source meet one of the target: the number is ours.
constexpr int met_twice = codes::several_rows;

}  // namespace

void statement_binder::bind_merge(const sql::merge_statement& statement, plan& result) {
    const dml_table target = bind_target(statement.target, statement.matched ? privilege::update : privilege::insert);
    if (target.view)
        throw sql_error::unsupported("MERGE INTO a view", position_of(statement.target.where));
    const table_info& table = *target.table;
    const std::string storage = table.storage_name();

    scope names;
    std::string source;
    names.place = clause::from;
    bind_table_reference(*statement.source, names, source);
    const std::size_t sources = names.items.size();
    names.items.push_back(target_item(target));
    const from_item item = names.items.back();
    names.place = clause::where;
    const std::string meeting = bind_condition(*statement.condition, names);
    std::string update_condition = "1";
    if (statement.matched && statement.matched->where_condition)
        update_condition = bind_condition(*statement.matched->where_condition, names);

    // The rows are paired once, before anything changes; all that follows reads the pairs.
    std::string pairs = "CREATE TABLE " + std::string(meetings) + " AS SELECT " + item.alias + ".rowid AS r, " +
                        item.alias + ".rowid IS NOT NULL AND " + update_condition + " AS u";
    int count = 0;
    for (std::size_t i = 0; i < sources; ++i)
        for (scope_column& column : names.items[i].columns) {
            const std::string name = "s" + std::to_string(++count);
            pairs += ", " + column.sql + " AS " + name;
            column.sql = "m." + name;
        }
    pairs += " FROM " + source + " LEFT JOIN " + storage + " AS " + item.alias + " ON " + meeting;
    result.steps.push_back(make_step("DROP TABLE IF EXISTS " + std::string(meetings), step_role::helper));
    result.steps.push_back(make_step(std::move(pairs), step_role::helper));
    result.steps.push_back(make_step("SELECT dmkit_raise(" + std::to_string(met_twice) + ") FROM " +
                                         std::string(meetings) + " WHERE u GROUP BY r HAVING count(*) > 1",
                                     step_role::helper));
    if (statement.matched) {
        std::vector<const column_info*> assigned;
        const std::string assignments =
            assignments_sql(statement.matched->assignments, target, item.alias + ".rowid", names, &assigned);
        (void)any_of(*statement.condition, [&](const sql::expression& part) {
            const auto* reference = std::get_if<sql::column_reference>(&part.node);
            if (!reference)
                return false;
            const found_column found = find_column(reference->name, names, context_.catalog.names());
            for (const column_info* column : assigned)
                if (found.column && found.column->sql == item.alias + "." + column->storage_name())
                    throw sql_error(codes::merge_updates_condition, {}, position_of(statement.target.where));
            return false;
        });
        result.steps.push_back(make_step("UPDATE " + storage + " AS " + item.alias + " SET " + assignments + " FROM " +
                                             std::string(meetings) + " AS m WHERE " + item.alias +
                                             ".rowid = m.r AND m.u",
                                         step_role::change));
        if (statement.matched->delete_where) {
            accesses_.push_back({table.schema, table.name, table.id, privilege::delete_});
            result.steps.push_back(make_step(
                "DELETE FROM " + storage + " WHERE rowid IN (SELECT " + item.alias + ".rowid FROM " + storage + " AS " +
                    item.alias + ", " + std::string(meetings) + " AS m WHERE " + item.alias +
                    ".rowid = m.r AND m.u AND " + bind_condition(*statement.matched->delete_where, names) + ")",
                step_role::helper));
        }
    }
    if (statement.not_matched) {
        if (statement.matched)
            accesses_.push_back({table.schema, table.name, table.id, privilege::insert});
        const sql::merge_insert& insert = *statement.not_matched;
        scope source_names;
        source_names.items.assign(names.items.begin(), names.items.begin() + static_cast<std::ptrdiff_t>(sources));
        const bool named = !insert.columns.empty();
        const auto columns = insert_columns(insert.columns, target, insert.values.size(), statement.target.where);
        source_names.place = clause::values;
        begin_row(row_values(insert.values, table, columns), "m.rowid");
        std::string values = insert_row(insert.values, target, columns, named, source_names);
        std::string list;
        for (const column_info* column : columns)
            list += (list.empty() ? "" : ", ") + column->storage_name();
        for (const auto& [column, value] : omitted_values(table, columns)) {
            list += (list.empty() ? "" : ", ") + column->storage_name();
            values += (values.empty() ? "" : ", ") + value;
        }
        drawing_row_.reset();
        std::string sql = "INSERT INTO " + storage + " (" + list + ") SELECT " + values + " FROM " +
                          std::string(meetings) + " AS m WHERE m.r IS NULL";
        source_names.place = clause::where;
        if (insert.where_condition)
            sql += " AND " + bind_condition(*insert.where_condition, source_names);
        result.steps.push_back(make_step(std::move(sql), step_role::change));
    }
    result.steps.push_back(make_step("DROP TABLE " + std::string(meetings), step_role::helper));
    result.kind = statement_kind::merge;
    result.writes = true;
    result.target = table.id;
}

}  // namespace dmkit::mock::bind

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock::bind {
namespace {

const sql::select_core* simple_core(const view_info& view) {
    if (!view.query || !view.query->rest.empty() || !view.query->with.empty() || view.query->limit)
        return nullptr;
    const auto* core = std::get_if<std::unique_ptr<sql::select_core>>(&view.query->first.node);
    if (!core)
        return nullptr;
    const sql::select_core& select = **core;
    if (select.quantifier == sql::set_quantifier::distinct || select.top || select.hierarchy ||
        !select.group_by.empty() || select.having || select.from.size() != 1 ||
        !std::holds_alternative<sql::named_table>(select.from[0]->node))
        return nullptr;
    for (const sql::select_item& item : select.items)
        if (item.value && (calls_aggregate(*item.value) || mentions(*item.value, "ROWNUM")))
            return nullptr;
    if (select.where_condition && mentions(*select.where_condition, "ROWNUM"))
        return nullptr;
    return core->get();
}

}  // namespace

statement_binder::dml_table statement_binder::bind_target(const sql::dml_target& target, privilege right) {
    if (target.query || target.name.parts.empty())
        throw sql_error::unsupported("changing rows of a query", position_of(target.where));
    const auto& parts = target.name.parts;
    if (parts.size() > 2)
        throw sql_error::unsupported("name of three parts for a table", position_of(target.name.where));
    relation found;
    try {
        found = context_.catalog.resolve_relation(parts.size() > 1 ? parts[0].name : std::string(), parts.back().name,
                                                  schema_);
    } catch (sql_error& fault) {
        fault.at(position_of(target.name.where));
        throw;
    }
    dml_table made;
    made.alias = target.alias;
    made.name = target.alias ? target.alias->name : parts.back().name;
    made.schema = parts.size() > 1 ? parts[0].name : schema_;
    if (const auto* view = std::get_if<std::shared_ptr<const view_info>>(&found)) {
        made.view = *view;
        note_access(made.view->schema, made.view->name, made.view->id, right);
        map_view_columns(*made.view, made, target.where);
    } else {
        made.table = std::get<std::shared_ptr<const table_info>>(found);
        note_access(made.table->schema, made.table->name, made.table->id, right);
        for (const column_info& column : made.table->columns)
            made.columns.emplace_back(column.name, &column);
    }
    return made;
}

void statement_binder::map_view_columns(const view_info& view, dml_table& target, const sql::source_range& at) {
    target.core = simple_core(view);
    if (!target.core || view.read_only || view.system)
        throw sql_error(codes::not_updatable, {view.name}, position_of(at));
    if (view.check_option)
        throw sql_error::unsupported("changing rows of a view WITH CHECK OPTION", position_of(at));
    const auto& named = std::get<sql::named_table>(target.core->from[0]->node);
    const auto& parts = named.name.parts;
    const relation base = context_.catalog.resolve_relation(parts.size() > 1 ? parts[parts.size() - 2].name : "",
                                                            parts.back().name, view.schema);
    const auto* table = std::get_if<std::shared_ptr<const table_info>>(&base);
    if (!table)
        throw sql_error::unsupported("changing rows of a view of a view", position_of(at));
    target.table = *table;
    std::vector<const column_info*> columns;
    for (const sql::select_item& item : target.core->items) {
        if (item.star) {
            for (const column_info& column : target.table->columns)
                columns.push_back(&column);
            continue;
        }
        const auto* reference = std::get_if<sql::column_reference>(&item.value->node);
        columns.push_back(reference ? target.table->find_column(std::string_view(reference->name.last().name))
                                    : nullptr);
    }
    for (std::size_t i = 0; i < columns.size() && i < view.columns.size(); ++i)
        target.columns.emplace_back(view.columns[i].name, columns[i]);
}

from_item statement_binder::target_item(const dml_table& target) {
    from_item item = bind_table(*target.table, sql::identifier{target.name, true, {}});
    if (!target.alias)
        item.schema = target.schema;
    if (!target.view)
        return item;
    // Through a view only its own columns can be seen, by their names in the view.
    std::vector<scope_column> columns;
    for (const auto& [name, column] : target.columns) {
        if (!column)
            continue;
        for (const scope_column& candidate : item.columns)
            if (candidate.name == column->name) {
                columns.push_back(candidate);
                columns.back().name = name;
                break;
            }
    }
    item.columns = std::move(columns);
    return item;
}

std::string statement_binder::view_condition(const dml_table& target, const from_item& item) {
    if (!target.core || !target.core->where_condition)
        return {};
    const auto& named = std::get<sql::named_table>(target.core->from[0]->node);
    scope names;
    names.items.push_back(bind_table(*target.table, named.alias));
    for (std::size_t i = 0; i < names.items[0].columns.size(); ++i)
        names.items[0].columns[i].sql = item.alias + "." + target.table->columns[i].storage_name();
    const std::string schema = std::exchange(schema_, target.view->schema);
    views_.push_back(target.view->id);
    std::string condition = bind_condition(*target.core->where_condition, names);
    views_.pop_back();
    schema_ = schema;
    return condition;
}

const column_info& statement_binder::target_column(const dml_table& target, const sql::qualified_name& name) const {
    const name_order& order = context_.catalog.names();
    const sql::identifier* qualifier = name.qualifier();
    const bool other_schema = name.parts.size() > 2 && (target.alias || !order.same(name.parts[0].name, target.schema));
    if (qualifier && (!order.same(qualifier->name, target.name) || other_schema || name.parts.size() > 3))
        throw sql_error(codes::unresolved_member, {spelled(name)}, position_of(name.where));
    for (const auto& [known, column] : target.columns) {
        if (!order.same(known, name.last().name))
            continue;
        if (!column || column->computed)
            throw sql_error(codes::not_updatable, {known}, position_of(name.where));
        return *column;
    }
    throw sql_error(codes::unknown_column, {name.last().name}, position_of(name.where));
}

void statement_binder::require_updatable_identity(const column_info& column, const sql::source_range& at) {
    if (column.identity && !column.identity->auto_increment)
        throw sql_error(codes::identity_given, {}, position_of(at));
}

std::string statement_binder::default_sql(const column_info& column, const table_info& table) {
    if (!column.default_value)
        return "NULL";
    return stored_value(*column.default_value, column, table);
}

std::string statement_binder::stored_value(const sql::expression& value, const column_info& column,
                                           const table_info& table) {
    scope nothing;
    nothing.place = clause::values;
    const bool queries = std::exchange(queries_allowed_, true);
    const std::string schema = std::exchange(schema_, table.schema);
    std::string text = assign(bind_value(value, nothing), column).sql;
    schema_ = schema;
    queries_allowed_ = queries;
    return text;
}

}  // namespace dmkit::mock::bind

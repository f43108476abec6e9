#include <algorithm>
#include <utility>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::bind {
namespace {

/// Views within views.
constexpr std::size_t max_view_depth = 32;

std::shared_ptr<const column_origin> origin_of(const table_info& table, const column_info& column,
                                               const std::string& alias) {
    column_origin origin;
    origin.base_name = column.name;
    origin.table = table.name;
    origin.schema = table.schema;
    origin.type_name = column.type_name;
    if (column.length_in_characters)
        origin.in_characters = column.type;
    origin.identity = column.identity.has_value();
    origin.stored = true;
    origin.table_id = table.id;
    origin.column = column.id;
    origin.alias = alias;
    return std::make_shared<const column_origin>(std::move(origin));
}

bool joins_outwards(const sql::table_reference& table) {
    const auto* join = std::get_if<sql::joined_table>(&table.node);
    return join && (join->kind == sql::join_kind::right || join->kind == sql::join_kind::full ||
                    joins_outwards(*join->left) || joins_outwards(*join->right));
}

/// The columns that an outer join fills with NULL: those of the items and the merged ones of @p from to @p to.
struct joined_part {
    std::size_t items = 0;
    std::size_t merged = 0;
};

void make_nullable(scope& where, const joined_part& from, const joined_part& to) {
    for (std::size_t i = from.items; i < to.items; ++i)
        for (scope_column& column : where.items[i].columns)
            column.nullable = true;
    for (std::size_t i = from.merged; i < to.merged; ++i)
        where.merged[i].nullable = true;
}

/// SQLite takes a join in parentheses for a query of its own: outside of it the numbers of its rows have no names.
void hide_rows(scope& where, const joined_part& from) {
    const auto hide = [](scope_column& column) {
        if (!column.origin || column.origin->alias.empty())
            return;
        column_origin hidden = *column.origin;
        hidden.alias.clear();
        column.origin = std::make_shared<const column_origin>(std::move(hidden));
    };
    for (std::size_t i = from.items; i < where.items.size(); ++i)
        std::ranges::for_each(where.items[i].columns, hide);
    std::for_each(where.merged.begin() + static_cast<std::ptrdiff_t>(from.merged), where.merged.end(), hide);
}

}  // namespace

void statement_binder::note_access(const std::string& schema, const std::string& name, object_id object,
                                   privilege right) {
    references_.push_back(object);
    // Who may read a view may see what the view's owner may see.
    if (views_.empty())
        accesses_.push_back({schema, name, object, right});
}

void statement_binder::bind_from(const std::vector<sql::table_ptr>& tables, scope& where, std::string& sql) {
    where.place = clause::from;
    for (const auto& table : tables) {
        const bool parenthesized = !sql.empty() && joins_outwards(*table);
        if (!sql.empty())
            sql += ", ";
        const joined_part from{where.items.size(), where.merged.size()};
        std::string text;
        bind_table_reference(*table, where, text);
        if (parenthesized) {
            hide_rows(where, from);
            text = "(" + text + ")";
        }
        sql += text;
    }
}

void statement_binder::bind_table_reference(const sql::table_reference& table, scope& where, std::string& sql) {
    if (const auto* named = std::get_if<sql::named_table>(&table.node))
        bind_named_table(*named, table.where, where, sql);
    else if (const auto* derived = std::get_if<sql::derived_table>(&table.node))
        bind_derived_table(*derived, table.where, where, sql);
    else if (const auto* join = std::get_if<sql::joined_table>(&table.node))
        bind_join(*join, table.where, where, sql);
    else
        throw sql_error::unsupported("table function", position_of(table.where));
}

common_table_entry* statement_binder::find_common_table(const sql::qualified_name& name) {
    if (name.parts.size() != 1)
        return nullptr;
    for (auto entry = common_tables_.rbegin(); entry != common_tables_.rend(); ++entry)
        if (context_.catalog.names().same(entry->name, name.parts[0].name))
            return &*entry;
    return nullptr;
}

from_item statement_binder::bind_table(const table_info& table, const std::optional<sql::identifier>& alias) {
    from_item item;
    item.name = alias ? alias->name : table.name;
    item.schema = alias ? std::string() : table.schema;
    item.alias = new_alias();
    item.table = table.id;
    for (const column_info& column : table.columns) {
        scope_column made;
        made.name = column.name;
        made.sql = item.alias + "." + column.storage_name();
        made.type = column.value_type();
        made.nullable = column.nullable;
        made.origin = origin_of(table, column, item.alias);
        item.columns.push_back(std::move(made));
    }
    return item;
}

void statement_binder::bind_named_table(const sql::named_table& named, const sql::source_range& at, scope& where,
                                        std::string& sql) {
    if (!queries_allowed_)
        throw sql_error::unsupported("subquery in a stored expression", position_of(at));
    if (common_table_entry* common = find_common_table(named.name)) {
        from_item item;
        item.name = named.alias ? named.alias->name : common->name;
        item.alias = new_alias();
        item.columns = common->columns;
        for (scope_column& column : item.columns)
            column.sql = item.alias + "." + column.sql;
        common->mentions.push_back(item.alias);
        sql += common->alias + " AS " + item.alias;
        where.items.push_back(std::move(item));
        return;
    }
    const auto& parts = named.name.parts;
    if (parts.size() > 2)
        throw sql_error::unsupported("name of three parts for a table", position_of(named.name.where));
    relation found;
    try {
        found = context_.catalog.resolve_relation(parts.size() > 1 ? parts[0].name : std::string(), parts.back().name,
                                                  schema_);
    } catch (sql_error& fault) {
        fault.at(position_of(named.name.where));
        throw;
    }
    from_item item;
    if (const auto* view = std::get_if<std::shared_ptr<const view_info>>(&found)) {
        item = bind_view(**view, named.alias, at, sql);
    } else {
        const table_info& table = *std::get<std::shared_ptr<const table_info>>(found);
        note_access(table.schema, table.name, table.id, privilege::select);
        item = bind_table(table, named.alias);
        sql += table.storage_name() + " AS " + item.alias;
    }
    // A name by which a synonym was meant is the name in scope.
    if (!named.alias && (parts.back().name != item.name || parts.size() > 1)) {
        item.name = parts.back().name;
        item.schema = parts.size() > 1 ? parts[0].name : schema_;
    }
    where.items.push_back(std::move(item));
}

from_item statement_binder::query_item(query_parts parts, const std::vector<sql::identifier>& columns, std::string name,
                                       const sql::source_range& at, std::string& sql) {
    const std::size_t count = parts.outputs.size();
    if (!columns.empty() && columns.size() != count)
        throw sql_error(codes::value_count, {}, position_of(at));
    from_item item;
    item.name = std::move(name);
    item.alias = new_alias();
    for (std::size_t i = 0; i < count; ++i) {
        output& source = parts.outputs[i];
        source.value = settle(std::move(source.value));
        scope_column column;
        column.name = columns.empty() ? source.name : columns[i].name;
        column.sql = item.alias + ".o" + std::to_string(i + 1);
        column.type = source.value.type;
        column.nullable = source.value.nullable;
        column.origin = source.value.origin;
        item.columns.push_back(std::move(column));
    }
    sql += "(" + render_table(parts) + ") AS " + item.alias;
    return item;
}

void statement_binder::bind_derived_table(const sql::derived_table& derived, const sql::source_range& at, scope& where,
                                          std::string& sql) {
    if (derived.lateral)
        throw sql_error::unsupported("LATERAL", position_of(at));
    query_parts parts = bind_query(*derived.query, where.outer);
    where.items.push_back(
        query_item(std::move(parts), derived.columns, derived.alias ? derived.alias->name : std::string(), at, sql));
}

from_item statement_binder::bind_view(const view_info& view, const std::optional<sql::identifier>& alias,
                                      const sql::source_range& at, std::string& sql) {
    note_access(view.schema, view.name, view.id, privilege::select);
    if (view.system && !view.query)
        return bind_system_relation(view, alias, sql);
    if (!view.query || std::find(views_.begin(), views_.end(), view.id) != views_.end())
        throw sql_error(codes::invalid_object, {view.name}, position_of(at));
    if (views_.size() >= max_view_depth)
        throw sql_error(sql::nesting_error_code, {}, position_of(at));
    const std::string schema = std::exchange(schema_, view.schema);
    const std::string_view text = std::exchange(text_, view.text);
    std::vector<common_table_entry> common_tables = std::exchange(common_tables_, {});
    views_.push_back(view.id);
    query_parts parts;
    try {
        parts = bind_query(*view.query, nullptr);
    } catch (const sql_error& fault) {
        if (fault.code() == not_supported || fault.code() == sql::nesting_error_code)
            throw;
        throw sql_error(codes::invalid_object, {view.name}, position_of(at));
    }
    views_.pop_back();
    schema_ = schema;
    text_ = text;
    common_tables_ = std::move(common_tables);
    if (parts.outputs.size() != view.columns.size())
        throw sql_error(codes::invalid_object, {view.name}, position_of(at));
    std::vector<sql::identifier> columns;
    columns.reserve(view.columns.size());
    for (const view_column& column : view.columns)
        columns.push_back({column.name, true, {}});
    from_item item = query_item(std::move(parts), columns, alias ? alias->name : view.name, at, sql);
    if (!alias)
        item.schema = view.schema;
    item.dual = view.system && view.name == "SYSDUAL";
    for (std::size_t i = 0; i < item.columns.size(); ++i) {
        column_origin origin;
        origin.base_name = item.columns[i].name;
        origin.table = view.name;
        origin.schema = view.schema;
        if (!view.columns.empty()) {
            origin.type_name = view.columns[i].type_name;
            if (view.columns[i].length_in_characters)
                origin.in_characters = view.columns[i].type;
        }
        item.columns[i].origin = std::make_shared<const column_origin>(std::move(origin));
    }
    return item;
}

from_item statement_binder::bind_system_relation(const view_info& view, const std::optional<sql::identifier>& alias,
                                                 std::string& sql) {
    deterministic_ = false;
    from_item item;
    item.name = alias ? alias->name : view.name;
    item.schema = alias ? std::string() : view.schema;
    item.alias = new_alias();
    for (std::size_t i = 0; i < view.columns.size(); ++i) {
        const view_column& column = view.columns[i];
        scope_column made;
        made.name = column.name;
        made.sql = item.alias + ".c" + std::to_string(i);
        made.type = column.type;
        made.nullable = true;
        column_origin origin;
        origin.base_name = column.name;
        origin.table = view.name;
        origin.schema = view.schema;
        origin.type_name = column.type_name;
        made.origin = std::make_shared<const column_origin>(std::move(origin));
        item.columns.push_back(std::move(made));
    }
    sql += "dmkit_system('" + view.name + "') AS " + item.alias;
    return item;
}

void statement_binder::bind_join(const sql::joined_table& join, const sql::source_range& at, scope& where,
                                 std::string& sql) {
    const std::size_t left_from = where.items.size();
    const std::size_t merged_from = where.merged.size();
    std::string left;
    bind_table_reference(*join.left, where, left);
    const std::size_t right_from = where.items.size();
    const std::size_t right_merged = where.merged.size();
    std::string right;
    const bool apply = join.kind == sql::join_kind::cross_apply || join.kind == sql::join_kind::outer_apply;
    if (apply && !std::holds_alternative<sql::named_table>(join.right->node))
        throw sql_error::unsupported("APPLY of a query", position_of(at));
    bind_table_reference(*join.right, where, right);
    const joined_part at_left{left_from, merged_from};
    const joined_part at_right{right_from, right_merged};
    if (std::holds_alternative<sql::joined_table>(join.right->node)) {
        hide_rows(where, at_right);
        right = "(" + right + ")";
    }
    const joined_part end{where.items.size(), where.merged.size()};
    std::string condition;
    if (join.natural || !join.using_columns.empty())
        condition = join_columns(join, left_from, right_from, merged_from, at, where);
    if (join.condition) {
        const std::size_t visible = std::exchange(where.first_visible, left_from);
        where.place = clause::where;
        condition = bind_condition(*join.condition, where);
        where.place = clause::from;
        where.first_visible = visible;
    }
    std::string_view word;
    switch (join.kind) {
        case sql::join_kind::left:
        case sql::join_kind::outer_apply:
            word = " LEFT JOIN ";
            make_nullable(where, at_right, end);
            break;
        case sql::join_kind::right:
            word = " RIGHT JOIN ";
            make_nullable(where, at_left, at_right);
            break;
        case sql::join_kind::full:
            word = " FULL JOIN ";
            make_nullable(where, at_left, end);
            break;
        default:
            word = " JOIN ";
            break;
    }
    const bool outer = word != " JOIN ";
    sql += left + std::string(word) + right;
    if (!condition.empty() || outer)
        sql += " ON " + (condition.empty() ? std::string("1") : condition);
}

std::string statement_binder::join_columns(const sql::joined_table& join, std::size_t left_from, std::size_t right_from,
                                           std::size_t merged_from, const sql::source_range& at, scope& where) {
    const name_order& order = context_.catalog.names();
    std::vector<std::string> names;
    names.reserve(join.using_columns.size());
    for (const sql::identifier& column : join.using_columns)
        names.push_back(column.name);
    const auto find = [&](const std::string& name, std::size_t from, std::size_t to) -> scope_column* {
        scope_column* found = nullptr;
        for (std::size_t i = from; i < to; ++i)
            for (scope_column& column : where.items[i].columns) {
                if (column.merged || !order.same(column.name, name))
                    continue;
                if (found)
                    throw sql_error(codes::ambiguous_column, {name}, position_of(at));
                found = &column;
            }
        return found;
    };
    const auto find_merged = [&](const std::string& name) -> scope_column* {
        for (std::size_t i = merged_from; i < where.merged.size(); ++i)
            if (order.same(where.merged[i].name, name))
                return &where.merged[i];
        return nullptr;
    };
    if (join.natural)
        for (std::size_t i = left_from; i < right_from; ++i)
            for (const scope_column& column : where.items[i].columns)
                if ((!column.merged || find_merged(column.name)) && find(column.name, right_from, where.items.size()) &&
                    std::none_of(names.begin(), names.end(),
                                 [&](const std::string& name) { return order.same(name, column.name); }))
                    names.push_back(column.name);
    std::string condition;
    for (const std::string& name : names) {
        scope_column* merged_before = find_merged(name);
        scope_column* left = merged_before ? merged_before : find(name, left_from, right_from);
        scope_column* right = find(name, right_from, where.items.size());
        if (!left || !right)
            throw sql_error(codes::unknown_column, {name}, position_of(at));
        const auto value_of = [](const scope_column& column) {
            bound value;
            value.sql = column.sql;
            value.type = column.type;
            value.nullable = column.nullable;
            value.origin = column.origin;
            return value;
        };
        condition += (condition.empty() ? "" : " AND ") +
                     compare(sql::comparison_operator::equal, value_of(*left), value_of(*right), at).sql;
        scope_column merged = join.kind == sql::join_kind::right ? *right : *left;
        if (join.kind == sql::join_kind::full) {
            const bound a = value_of(*left);
            const bound b = value_of(*right);
            merged.type = common({&a, &b}, type_purpose::result, at);
            merged.sql = "coalesce(" + coerce(a, merged.type).sql + ", " + coerce(b, merged.type).sql + ")";
            merged.nullable = true;
            merged.origin.reset();
        }
        left->merged = true;
        right->merged = true;
        merged.merged = false;
        if (merged_before)
            *merged_before = std::move(merged);
        else
            where.merged.push_back(std::move(merged));
    }
    return condition;
}

}  // namespace dmkit::mock::bind

#include <set>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock::bind {
namespace {

constexpr int loop_in_data = -4030;

/// All expressions of the core and its ORDER BY that are evaluated over the finished tree.
std::vector<const sql::expression*> evaluated_after(const sql::select_core& core,
                                                    const std::vector<sql::sort_item>& order) {
    std::vector<const sql::expression*> nodes;
    for (const sql::select_item& item : core.items)
        if (item.value)
            nodes.push_back(item.value.get());
    for (const sql::sort_item& item : order)
        nodes.push_back(item.value.get());
    for (const sql::grouping_element& element : core.group_by)
        for (const auto& expression : element.expressions)
            nodes.push_back(expression.get());
    if (core.where_condition)
        nodes.push_back(core.where_condition.get());
    if (core.having)
        nodes.push_back(core.having.get());
    return nodes;
}

bool uses(const std::vector<const sql::expression*>& nodes, sql::unary_operator op) {
    for (const sql::expression* node : nodes)
        if (any_of(*node, [op](const sql::expression& part) {
                const auto* unary = std::get_if<sql::unary_expression>(&part.node);
                return unary && unary->op == op;
            }))
            return true;
    return false;
}

const sql::function_call* as_path_call(const sql::expression& node) {
    const auto* call = std::get_if<std::unique_ptr<sql::function_call>>(&node.node);
    return call && (*call)->name.last().name == "SYS_CONNECT_BY_PATH" ? call->get() : nullptr;
}

}  // namespace

void statement_binder::name_columns(scope& names, const std::string& prefix) {
    int count = 0;
    for (from_item& item : names.items)
        for (scope_column& column : item.columns)
            column.sql = prefix + std::to_string(++count);
    for (scope_column& column : names.merged)
        column.sql = prefix + std::to_string(++count);
}

bool statement_binder::joins_tables(const sql::expression& condition, scope& names) {
    std::set<const from_item*> mentioned;
    (void)any_of(condition, [&](const sql::expression& part) {
        const auto* reference = std::get_if<sql::column_reference>(&part.node);
        if (!reference)
            return false;
        const scope_column* found = find_column(reference->name, names).column;
        for (const from_item& item : names.items)
            if (found && !item.columns.empty() && found >= item.columns.data() &&
                found < item.columns.data() + item.columns.size())
                mentioned.insert(&item);
        return false;
    });
    return mentioned.size() > 1;
}

bound statement_binder::bind_prior(const sql::unary_expression& unary, const sql::expression& node, scope& where) {
    const bool prior = unary.op == sql::unary_operator::prior;
    const std::string& prefix = prior ? where.prior : where.root;
    if (prefix.empty())
        throw sql_error::unsupported(prior ? "PRIOR here" : "CONNECT_BY_ROOT here", position_of(node.where));
    const std::string current = where.current;
    name_columns(where, prefix);
    bound value = bind_value(*unary.operand, where);
    name_columns(where, current);
    value.nullable = true;
    return value;
}

std::string statement_binder::bind_hierarchy(const sql::select_core& core, const std::vector<sql::sort_item>& order,
                                             scope& names, std::string& tail) {
    const sql::hierarchy_clause& hierarchy = *core.hierarchy;
    const bool siblings = std::exchange(order_siblings_, false);
    const std::string base = new_alias();
    const std::string tree = new_alias();
    const std::string result = new_alias();
    static const std::vector<sql::sort_item> none;
    const auto after = evaluated_after(core, siblings ? none : order);

    // The rows that the tree is made of, numbered as they come.
    std::string rows;
    std::size_t count = 0;
    for (const from_item& item : names.items)
        for (const scope_column& column : item.columns)
            rows += column.sql + " AS k" + std::to_string(++count) + ", ";
    for (const scope_column& column : names.merged)
        rows += column.sql + " AS k" + std::to_string(++count) + ", ";
    std::string with = "WITH RECURSIVE " + base + " AS (SELECT " + rows + "row_number() OVER () AS n" + tail + "), ";

    const bool prior_used = uses({hierarchy.connect_by.get()}, sql::unary_operator::prior);
    const bool prior_shown = uses(after, sql::unary_operator::prior);
    const bool root_shown = uses(after, sql::unary_operator::connect_by_root);
    bool leaf_shown = false;
    std::vector<const sql::function_call*> paths;
    for (const sql::expression* node : after) {
        leaf_shown = leaf_shown || mentions(*node, "CONNECT_BY_ISLEAF");
        (void)any_of(*node, [&](const sql::expression& part) {
            if (const sql::function_call* call = as_path_call(part))
                paths.push_back(call);
            return false;
        });
    }

    const std::string child = new_alias();
    const std::string parent = new_alias();
    const auto bind_child = [&](const std::string& parent_alias) {
        name_columns(names, child + ".k");
        names.current = child + ".k";
        names.prior = parent_alias + ".k";
        names.level = "(" + parent_alias + ".l + 1)";
        // One row alone that bears itself again: its number is its level.
        names.rownum = names.items.size() <= 1 && count <= 1 ? names.level : std::string();
        std::string condition = bind_condition(*hierarchy.connect_by, names);
        if (prior_used) {
            const std::string met = "instr(" + parent_alias + ".w, '/' || " + child + ".n || '/')";
            condition += hierarchy.nocycle ? " AND " + met + " = 0"
                                           : " AND CASE WHEN " + met + " THEN dmkit_raise(" +
                                                 std::to_string(loop_in_data) + ") ELSE 1 END";
        }
        return condition;
    };

    // Columns of the tree: k the row, l its level, n its number, w its way from the root, p its parent, r its root,
    // s the paths asked for, o the keys of its siblings' order.
    std::string first;
    std::string next;
    std::string columns;
    std::size_t ordinal = 0;
    const auto add = [&](const std::string& name, const std::string& at_root, const std::string& below) {
        columns += (columns.empty() ? "" : ", ") + name;
        first += (first.empty() ? "" : ", ") + at_root;
        next += (next.empty() ? "" : ", ") + below;
        return ++ordinal;
    };
    for (std::size_t i = 1; i <= count; ++i)
        add("k" + std::to_string(i), base + ".k" + std::to_string(i), child + ".k" + std::to_string(i));
    const std::size_t level = add("l", "1", parent + ".l + 1");
    const std::size_t number = add("n", base + ".n", child + ".n");
    if (prior_used)
        add("w", "'/' || " + base + ".n || '/'", parent + ".w || " + child + ".n || '/'");
    for (std::size_t i = 1; prior_shown && i <= count; ++i)
        add("p" + std::to_string(i), "NULL", parent + ".k" + std::to_string(i));
    for (std::size_t i = 1; root_shown && i <= count; ++i)
        add("r" + std::to_string(i), base + ".k" + std::to_string(i), parent + ".r" + std::to_string(i));

    names.place = clause::where;
    const auto at = [&](const std::string& prefix, const std::string& current_level, auto bind) {
        name_columns(names, prefix);
        names.current = prefix;
        names.prior.clear();
        names.level = current_level;
        return bind();
    };
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (paths[i]->arguments.size() != 2)
            throw sql_error(codes::argument_count, {}, position_of(paths[i]->name.where));
        const auto piece = [&](const std::string& prefix, const std::string& current_level) {
            return at(prefix, current_level, [&] {
                const data_type text = type_of(type_id::varchar);
                const bound value = coerce(bind_value(*paths[i]->arguments[0], names), text);
                const bound separator = coerce(bind_value(*paths[i]->arguments[1], names), text);
                return separator.sql + " || coalesce(" + value.sql + ", '')";
            });
        };
        const std::string name = "s" + std::to_string(i + 1);
        add(name, piece(base + ".k", "1"),
            parent + "." + name + " || " + piece(child + ".k", "(" + parent + ".l + 1)"));
        path_columns_[paths[i]] = result + "." + name;
    }
    std::string sequence = std::to_string(level) + " DESC";
    for (std::size_t i = 0; siblings && i < order.size(); ++i) {
        const auto key = [&](const std::string& prefix) {
            return at(prefix, "1", [&] { return settle(bind_value(*order[i].value, names)); });
        };
        const bound at_root = key(base + ".k");
        const bound below = key(child + ".k");
        bound_order sorted;
        sorted.position = add("o" + std::to_string(i + 1), at_root.sql, below.sql) - 1;
        sorted.sql = std::to_string(*sorted.position + 1);
        sorted.type = below.type;
        sorted.descending = order[i].descending;
        sorted.nulls = order[i].nulls;
        sequence += ", " + order_sql({sorted}).substr(std::string_view("ORDER BY ").size());
    }
    sequence += ", " + std::to_string(number);

    std::string start;
    if (hierarchy.start_with)
        start = at(base + ".k", "1", [&] { return " WHERE " + bind_condition(*hierarchy.start_with, names); });
    const std::string condition = bind_child(parent);
    // The deepest rows first: children follow their parent at once.
    with += tree + "(" + columns + ") AS (SELECT " + first + " FROM " + base + start + " UNION ALL SELECT " + next +
            " FROM " + tree + " AS " + parent + " JOIN " + base + " AS " + child + " ON " + condition + " ORDER BY " +
            sequence + ") ";
    if (leaf_shown)
        names.leaf = "(NOT EXISTS (SELECT 1 FROM " + base + " AS " + child + " WHERE " + bind_child(result) + "))";

    name_columns(names, result + ".k");
    names.current = result + ".k";
    names.prior = prior_shown ? result + ".p" : std::string();
    names.root = root_shown ? result + ".r" : std::string();
    names.level = result + ".l";
    names.rownum.clear();
    tail = " FROM " + tree + " AS " + result;
    return with;
}

}  // namespace dmkit::mock::bind

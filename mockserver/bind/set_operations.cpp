#include <algorithm>
#include <span>
#include <utility>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock::bind {
namespace {

constexpr std::size_t most_operands = 400;

/// CTE_MAXRECURSION's default.
constexpr int most_recursions = 100;
/// The column of a recursive table that counts them.
constexpr std::string_view recursion_level = "recursions";

bool is_named(const sql::table_reference& table, std::string_view name, const name_order& order) {
    const auto* named = std::get_if<sql::named_table>(&table.node);
    return named && named->name.parts.size() == 1 && order.same(named->name.parts[0].name, name);
}

/// True if the table stands in FROM itself, not in a query within.
bool names_table(const std::vector<sql::table_ptr>& from, std::string_view name, const name_order& order) {
    const std::function<bool(const sql::table_reference&)> among = [&](const sql::table_reference& table) {
        const auto* join = std::get_if<sql::joined_table>(&table.node);
        return is_named(table, name, order) || (join && (among(*join->left) || among(*join->right)));
    };
    return std::any_of(from.begin(), from.end(), [&](const sql::table_ptr& table) { return among(*table); });
}

/// True if an outer join may put NULL in the place of the table's rows.
bool outer_joined(const sql::table_reference& table, std::string_view name, const name_order& order) {
    const auto* join = std::get_if<sql::joined_table>(&table.node);
    if (!join)
        return false;
    const bool nulls_left = join->kind == sql::join_kind::right || join->kind == sql::join_kind::full;
    const bool nulls_right = join->kind == sql::join_kind::left || join->kind == sql::join_kind::full ||
                             join->kind == sql::join_kind::outer_apply;
    return (nulls_left && is_named(*join->left, name, order)) || (nulls_right && is_named(*join->right, name, order)) ||
           outer_joined(*join->left, name, order) || outer_joined(*join->right, name, order);
}

}  // namespace

std::string statement_binder::render(const query_parts& parts) const {
    std::string text = parts.with + (parts.distinct ? "SELECT DISTINCT " : "SELECT ");
    for (std::size_t i = 0; i < parts.outputs.size(); ++i) {
        const bound& value = parts.outputs[i].value;
        text += (i ? ", " : "") + value.sql;
        if ((parts.distinct || parts.collated) && class_of(value.type.id) == storage_class::text)
            text += " COLLATE DM";
        text += " AS o" + std::to_string(i + 1);
    }
    text += parts.tail + parts.order_and_limit;
    check_size(text.size(), {});
    return text;
}

std::string statement_binder::render_table(const query_parts& parts) const {
    std::string text = render(parts);
    // SQLite copies a subquery's expressions to where its columns are mentioned, but not out of one with an OFFSET.
    if (parts.draws && !parts.has_offset)
        text += parts.has_limit ? " OFFSET 0" : " LIMIT -1 OFFSET 0";
    return text;
}

query_parts statement_binder::wrapped(query_parts parts) {
    query_parts outside;
    const std::string alias = new_alias();
    for (output& column : parts.outputs)
        column.value = settle(std::move(column.value));
    outside.tail = " FROM (" + render_table(parts) + ") AS " + alias;
    outside.single_row = parts.single_row;
    outside.draws = parts.draws;
    outside.updatable = parts.updatable;
    outside.outputs = std::move(parts.outputs);
    for (std::size_t i = 0; i < outside.outputs.size(); ++i) {
        bound& value = outside.outputs[i].value;
        value.sql = alias + ".o" + std::to_string(i + 1);
        value.literal.reset();
    }
    return outside;
}

void statement_binder::convert_outputs(query_parts& parts, const std::function<bound(bound, std::size_t)>& convert) {
    const std::size_t results = parts.outputs.size();
    std::vector<bound> converted;
    bool changed = false;
    for (std::size_t i = 0; i < results; ++i) {
        converted.push_back(convert(parts.outputs[i].value, i));
        changed = changed || converted[i].sql != parts.outputs[i].value.sql;
    }
    if (!changed || (!parts.distinct && parts.order_and_limit.empty())) {
        for (std::size_t i = 0; i < results; ++i)
            parts.outputs[i].value = std::move(converted[i]);
        return;
    }
    for (std::size_t i = 0; i < results; ++i)
        if (parts.outputs[i].value.untyped)
            parts.outputs[i].value = converted[i];
    parts = wrapped(std::move(parts));
    for (std::size_t i = 0; i < results; ++i)
        parts.outputs[i].value = convert(std::move(parts.outputs[i].value), i);
}

query_parts statement_binder::bind_term(const sql::query_term& term, scope* outer) {
    if (const auto* core = std::get_if<std::unique_ptr<sql::select_core>>(&term.node))
        return bind_core(**core, outer, {}, nullptr);
    return bind_query(*std::get<sql::query_ptr>(term.node), outer);
}

query_parts statement_binder::bind_query(const sql::query_expression& query, scope* outer) {
    if (!queries_allowed_)
        throw sql_error::unsupported("subquery in a stored expression", position_of(query.where));
    if (query.locking && !query.locking->read_only && &*query.locking != locking_)
        throw sql_error(codes::no_for_update, {}, position_of(query.locking->where));
    const nesting deeper(*this, query_level, query.where);
    const std::size_t visible = common_tables_.size();
    const std::optional<drawing_row> row = std::exchange(drawing_row_, std::nullopt);
    std::string with;
    bind_with(query, with);
    query_parts parts;
    const auto* core = std::get_if<std::unique_ptr<sql::select_core>>(&query.first.node);
    if (query.order_siblings && (!query.rest.empty() || !core))
        throw sql_error::unsupported("ORDER SIBLINGS BY here", position_of(query.where));
    if (!query.rest.empty())
        parts = ordered(bind_set_operations(query, query.rest.end(), outer), query);
    else if (core)
        parts = bind_single(query, **core, outer);
    else
        parts = ordered(bind_term(query.first, outer), query);
    if (!with.empty()) {
        if (!parts.with.empty())
            parts = wrapped(std::move(parts));
        parts.with = std::move(with);
        parts.updatable = false;
    }
    common_tables_.resize(visible);
    drawing_row_ = row;
    return parts;
}

query_parts statement_binder::bind_single(const sql::query_expression& query, const sql::select_core& core,
                                          scope* outer) {
    if (query.order_siblings && !core.hierarchy)
        throw sql_error::unsupported("ORDER SIBLINGS BY without CONNECT BY", position_of(query.where));
    order_siblings_ = query.order_siblings;
    return bind_core(core, outer, query.order_by, query.limit ? &*query.limit : nullptr);
}

query_parts statement_binder::ordered(query_parts parts, const sql::query_expression& query) {
    if (query.order_by.empty() && !query.limit)
        return parts;
    if (!parts.order_and_limit.empty())
        parts = wrapped(std::move(parts));
    scope nothing;
    nothing.place = clause::order_by;
    const std::vector<bound_order> keys = bind_order(query.order_by, nothing, parts.outputs, true);
    return limited(std::move(parts), keys, query.limit ? bind_limit(*query.limit) : bound_limit{});
}

query_parts statement_binder::bind_set_operations(const sql::query_expression& query,
                                                  std::vector<sql::set_operation>::const_iterator end, scope* outer) {
    std::vector<query_parts> terms;
    terms.push_back(bind_term(query.first, outer));
    if (query.rest.begin() == end)
        return std::move(terms[0]);
    bool compares = false;
    for (const sql::set_operation& operation : std::span(query.rest.begin(), end)) {
        if (operation.all && operation.op != sql::set_operator::union_)
            throw sql_error::unsupported(operation.op == sql::set_operator::intersect ? "INTERSECT ALL" : "EXCEPT ALL",
                                         position_of(operation.right.where));
        compares = compares || !operation.all;
        terms.push_back(bind_term(operation.right, outer));
        if (terms.back().outputs.size() != terms[0].outputs.size())
            throw sql_error(codes::set_operation_columns, {}, position_of(operation.right.where));
    }
    const std::size_t columns = terms[0].outputs.size();
    std::vector<data_type> types;
    for (std::size_t i = 0; i < columns; ++i) {
        std::vector<const bound*> values;
        for (const query_parts& term : terms)
            values.push_back(&term.outputs[i].value);
        types.push_back(common(values, type_purpose::result, query.where));
        if (compares && is_lob(types[i].id))
            throw sql_error(codes::lob_compared, {}, position_of(query.where));
    }
    std::string text;
    std::size_t chunk = 0;
    for (std::size_t t = 0; t < terms.size(); ++t) {
        query_parts& term = terms[t];
        if (t > 0) {
            const sql::set_operation& operation = query.rest[t - 1];
            text += operation.op == sql::set_operator::intersect ? " INTERSECT "
                    : operation.op == sql::set_operator::except  ? " EXCEPT "
                    : operation.all                              ? " UNION ALL "
                                                                 : " UNION ";
        }
        convert_outputs(term, [&](bound value, std::size_t i) {
            if (types[i].id == type_id::null) {
                value = settle(std::move(value));
                types[i] = value.type;
                return value;
            }
            return coerce(std::move(value), types[i]);
        });
        if (!term.order_and_limit.empty() || !term.with.empty())
            term = wrapped(std::move(term));
        term.collated = compares;
        text += render(term);
        // SQLite takes 500 operands at most; of UNION ALL a part may stand for its rows.
        if (++chunk == most_operands && !compares && t + 1 < terms.size()) {
            std::string names;
            for (std::size_t i = 0; i < columns; ++i)
                names += (i ? ", o" : "o") + std::to_string(i + 1);
            text = "SELECT " + names + " FROM (" + text + ")";
            chunk = 1;
        }
    }
    query_parts result;
    result.outputs = std::move(terms[0].outputs);
    result.updatable = false;
    result.draws = std::any_of(terms.begin(), terms.end(), [](const query_parts& term) { return term.draws; });
    const std::string alias = new_alias();
    for (std::size_t i = 0; i < columns; ++i) {
        bound& value = result.outputs[i].value;
        for (std::size_t t = 1; t < terms.size(); ++t)
            value.nullable = value.nullable || terms[t].outputs[i].value.nullable;
        value.sql = alias + ".o" + std::to_string(i + 1);
        value.type = types[i];
        value.literal.reset();
        value.origin.reset();
    }
    result.tail = " FROM (" + text + ") AS " + alias;
    return result;
}

void statement_binder::bind_with(const sql::query_expression& query, std::string& with) {
    const std::size_t visible = common_tables_.size();
    for (const sql::common_table& table : query.with) {
        for (std::size_t i = visible; i < common_tables_.size(); ++i)
            if (context_.catalog.names().same(common_tables_[i].name, table.name.name))
                throw sql_error(codes::misplaced, {table.name.name}, position_of(table.name.where));
        if (!table.query->with.empty())
            throw sql_error(codes::misplaced, {"WITH"}, position_of(table.query->where));
        with += with.empty() ? "WITH " : ", ";
        if (reads_table(*table.query, table.name.name, context_.catalog.names())) {
            bind_recursive(table, with);
            continue;
        }
        query_parts parts = bind_query(*table.query, nullptr);
        const std::size_t count = parts.outputs.size();
        if (!table.columns.empty() && table.columns.size() != count)
            throw sql_error(codes::value_count, {}, position_of(table.name.where));
        common_table_entry entry;
        entry.name = table.name.name;
        entry.alias = new_alias();
        for (std::size_t i = 0; i < count; ++i) {
            output& column = parts.outputs[i];
            column.value = settle(std::move(column.value));
            entry.columns.push_back({table.columns.empty() ? column.name : table.columns[i].name,
                                     "o" + std::to_string(i + 1), column.value.type, column.value.nullable, false,
                                     column.value.origin});
        }
        with += entry.alias + " AS (" + render_table(parts) + ")";
        common_tables_.push_back(std::move(entry));
    }
    if (!with.empty())
        with += " ";
}

query_parts statement_binder::bind_recursive_step(const sql::set_operation& operation, std::size_t entry) {
    const sql::query_term& term = operation.right;
    const auto refuse = [&](std::string_view construct) {
        throw sql_error(codes::misplaced, {std::string(construct)}, position_of(term.where));
    };
    if (operation.op != sql::set_operator::union_)
        throw sql_error::unsupported("recursive WITH of this form", position_of(term.where));
    if (!operation.all)
        refuse("UNION");
    const auto* core = std::get_if<std::unique_ptr<sql::select_core>>(&term.node);
    if (!core)
        throw sql_error::unsupported("recursive WITH of this form", position_of(term.where));
    const sql::select_core& select = **core;
    if (select.quantifier == sql::set_quantifier::distinct)
        refuse("DISTINCT");
    if (!select.group_by.empty() || select.having)
        refuse("GROUP BY");
    for (const sql::select_item& item : select.items)
        if (item.value && calls_aggregate(*item.value))
            throw sql_error::unsupported("aggregate or analytic function in a recursive WITH", position_of(term.where));
    common_tables_[entry].mentions.clear();
    query_parts step = bind_core(select, nullptr, {}, nullptr);
    const common_table_entry& table = common_tables_[entry];
    if (table.mentions.size() != 1)
        refuse(table.name);
    for (const auto& from : select.from)
        if (outer_joined(*from, table.name, context_.catalog.names()))
            refuse("OUTER JOIN");
    // SQLite wants the table itself in the FROM of the step.
    if (!step.with.empty() || !step.order_and_limit.empty() ||
        !names_table(select.from, table.name, context_.catalog.names()))
        throw sql_error::unsupported("recursive WITH of this form", position_of(term.where));
    const std::size_t count = table.columns.size();
    if (step.outputs.size() != count)
        throw sql_error(codes::set_operation_columns, {}, position_of(term.where));
    convert_outputs(step, [&](bound value, std::size_t i) {
        return coerce(std::move(value), common_tables_[entry].columns[i].type);
    });
    output level;
    const std::string reached = table.mentions[0] + "." + std::string(recursion_level);
    level.value.sql = "CASE WHEN " + reached + " >= " + std::to_string(most_recursions) + " THEN dmkit_raise(" +
                      std::to_string(codes::recursion_too_deep) + ") ELSE " + reached + " + 1 END";
    step.outputs.push_back(std::move(level));
    return step;
}

void statement_binder::bind_recursive(const sql::common_table& table, std::string& with) {
    const sql::query_expression& query = *table.query;
    if (query.rest.empty() || !query.order_by.empty() || query.limit)
        throw sql_error::unsupported("recursive WITH of this form", position_of(query.where));
    if (table.columns.empty())
        throw sql_error(codes::misplaced, {table.name.name}, position_of(table.name.where));
    // What does not read the table makes its first rows.
    const auto step = std::find_if(query.rest.begin(), query.rest.end(), [&](const sql::set_operation& operation) {
        return reads_table(operation.right, table.name.name, context_.catalog.names());
    });
    if (reads_table(query.first, table.name.name, context_.catalog.names()))
        throw sql_error(codes::misplaced, {table.name.name}, position_of(query.where));
    query_parts anchor = bind_set_operations(query, step, nullptr);
    const std::size_t count = anchor.outputs.size();
    if (table.columns.size() != count)
        throw sql_error(codes::value_count, {}, position_of(table.name.where));
    common_table_entry entry;
    entry.name = table.name.name;
    entry.alias = new_alias();
    std::string names;
    for (std::size_t i = 0; i < count; ++i) {
        bound& value = anchor.outputs[i].value;
        value = settle(std::move(value));
        if (value.is_null())
            value.type = type_of(type_id::varchar);
        // The rows that follow may be longer than the first ones.
        const std::string name = "o" + std::to_string(i + 1);
        entry.columns.push_back({table.columns[i].name, name, unlimited(value.type), true, false, nullptr});
        names += name + ", ";
    }
    if (!anchor.order_and_limit.empty() || !anchor.with.empty())
        anchor = wrapped(std::move(anchor));
    output level;
    level.value.sql = "0";
    anchor.outputs.push_back(std::move(level));
    std::string text = render(anchor);
    const std::string alias = entry.alias;
    common_tables_.push_back(std::move(entry));
    const std::size_t index = common_tables_.size() - 1;
    for (auto operation = step; operation != query.rest.end(); ++operation)
        text += " UNION ALL " + render(bind_recursive_step(*operation, index));
    with += alias + "(" + names + std::string(recursion_level) + ") AS (" + text + ")";
}

}  // namespace dmkit::mock::bind

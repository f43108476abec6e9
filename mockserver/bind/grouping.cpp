#include <algorithm>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"

namespace dmkit::mock::bind {
namespace {

using grouping_set = std::vector<const sql::expression*>;

/// More sets than that are a slip of the pen rather than a query.
constexpr std::size_t max_sets = 256;

grouping_set simple_set(const sql::grouping_element& element) {
    grouping_set set;
    for (const auto& expression : element.expressions)
        set.push_back(expression.get());
    return set;
}

void append(grouping_set& set, const grouping_set& more) {
    set.insert(set.end(), more.begin(), more.end());
}

std::vector<grouping_set> sets_of(const sql::grouping_element& element) {
    std::vector<grouping_set> sets;
    const std::size_t count = element.elements.size();
    switch (element.kind) {
        case sql::grouping_kind::simple:
            sets.push_back(simple_set(element));
            break;
        case sql::grouping_kind::rollup:
            for (std::size_t length = count + 1; length-- > 0;) {
                grouping_set set;
                for (std::size_t i = 0; i < length; ++i)
                    append(set, simple_set(element.elements[i]));
                sets.push_back(std::move(set));
            }
            break;
        case sql::grouping_kind::cube:
            if (count > 8)
                throw sql_error::unsupported("CUBE of more than eight elements", position_of(element.where));
            for (std::size_t left_out = 0; left_out < std::size_t{1} << count; ++left_out) {
                grouping_set set;
                for (std::size_t i = 0; i < count; ++i)
                    if ((left_out >> (count - 1 - i) & 1) == 0)
                        append(set, simple_set(element.elements[i]));
                sets.push_back(std::move(set));
            }
            break;
        case sql::grouping_kind::grouping_sets:
            for (const auto& inner : element.elements)
                for (grouping_set& set : sets_of(inner))
                    sets.push_back(std::move(set));
            break;
    }
    return sets;
}

}  // namespace

std::vector<std::vector<const sql::expression*>> statement_binder::grouping_sets(const sql::select_core& core) const {
    if (core.group_by.empty())
        return {};
    std::vector<grouping_set> product{{}};
    for (const sql::grouping_element& element : core.group_by) {
        std::vector<grouping_set> next;
        const std::vector<grouping_set> sets = sets_of(element);
        if (product.size() * sets.size() > max_sets)
            throw sql_error::unsupported("so many grouping sets", position_of(element.where));
        for (const grouping_set& left : product)
            for (const grouping_set& right : sets) {
                grouping_set both = left;
                append(both, right);
                next.push_back(std::move(both));
            }
        product = std::move(next);
    }
    return product;
}

query_parts statement_binder::bind_grouping_sets(const sql::select_core& core, scope& names, const std::string& tail,
                                                 const std::vector<sql::sort_item>& order,
                                                 const sql::row_limit* limit) {
    std::vector<std::string> all_keys;
    std::vector<std::vector<bound>> sets;
    names.place = clause::group_by;
    for (const auto& set : grouping_sets(core)) {
        std::vector<bound> keys;
        for (const sql::expression* node : set) {
            bound key = settle(bind_value(*node, names));
            if (is_lob(key.type.id))
                throw sql_error(codes::lob_compared, {}, position_of(node->where));
            if (!contains(all_keys, key.sql))
                all_keys.push_back(key.sql);
            keys.push_back(std::move(key));
        }
        sets.push_back(std::move(keys));
    }
    // Which outputs the rows are ordered by is told where all keys have values: two that are NULL look the same.
    names.group_keys = all_keys;
    names.before_sets = true;
    names.place = clause::select;
    const std::vector<output> ungrouped = bind_items(core, names);
    names.place = clause::order_by;
    std::vector<bound_order> keys = bind_order(order, names, ungrouped, false);
    names.before_sets = false;
    std::vector<std::vector<std::string>> seen;
    const std::size_t result_count = ungrouped.size();
    query_parts result;
    std::string text;
    for (const std::vector<bound>& set : sets) {
        names.group_keys.clear();
        names.nulled_keys.clear();
        names.bare_columns.clear();
        names.has_aggregate = false;
        std::string group;
        for (const bound& key : set) {
            if (contains(names.group_keys, key.sql))
                continue;
            names.group_keys.push_back(key.sql);
            group += (group.empty() ? " GROUP BY " : ", ") + group_key_sql(key);
        }
        for (const std::string& key : all_keys)
            if (!contains(names.group_keys, key))
                names.nulled_keys.push_back(key);
        std::vector<std::string> sorted = names.group_keys;
        std::sort(sorted.begin(), sorted.end());
        names.group_set_number = static_cast<int>(std::count(seen.begin(), seen.end(), sorted));
        seen.push_back(std::move(sorted));

        query_parts term;
        names.place = clause::select;
        term.outputs = bind_items(core, names);
        const bool aggregated = names.has_aggregate;
        std::string having;
        if (core.having) {
            names.place = clause::having;
            having = " HAVING " + bind_condition(*core.having, names);
        }
        names.place = clause::order_by;
        for (const bound_order& key : keys)
            if (key.expression) {
                names.outputs = &term.outputs;
                output hidden;
                hidden.value = settle(bind_value(*key.expression, names));
                names.outputs = nullptr;
                term.outputs.push_back(std::move(hidden));
            }
        check_grouping(core, names);
        for (output& column : term.outputs)
            column.value = settle(std::move(column.value));
        if (group.empty() && !aggregated)
            make_aggregate_of(term.outputs);
        term.tail = tail + group + having;
        text += (text.empty() ? "" : " UNION ALL ") + render(term);
        check_size(text.size(), {});
        if (result.outputs.empty())
            result.outputs = std::move(term.outputs);
    }
    const std::string alias = new_alias();
    for (std::size_t i = 0; i < result.outputs.size(); ++i) {
        bound& value = result.outputs[i].value;
        value.sql = alias + ".o" + std::to_string(i + 1);
        value.nullable = true;
        value.literal.reset();
        value.origin.reset();
    }
    result.tail = " FROM (" + text + ") AS " + alias;
    result.distinct = core.quantifier == sql::set_quantifier::distinct;
    result.updatable = false;
    if (result.distinct && result.outputs.size() > result_count)
        throw sql_error(codes::order_not_selected, {}, position_of(order[0].value->where));
    std::size_t hidden = result_count;
    for (bound_order& key : keys)
        if (key.expression)
            key.sql = result.outputs[hidden++].value.sql;
    result.outputs.resize(result_count);
    if (keys.empty() && !limit)
        return result;
    return limited(std::move(result), keys, limit ? bind_limit(*limit) : bound_limit{});
}

}  // namespace dmkit::mock::bind

#include "mockserver/bind/scope.hpp"

#include <algorithm>

#include "mockserver/bind/codes.hpp"

namespace dmkit::mock::bind {
namespace {

[[noreturn]] void ambiguous(const sql::qualified_name& name) {
    throw sql_error(codes::ambiguous_column, {spelled(name)}, position_of(name.where));
}

const scope_column* find_unqualified(const sql::qualified_name& name, const scope& where, const name_order& order) {
    const std::string& wanted = name.parts[0].name;
    const scope_column* found = nullptr;
    for (const scope_column& column : where.merged) {
        if (!order.same(column.name, wanted))
            continue;
        if (found)
            ambiguous(name);
        found = &column;
    }
    for (std::size_t i = where.first_visible; i < where.items.size(); ++i)
        for (const scope_column& column : where.items[i].columns) {
            if (column.merged || !order.same(column.name, wanted))
                continue;
            if (found)
                ambiguous(name);
            found = &column;
        }
    return found;
}

/// The item that the parts before the last name; null if there is none in this scope.
const from_item* find_qualifier(const sql::qualified_name& name, std::size_t parts, const scope& where,
                                const name_order& order) {
    const std::string& table = name.parts[parts - 1].name;
    const from_item* found = nullptr;
    for (std::size_t i = where.first_visible; i < where.items.size(); ++i) {
        const from_item& item = where.items[i];
        if (!order.same(item.name, table) || (parts == 2 && !order.same(item.schema, name.parts[0].name)))
            continue;
        if (found)
            ambiguous(name);
        found = &item;
    }
    return found;
}

}  // namespace

std::string spelled(const sql::qualified_name& name) {
    std::string text;
    for (const auto& part : name.parts)
        text += (text.empty() ? "" : ".") + part.name;
    return text;
}

bool contains(const std::vector<std::string>& keys, const std::string& sql) {
    return std::find(keys.begin(), keys.end(), sql) != keys.end();
}

source_position position_of(const sql::source_range& where) {
    return {static_cast<int>(where.line), std::max(0, static_cast<int>(where.column) - 1), {}};
}

found_column find_column(const sql::qualified_name& name, scope& innermost, const name_order& order) {
    const std::size_t qualifiers = name.parts.size() - 1;
    for (scope* here = &innermost; here; here = here->outer) {
        if (qualifiers == 0) {
            if (const scope_column* column = find_unqualified(name, *here, order))
                return {column, here};
            continue;
        }
        if (qualifiers > 2)
            break;
        const from_item* item = find_qualifier(name, qualifiers, *here, order);
        if (!item)
            continue;
        const scope_column* found = nullptr;
        for (const scope_column& column : item->columns) {
            if (!order.same(column.name, name.last().name))
                continue;
            if (found)
                ambiguous(name);
            found = &column;
        }
        if (!found)
            throw sql_error(codes::unknown_column, {spelled(name)}, position_of(name.where));
        return {found, here};
    }
    if (qualifiers > 0)
        throw sql_error(codes::unresolved_member, {spelled(name)}, position_of(name.where));
    return {};
}

const from_item& find_item(const sql::qualified_name& name, scope& where, const name_order& order) {
    if (name.parts.size() <= 2)
        if (const from_item* item = find_qualifier(name, name.parts.size(), where, order))
            return *item;
    throw sql_error(codes::unresolved_member, {spelled(name) + ".*"}, position_of(name.where));
}

}  // namespace dmkit::mock::bind

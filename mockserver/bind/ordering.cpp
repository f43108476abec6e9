#include <charconv>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"

namespace dmkit::mock::bind {
namespace {

/// The number of ORDER BY 2; empty for anything else.
std::optional<std::int64_t> ordinal(const sql::expression& node) {
    const auto* literal = std::get_if<sql::number_literal>(&node.node);
    std::int64_t number = 0;
    if (!literal || literal->kind != sql::number_kind::integer)
        return {};
    const std::string& text = literal->text;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc())
        return {};
    return number;
}

}  // namespace

std::vector<bound_order> statement_binder::bind_order(const std::vector<sql::sort_item>& items, scope& names,
                                                      const std::vector<output>& outputs, bool outputs_only) {
    std::vector<bound_order> keys;
    for (const sql::sort_item& item : items) {
        bound_order key;
        key.descending = item.descending;
        key.nulls = item.nulls;
        if (const auto number = ordinal(*item.value)) {
            if (*number < 1 || static_cast<std::size_t>(*number) > outputs.size())
                throw sql_error(codes::order_not_selected, {}, position_of(item.value->where));
            key.position = static_cast<std::size_t>(*number - 1);
        } else if (const auto* reference = std::get_if<sql::column_reference>(&item.value->node);
                   reference && reference->name.parts.size() == 1) {
            // An alias hides a column of that name.
            for (std::size_t i = 0; i < outputs.size() && !key.position; ++i)
                if (context_.catalog.names().same(outputs[i].name, reference->name.parts[0].name) &&
                    (outputs[i].aliased || names.items.empty()))
                    key.position = i;
        }
        if (!key.position) {
            names.outputs = &outputs;
            bound value = settle(bind_any(*item.value, names));
            names.outputs = nullptr;
            for (std::size_t i = 0; i < outputs.size() && !key.position; ++i)
                if (outputs[i].value.sql == value.sql)
                    key.position = i;
            if (outputs_only && !key.position)
                throw sql_error(codes::order_not_selected, {}, position_of(item.value->where));
            // SQLite would take a number for an ordinal; a constant orders nothing.
            if (value.literal && !key.position)
                continue;
            key.sql = std::move(value.sql);
            key.type = value.type;
            key.expression = item.value.get();
        }
        if (key.position) {
            key.type = outputs[*key.position].value.type;
            key.sql = std::to_string(*key.position + 1);
        }
        if (is_lob(key.type.id))
            throw sql_error(codes::lob_compared, {}, position_of(item.value->where));
        keys.push_back(std::move(key));
    }
    return keys;
}

std::string statement_binder::order_sql(const std::vector<bound_order>& keys) const {
    std::string text;
    for (const bound_order& key : keys) {
        text += text.empty() ? "ORDER BY " : ", ";
        bound value;
        value.sql = key.sql;
        value.type = key.type;
        const storage_class form = class_of(key.type.id);
        // An ordinal bears a collation, but nothing else.
        const bool plain = key.position && form != storage_class::text;
        text += plain ? key.sql : operand_sql(value);
        text += key.descending ? " DESC" : " ASC";
        // NULL comes first in both directions unless told otherwise.
        text += key.nulls == sql::nulls_order::last ? " NULLS LAST" : " NULLS FIRST";
    }
    return text;
}

bound_limit statement_binder::bind_limit(const sql::row_limit& limit) {
    bound_limit made;
    scope nothing;
    nothing.place = clause::values;
    const auto number = [&](const sql::expression& node) {
        const type_id type = limit.percent && &node == limit.count.get() ? type_id::double_ : type_id::bigint;
        return coerce(bind_value(node, nothing), type_of(type)).sql;
    };
    if (limit.offset)
        made.offset = number(*limit.offset);
    if (limit.count)
        made.count = number(*limit.count);
    made.percent = limit.percent;
    made.with_ties = limit.with_ties;
    return made;
}

std::string bound_limit::sql() const {
    std::string text;
    // A negative LIMIT means all to SQLite, and NULL, which lets no row through, is none.
    if (!count.empty() || !offset.empty())
        text += " LIMIT " + (count.empty() ? "-1" : "max(0, ifnull(" + count + ", 0))");
    if (!offset.empty())
        text += " OFFSET ifnull(" + offset + ", 9223372036854775807)";
    return text;
}

query_parts statement_binder::limited(query_parts parts, const std::vector<bound_order>& keys,
                                      const bound_limit& limit) {
    const bool ties = limit.with_ties && !keys.empty();
    if (!limit.percent && !ties) {
        std::string text = keys.empty() ? "" : " " + order_sql(keys);
        text += limit.sql();
        if (!parts.order_and_limit.empty())
            parts = wrapped(std::move(parts));
        parts.single_row = parts.single_row || limit.count == "1" || limit.count == "0";
        parts.order_and_limit = text;
        parts.has_limit = !limit.count.empty() || !limit.offset.empty();
        parts.has_offset = !limit.offset.empty();
        return parts;
    }
    std::vector<bound_order> moved = keys;
    const std::size_t results = parts.outputs.size();
    for (bound_order& key : moved)
        if (!key.position) {
            output hidden;
            hidden.value.sql = key.sql;
            hidden.value.type = key.type;
            key.position = parts.outputs.size();
            parts.outputs.push_back(std::move(hidden));
        }
    parts = wrapped(std::move(parts));
    for (bound_order& key : moved) {
        key.sql = parts.outputs[*key.position].value.sql;
        key.position.reset();
    }
    const std::string over = " OVER (" + (moved.empty() ? std::string() : order_sql(moved)) + ")";
    const std::string inner = new_alias();
    std::string list;
    for (std::size_t i = 0; i < results; ++i) {
        list += parts.outputs[i].value.sql + " AS o" + std::to_string(i + 1) + ", ";
        parts.outputs[i].value.sql = inner + ".o" + std::to_string(i + 1);
    }
    parts.outputs.resize(results);
    list += "row_number()" + over + " AS n";
    if (ties)
        list += ", rank()" + over + " AS r";
    std::string count = limit.count.empty() ? "9223372036854775807" : limit.count;
    if (limit.percent) {
        list += ", count(*) OVER () AS t";
        // Part of a row counts as a row.
        const std::string share = "(" + inner + ".t * " + limit.count + " / 100.0)";
        count = "(CAST(" + share + " AS INTEGER) + (" + share + " > CAST(" + share + " AS INTEGER)))";
    }
    const std::string offset = limit.offset.empty() ? "0" : limit.offset;
    parts.tail = " FROM (SELECT " + list + parts.tail + ") AS " + inner + " WHERE " + inner + ".n > " + offset +
                 " AND " + inner + (ties ? ".r" : ".n") + " - " + offset + " <= " + count;
    parts.order_and_limit = " ORDER BY " + inner + ".n";
    parts.single_row = false;
    return parts;
}

}  // namespace dmkit::mock::bind

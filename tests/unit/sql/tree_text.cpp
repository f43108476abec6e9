#include "tree_text.hpp"

#include "mockserver/sql/walk.hpp"

namespace dmkit::mock::sql {
namespace {

std::string list(std::initializer_list<std::string> parts) {
    std::string text = "(";
    for (const auto& part : parts) {
        if (part.empty())
            continue;
        if (text.size() > 1)
            text += ' ';
        text += part;
    }
    return text + ")";
}

std::string optional(const expression_ptr& child) {
    return child ? tree(*child) : std::string();
}

std::string all(const std::vector<expression_ptr>& children) {
    std::string text;
    for (const auto& child : children)
        text += (text.empty() ? "" : " ") + tree(*child);
    return text;
}

std::string sorted(std::string_view label, const std::vector<sort_item>& items) {
    if (items.empty())
        return {};
    std::string text = "(" + std::string(label);
    for (const auto& item : items) {
        text += " " + tree(*item.value);
        text += item.descending ? " desc" : "";
        text += item.nulls == nulls_order::first  ? " nulls-first"
                : item.nulls == nulls_order::last ? " nulls-last"
                                                  : "";
    }
    return text + ")";
}

std::string fields(const interval_qualifier& q) {
    static constexpr const char* names[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
    std::string text = names[static_cast<int>(q.first)];
    if (q.leading_precision)
        text += "(" + std::to_string(*q.leading_precision) + ")";
    if (q.last != q.first)
        text += std::string("-") + names[static_cast<int>(q.last)];
    if (q.second_precision)
        text += "." + std::to_string(*q.second_precision);
    return text;
}

std::string type_text(const type_name& type) {
    std::string text = type.schema.empty() ? type.name : type.schema + "." + type.name;
    if (type.precision)
        text += ":" + std::to_string(*type.precision);
    if (type.scale)
        text += ":" + std::to_string(*type.scale);
    text += type.unit == length_unit::character ? ":CHAR" : type.unit == length_unit::byte ? ":BYTE" : "";
    text += type.with_time_zone ? ":TZ" : type.with_local_time_zone ? ":LTZ" : "";
    if (type.interval)
        text += ":" + fields(*type.interval);
    return text;
}

std::string comparison_text(comparison_operator op) {
    static constexpr const char* names[] = {"=", "<>", "<", "<=", ">", ">="};
    return names[static_cast<int>(op)];
}

std::string bound(const frame_bound& b) {
    static constexpr const char* names[] = {"unbounded-preceding", "preceding", "current", "following",
                                            "unbounded-following"};
    return optional(b.offset) + (b.offset ? "-" : "") + names[static_cast<int>(b.kind)];
}

std::string window_text(const std::unique_ptr<window_specification>& over) {
    if (!over)
        return {};
    std::string frame;
    if (over->frame) {
        frame = over->frame->unit == frame_unit::rows ? "rows " : "range ";
        frame += bound(over->frame->start);
        if (over->frame->end)
            frame += " " + bound(*over->frame->end);
    }
    return list({"over", over->partition_by.empty() ? "" : list({"by", all(over->partition_by)}),
                 sorted("order", over->order_by), frame});
}

std::string call_text(const function_call& call) {
    std::string nulls = call.nulls == null_treatment::ignore    ? "ignore-nulls"
                        : call.nulls == null_treatment::respect ? "respect-nulls"
                                                                : "";
    std::string names;
    for (const auto& name : call.argument_names)
        names += (names.empty() ? "names:" : ",") + (name.empty() ? "-" : name);
    return list({dotted(call.name), call.star ? "*" : "",
                 call.quantifier == set_quantifier::distinct ? "distinct"
                 : call.quantifier == set_quantifier::all    ? "all"
                                                             : "",
                 all(call.arguments), names, sorted("within", call.within_group), sorted("order", call.order_by),
                 call.separator ? "sep " + tree(*call.separator) : "",
                 call.keep ? sorted(call.keep->last ? "keep-last" : "keep-first", call.keep->order_by) : "",
                 call.from_last ? "from-last" : "", nulls, window_text(call.over)});
}

}  // namespace

std::string dotted(const qualified_name& name) {
    std::string text;
    for (const auto& part : name.parts)
        text += (text.empty() ? "" : ".") + part.name;
    return text;
}

std::string tree(const expression& root) {
    const visitor handlers{
        [](const null_literal&) { return std::string("NULL"); },
        [](const number_literal& n) { return n.text; },
        [](const string_literal& n) { return (n.national ? "N'" : "'") + n.value + "'"; },
        [](const binary_literal& n) { return "0x#" + std::to_string(n.bytes.size()); },
        [](const datetime_literal& n) {
            static constexpr const char* names[] = {"date", "time", "timestamp"};
            return list({names[static_cast<int>(n.kind)], "'" + n.text + "'"});
        },
        [](const interval_literal& n) {
            return list({"interval", (n.negative ? "-'" : "'") + n.text + "'", fields(n.qualifier)});
        },
        [](const parameter& n) { return "?" + std::to_string(n.index) + n.name; },
        [](const column_reference& n) { return dotted(n.name) + (n.outer_join_mark ? "(+)" : ""); },
        [](const sequence_value& n) { return list({n.next ? "nextval" : "currval", dotted(n.sequence)}); },
        [](const unary_expression& n) {
            static constexpr const char* names[] = {"+", "-", "~", "prior", "root", "binary"};
            return list({names[static_cast<int>(n.op)], tree(*n.operand)});
        },
        [](const binary_expression& n) {
            static constexpr const char* names[] = {"+", "-", "*", "/", "%", "||", "&", "|", "^", "<<", ">>"};
            return list({names[static_cast<int>(n.op)], tree(*n.left), tree(*n.right)});
        },
        [](const comparison& n) { return list({comparison_text(n.op), tree(*n.left), tree(*n.right)}); },
        [](const quantified_comparison& n) {
            return list({comparison_text(n.op) + (n.quantifier == comparison_quantifier::any ? "any" : "all"),
                         tree(*n.left), n.query ? "query" : all(n.elements)});
        },
        [](const logical_expression& n) {
            return list({n.op == logical_operator::and_ ? "and" : "or", all(n.operands)});
        },
        [](const not_expression& n) { return list({"not", tree(*n.operand)}); },
        [](const is_null& n) { return list({n.negated ? "is-not-null" : "is-null", tree(*n.operand)}); },
        [](const is_json& n) {
            return list({n.negated ? "is-not-json" : "is-json", tree(*n.operand),
                         n.strictness == json_strictness::strict ? "strict"
                         : n.strictness == json_strictness::lax  ? "lax"
                                                                 : "",
                         n.unique_keys ? "unique" : ""});
        },
        [](const between& n) {
            return list({n.negated ? "not-between" : "between", tree(*n.operand), tree(*n.low), tree(*n.high)});
        },
        [](const like& n) {
            return list({n.negated ? "not-like" : "like", tree(*n.operand), tree(*n.pattern), optional(n.escape)});
        },
        [](const in_list& n) { return list({n.negated ? "not-in" : "in", tree(*n.operand), all(n.elements)}); },
        [](const in_query& n) { return list({n.negated ? "not-in" : "in", tree(*n.operand), "query"}); },
        [](const exists&) { return std::string("(exists query)"); },
        [](const row_value& n) { return list({"row", all(n.elements)}); },
        [](const scalar_subquery&) { return std::string("(query)"); },
        [](const case_expression& n) {
            std::string branches;
            for (const auto& branch : n.branches)
                branches += (branches.empty() ? "" : " ") + list({"when", tree(*branch.when), tree(*branch.then)});
            return list({"case", optional(n.operand), branches, n.otherwise ? "else " + tree(*n.otherwise) : ""});
        },
        [](const cast_expression& n) {
            return list({n.convert ? "convert" : "cast", tree(*n.operand), type_text(n.type)});
        },
        [](const extract_expression& n) { return list({"extract", n.field_name, tree(*n.operand)}); },
        [](const trim_expression& n) {
            static constexpr const char* sides[] = {"both", "leading", "trailing"};
            return list({"trim", sides[static_cast<int>(n.side)], optional(n.characters), tree(*n.operand)});
        },
        [](const interval_conversion& n) { return list({"to-interval", tree(*n.operand), fields(n.qualifier)}); },
        [](const at_time_zone& n) { return list({"at", tree(*n.operand), n.zone ? tree(*n.zone) : "local"}); },
        [](const cursor_attribute& n) { return n.cursor.name + "%" + std::to_string(static_cast<int>(n.property)); },
        [](const global_variable& n) { return "@@" + n.name.name; },
        [](const default_marker&) { return std::string("DEFAULT"); },
        [](const std::unique_ptr<function_call>& n) { return call_text(*n); },
    };
    return std::visit(handlers, root.node);
}

std::string tree(std::string_view text) {
    return tree(*parse_expression(text));
}

}  // namespace dmkit::mock::sql

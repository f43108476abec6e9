#include <charconv>
#include <cstdlib>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock::bind {
namespace {

std::string_view operator_name(sql::binary_operator op) {
    switch (op) {
        case sql::binary_operator::add:
            return "+";
        case sql::binary_operator::subtract:
            return "-";
        case sql::binary_operator::multiply:
            return "*";
        case sql::binary_operator::divide:
            return "/";
        case sql::binary_operator::modulo:
            return "%";
        case sql::binary_operator::concatenate:
            return "||";
        case sql::binary_operator::bit_and:
            return "&";
        case sql::binary_operator::bit_or:
            return "|";
        case sql::binary_operator::bit_xor:
            return "^";
        case sql::binary_operator::shift_left:
            return "<<";
        case sql::binary_operator::shift_right:
            return ">>";
    }
    return "";
}

std::string_view property_name(sql::cursor_property property) {
    switch (property) {
        case sql::cursor_property::row_count:
            return "%ROWCOUNT";
        case sql::cursor_property::found:
            return "%FOUND";
        case sql::cursor_property::not_found:
            return "%NOTFOUND";
        case sql::cursor_property::is_open:
            return "%ISOPEN";
    }
    return "";
}

bool is_single_name(const sql::column_reference& reference, std::string_view name) {
    return reference.name.parts.size() == 1 && reference.name.parts[0].is(name);
}

}  // namespace

bound statement_binder::bind_value(const sql::expression& node, scope& where) {
    bound value = bind_any(node, where);
    if (value.condition)
        throw sql_error::unsupported("condition as a value", position_of(node.where));
    return value;
}

bound statement_binder::bind_any(const sql::expression& node, scope& where) {
    const nesting deeper(*this, 1, node.where);
    const std::size_t bare_before = where.bare_columns.size();
    bound value = bind_node(node, where);
    check_size(value.sql.size(), node.where);
    match_group_key(value, where, bare_before);
    return value;
}

void statement_binder::match_group_key(bound& value, scope& where, std::size_t bare_before) {
    if (where.in_aggregate || value.condition)
        return;
    if (contains(where.nulled_keys, value.sql)) {
        where.bare_columns.resize(bare_before);
        value.sql = "NULL";
        value.nullable = true;
    } else if (contains(where.group_keys, value.sql)) {
        where.bare_columns.resize(bare_before);
    }
}

bound statement_binder::bind_node(const sql::expression& node, scope& where) {
    const sql::source_range& at = node.where;
    struct visitor {
        statement_binder& self;
        const sql::expression& node;
        const sql::source_range& at;
        scope& where;

        bound operator()(const sql::null_literal&) const { return self.null_value(); }
        bound operator()(const sql::number_literal& value) const { return self.bind_number(value, false, at); }
        bound operator()(const sql::string_literal& value) const {
            return self.constant(field(value.value), type_of(field_view(value.value)));
        }
        bound operator()(const sql::binary_literal& value) const {
            const bytes_view view = std::as_bytes(std::span(value.bytes));
            return self.constant(field(view), type_of(field_view(view)));
        }
        bound operator()(const sql::datetime_literal& value) const { return self.bind_datetime(value, at); }
        bound operator()(const sql::interval_literal& value) const { return self.bind_interval(value, at); }
        bound operator()(const sql::parameter& value) const { return self.bind_parameter(value); }
        bound operator()(const sql::column_reference& value) const { return self.bind_reference(value, node, where); }
        bound operator()(const sql::sequence_value& value) const { return self.bind_sequence(value, at, where); }
        bound operator()(const sql::unary_expression& value) const { return self.bind_unary(value, node, where); }
        bound operator()(const sql::binary_expression& value) const { return self.bind_binary(value, node, where); }
        bound operator()(const sql::comparison& value) const { return self.bind_comparison(value, at, where); }
        bound operator()(const sql::quantified_comparison& value) const {
            return self.bind_quantified(value, at, where);
        }
        bound operator()(const sql::logical_expression& value) const { return self.bind_logical(value, where); }
        bound operator()(const sql::not_expression& value) const {
            return self.condition("(NOT " + self.bind_condition(*value.operand, where) + ")");
        }
        bound operator()(const sql::is_null& value) const {
            const bound operand = self.settle(self.bind_value(*value.operand, where));
            return self.condition("(" + operand.sql + (value.negated ? " IS NOT NULL)" : " IS NULL)"));
        }
        bound operator()(const sql::is_json&) const { throw sql_error::unsupported("IS JSON", position_of(at)); }
        bound operator()(const sql::between& value) const { return self.bind_between(value, at, where); }
        bound operator()(const sql::like& value) const { return self.bind_like(value, at, where); }
        bound operator()(const sql::in_list& value) const { return self.bind_in_list(value, at, where); }
        bound operator()(const sql::in_query& value) const { return self.bind_in_query(value, at, where); }
        bound operator()(const sql::exists& value) const {
            query_parts parts = self.bind_query(*value.query, &where);
            for (output& column : parts.outputs)
                column.value = self.settle(std::move(column.value));
            return self.condition("EXISTS (" + self.render(parts) + ")");
        }
        bound operator()(const sql::row_value&) const {
            throw sql_error::unsupported("row value here", position_of(at));
        }
        bound operator()(const sql::scalar_subquery& value) const {
            return self.bind_scalar_subquery(*value.query, where, at);
        }
        bound operator()(const sql::case_expression& value) const { return self.bind_case(value, at, where); }
        bound operator()(const sql::cast_expression& value) const { return self.bind_cast(value, where); }
        bound operator()(const sql::extract_expression& value) const {
            std::vector<bound> arguments;
            arguments.push_back(self.constant(field(value.field_name), type_of(field_view(value.field_name))));
            arguments.push_back(self.bind_value(*value.operand, where));
            return self.call_function("EXTRACT", std::move(arguments), at);
        }
        bound operator()(const sql::trim_expression& value) const {
            if (!value.side_written && !value.characters) {
                std::vector<bound> only;
                only.push_back(self.bind_value(*value.operand, where));
                return self.call_function("TRIM", std::move(only), at);
            }
            const std::string_view side = value.side == sql::trim_side::leading    ? "LEADING"
                                          : value.side == sql::trim_side::trailing ? "TRAILING"
                                                                                   : "BOTH";
            std::vector<bound> arguments;
            arguments.push_back(self.constant(field(side), type_of(field_view(side))));
            arguments.push_back(value.characters ? self.bind_value(*value.characters, where) : self.null_value());
            arguments.push_back(self.bind_value(*value.operand, where));
            return self.call_function("$TRIM", std::move(arguments), at);
        }
        bound operator()(const sql::interval_conversion& value) const {
            const auto* difference = std::get_if<sql::binary_expression>(&value.operand->node);
            if (!difference || difference->op != sql::binary_operator::subtract)
                throw sql_error::unsupported("interval of a value that is no difference", position_of(at));
            const std::int64_t scale_word = interval_type(value.qualifier, 9, at).scale;
            std::vector<bound> arguments;
            arguments.push_back(self.bind_value(*difference->left, where));
            arguments.push_back(self.bind_value(*difference->right, where));
            arguments.push_back(self.constant(field(scale_word), type_of(type_id::integer)));
            return self.call_function("$INTERVAL_BETWEEN", std::move(arguments), at);
        }
        bound operator()(const sql::at_time_zone& value) const {
            if (!value.zone)
                throw sql_error::unsupported("AT LOCAL", position_of(at));
            std::vector<bound> arguments;
            arguments.push_back(self.bind_value(*value.operand, where));
            arguments.push_back(self.bind_value(*value.zone, where));
            return self.call_function("$AT_TIME_ZONE", std::move(arguments), at);
        }
        bound operator()(const sql::cursor_attribute& value) const {
            if (!value.cursor.is("SQL")) {
                const std::string name = value.cursor.name + std::string(property_name(value.property));
                if (auto property = self.bind_variable({name}))
                    return std::move(*property);
                throw sql_error(codes::unresolved_member, {name}, position_of(at));
            }
            if (value.property == sql::cursor_property::found)
                return self.condition("(dmkit_rowcount() > 0)");
            if (value.property == sql::cursor_property::not_found)
                return self.condition("(dmkit_rowcount() = 0)");
            if (value.property == sql::cursor_property::is_open)
                return self.condition("(0)");
            bound count;
            count.sql = "dmkit_rowcount()";
            count.type = type_of(type_id::bigint);
            return count;
        }
        bound operator()(const sql::global_variable& value) const {
            if (value.name.name != "IDENTITY")
                throw sql_error::unsupported("@@" + value.name.name, position_of(at));
            bound identity;
            identity.sql = "dmkit_last_identity()";
            identity.type = type_of(type_id::bigint);
            return identity;
        }
        bound operator()(const sql::default_marker&) const {
            throw sql_error::unsupported("DEFAULT here", position_of(at));
        }
        bound operator()(const std::unique_ptr<sql::function_call>& value) const {
            return self.bind_call(*value, node, where);
        }
    };
    return std::visit(visitor{*this, node, at, where}, node.node);
}

bound statement_binder::bind_number(const sql::number_literal& literal, bool negative,
                                    const sql::source_range& where) const {
    const std::string text = (negative ? "-" : "") + literal.text;
    if (literal.kind == sql::number_kind::approximate)
        return constant(field(std::strtod(text.c_str(), nullptr)), type_of(type_id::double_));
    if (literal.kind == sql::number_kind::integer) {
        std::int64_t number = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (fault == std::errc() && end == text.data() + text.size())
            return constant(field(number), type_of(field_view(number)));
    }
    const auto number = decimal::parse(text);
    if (!number)
        throw sql_error(codes::overflow, {}, position_of(where));
    // Zeros at the end count for the scale as they are written.
    const std::size_t point = literal.text.find('.');
    const auto scale = static_cast<std::int32_t>(point == std::string::npos ? 0 : literal.text.size() - point - 1);
    const std::int32_t precision = std::max(1, number->integer_digits()) + scale;
    const data_type type =
        precision > decimal::max_precision ? type_of(type_id::decimal) : data_type{type_id::decimal, precision, scale};
    return constant(field(*number), type);
}

bound statement_binder::bind_datetime(const sql::datetime_literal& literal, const sql::source_range& where) const {
    if (literal.kind == sql::datetime_literal_kind::date) {
        if (const auto day = read_date(literal.text))
            return constant(field(*day), type_of(type_id::date));
    } else if (literal.kind == sql::datetime_literal_kind::time) {
        if (const auto time = read_time(literal.text)) {
            data_type type = type_of(time->offset_minutes ? type_id::time_tz : type_id::time);
            type.scale = time->nanosecond == 0 ? 0 : 6;
            return constant(field(*time), type);
        }
    } else if (const auto moment = read_timestamp(literal.text)) {
        const bool fine = moment->time.nanosecond % 1000 != 0;
        const bool zone = moment->time.offset_minutes.has_value();
        return constant(field(*moment), type_of(zone   ? fine ? type_id::datetime2_tz : type_id::datetime_tz
                                                : fine ? type_id::datetime2
                                                       : type_id::datetime));
    }
    throw sql_error(codes::not_a_datetime, {}, position_of(where));
}

bound statement_binder::bind_interval(const sql::interval_literal& literal, const sql::source_range& where) const {
    const data_type type = interval_type(literal.qualifier, 2, where);
    const std::string text = (literal.negative ? "-" : "") + literal.text;
    if (type.id == type_id::interval_ym) {
        if (const auto value = read_interval_ym(text, type.scale))
            return constant(field(*value), type);
    } else if (const auto value = read_interval_ds(text, type.scale)) {
        return constant(field(*value), type);
    }
    throw sql_error(codes::not_a_datetime, {}, position_of(where));
}

bound statement_binder::column_value(const found_column& found, const sql::column_reference& reference,
                                     const sql::source_range& at) {
    bound value;
    value.sql = found.column->sql;
    value.type = found.column->type;
    value.nullable = found.column->nullable;
    value.origin = found.column->origin;
    scope& owner = *found.owner;
    ++owner.columns_seen;
    const bool grouped_place =
        owner.place == clause::select || owner.place == clause::having || owner.place == clause::order_by;
    if (grouped_place && !owner.in_aggregate) {
        if (contains(owner.nulled_keys, value.sql))
            value.sql = "NULL";
        else if (!contains(owner.group_keys, value.sql))
            owner.bare_columns.push_back({spelled(reference.name), at});
    }
    return value;
}

std::optional<bound> statement_binder::bind_variable(const std::vector<std::string_view>& name) {
    const auto variable = context_.variables ? context_.variables->find(name) : std::nullopt;
    if (!variable)
        return std::nullopt;
    const auto [place, fresh] = variable_slots_.try_emplace(variable->argument, slots_.size());
    if (fresh)
        slots_.push_back({.parameter = variable->argument, .type = variable->type, .column = {}});
    bound value;
    value.sql = "?" + std::to_string(place->second + 1);
    value.type = variable->type;
    value.truth = variable->type.id == type_id::bit;
    if (variable->condition)
        return condition("(" + value.sql + " = 1)");
    return value;
}

bound statement_binder::bind_reference(const sql::column_reference& reference, const sql::expression& node,
                                       scope& where) {
    if (reference.outer_join_mark && where.place != clause::from)
        throw sql_error::unsupported("(+) outside a condition that joins two tables", position_of(node.where));
    const found_column found = find_column(reference.name, where, context_.catalog.names());
    if (found.column)
        return column_value(found, reference, node.where);
    const sql::identifier& name = reference.name.parts[0];
    if (where.outputs)
        for (const output& column : *where.outputs)
            if (column.aliased && context_.catalog.names().same(column.name, name.name))
                return column.value;
    for (const auto& [word, text] : {std::pair{"ROWNUM", &scope::rownum}, std::pair{"LEVEL", &scope::level},
                                     std::pair{"CONNECT_BY_ISLEAF", &scope::leaf}})
        if (is_single_name(reference, word)) {
            bound value;
            value.sql = where.*text;
            value.type = type_of(word == std::string_view("ROWNUM") ? type_id::bigint : type_id::integer);
            if (!value.sql.empty())
                return value;
        }
    std::vector<std::string_view> parts;
    for (const sql::identifier& part : reference.name.parts)
        parts.emplace_back(part.name);
    if (auto variable = bind_variable(parts))
        return std::move(*variable);
    for (const auto& [word, number] : {std::pair{"TRUE", "1"}, std::pair{"FALSE", "0"}})
        if (context_.variables && is_single_name(reference, word)) {
            bound value;
            value.sql = number;
            value.type = type_of(type_id::bit);
            value.nullable = false;
            value.truth = true;
            return value;
        }
    if (const std::string word = context_.catalog.names().key(name.name);
        !name.quoted && callable_without_parentheses(word))
        return call_function(word, {}, node.where);
    if (is_single_name(reference, "ROWID"))
        throw sql_error::unsupported("ROWID", position_of(node.where));
    if (is_single_name(reference, "ROWNUM"))
        throw sql_error::unsupported("ROWNUM here", position_of(node.where));
    throw sql_error(codes::unknown_column, {name.name}, position_of(node.where));
}

bound statement_binder::bind_sequence(const sql::sequence_value& value, const sql::source_range& where, scope& names) {
    const auto& parts = value.sequence.parts;
    const std::string schema = parts.size() > 1 ? parts[parts.size() - 2].name : std::string();
    const auto sequence =
        parts.size() > 2 ? nullptr : context_.catalog.resolve_sequence(schema, parts.back().name, schema_);
    if (!sequence) {
        // `a.nextval` may be a column of that name.
        sql::qualified_name name = value.sequence;
        name.parts.push_back({value.next ? "NEXTVAL" : "CURRVAL", false, where});
        name.where = where;
        sql::column_reference reference{std::move(name), false};
        return column_value(find_column(reference.name, names, context_.catalog.names()), reference, where);
    }
    if (names.place == clause::where || names.place == clause::having || names.place == clause::group_by)
        throw sql_error::unsupported(value.next ? "NEXTVAL here" : "CURRVAL here", position_of(where));
    deterministic_ = false;
    note_access(sequence->schema, sequence->name, sequence->id, privilege::select);
    draws_ += value.next ? 1 : 0;
    bound result;
    if (drawing_row_ && drawing_row_->sequences.count(context_.catalog.names().key(spelled(value.sequence))) > 0)
        result.sql = "dmkit_nextval(" + std::to_string(sequence->id) + ", " + std::to_string(drawing_row_->scope) +
                     ", " + drawing_row_->row + ")";
    else
        result.sql = (value.next ? "dmkit_nextval(" : "dmkit_currval(") + std::to_string(sequence->id) + ")";
    result.type = type_of(type_id::bigint);
    return result;
}

void statement_binder::begin_row(const std::vector<const sql::expression*>& values, std::string row) {
    drawing_row made;
    made.sequences = repeated_sequences(values, context_.catalog.names());
    drawing_row_.reset();
    if (made.sequences.empty())
        return;
    made.scope = ++aliases_;
    made.row = std::move(row);
    drawing_row_ = std::move(made);
}

bound statement_binder::bind_unary(const sql::unary_expression& unary, const sql::expression& node, scope& where) {
    if (unary.op == sql::unary_operator::prior || unary.op == sql::unary_operator::connect_by_root)
        return bind_prior(unary, node, where);
    if (unary.op == sql::unary_operator::binary)
        throw sql_error::unsupported("BINARY", position_of(node.where));
    const auto* number = std::get_if<sql::number_literal>(&unary.operand->node);
    if (number && unary.op == sql::unary_operator::minus)
        return bind_number(*number, true, node.where);
    bound operand = bind_value(*unary.operand, where);
    const std::string_view name = unary.op == sql::unary_operator::minus     ? "-"
                                  : unary.op == sql::unary_operator::bit_not ? "~"
                                                                             : "+";
    std::vector<bound> arguments;
    arguments.push_back(std::move(operand));
    return call_function(name, std::move(arguments), node.where);
}

bound statement_binder::bind_binary(const sql::binary_expression& binary, const sql::expression& node, scope& where) {
    std::vector<bound> arguments;
    arguments.push_back(bind_value(*binary.left, where));
    arguments.push_back(bind_value(*binary.right, where));
    return call_function(operator_name(binary.op), std::move(arguments), node.where);
}

bound statement_binder::bind_case(const sql::case_expression& node, const sql::source_range& at, scope& where) {
    std::vector<std::pair<std::string, bound>> branches;
    std::string head = "CASE";
    if (node.operand) {
        std::vector<bound> compared;
        compared.push_back(bind_value(*node.operand, where));
        for (const auto& branch : node.branches)
            compared.push_back(bind_value(*branch.when, where));
        std::vector<bound*> all;
        for (bound& value : compared)
            all.push_back(&value);
        prepare_comparison(all, at);
        head += " " + operand_sql(compared[0]);
        for (std::size_t i = 0; i < node.branches.size(); ++i)
            branches.emplace_back(operand_sql(compared[i + 1]), bind_value(*node.branches[i].then, where));
    } else {
        for (const auto& branch : node.branches) {
            std::string when = bind_condition(*branch.when, where);
            branches.emplace_back(std::move(when), bind_value(*branch.then, where));
        }
    }
    bound otherwise = node.otherwise ? bind_value(*node.otherwise, where) : null_value();
    return unite_branches(std::move(branches), std::move(otherwise), head, at);
}

bound statement_binder::unite_branches(std::vector<std::pair<std::string, bound>> branches, bound otherwise,
                                       const std::string& head, const sql::source_range& at) {
    std::vector<const bound*> results;
    for (const auto& branch : branches)
        results.push_back(&branch.second);
    results.push_back(&otherwise);
    data_type type = common(results, type_purpose::result, at);
    if (type.id == type_id::null)
        for (auto& branch : branches)
            if (branch.second.untyped) {
                branch.second = settle(std::move(branch.second));
                type = branch.second.type;
            }
    if (type.id == type_id::null && otherwise.untyped) {
        otherwise = settle(std::move(otherwise));
        type = otherwise.type;
    }
    if (type.id == type_id::null)
        return null_value();
    bound united;
    united.type = type;
    united.sql = "(" + head;
    for (auto& branch : branches)
        united.sql += " WHEN " + branch.first + " THEN " + coerce(std::move(branch.second), type).sql;
    if (!otherwise.is_null())
        united.sql += " ELSE " + coerce(std::move(otherwise), type).sql;
    united.sql += " END)";
    return united;
}

bound statement_binder::bind_cast(const sql::cast_expression& cast, scope& where) {
    const resolved_type type = resolve_type_name(cast.type, context_);
    bound operand = bind_value(*cast.operand, where);
    try {
        return coerce(std::move(operand), type.type, conversion_mode::explicit_cast, type.length_in_characters);
    } catch (sql_error& fault) {
        fault.at(position_of(cast.type.where));
        throw;
    }
}

bound statement_binder::single_column(query_parts& parts, const sql::source_range& at) {
    if (parts.outputs.size() != 1)
        throw sql_error(codes::subquery_columns, {}, position_of(at));
    return parts.outputs[0].value;
}

bound statement_binder::bind_scalar_subquery(const sql::query_expression& query, scope& where,
                                             const sql::source_range& at) {
    query_parts parts = bind_query(query, &where);
    if (parts.outputs.size() == 1)
        parts.outputs[0].value = settle(std::move(parts.outputs[0].value));
    bound value = single_column(parts, at);
    value.nullable = true;
    value.literal.reset();
    value.origin.reset();
    if (parts.single_row) {
        value.sql = "(" + render(parts) + ")";
        return value;
    }
    function_use single;
    single.kind = function_use::what::aggregate;
    single.aggregate = "$SINGLE";
    single.arguments = {value.type};
    single.result = value.type;
    value.sql = "(SELECT " + call_sql(std::move(single), {"o1"}) + " FROM (" + render(parts) + "))";
    return value;
}

}  // namespace dmkit::mock::bind

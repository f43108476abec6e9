#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

expression_ptr parser::call(qualified_name name, std::size_t start) {
    if (name.parts.size() == 1 && !name.parts[0].quoted) {
        if (expression_ptr special = special_call(tokens_.upper(tokens_.at(start)), start))
            return special;
    }
    const height_scope scope(*this);
    auto made = std::make_unique<function_call>();
    made->name = std::move(name);
    // Functions are found whatever the case of names is; stored ones are found in any spelling then.
    if (!options_.fold_names)
        for (identifier& part : made->name.parts)
            part.name = upper_case(part.name);
    call_arguments(*made);
    call_suffixes(*made);
    if (is(token_kind::dot))
        unsupported("member of a function's result");
    return make(std::move(made), start, scope.height());
}

/// The functions whose arguments are not a plain list; null if @p function is none of them or is written plainly.
expression_ptr parser::special_call(std::string_view function, std::size_t start) {
    if (function == "CAST")
        return cast_of(start);
    // CONVERT('text', 'from', 'to') between character sets is a plain call.
    if (function == "CONVERT" && !is(token_kind::string, 1))
        return convert_of(start);
    if (function == "EXTRACT")
        return extract_of(start);
    if (function == "TRIM")
        return trim_of(start);
    if (function == "SUBSTRING")
        return keyword_call(start, {"FROM", "FOR"});
    if (function == "POSITION")
        return keyword_call(start, {"IN"});
    if (function == "OVERLAY")
        return keyword_call(start, {"PLACING", "FROM", "FOR"});
    return nullptr;
}

expression_ptr parser::cast_of(std::size_t start) {
    const height_scope scope(*this);
    expect(token_kind::left_paren);
    cast_expression made;
    made.operand = condition();
    expect_word("AS");
    made.type = type();
    expect(token_kind::right_paren);
    return make(std::move(made), start, scope.height());
}

expression_ptr parser::convert_of(std::size_t start) {
    const height_scope scope(*this);
    expect(token_kind::left_paren);
    cast_expression made;
    made.convert = true;
    made.type = type();
    expect(token_kind::comma);
    made.operand = condition();
    expect(token_kind::right_paren);
    return make(std::move(made), start, scope.height());
}

expression_ptr parser::extract_of(std::size_t start) {
    static constexpr std::string_view fields[] = {"YEAR",   "MONTH",  "DAY",           "HOUR",
                                                  "MINUTE", "SECOND", "TIMEZONE_HOUR", "TIMEZONE_MINUTE"};
    const height_scope scope(*this);
    expect(token_kind::left_paren);
    extract_expression made;
    made.field_name = word();
    const auto found = std::find(std::begin(fields), std::end(fields), made.field_name);
    made.field = static_cast<extract_field>(found - std::begin(fields));
    name();
    expect_word("FROM");
    made.operand = condition();
    expect(token_kind::right_paren);
    return make(std::move(made), start, scope.height());
}

expression_ptr parser::trim_of(std::size_t start) {
    const nesting level(*this);
    const height_scope scope(*this);
    expect(token_kind::left_paren);
    trim_expression made;
    made.side_written = is_any_word({"BOTH", "LEADING", "TRAILING"});
    if (accept_word("LEADING"))
        made.side = trim_side::leading;
    else if (accept_word("TRAILING"))
        made.side = trim_side::trailing;
    else
        accept_word("BOTH");
    if (!made.side_written || !is_word("FROM"))
        made.operand = value();
    if (is_word("FROM")) {
        ++position_;
        made.characters = std::move(made.operand);
        made.operand = value();
    } else if (made.side_written) {
        syntax_error();
    }
    expect(token_kind::right_paren);
    return make(std::move(made), start, scope.height());
}

/// A call whose arguments may be separated by words instead of commas: all by words or all by commas.
expression_ptr parser::keyword_call(std::size_t start, std::initializer_list<std::string_view> separators) {
    const nesting level(*this);
    const height_scope scope(*this);
    auto made = std::make_unique<function_call>();
    position_ = start;
    made->name.parts.push_back(take_name());
    made->name.where = made->name.parts[0].where;
    expect(token_kind::left_paren);
    made->arguments.push_back(value());
    if (is(token_kind::comma)) {
        while (accept(token_kind::comma))
            made->arguments.push_back(value());
    } else {
        for (const std::string_view separator : separators) {
            if (accept_word(separator))
                made->arguments.push_back(value());
            else if (separator != *(separators.end() - 1) || separators.size() == 1)
                syntax_error();
        }
    }
    expect(token_kind::right_paren);
    return make(std::move(made), start, scope.height());
}

void parser::call_arguments(function_call& call) {
    expect(token_kind::left_paren);
    if (accept(token_kind::right_paren))
        return;
    if (is(token_kind::star) && is(token_kind::right_paren, 1)) {
        call.star = true;
        position_ += 2;
        return;
    }
    if (accept_word("ALL"))
        call.quantifier = set_quantifier::all;
    else if (accept_word("DISTINCT") || accept_word("UNIQUE"))
        call.quantifier = set_quantifier::distinct;
    comma_list([&] { call_argument(call); });
    if (is_any_word({"IGNORE", "RESPECT"}) && is_word("NULLS", 1)) {
        call.nulls = is_word("IGNORE") ? null_treatment::ignore : null_treatment::respect;
        position_ += 2;
    }
    if (accept_words("ORDER", "BY"))
        call.order_by = sort_list();
    if (accept_word("SEPARATOR"))
        call.separator = value();
    if (!is(token_kind::right_paren) && call.name.last().name.starts_with("JSON"))
        unsupported("clauses of " + call.name.last().name);
    if (is_word("USING") || is_word("AS"))
        unsupported(std::string(word()) + " in a function call");
    expect(token_kind::right_paren);
}

void parser::call_argument(function_call& call) {
    std::string argument_name;
    if (at_name() && is(token_kind::arrow, 1)) {
        argument_name = name().name;
        expect(token_kind::arrow);
    }
    if (!argument_name.empty() || !call.argument_names.empty()) {
        call.argument_names.resize(call.arguments.size());
        call.argument_names.push_back(std::move(argument_name));
    }
    call.arguments.push_back(condition());
}

void parser::call_suffixes(function_call& call) {
    if (is_word("FROM") && is_any_word({"FIRST", "LAST"}, 1) && (is_any_word({"OVER", "IGNORE", "RESPECT"}, 2))) {
        call.from_last = is_word("LAST", 1);
        position_ += 2;
    }
    if (is_any_word({"IGNORE", "RESPECT"}) && is_word("NULLS", 1)) {
        call.nulls = is_word("IGNORE") ? null_treatment::ignore : null_treatment::respect;
        position_ += 2;
    }
    if (accept_words("WITHIN", "GROUP")) {
        expect(token_kind::left_paren);
        expect_word("ORDER");
        expect_word("BY");
        call.within_group = sort_list();
        expect(token_kind::right_paren);
    }
    if (accept_word("KEEP")) {
        expect(token_kind::left_paren);
        expect_word("DENSE_RANK");
        auto keep = std::make_unique<keep_clause>();
        keep->last = is_word("LAST");
        if (!accept_word("LAST"))
            expect_word("FIRST");
        expect_word("ORDER");
        expect_word("BY");
        keep->order_by = sort_list();
        expect(token_kind::right_paren);
        call.keep = std::move(keep);
    }
    if (accept_word("OVER"))
        call.over = window();
}

std::unique_ptr<window_specification> parser::window() {
    auto made = std::make_unique<window_specification>();
    expect(token_kind::left_paren);
    if (accept_words("PARTITION", "BY"))
        made->partition_by = expression_list();
    if (accept_words("ORDER", "BY"))
        made->order_by = sort_list();
    if (is_any_word({"ROWS", "RANGE"})) {
        window_frame frame;
        frame.unit = is_word("ROWS") ? frame_unit::rows : frame_unit::range;
        ++position_;
        const bool both = accept_word("BETWEEN");
        frame.start = window_bound();
        if (both) {
            expect_word("AND");
            frame.end = window_bound();
        }
        made->frame = std::move(frame);
    }
    expect(token_kind::right_paren);
    return made;
}

frame_bound parser::window_bound() {
    frame_bound bound;
    if (accept_words("CURRENT", "ROW")) {
        bound.kind = frame_bound_kind::current_row;
        return bound;
    }
    const bool unbounded = accept_word("UNBOUNDED");
    if (!unbounded)
        bound.offset = value();
    if (accept_word("PRECEDING"))
        bound.kind = unbounded ? frame_bound_kind::unbounded_preceding : frame_bound_kind::preceding;
    else if (accept_word("FOLLOWING"))
        bound.kind = unbounded ? frame_bound_kind::unbounded_following : frame_bound_kind::following;
    else
        syntax_error();
    return bound;
}

}  // namespace dmkit::mock::sql

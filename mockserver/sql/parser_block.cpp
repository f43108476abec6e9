#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

bool parser::at_block() const {
    return is_word("DECLARE") || (is_word("BEGIN") && !is_any_word({"TRANSACTION", "TRAN"}, 1));
}

statement::node_type parser::block_statement_node() {
    return block_statement{std::make_shared<const block>(block_of())};
}

block parser::block_of() {
    const nesting level(*this);
    block made;
    ++blocks_;
    if (accept_word("DECLARE"))
        declarations(made);
    expect_word("BEGIN");
    made.steps = steps_until({"END", "EXCEPTION"});
    if (accept_word("EXCEPTION")) {
        if (!is_word("WHEN"))
            syntax_error();
        while (accept_word("WHEN")) {
            exception_handler handler;
            if (!accept_word("OTHERS"))
                do
                    handler.names.push_back(name());
                while (accept_word("OR"));
            expect_word("THEN");
            handler.steps = steps_until({"WHEN", "END"});
            made.handlers.push_back(std::move(handler));
        }
    }
    expect_word("END");
    if (at_name())
        take_name();
    --blocks_;
    return made;
}

void parser::declarations(block& made) {
    while (!is_word("BEGIN")) {
        declaration(made);
        expect(token_kind::semicolon);
    }
}

void parser::declaration(block& made) {
    if (is_any_word({"PROCEDURE", "FUNCTION", "TYPE", "SUBTYPE", "PRAGMA"}) && !is(token_kind::semicolon, 1))
        unsupported(std::string(word()) + " in a block");
    if (is_word("CURSOR") && at_name(1))
        unsupported("cursor declared with its query");
    const identifier declared = name();
    if (accept_word("EXCEPTION")) {
        exception_declaration exception{declared, std::nullopt, {}};
        if (accept_word("FOR")) {
            exception.code = signed_integer();
            if (accept(token_kind::comma))
                exception.text = string_value();
        }
        made.exceptions.push_back(std::move(exception));
        return;
    }
    variable_declaration variable;
    variable.name = declared;
    variable.constant = accept_word("CONSTANT");
    variable.type = type_of_variable();
    variable.not_null = accept_words("NOT", "NULL");
    if (accept(token_kind::assign) || accept(token_kind::equal) || accept_word("DEFAULT"))
        variable.initial = condition();
    made.variables.push_back(std::move(variable));
}

variable_type parser::type_of_variable() {
    const std::size_t start = position_;
    variable_type made;
    if (accept_word("SYS_REFCURSOR") || accept_word("CURSOR")) {
        made.cursor = true;
    } else if (is_any_word({"ARRAY", "RECORD", "TABLE", "REF"})) {
        unsupported(std::string(word()) + " as the type of a variable");
    } else {
        std::size_t parts = 0;
        while (at_name(parts) && is(token_kind::dot, parts + 1))
            parts += 2;
        if (at_name(parts) && is(token_kind::percent, parts + 1)) {
            made.like = name_path();
            expect(token_kind::percent);
            if (is_word("ROWTYPE"))
                unsupported("%ROWTYPE");
            expect_word("TYPE");
        } else {
            made.written = type();
        }
    }
    made.where = range_from(start);
    return made;
}

block_steps parser::steps_until(std::initializer_list<std::string_view> ends) {
    block_steps steps;
    do {
        steps.push_back(step());
        expect(token_kind::semicolon);
        while (accept(token_kind::semicolon)) {
        }
    } while (!is_any_word(ends) && !is(token_kind::end));
    return steps;
}

block_step parser::step() {
    const nesting level(*this);
    const std::size_t start = position_;
    block_step made;
    made.node = step_node();
    made.where = range_from(start);
    return made;
}

decltype(block_step::node) parser::step_node() {
    if (is(token_kind::shift_left))
        unsupported("label");
    if (is(token_kind::positional_mark) || is(token_kind::named_mark)) {
        assignment_step made{assign_target(), {}};
        if (!accept(token_kind::assign))
            expect(token_kind::equal);
        made.value = condition();
        return made;
    }
    if (auto named = name_step())
        return std::move(*named);
    if (auto known = word_step())
        return std::move(*known);
    return sql_node();
}

/// What begins with a name: an assignment or a call. Words that begin other statements are names too if such a thing
/// follows them.
std::optional<decltype(block_step::node)> parser::name_step() {
    if (!at_name())
        return std::nullopt;
    std::size_t parts = 0;
    while (at_name(parts) && is(token_kind::dot, parts + 1))
        parts += 2;
    if (!at_name(parts))
        return std::nullopt;
    if (is(token_kind::assign, parts + 1) || is(token_kind::equal, parts + 1)) {
        assignment_step made{assign_target(), {}};
        ++position_;
        made.value = condition();
        return made;
    }
    if (is(token_kind::left_bracket, parts + 1))
        unsupported("element of a collection");
    const bool lone = is(token_kind::semicolon, parts + 1) &&
                      !is_any_word({"COMMIT", "ROLLBACK", "EXIT", "CONTINUE", "RETURN", "RAISE", "NULL"});
    if (!is(token_kind::left_paren, parts + 1) && !lone)
        return std::nullopt;
    if (is_any_word({"PRINT", "SELECT", "WITH", "RETURN", "IF", "WHILE", "CASE"}))
        return std::nullopt;
    return call_step{std::move(std::get<call_statement>(call_statement_of(std::nullopt)).call)};
}

std::optional<decltype(block_step::node)> parser::word_step() {
    if (at_block())
        return std::make_unique<block>(block_of());
    if (is_word("IF"))
        return if_node();
    if (is_word("CASE"))
        return case_node();
    if (is_word("FOR"))
        return for_node();
    if (is_any_word({"GOTO", "FORALL", "PIPE"}))
        unsupported(std::string(word()));
    if (accept_word("NULL"))
        return null_step{};
    if (is_word("LOOP") || is_word("WHILE") || is_word("REPEAT")) {
        loop_step made;
        if (accept_word("REPEAT")) {
            made.kind = loop_kind::until;
            made.steps = steps_until({"UNTIL"});
            expect_word("UNTIL");
            made.condition = condition();
            return made;
        }
        if (accept_word("WHILE")) {
            made.kind = loop_kind::while_;
            made.condition = condition();
        }
        expect_word("LOOP");
        made.steps = steps_until({"END"});
        expect_word("END");
        expect_word("LOOP");
        return made;
    }
    if (is_word("EXIT") || is_word("CONTINUE")) {
        exit_step made;
        made.again = is_word("CONTINUE");
        ++position_;
        if (at_name())
            unsupported("label");
        if (accept_word("WHEN"))
            made.condition = condition();
        return made;
    }
    if (accept_word("RETURN")) {
        return_step made;
        if (!at_statement_end())
            made.value = condition();
        return made;
    }
    if (accept_word("RAISE")) {
        raise_step made;
        if (!at_statement_end())
            made.name = name();
        return made;
    }
    if (accept_word("PRINT"))
        return print_step{condition()};
    if (accept_word("OPEN"))
        return open_node();
    if (accept_word("CLOSE"))
        return close_step{assign_target()};
    if (accept_word("FETCH")) {
        fetch_step made;
        if (!accept_word("NEXT"))
            accept_word("FROM");
        made.cursor = assign_target();
        if (are_words("BULK", "COLLECT"))
            unsupported("BULK COLLECT");
        expect_word("INTO");
        made.into = target_list();
        return made;
    }
    if (accept_words("EXECUTE", "IMMEDIATE") || accept_words("EXEC", "IMMEDIATE"))
        return immediate_node();
    if (is_word("CALL") || is_word("EXEC") || is_word("EXECUTE")) {
        const bool call = accept_word("CALL");
        return call_step{std::move(std::get<call_statement>(call ? call_statement_of(std::nullopt) : execute()).call)};
    }
    return std::nullopt;
}

decltype(block_step::node) parser::if_node() {
    if_step made;
    expect_word("IF");
    do {
        if_branch branch;
        branch.condition = condition();
        expect_word("THEN");
        branch.steps = steps_until({"ELSIF", "ELSEIF", "ELSE", "END"});
        made.branches.push_back(std::move(branch));
    } while (accept_word("ELSIF") || accept_word("ELSEIF"));
    if (accept_word("ELSE"))
        made.otherwise = steps_until({"END"});
    expect_word("END");
    expect_word("IF");
    return made;
}

/// CASE as a statement, in the searched form: it is an IF.
decltype(block_step::node) parser::case_node() {
    expect_word("CASE");
    if (!is_word("WHEN"))
        unsupported("CASE statement with an operand");
    if_step made;
    while (accept_word("WHEN")) {
        if_branch branch;
        branch.condition = condition();
        expect_word("THEN");
        branch.steps = steps_until({"WHEN", "ELSE", "END"});
        made.branches.push_back(std::move(branch));
    }
    if (accept_word("ELSE"))
        made.otherwise = steps_until({"END"});
    expect_word("END");
    accept_word("CASE");
    return made;
}

decltype(block_step::node) parser::for_node() {
    expect_word("FOR");
    for_step made;
    made.counter = name();
    expect_word("IN");
    made.reverse = accept_word("REVERSE");
    if ((is(token_kind::left_paren) && query_in_parentheses()) || (at_name() && is_word("LOOP", 1)))
        unsupported("FOR over the rows of a cursor");
    made.low = value();
    expect(token_kind::range);
    made.high = value();
    expect_word("LOOP");
    made.steps = steps_until({"END"});
    expect_word("END");
    expect_word("LOOP");
    return made;
}

decltype(block_step::node) parser::open_node() {
    open_step made;
    made.cursor = assign_target();
    if (!accept_word("FOR"))
        unsupported("OPEN of a cursor that was declared with its query");
    if (at_query() || (is(token_kind::left_paren) && query_in_parentheses())) {
        const std::size_t start = position_;
        made.query = std::make_unique<statement>();
        made.query->node = query();
        made.query->where = range_from(start);
    } else {
        made.text = condition();
        if (is_word("USING"))
            unsupported("OPEN … FOR … USING");
    }
    return made;
}

decltype(block_step::node) parser::immediate_node() {
    immediate_step made;
    made.text = condition();
    if (are_words("BULK", "COLLECT"))
        unsupported("BULK COLLECT");
    if (accept_word("INTO"))
        made.into = target_list();
    if (accept_word("USING"))
        comma_list([&] {
            using_value given;
            given.mode = accept_mode();
            if (given.mode == parameter_mode::in)
                given.value = condition();
            else if (given.mode == parameter_mode::out)
                given.target = assign_target();
            else
                unsupported("IN OUT in USING");
            made.arguments.push_back(std::move(given));
        });
    if (is_any_word({"RETURNING", "RETURN"}))
        unsupported("RETURNING INTO of EXECUTE IMMEDIATE");
    return made;
}

decltype(block_step::node) parser::sql_node() {
    if (is_any_word({"CREATE", "ALTER", "DROP", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "EXPLAIN", "SET"}))
        unsupported(std::string(word()) + " in a block");
    const std::size_t start = position_;
    statement_step made;
    made.what = std::make_unique<statement>();
    if (at_query() || (is(token_kind::left_paren) && query_in_parentheses()))
        into_ = &made.into;
    made.what->node = statement_node();
    into_ = nullptr;
    made.what->where = range_from(start);
    return made;
}

assignment_target parser::assign_target() {
    const std::size_t start = position_;
    assignment_target made;
    if (is(token_kind::positional_mark) || is(token_kind::named_mark))
        made.what = mark();
    else
        made.what = name_path();
    made.where = range_from(start);
    return made;
}

std::vector<assignment_target> parser::target_list() {
    std::vector<assignment_target> targets;
    comma_list([&] { targets.push_back(assign_target()); });
    return targets;
}

parameter_mode parser::accept_mode() {
    const bool in = accept_word("IN");
    if (accept_word("OUT")) {
        accept_word("NOCOPY");
        return in ? parameter_mode::in_out : parameter_mode::out;
    }
    return parameter_mode::in;
}

std::vector<routine_parameter> parser::routine_parameters() {
    std::vector<routine_parameter> parameters;
    if (!accept(token_kind::left_paren))
        return parameters;
    if (accept(token_kind::right_paren))
        return parameters;
    comma_list([&] {
        routine_parameter parameter;
        parameter.name = name();
        parameter.mode = accept_mode();
        parameter.type = type_of_variable();
        if (accept(token_kind::assign) || accept(token_kind::equal) || accept_word("DEFAULT"))
            parameter.default_value = condition();
        parameters.push_back(std::move(parameter));
    });
    expect(token_kind::right_paren);
    return parameters;
}

create_routine_statement parser::create_routine(std::size_t start, bool or_replace) {
    create_routine_statement made;
    made.or_replace = or_replace;
    made.function = is_word("FUNCTION");
    ++position_;
    made.name = name_path();
    if (is_word("WITH"))
        unsupported("encrypted definition");
    routine what;
    what.parameters = routine_parameters();
    if (made.function) {
        if (!accept_word("RETURN"))
            expect_word("RETURNS");
        what.result = type_of_variable();
        accept_word("DETERMINISTIC");
        if (is_any_word({"PIPELINED", "RESULT_CACHE", "PARALLEL_ENABLE"}))
            unsupported(std::string(word()));
    }
    if (accept_word("AUTHID")) {
        if (!accept_word("DEFINER"))
            unsupported("AUTHID " + std::string(word()));
    }
    if (!accept_word("AS"))
        expect_word("IS");
    if (is_any_word({"EXTERNAL", "LANGUAGE"}))
        unsupported("external routine");
    accept_word("DECLARE");
    block body;
    declarations(body);
    block rest = block_of();
    body.steps = std::move(rest.steps);
    body.handlers = std::move(rest.handlers);
    what.body = std::move(body);
    if (!parameters_.empty())
        throw sql_error(syntax_error_code, {},
                        source_position{static_cast<int>(parameters_.front().where.line),
                                        static_cast<int>(parameters_.front().where.column) - 1, "?"});
    made.what = std::make_shared<const routine>(std::move(what));
    made.text = text_from(start);
    return made;
}

}  // namespace dmkit::mock::sql

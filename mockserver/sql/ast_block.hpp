#pragma once

#include "mockserver/sql/ast_statement.hpp"

namespace dmkit::mock::sql {

struct block_step;
using block_steps = std::vector<block_step>;

/// What a value is assigned to in a block: a variable by its name, or a parameter of the statement.
struct assignment_target {
    std::variant<qualified_name, parameter> what;
    source_range where;
};

/// The type of a variable, parameter or result.
struct variable_type {
    std::optional<type_name> written;
    std::optional<qualified_name> like;  ///< of `x%TYPE`: a column or another variable
    bool cursor = false;                 ///< CURSOR, SYS_REFCURSOR
    source_range where;
};

struct variable_declaration {
    identifier name;
    variable_type type;
    bool constant = false;
    bool not_null = false;
    expression_ptr initial;  ///< null: NULL
};

/// `name EXCEPTION [FOR code [, text]]`.
struct exception_declaration {
    identifier name;
    std::optional<std::int64_t> code;
    std::string text;
};

/// `WHEN a OR b THEN …`; no names: OTHERS.
struct exception_handler {
    std::vector<identifier> names;
    block_steps steps;
};

/// `[DECLARE …] BEGIN … [EXCEPTION …] END`.
struct block {
    std::vector<variable_declaration> variables;
    std::vector<exception_declaration> exceptions;
    block_steps steps;
    std::vector<exception_handler> handlers;
};

/// `target := value`, also with `=`.
struct assignment_step {
    assignment_target target;
    expression_ptr value;
};

/// A statement of SQL. Of a SELECT … INTO the targets are there; another SELECT gives the client a result.
struct statement_step {
    std::unique_ptr<statement> what;
    std::vector<assignment_target> into;
};

/// `p(…)`, `CALL p(…)`; the call is a function_call.
struct call_step {
    expression_ptr call;
};

struct if_branch {
    expression_ptr condition;
    block_steps steps;
};

struct if_step {
    std::vector<if_branch> branches;
    block_steps otherwise;
};

enum class loop_kind : std::uint8_t { endless, while_, until };

/// LOOP, WHILE condition LOOP, REPEAT … UNTIL condition.
struct loop_step {
    loop_kind kind = loop_kind::endless;
    expression_ptr condition;
    block_steps steps;
};

/// `FOR i IN [REVERSE] low .. high LOOP`.
struct for_step {
    identifier counter;
    bool reverse = false;
    expression_ptr low;
    expression_ptr high;
    block_steps steps;
};

/// EXIT and CONTINUE.
struct exit_step {
    bool again = false;        ///< CONTINUE
    expression_ptr condition;  ///< null: always
};

struct return_step {
    expression_ptr value;  ///< null: a procedure's
};

/// `RAISE name`; without name: the error that is being handled.
struct raise_step {
    std::optional<identifier> name;
};

/// `PRINT value`.
struct print_step {
    expression_ptr value;
};

/// `OPEN cursor FOR query`, or for the text of one.
struct open_step {
    assignment_target cursor;
    std::unique_ptr<statement> query;  ///< null: #text is there
    expression_ptr text;
};

struct fetch_step {
    assignment_target cursor;
    std::vector<assignment_target> into;
};

struct close_step {
    assignment_target cursor;
};

/// One value of USING. OUT ones are targets.
struct using_value {
    parameter_mode mode = parameter_mode::in;
    expression_ptr value;  ///< null if it is OUT alone
    std::optional<assignment_target> target;
};

/// `EXECUTE IMMEDIATE text [INTO …] [USING …]`.
struct immediate_step {
    expression_ptr text;
    std::vector<assignment_target> into;
    std::vector<using_value> arguments;
};

struct null_step {};

/// One statement of a block.
struct block_step {
    std::variant<null_step, assignment_step, statement_step, call_step, if_step, loop_step, for_step, exit_step,
                 return_step, raise_step, print_step, open_step, fetch_step, close_step, immediate_step,
                 std::unique_ptr<block>>
        node;
    source_range where;
};

/// A parameter of a procedure or function.
struct routine_parameter {
    identifier name;
    parameter_mode mode = parameter_mode::in;
    variable_type type;
    expression_ptr default_value;  ///< null: none
};

/// What CREATE PROCEDURE and CREATE FUNCTION define.
struct routine {
    std::vector<routine_parameter> parameters;
    std::optional<variable_type> result;  ///< of a function
    block body;
};

}  // namespace dmkit::mock::sql

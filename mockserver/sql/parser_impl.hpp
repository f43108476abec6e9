#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mockserver/sql/lexer.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::sql {

/// The parser by recursive descent, one member function a rule. Internal to this folder; its parts are spread over
/// parser_*.cpp by the chapters of the grammar.
class parser {
  public:
    parser(std::string_view text, const parse_options& options) : tokens_(text), options_(options) {}

    std::vector<statement> parse_statements();
    expression_ptr parse_lone_expression();
    query_ptr parse_lone_query();

  private:
    /// Counts a level of nesting while it lives.
    class nesting {
      public:
        explicit nesting(parser& owner) : owner_(owner) {
            if (++owner.depth_ > owner.options_.max_depth)
                owner.too_deep();
        }
        ~nesting() { --owner_.depth_; }
        nesting(const nesting&) = delete;
        nesting& operator=(const nesting&) = delete;

      private:
        parser& owner_;
    };

    /// Collects the height of the trees that are made while it lives.
    class height_scope {
      public:
        explicit height_scope(parser& owner) : owner_(owner), outer_(owner.tallest_) { owner.tallest_ = 0; }
        ~height_scope() { owner_.tallest_ = std::max(owner_.tallest_, outer_); }
        height_scope(const height_scope&) = delete;
        height_scope& operator=(const height_scope&) = delete;
        [[nodiscard]] int height() const { return owner_.tallest_; }

      private:
        parser& owner_;
        int outer_;
    };

    // --- tokens (parser_core.cpp) ---
    [[nodiscard]] const token& look(std::size_t ahead = 0) const { return tokens_.at(position_ + ahead); }
    [[nodiscard]] bool is(token_kind kind, std::size_t ahead = 0) const { return look(ahead).kind == kind; }
    [[nodiscard]] bool is_word(std::string_view word, std::size_t ahead = 0) const {
        const token& found = look(ahead);
        return found.kind == token_kind::word && found.length == word.size() && tokens_.upper(found) == word;
    }
    [[nodiscard]] bool are_words(std::string_view first, std::string_view second) const {
        return is_word(first) && is_word(second, 1);
    }
    [[nodiscard]] bool is_any_word(std::initializer_list<std::string_view> words, std::size_t ahead = 0) const;
    bool accept(token_kind kind);
    bool accept_word(std::string_view word);
    bool accept_words(std::string_view first, std::string_view second);
    bool accept_words(std::string_view first, std::string_view second, std::string_view third);
    void expect(token_kind kind);
    void expect_word(std::string_view word);
    [[nodiscard]] bool at_statement_end(std::size_t ahead = 0) const {
        return is(token_kind::end, ahead) || is(token_kind::semicolon, ahead);
    }
    void skip_parentheses();
    /// The text of the word at the position, in upper case; empty for other tokens.
    [[nodiscard]] std::string_view word(std::size_t ahead = 0) const;
    /// From the token at index @p start to the last one taken.
    [[nodiscard]] source_range range_from(std::size_t start) const;
    [[nodiscard]] std::string text_from(std::size_t start) const;

    // --- errors ---
    [[nodiscard]] source_position place(const token& token) const;
    [[noreturn]] void syntax_error(std::size_t ahead = 0) const;
    [[noreturn]] void unsupported(std::string construct) const;
    [[noreturn]] void too_deep() const;

    // --- names and small things ---
    [[nodiscard]] bool at_name(std::size_t ahead = 0) const;
    /// Takes the token at the position, which at_name() or the caller has accepted, as a name.
    identifier take_name();
    identifier name();
    qualified_name name_path();
    std::vector<identifier> name_list();
    std::vector<identifier> optional_name_list();
    std::string string_value();
    std::int64_t signed_integer();
    std::int64_t unsigned_integer();
    bool accept_if_exists();
    bool accept_if_not_exists();
    drop_behaviour accept_drop_behaviour();
    template <class Element>
    void comma_list(Element element) {
        do
            element();
        while (accept(token_kind::comma));
    }

    // --- types (parser_type.cpp) ---
    type_name type();
    void type_arguments(type_name& type);
    void time_zone_suffix(type_name& type);
    bool accept_interval_field(interval_field& field);
    interval_qualifier interval_fields();

    // --- expressions (parser_expression.cpp, parser_predicate.cpp, parser_function.cpp) ---
    expression_ptr make(expression::node_type node, std::size_t start, int children);
    expression_ptr condition();
    expression_ptr conjunction();
    expression_ptr negation();
    expression_ptr predicate();
    expression_ptr predicate_tail(expression_ptr operand, std::size_t start, bool negated);
    expression_ptr in_tail(expression_ptr operand, std::size_t start, bool negated);
    expression_ptr is_tail(expression_ptr operand, std::size_t start);
    expression_ptr comparison_tail(expression_ptr left, comparison_operator op, std::size_t start);
    expression_ptr value(int weakest = 0);
    expression_ptr unary();
    expression_ptr postfix();
    expression_ptr primary();
    expression_ptr parenthesized();
    expression_ptr word_expression();
    expression_ptr name_expression();
    expression_ptr datetime(datetime_literal_kind kind);
    expression_ptr interval();
    expression_ptr case_of();
    expression_ptr exists_of();
    expression_ptr query_operand(std::size_t start);
    parameter mark();
    /// Whether the parenthesis at the position (plus @p ahead) holds a query.
    [[nodiscard]] bool query_in_parentheses(std::size_t ahead = 0) const;
    std::vector<sort_item> sort_list();
    std::vector<expression_ptr> expression_list();

    expression_ptr call(qualified_name name, std::size_t start);
    expression_ptr special_call(std::string_view function, std::size_t start);
    void call_arguments(function_call& call);
    void call_argument(function_call& call);
    void call_suffixes(function_call& call);
    expression_ptr cast_of(std::size_t start);
    expression_ptr convert_of(std::size_t start);
    expression_ptr extract_of(std::size_t start);
    expression_ptr trim_of(std::size_t start);
    expression_ptr keyword_call(std::size_t start, std::initializer_list<std::string_view> separators);
    std::unique_ptr<window_specification> window();
    frame_bound window_bound();

    // --- queries (parser_query.cpp, parser_from.cpp) ---
    query_ptr query();
    void common_tables(query_expression& query);
    query_term term();
    std::unique_ptr<select_core> select();
    void select_quantifier(select_core& core);
    std::optional<row_limit> top();
    select_item select_element();
    std::optional<identifier> column_alias();
    std::unique_ptr<hierarchy_clause> hierarchy();
    std::vector<grouping_element> grouping_list();
    grouping_element grouping();
    [[nodiscard]] bool at_row_limit() const;
    std::optional<row_limit> limit();
    void fetch(row_limit& limit);
    locking_clause locking();
    [[nodiscard]] bool at_query(std::size_t ahead = 0) const;

    std::vector<table_ptr> table_list();
    table_ptr table();
    table_ptr joins(table_ptr left, std::size_t start);
    [[nodiscard]] bool at_join() const;
    table_ptr table_primary();
    table_ptr table_in_parentheses(std::size_t start);
    table_ptr table_by_name(std::size_t start);
    table_ptr make_table(decltype(table_reference::node) node, std::size_t start, int children);
    std::optional<identifier> table_alias();
    void refuse_table_suffix() const;

    // --- DML (parser_dml.cpp) ---
    statement::node_type insert();
    statement::node_type multi_insert(bool first);
    insert_branch_target insert_into();
    std::vector<expression_ptr> insert_row();
    statement::node_type update();
    statement::node_type delete_();
    statement::node_type merge();
    dml_target target();
    std::vector<assignment> assignments();
    assignment assign();
    expression_ptr value_or_default();
    std::vector<qualified_name> column_path_list();
    expression_ptr optional_where();
    /// The name in `WHERE CURRENT OF name`.
    std::optional<identifier> optional_cursor();
    std::optional<returning_clause> returning();

    // --- DDL (parser_table.cpp, parser_column.cpp, parser_alter.cpp, parser_object.cpp, parser_user.cpp) ---
    statement::node_type create();
    statement::node_type alter();
    statement::node_type drop();
    create_table_statement create_table(temporary_kind temporary);
    void table_elements(create_table_statement& table);
    void table_options(create_table_statement& table);
    void table_query(create_table_statement& table);
    bool accept_physical(std::vector<physical_clause>& clauses);
    void partition_by();
    void skip_option_words(std::initializer_list<std::string_view> words);
    column_definition column(bool type_optional);
    bool column_clause(column_definition& column);
    bool column_constraint(column_definition& column);
    [[nodiscard]] bool at_table_constraint() const;
    constraint_definition table_constraint();
    foreign_reference reference();
    void constraint_state(constraint_definition& constraint);
    identity_clause identity();
    stored_expression stored(expression_ptr (parser::*rule)());
    stored_expression stored_in_parentheses();
    expression_ptr plain_value() { return value(); }

    alter_table_statement alter_table();
    void alter_add(alter_table_statement& table);
    void alter_modify(alter_table_statement& table);
    void alter_drop(alter_table_statement& table);
    void alter_column(alter_table_statement& table);
    void alter_rename(alter_table_statement& table);
    void alter_enable(alter_table_statement& table, bool enable);
    void alter_physical(alter_table_statement& table);

    create_index_statement create_index(bool or_replace);
    alter_index_statement alter_index();
    create_view_statement create_view(bool or_replace);
    create_sequence_statement create_sequence(bool or_replace);
    alter_sequence_statement alter_sequence();
    bool sequence_option(sequence_options& options);
    create_schema_statement create_schema();
    create_synonym_statement create_synonym(bool or_replace, bool is_public);
    comment_statement comment();
    truncate_statement truncate();
    user_statement user(bool alter);
    void user_options(user_statement& user);
    create_role_statement create_role();
    grant_statement grant(bool revoke);
    privilege privilege_words();
    administrative_statement administrative(std::string name);

    // --- other statements (parser_statement.cpp) ---
    statement one_statement();
    statement::node_type statement_node();
    statement::node_type set();
    statement::node_type set_transaction();
    statement::node_type rollback();
    statement::node_type commit();
    statement::node_type lock_table();
    statement::node_type explain();
    statement::node_type alter_session();
    statement::node_type alter_system();
    session_setting setting();
    statement::node_type call_statement_of(std::optional<parameter> result);
    statement::node_type execute();

    // --- blocks (parser_block.cpp) ---
    [[nodiscard]] bool at_block() const;
    statement::node_type block_statement_node();
    block block_of();
    void declarations(block& made);
    void declaration(block& made);
    block_steps steps_until(std::initializer_list<std::string_view> ends);
    block_step step();
    decltype(block_step::node) step_node();
    std::optional<decltype(block_step::node)> word_step();
    std::optional<decltype(block_step::node)> name_step();
    decltype(block_step::node) if_node();
    decltype(block_step::node) case_node();
    decltype(block_step::node) for_node();
    decltype(block_step::node) open_node();
    decltype(block_step::node) immediate_node();
    decltype(block_step::node) sql_node();
    assignment_target assign_target();
    std::vector<assignment_target> target_list();
    variable_type type_of_variable();
    create_routine_statement create_routine(std::size_t start, bool or_replace);
    std::vector<routine_parameter> routine_parameters();
    parameter_mode accept_mode();

    token_list tokens_;
    parse_options options_;
    std::size_t position_ = 0;
    int depth_ = 0;
    int tallest_ = 0;
    int blocks_ = 0;  ///< that the position is in
    std::vector<parameter_declaration> parameters_;
    std::uint32_t parameter_count_ = 0;
    std::vector<assignment_target>* into_ = nullptr;  ///< of the next select core: where its INTO goes
};

}  // namespace dmkit::mock::sql

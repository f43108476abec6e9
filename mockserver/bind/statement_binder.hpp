#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mockserver/bind/aggregates.hpp"
#include "mockserver/bind/scope.hpp"
#include "mockserver/engine/binder.hpp"
#include "mockserver/sql/ast.hpp"

namespace dmkit::mock::bind {

/// A query in the making: its result columns are known and may still be converted, the text is not yet put together.
struct query_parts {
    std::string with;  ///< `WITH … ` or empty
    std::vector<output> outputs;
    bool distinct = false;
    bool collated = false;        ///< an operand of UNION and the like: text compares as DM8 does
    std::string tail;             ///< FROM and what follows, with a blank before it
    std::string order_and_limit;  ///< with a blank before it
    bool single_row = false;      ///< yields one row at most, whatever the data
    bool updatable = true;        ///< FOR UPDATE is possible: no DISTINCT, grouping or set operation
    bool draws = false;           ///< computes values that are others each time: NEXTVAL, RAND
    bool has_limit = false;       ///< #order_and_limit ends with a LIMIT
    bool has_offset = false;      ///< … and an OFFSET
};

/// How many levels of nesting a query within a query counts for.
inline constexpr int query_level = 8;

/// How many rows a query gives, in SQL: empty texts where nothing limits it.
struct bound_limit {
    std::string offset;
    std::string count;
    bool percent = false;
    bool with_ties = false;
    /// LIMIT and OFFSET, with a blank before them, for rows that are merely counted.
    [[nodiscard]] std::string sql() const;
};

/// A sort key in SQL.
struct bound_order {
    std::string sql;                      ///< without collation and direction; an ordinal if #position is there
    std::optional<std::size_t> position;  ///< the output it is, from 0
    data_type type;
    bool descending = false;
    sql::nulls_order nulls = sql::nulls_order::unspecified;
    const sql::expression* expression = nullptr;  ///< it was bound of, where it is no output
};

/// A WITH table in scope.
struct common_table_entry {
    std::string name;
    std::string alias;
    std::vector<scope_column> columns;  ///< their sql is the bare column name in the table
    std::vector<std::string> mentions;  ///< the aliases under which it stood in FROM so far
};

/// What a WHERE says about ROWNUM: how many rows it lets through.
struct rownum_limit {
    std::vector<std::string> counts;  ///< SQL of integers; the smallest holds
};

/// A row of which several values are computed that draw from one sequence: DM8 draws once for all of them.
struct drawing_row {
    std::set<std::string> sequences;  ///< keys of their names as written; those with a NEXTVAL among several mentions
    int scope = 0;                    ///< number of the place where such rows are made
    std::string row;                  ///< SQL of the row's number
};

/// Binds one statement: names, types, conversions, and the SQLite SQL. Made for one statement and thrown away.
class statement_binder {
  public:
    statement_binder(const bind_context& context, std::string_view text);

    // --- parameters and results of the statement (parameters.cpp)
    void declare_parameters(const std::vector<sql::parameter_declaration>& declarations);
    /// Gives the parameters that nothing typed a type and moves all there is to tell into @p result.
    void finish(plan& result);
    [[nodiscard]] step make_step(std::string sql, step_role role) const;
    [[nodiscard]] const std::vector<function_use>& functions() const { return functions_; }
    [[nodiscard]] const std::vector<object_id>& references() const { return references_; }
    [[nodiscard]] std::vector<access>& accesses() { return accesses_; }
    /// By their offset in the text; those inside views not included.
    [[nodiscard]] const std::map<std::uint32_t, expanded_star>& stars() const { return stars_; }
    [[nodiscard]] const bind_context& context() const { return context_; }
    [[nodiscard]] bool deterministic() const { return deterministic_; }
    /// Emitted text grows with each level where an operand is said more than once: what exceeds all measure is refused
    /// before it exceeds the memory. @throws sql_error −3528
    void check_size(std::size_t sql, const sql::source_range& where) const;
    /// CHECK, DEFAULT and the like: no subqueries, no parameters.
    void forbid_queries() { queries_allowed_ = false; }

    // --- conversions (conversions.cpp)
    /// Makes @p value one of @p type, as an operand or argument.
    /// @param length_in_characters of an explicit cast: the length of @p type counts characters
    [[nodiscard]] bound coerce(bound value, const data_type& type, conversion_mode mode = conversion_mode::implicit,
                               bool length_in_characters = false);
    /// Makes @p value one that @p column takes.
    [[nodiscard]] bound assign(bound value, const column_info& column);
    /// Gives a parameter without type the type that arrived, or VARCHAR.
    [[nodiscard]] bound settle(bound value);
    /// The type that all can be compared or united in. @throws sql_error −6105, for results −6101
    [[nodiscard]] data_type common(const std::vector<const bound*>& values, type_purpose purpose,
                                   const sql::source_range& where) const;
    [[nodiscard]] std::string call_sql(function_use use, const std::vector<std::string>& arguments);
    /// A constant.
    [[nodiscard]] bound constant(field value, const data_type& type) const;
    [[nodiscard]] bound null_value() const;

    // --- expressions (expressions.cpp, predicates.cpp, calls.cpp, aggregate_calls.cpp)
    [[nodiscard]] bound bind_value(const sql::expression& node, scope& where);            ///< refuses conditions
    [[nodiscard]] std::string bind_condition(const sql::expression& node, scope& where);  ///< refuses values
    [[nodiscard]] bound bind_any(const sql::expression& node, scope& where);
    /// A condition, or a value that holds where it is not 0.
    [[nodiscard]] std::string condition_argument(const sql::expression& node, scope& where);
    [[nodiscard]] bound compare(sql::comparison_operator op, bound left, bound right, const sql::source_range& where);
    [[nodiscard]] bound call_function(std::string_view name, std::vector<bound> arguments,
                                      const sql::source_range& where);
    /// Finds the function and converts the arguments to the types it takes.
    [[nodiscard]] resolution resolve_call(std::string_view name, std::vector<bound>& arguments,
                                          const sql::source_range& where);

    // --- queries (select.cpp, from.cpp, set_operations.cpp, ordering.cpp, grouping.cpp)
    [[nodiscard]] query_parts bind_query(const sql::query_expression& query, scope* outer);
    [[nodiscard]] std::string render(const query_parts& parts) const;
    /// The same to stand in FROM: each row's values are computed once, however often they are mentioned around it.
    [[nodiscard]] std::string render_table(const query_parts& parts) const;
    /// Wraps the query, so that its outputs are plain columns of a derived table.
    [[nodiscard]] query_parts wrapped(query_parts parts);
    /// Converts the outputs; wraps the query first where conversion would change what DISTINCT or ORDER BY see.
    void convert_outputs(query_parts& parts, const std::function<bound(bound, std::size_t)>& convert);
    void bind_from(const std::vector<sql::table_ptr>& tables, scope& where, std::string& sql);
    [[nodiscard]] from_item bind_table(const table_info& table, const std::optional<sql::identifier>& alias);
    [[nodiscard]] std::string order_sql(const std::vector<bound_order>& keys) const;
    [[nodiscard]] bound_limit bind_limit(const sql::row_limit& limit);
    [[nodiscard]] std::string new_alias() { return "q" + std::to_string(++aliases_); }
    [[nodiscard]] std::string heading(const sql::expression& node) const;

    // --- statements (select.cpp, insert.cpp, update.cpp, merge.cpp)
    void bind_select(const sql::query_expression& query, plan& result);
    /// Makes the query yield the rows in which LOB columns rest.
    static void add_lob_rows(query_parts& parts, plan& result);
    /// If each row is one of a table: adds which one it is.
    static void add_row_id(const sql::query_expression& query, query_parts& parts, plan& result);
    void bind_insert(const sql::insert_statement& statement, plan& result);
    void bind_update(const sql::update_statement& statement, plan& result);
    void bind_delete(const sql::delete_statement& statement, plan& result);
    void bind_merge(const sql::merge_statement& statement, plan& result);
    /// The value of a DEFAULT of @p column, assigned to it; NULL without one.
    [[nodiscard]] std::string default_sql(const column_info& column, const table_info& table);
    /// A value that the table's definition gives to a column: its names are those of the table's schema.
    [[nodiscard]] std::string stored_value(const sql::expression& value, const column_info& column,
                                           const table_info& table);

  private:
    /// Counts levels of the tree while it lives, through views too: the parser bounds those of one text only.
    class nesting {
      public:
        nesting(statement_binder& owner, int weight, const sql::source_range& where);
        ~nesting() { owner_.depth_ -= weight_; }
        nesting(const nesting&) = delete;
        nesting& operator=(const nesting&) = delete;

      private:
        statement_binder& owner_;
        int weight_;
    };

    // expressions.cpp
    bound bind_node(const sql::expression& node, scope& where);
    bound bind_number(const sql::number_literal& literal, bool negative, const sql::source_range& where) const;
    bound bind_datetime(const sql::datetime_literal& literal, const sql::source_range& where) const;
    bound bind_interval(const sql::interval_literal& literal, const sql::source_range& where) const;
    bound bind_parameter(const sql::parameter& parameter);
    /// The variable of a block with this name, if there is one.
    std::optional<bound> bind_variable(const std::vector<std::string_view>& name);
    bound bind_reference(const sql::column_reference& reference, const sql::expression& node, scope& where);
    bound bind_sequence(const sql::sequence_value& value, const sql::source_range& where, scope& names);
    /// Says that @p values are computed for the row of number @p row, until the next such word.
    void begin_row(const std::vector<const sql::expression*>& values, std::string row);
    bound bind_unary(const sql::unary_expression& unary, const sql::expression& node, scope& where);
    bound bind_binary(const sql::binary_expression& binary, const sql::expression& node, scope& where);
    bound bind_case(const sql::case_expression& node, const sql::source_range& at, scope& where);
    bound bind_cast(const sql::cast_expression& cast, scope& where);
    bound bind_scalar_subquery(const sql::query_expression& query, scope& where, const sql::source_range& at);
    bound single_column(query_parts& parts, const sql::source_range& at);
    void match_group_key(bound& value, scope& where, std::size_t bare_before);
    bound column_value(const found_column& found, const sql::column_reference& reference, const sql::source_range& at);

    // predicates.cpp
    bound bind_comparison(const sql::comparison& comparison, const sql::source_range& at, scope& where);
    bound bind_logical(const sql::logical_expression& node, scope& where);
    bound compare_rows(sql::comparison_operator op, std::vector<bound> left, std::vector<bound> right,
                       const sql::source_range& at);
    bound bind_quantified(const sql::quantified_comparison& node, const sql::source_range& at, scope& where);
    bound bind_in_list(const sql::in_list& node, const sql::source_range& at, scope& where);
    bound bind_in_query(const sql::in_query& node, const sql::source_range& at, scope& where);
    bound bind_between(const sql::between& node, const sql::source_range& at, scope& where);
    bound bind_like(const sql::like& node, const sql::source_range& at, scope& where);
    bound condition(std::string sql) const;
    std::string operand_sql(const bound& value) const;
    void prepare_comparison(const std::vector<bound*>& values, const sql::source_range& at);
    std::vector<bound> bind_values(const std::vector<sql::expression_ptr>& nodes, scope& where);

    // calls.cpp
    bound bind_call(const sql::function_call& call, const sql::expression& node, scope& where);
    std::optional<bound> bind_special_call(const std::string& name, const sql::function_call& call,
                                           const sql::expression& node, scope& where);
    bound bind_decode(const sql::function_call& call, const sql::source_range& at, scope& where);
    bound emit_call(const resolution& resolved, std::vector<bound> arguments);
    bound bind_coalesce(const std::string& name, const sql::function_call& call, const sql::source_range& at,
                        scope& where);
    bound choose(const std::string& name, const std::string& test, bound tested, const sql::function_call& call,
                 const sql::source_range& at, scope& where);
    bound unite_branches(std::vector<std::pair<std::string, bound>> branches, bound otherwise, const std::string& head,
                         const sql::source_range& at);

    // aggregate_calls.cpp
    bound bind_aggregate(const std::string& name, const sql::function_call& call, const sql::expression& node,
                         scope& where);
    bound bind_grouping_call(const std::string& name, const sql::function_call& call, const sql::source_range& at,
                             scope& where);
    bound bind_window(const std::string& name, const sql::function_call& call, const sql::expression& node,
                      scope& where);
    std::string window_sql(const sql::window_specification& over, scope& where, const sql::source_range& at);
    static void check_window(const std::string& name, const sql::function_call& call, const sql::source_range& at);
    bound aggregate_value(const std::string& name, const sql::function_call& call, const sql::expression& node,
                          scope& where, bool window);

    // from.cpp
    void bind_table_reference(const sql::table_reference& table, scope& where, std::string& sql);
    void bind_named_table(const sql::named_table& named, const sql::source_range& at, scope& where, std::string& sql);
    void bind_derived_table(const sql::derived_table& derived, const sql::source_range& at, scope& where,
                            std::string& sql);
    void bind_join(const sql::joined_table& join, const sql::source_range& at, scope& where, std::string& sql);
    std::string join_columns(const sql::joined_table& join, std::size_t left_from, std::size_t right_from,
                             std::size_t merged_from, const sql::source_range& at, scope& where);
    /// A system table or view whose rows the engine has (plan.hpp: dmkit_system).
    from_item bind_system_relation(const view_info& view, const std::optional<sql::identifier>& alias,
                                   std::string& sql);
    from_item bind_view(const view_info& view, const std::optional<sql::identifier>& alias, const sql::source_range& at,
                        std::string& sql);
    from_item query_item(query_parts parts, const std::vector<sql::identifier>& columns, std::string name,
                         const sql::source_range& at, std::string& sql);
    common_table_entry* find_common_table(const sql::qualified_name& name);
    void note_access(const std::string& schema, const std::string& name, object_id object, privilege right);

    // select.cpp
    query_parts bind_term(const sql::query_term& term, scope* outer);
    query_parts bind_core(const sql::select_core& core, scope* outer, const std::vector<sql::sort_item>& order,
                          const sql::row_limit* limit);
    query_parts bind_rest(const sql::select_core& core, scope& names, std::string tail,
                          const std::optional<rownum_limit>& rownum, const std::vector<sql::sort_item>& order,
                          const sql::row_limit* limit);
    std::vector<output> bind_items(const sql::select_core& core, scope& where);
    void expand_star(const sql::select_item& item, scope& where, std::vector<output>& outputs);
    std::string bind_conjuncts(const std::vector<const sql::expression*>& conjuncts, scope& where,
                               std::optional<rownum_limit>& rownum);
    bool bind_rownum_condition(const sql::expression& node, scope& where, rownum_limit& limit);
    void wrap_rows(scope& where, std::string& tail, const std::optional<rownum_limit>& rownum, bool numbered);
    static void check_grouping(const sql::select_core& core, const scope& where);
    std::string group_key_sql(const bound& key) const;
    /// Makes all rows one group though nothing asks for one: SQLite knows it by an aggregate among the outputs only.
    static void make_aggregate_of(std::vector<output>& outputs);

    // hierarchy.cpp
    /// Makes the tree of CONNECT BY of the rows of @p tail, which becomes the FROM of the tree. @return its WITH
    std::string bind_hierarchy(const sql::select_core& core, const std::vector<sql::sort_item>& order, scope& names,
                               std::string& tail);
    bound bind_prior(const sql::unary_expression& unary, const sql::expression& node, scope& where);
    static void name_columns(scope& names, const std::string& prefix);
    /// True if the rows are one row, whatever the data: that of DUAL, or none named.
    static bool is_dual(const sql::select_core& core, const scope& names);
    /// True if the condition mentions columns of more than one FROM item.
    bool joins_tables(const sql::expression& condition, scope& names) const;

    // outer_marks.cpp
    void bind_marked_joins(const sql::select_core& core, scope& where, std::string& from,
                           std::vector<const sql::expression*>& conjuncts);

    // grouping.cpp
    query_parts bind_grouping_sets(const sql::select_core& core, scope& where, const std::string& tail,
                                   const std::vector<sql::sort_item>& order, const sql::row_limit* limit);
    std::vector<std::vector<const sql::expression*>> grouping_sets(const sql::select_core& core) const;

    // set_operations.cpp
    void bind_with(const sql::query_expression& query, std::string& with);
    void bind_recursive(const sql::common_table& table, std::string& with);
    query_parts bind_recursive_step(const sql::set_operation& operation, std::size_t entry);
    /// The terms of the query before @p end.
    query_parts bind_set_operations(const sql::query_expression& query,
                                    std::vector<sql::set_operation>::const_iterator end, scope* outer);
    query_parts bind_single(const sql::query_expression& query, const sql::select_core& core, scope* outer);
    query_parts ordered(query_parts parts, const sql::query_expression& query);

    // ordering.cpp
    std::vector<bound_order> bind_order(const std::vector<sql::sort_item>& items, scope& where,
                                        const std::vector<output>& outputs, bool outputs_only);
    query_parts limited(query_parts parts, const std::vector<bound_order>& keys, const bound_limit& limit);

    // targets.cpp, insert.cpp, update.cpp, merge.cpp
    /// What an INSERT, UPDATE, DELETE or MERGE writes to.
    struct dml_table {
        std::shared_ptr<const table_info> table;
        std::shared_ptr<const view_info> view;  ///< written through this view; null for a table
        /// The columns by the names that the statement knows them by, in order; null: a view's expression.
        std::vector<std::pair<std::string, const column_info*>> columns;
        std::optional<sql::identifier> alias;    ///< as written
        std::string name;                        ///< of the target in the statement: the alias, if there is one
        std::string schema;                      ///< that the name may be qualified with if there is none
        const sql::select_core* core = nullptr;  ///< of the view: its WHERE restricts the rows
    };
    dml_table bind_target(const sql::dml_target& target, privilege right);
    void map_view_columns(const view_info& view, dml_table& target, const sql::source_range& at);
    from_item target_item(const dml_table& target);
    const column_info& target_column(const dml_table& target, const sql::qualified_name& name) const;
    /// The view's own condition, ready to follow others; empty for a table.
    std::string view_condition(const dml_table& target, const from_item& item);
    static void require_updatable_identity(const column_info& column, const sql::source_range& at);

    std::vector<const column_info*> insert_columns(const std::vector<sql::qualified_name>& names,
                                                   const dml_table& target, std::size_t values,
                                                   const sql::source_range& at) const;
    /// The columns that an INSERT leaves out and that get a value all the same.
    std::vector<std::pair<const column_info*, std::string>> omitted_values(
        const table_info& table, const std::vector<const column_info*>& columns);
    /// A BIGINT of the counters, in the column's type.
    std::string stored_number(std::string sql, const column_info& column);
    /// All that computes a value of an inserted row: what is written, and the defaults that fill it up.
    static std::vector<const sql::expression*> row_values(const std::vector<sql::expression_ptr>& row,
                                                          const table_info& table,
                                                          const std::vector<const column_info*>& columns);
    std::string next_identity(const table_info& table, const column_info& column);
    std::string inserted_value(bound value, const column_info& column, const table_info& table, bool named,
                               const sql::source_range& at);
    std::string insert_row(const std::vector<sql::expression_ptr>& row, const dml_table& target,
                           const std::vector<const column_info*>& columns, bool named, scope& names);

    std::string assignments_sql(const std::vector<sql::assignment>& assignments, const dml_table& target,
                                const std::string& row, scope& names, std::vector<const column_info*>* assigned);
    std::string assigned_value(const sql::expression& value, const column_info& column, const table_info& table,
                               scope& names);
    std::string assigned_row(const sql::assignment& assignment, const std::vector<const column_info*>& columns,
                             scope& names);
    /// The condition of WHERE CURRENT OF. @param more whether FROM or a limit stands beside it
    static std::string current_row(const sql::identifier& cursor, const dml_table& target, bool more,
                                   const from_item& item, plan& result);
    std::string rows_condition(const std::string& from, const from_item& item, const std::string& condition,
                               const sql::row_limit* limit);

    const bind_context& context_;
    std::string_view text_;
    std::string schema_;            ///< that unqualified names are looked up in: a view's own while it is bound
    std::vector<object_id> views_;  ///< that are being bound, from the outermost
    int depth_ = 0;
    std::size_t largest_sql_;
    bool queries_allowed_ = true;
    const sql::locking_clause* locking_ = nullptr;  ///< FOR UPDATE of the statement itself
    const sql::select_core* locked_ = nullptr;      ///< whose rows it locks
    std::optional<drawing_row> drawing_row_;
    std::size_t draws_ = 0;  ///< how many expressions were bound whose value is another each time
    bool deterministic_ = true;

    struct parameter_state {
        parameter_description description;
        bool typed = false;
        std::optional<std::size_t> slot;  ///< index in slots_
    };
    std::vector<parameter_state> parameters_;
    std::vector<slot> slots_;
    std::map<std::size_t, std::size_t> variable_slots_;  ///< by argument

    std::vector<function_use> functions_;
    std::set<std::string> function_names_;
    std::vector<access> accesses_;
    std::vector<object_id> references_;
    std::map<std::uint32_t, expanded_star> stars_;
    std::vector<common_table_entry> common_tables_;
    int aliases_ = 0;
    bool order_siblings_ = false;                                    ///< the ORDER BY at hand is ORDER SIBLINGS BY
    std::map<const sql::function_call*, std::string> path_columns_;  ///< columns of SYS_CONNECT_BY_PATH calls
};

/// A type name without column: lengths and limits checked.
[[nodiscard]] resolved_type resolve_type_name(const sql::type_name& name, const bind_context& context);

/// The type of an interval with the written fields. @throws sql_error −6121 for digits that it cannot have
[[nodiscard]] data_type interval_type(const sql::interval_qualifier& qualifier, int default_leading_precision,
                                      const sql::source_range& where);

}  // namespace dmkit::mock::bind

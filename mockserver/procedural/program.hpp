#pragma once

#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mockserver/catalog/objects.hpp"
#include "mockserver/engine/plan.hpp"
#include "mockserver/sql/ast.hpp"

/// Blocks, procedures and functions: compiled from their syntax tree (compiler.hpp) and run (interpreter.hpp). Every
/// expression and statement of SQL in them is a *site* that whoever runs the program binds and executes.
namespace dmkit::mock::procedural {

/// Where a value lies in the frame of a running program: first the parameters of the client's statement, behind them
/// the variables, and of those first the parameters of a procedure.
using slot = std::size_t;

struct variable {
    declared_variable declared;
    bool constant = false;
    bool not_null = false;
    slot properties = 0;  ///< of a cursor: %FOUND, %NOTFOUND, %ISOPEN and %ROWCOUNT, one behind the other
    [[nodiscard]] bool cursor() const noexcept { return declared.type.id == type_id::cursor; }
};

/// What RAISE raises, and what a handler names.
struct named_exception {
    int code = 0;
    std::string text;
    /// Of one that was declared without a code: its number says nothing, another program's may have the same.
    const sql::exception_declaration* declared = nullptr;
};

/// The names that a place in a block sees: its own, then those around it.
class names final : public variable_scope {
  public:
    names(const names* outer, const std::vector<variable>& variables, std::size_t first_slot, const name_order& order)
        : outer_(outer), variables_(variables), first_slot_(first_slot), order_(order) {}

    void add(std::string name, slot where) { own_.emplace_back(std::move(name), where); }
    void add_exception(std::string name, named_exception what) {
        exceptions_.emplace_back(std::move(name), std::move(what));
    }
    [[nodiscard]] bool has(std::string_view name) const noexcept;
    [[nodiscard]] std::optional<slot> find_slot(std::string_view name) const noexcept;
    /// nullptr if there is none.
    [[nodiscard]] const named_exception* find_exception(std::string_view name) const noexcept;
    [[nodiscard]] std::optional<named_variable> find(const std::vector<std::string_view>& name) const override;

  private:
    const names* outer_;
    const std::vector<variable>& variables_;
    std::size_t first_slot_;
    name_order order_;
    std::vector<std::pair<std::string, slot>> own_;
    std::vector<std::pair<std::string, named_exception>> exceptions_;
};

enum class site_kind : std::uint8_t { value, test, statement };

/// What the binder binds. The trees belong to the statement or routine that the program was compiled from.
struct site {
    site_kind kind = site_kind::value;
    const sql::expression* expression = nullptr;
    const sql::statement* statement = nullptr;
    const names* scope = nullptr;
    [[nodiscard]] const sql::source_range& where() const { return expression ? expression->where : statement->where; }
};
using site_number = std::size_t;

struct step;
using steps = std::vector<step>;

struct assign {
    slot target = 0;
    site_number value = 0;
};

/// SQL. A query without targets gives the client a result.
struct run_sql {
    site_number what = 0;
    std::vector<slot> into;
    bool bound = true;  ///< false: COMMIT and the like
};

struct call_argument {
    std::optional<site_number> value;  ///< none for a parameter that is OUT alone
    std::optional<slot> target;        ///< of OUT and IN OUT
};

struct call {
    std::shared_ptr<const routine_info> routine;
    std::vector<call_argument> arguments;  ///< as many as the routine has parameters
    std::optional<slot> result;
};

struct choose {
    std::vector<std::pair<site_number, steps>> branches;
    steps otherwise;
};

struct loop {
    sql::loop_kind kind = sql::loop_kind::endless;
    std::optional<site_number> condition;
    steps body;
};

struct count_loop {
    slot counter = 0;
    site_number low = 0;
    site_number high = 0;
    bool reverse = false;
    steps body;
};

struct leave {
    bool again = false;  ///< CONTINUE
    std::optional<site_number> condition;
};

struct give_back {
    std::optional<site_number> value;
};

struct raise {
    std::optional<named_exception> what;  ///< none: what is being handled
};

struct raise_text {
    site_number code = 0;
    site_number text = 0;
};

struct print {
    std::optional<site_number> value;
    bool line = true;
};

struct open_cursor {
    slot cursor = 0;
    site_number query = 0;
    bool dynamic = false;  ///< #query gives the text of the query
};

struct fetch_row {
    slot cursor = 0;
    std::vector<slot> into;
};

struct close_cursor {
    slot cursor = 0;
};

struct run_text {
    site_number text = 0;
    std::vector<slot> into;
    std::vector<call_argument> arguments;
};

struct handler {
    std::vector<named_exception> names;  ///< empty: all
    steps body;
};

struct nested {
    std::vector<std::pair<slot, std::optional<site_number>>> initial;  ///< variables that begin anew
    steps body;
    std::vector<handler> handlers;
};

/// SP_SET_SESSION_READONLY.
struct set_read_only {
    site_number flag = 0;
};

struct nothing {};

struct step {
    std::variant<nothing, assign, run_sql, call, choose, loop, count_loop, leave, give_back, raise, raise_text, print,
                 open_cursor, fetch_row, close_cursor, run_text, set_read_only, nested>
        what;
    std::uint32_t line = 0;  ///< in the text, from 1
};

/// How a program uses a parameter of the client's statement.
struct parameter_use {
    bool read = false;
    bool written = false;
    std::optional<declared_variable> declared;  ///< of the routine's parameter, or variable, that it stands for
    std::optional<site_number> source;          ///< whose value it is assigned
};

struct program {
    program() = default;
    program(const program&) = delete;
    program& operator=(const program&) = delete;

    std::string_view text;  ///< that positions count in; belongs to whoever has the trees
    std::string name;       ///< of the routine; empty for a block
    std::size_t parameters = 0;
    std::vector<parameter_use> uses;
    std::vector<variable> variables;
    std::size_t routine_parameters = 0;  ///< the first of the variables
    std::vector<std::optional<site_number>> defaults;
    std::optional<declared_variable> result;
    std::deque<names> scopes;
    std::vector<site> sites;
    nested body;
    slot error_code = 0;  ///< SQLCODE
    slot error_text = 0;  ///< SQLERRM
    bool writes = false;  ///< itself; what it calls may write too
    std::vector<std::shared_ptr<const routine_info>> calls;

    [[nodiscard]] std::size_t slots() const noexcept { return parameters + variables.size(); }
    [[nodiscard]] const variable& variable_at(slot where) const { return variables[where - parameters]; }
};

}  // namespace dmkit::mock::procedural

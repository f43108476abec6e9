#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mockserver/backend.hpp"
#include "mockserver/functions/call_context.hpp"
#include "mockserver/procedural/program.hpp"

namespace dmkit::mock::procedural {

/// What the programs of a client's statement take together.
struct running_costs {
    int calls = 0;            ///< within each other
    int steps = 0;            ///< lists of steps within each other: each takes of the thread's stack
    std::size_t cursors = 0;  ///< bytes of the rows of open cursors
};

/// The rows of an open cursor, as they were when it was opened.
struct cursor {
    explicit cursor(running_costs& all) : costs(all) {}
    cursor(const cursor&) = delete;
    cursor& operator=(const cursor&) = delete;
    ~cursor() { costs.cursors -= bytes; }

    running_costs& costs;
    std::size_t bytes = 0;  ///< of the rows, as they are counted there
    std::vector<column_description> columns;
    std::vector<std::vector<field>> rows;
    std::size_t next = 0;
};

/// The values of a running program, by slot.
struct frame {
    explicit frame(const program& what) : values(what.slots()), cursors(what.slots()) {}
    std::vector<argument> values;
    std::vector<std::shared_ptr<cursor>> cursors;  ///< null: not open
    std::uint32_t line = 0;                        ///< of the step at work
};

/// What a program needs of whoever runs it. All functions may throw sql_error; a failing statement leaves nothing
/// behind.
class host {
  public:
    virtual ~host() = default;
    /// The value of a site that is no statement.
    virtual argument evaluate(const program& what, site_number site, const frame& values) = 0;
    /// Runs a query or a change. @return the rows changed or found
    virtual std::int64_t run(const program& what, site_number site, const frame& values, result_sink& rows) = 0;
    /// Runs COMMIT and the like.
    virtual void command(const program& what, site_number site) = 0;
    /// Runs @p text for a step of @p what; OUT parameters come back in @p arguments. A text that is not one query is
    /// refused with the code @p unless_query, if there is one, before anything of it runs.
    virtual std::int64_t run_text(const program& what, const std::string& text, std::vector<argument>& arguments,
                                  result_sink& rows, std::optional<int> unless_query) = 0;
    /// Whether the session may change nothing from now on.
    virtual void set_read_only(bool on) = 0;
    /// SQL%ROWCOUNT.
    virtual void set_row_count(std::int64_t rows) = 0;
    virtual const program& program_of(const routine_info& routine) = 0;
    /// Takes the rows that the client gets.
    virtual result_sink& results() = 0;
    virtual void print(std::string_view text) = 0;
    /// @throws sql_error when the server ends or the statement's time is over
    virtual void check_time() = 0;
    virtual call_context& context() = 0;
};

/// Runs programs: one statement of a client with all that it calls, but for what texts of EXECUTE IMMEDIATE hold.
class interpreter {
  public:
    /// @p costs are those of the client's statement, and outlive the interpreter and all cursors.
    interpreter(host& where, running_costs& costs) : host_(where), costs_(costs) {}

    /// Runs a block whose parameters are in @p values, where their new values are afterwards.
    void run(const program& what, frame& values);
    /// Calls a function with its arguments, which are converted. @return its value, in the type of its result
    [[nodiscard]] argument call_function(const program& what, std::span<const argument> arguments);

  private:
    class level;
    enum class flow : std::uint8_t { next, leave, again, done };

    argument run_routine(const program& what, frame& values);
    flow run_block(const nested& block, const program& what, frame& values);
    flow run_steps(const steps& list, const program& what, frame& values);
    bool handle(const nested& block, const sql_error& error, const program& what, frame& values, flow& after);
    [[nodiscard]] bool holds(site_number site, const program& what, const frame& values);
    [[nodiscard]] std::int64_t integer(site_number site, type_id as, const program& what, const frame& values);
    [[nodiscard]] std::string text(site_number site, const program& what, const frame& values);
    /// The text of a value that is not NULL.
    [[nodiscard]] std::string text_of(const argument& given);
    void assign_value(slot target, const argument& value, const program& what, frame& values) const;
    void assign_row(const std::vector<slot>& targets, std::span<const column_description> columns,
                    const std::vector<field>& row, const program& what, frame& values) const;
    void note_cursor(slot where, std::optional<bool> found, const program& what, frame& values) const;
    cursor& open_cursor_of(slot where, frame& values) const;
    flow run_loop(const steps& body, const program& what, frame& values, bool& ended);

    flow run_step(const nothing& step, const program& what, frame& values);
    flow run_step(const assign& step, const program& what, frame& values);
    flow run_step(const run_sql& step, const program& what, frame& values);
    flow run_step(const call& step, const program& what, frame& values);
    flow run_step(const choose& step, const program& what, frame& values);
    flow run_step(const loop& step, const program& what, frame& values);
    flow run_step(const count_loop& step, const program& what, frame& values);
    flow run_step(const leave& step, const program& what, frame& values);
    flow run_step(const give_back& step, const program& what, frame& values);
    flow run_step(const raise& step, const program& what, frame& values);
    flow run_step(const raise_text& step, const program& what, frame& values);
    flow run_step(const print& step, const program& what, frame& values);
    flow run_step(const open_cursor& step, const program& what, frame& values);
    flow run_step(const fetch_row& step, const program& what, frame& values);
    flow run_step(const close_cursor& step, const program& what, frame& values);
    flow run_step(const run_text& step, const program& what, frame& values);
    flow run_step(const set_read_only& step, const program& what, frame& values);
    flow run_step(const nested& step, const program& what, frame& values);

    host& host_;
    running_costs& costs_;
    argument returned_;
    std::vector<std::exception_ptr> handled_;  ///< the errors whose handlers run, the innermost last
};

}  // namespace dmkit::mock::procedural

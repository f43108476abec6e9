#include <algorithm>
#include <utility>

#include "mockserver/bind/codes.hpp"
#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/binder.hpp"
#include "mockserver/engine/session.hpp"
#include "mockserver/engine/time_limit.hpp"
#include "mockserver/functions/function_table.hpp"
#include "mockserver/procedural/compiler.hpp"
#include "mockserver/procedural/interpreter.hpp"

namespace dmkit::mock {

namespace {

constexpr std::size_t most_printed = 16UL << 20U;

/// Keeps the one field of an expression's row.
class value_sink final : public result_sink {
  public:
    void begin(std::span<const column_description> columns) override { type_ = columns.front().type; }
    void row(std::span<const field_view> fields) override { value_ = field(fields.front()); }
    [[nodiscard]] argument take() { return {type_, std::move(value_)}; }

  private:
    data_type type_;
    field value_;
};

/// What a description says of a value that nothing limits.
data_type described(const data_type& type) {
    if (type.id == type_id::null || type.id == type_id::unknown)
        return type_of(type_id::varchar);
    return is_text(type.id) || type.id == type_id::binary || type.id == type_id::varbinary ? type_of(type.id) : type;
}

/// Whether the program does nothing but set something of the session.
bool is_setting(const procedural::program& program) {
    const procedural::steps& steps = program.body.body;
    return steps.size() == 1 && std::holds_alternative<procedural::set_read_only>(steps.front().what);
}

bool is_site_statement(const procedural::site& site) {
    return site.kind != procedural::site_kind::statement || is_bound(*site.statement);
}

}  // namespace

/// While it lives, commands and texts run for a program: with the names and rights of its owner if it is a routine.
class engine_session::acting {
  public:
    acting(engine_session& session, const compiled_program& program) : session_(session), before_(session.acting_) {
        if (program.routine)
            session_.acting_ = &program;
    }
    ~acting() { session_.acting_ = before_; }
    acting(const acting&) = delete;
    acting& operator=(const acting&) = delete;

  private:
    engine_session& session_;
    const compiled_program* before_;
};

/// Runs the statements of blocks in the session.
class engine_session::block_host final : public procedural::host {
  public:
    block_host(engine_session& session, compiled_program& block) : session_(session) { add(block); }

    argument evaluate(const procedural::program& what, procedural::site_number site,
                      const procedural::frame& values) override {
        const std::int64_t found = session_.memory_.now.rows_found;
        session_.memory_.now.drawn.clear();
        value_sink sink;
        static_cast<void>(run(what, site, values, sink));
        session_.memory_.now.rows_found = found;
        return sink.take();
    }

    std::int64_t run(const procedural::program& what, procedural::site_number site, const procedural::frame& values,
                     result_sink& rows) override {
        compiled_program& program = *programs_.at(&what);
        session_.bind_site_of(program, site, values.values);
        return session_.run_inside(program.sites[site], values.values, rows);
    }

    void command(const procedural::program& what, procedural::site_number site) override {
        const acting as(session_, *programs_.at(&what));
        session_.run_command_inside(*what.sites[site].statement);
    }
    std::int64_t run_text(const procedural::program& what, const std::string& text, std::vector<argument>& arguments,
                          result_sink& rows, std::optional<int> unless_query) override {
        const acting as(session_, *programs_.at(&what));
        return session_.run_text_inside(text, arguments, rows, unless_query);
    }
    void set_read_only(bool on) override { session_.read_only_ = on; }
    void set_row_count(std::int64_t rows) override { session_.memory_.now.affected_rows = rows; }
    const procedural::program& program_of(const routine_info& routine) override {
        compiled_program& found = session_.compiled(routine);
        add(found);
        return *found.what;
    }
    result_sink& results() override { return *session_.operation_->sink; }
    void print(std::string_view text) override {
        std::string& printed = session_.operation_->result->printed;
        if (printed.size() + text.size() > most_printed)
            throw sql_error::unsupported("more than 16 MiB of printed text");
        printed += text;
    }
    void check_time() override { session_.check_time(); }
    call_context& context() override { return session_.context_; }

  private:
    void add(compiled_program& program) { programs_.emplace(program.what.get(), &program); }

    engine_session& session_;
    std::map<const procedural::program*, compiled_program*> programs_;
};

compiled_program& engine_session::compiled(unit& unit, std::string_view text) {
    if (!unit.block || unit.block->catalog_version != visible_catalog().version() ||
        unit.block->session_version != version_) {
        auto made = std::make_shared<compiled_program>();
        made->what = procedural::compile(unit.tree, text, binding());
        made->sites.resize(made->what->sites.size());
        made->catalog_version = visible_catalog().version();
        made->session_version = version_;
        unit.block = std::move(made);
    }
    return *unit.block;
}

compiled_program& engine_session::compiled(const routine_info& routine) {
    const auto current = visible_catalog().find_routine(routine.id);
    if (!current)
        throw sql_error(codes::unknown_object, {routine.name});
    std::shared_ptr<compiled_program>& known = routines_[routine.id];
    if (known && known->catalog_version == visible_catalog().version() && known->session_version == version_)
        return *known;
    if (known)
        outdated_.push_back(std::move(known));
    known = std::make_shared<compiled_program>();
    known->routine = current;
    known->schema = current->schema;
    const schema_info* home = visible_catalog().find_schema(current->schema);
    known->user = home ? home->owner : context_.user;
    bind_context context = binding();
    context.schema = known->schema;
    context.user = known->user;
    known->what = procedural::compile(current, context);
    known->sites.resize(known->what->sites.size());
    known->catalog_version = visible_catalog().version();
    known->session_version = version_;
    return *known;
}

bool engine_session::may_write(const compiled_program& program) {
    std::vector<const procedural::program*> seen{program.what.get()};
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (seen[i]->writes)
            return true;
        for (const auto& routine : seen[i]->calls) {
            const procedural::program* called = compiled(*routine).what.get();
            if (std::find(seen.begin(), seen.end(), called) == seen.end())
                seen.push_back(called);
        }
    }
    return false;
}

void engine_session::bind_site_of(compiled_program& program, std::size_t number, std::span<const argument> values) {
    const procedural::site& site = program.what->sites[number];
    bind_context context = binding();
    context.variables = site.scope;
    if (program.routine) {
        context.schema = program.schema;
        context.user = program.user;
    }
    const std::string_view text = program.what->text;
    bind_site(program.sites[number], values.first(std::min(values.size(), program.what->parameters)), context,
              [&](const bind_context& asked) {
                  if (site.kind == procedural::site_kind::value)
                      return bind_expression(*site.expression, text, asked);
                  if (site.kind == procedural::site_kind::test)
                      return bind_block_condition(*site.expression, text, asked);
                  return bind_statement(*site.statement, text, asked);
              });
}

void engine_session::describe_block(unit& unit, engine_statement& statement) {
    compiled_program& block = compiled(unit, statement.text);
    const procedural::program& program = *block.what;
    std::vector<parameter_description>& all = statement.description_.parameters;
    std::vector<bool> known(all.size());
    for (std::size_t i = 0; i < program.sites.size(); ++i) {
        if (!is_site_statement(program.sites[i]))
            continue;
        bind_site_of(block, i, {});
        const plan& plan = block.sites[i].plan->plan();
        for (const step& each : plan.steps)
            for (const slot& slot : each.slots) {
                const std::size_t number = slot.parameter;
                if (number < unit.first_parameter || number >= plan.parameters.size())
                    continue;
                if (known[number] && (all[number].exact || !plan.parameters[number].exact))
                    continue;
                const std::string name = std::move(all[number].name);
                all[number] = plan.parameters[number];
                all[number].name = name;
                known[number] = true;
            }
    }
    for (std::size_t i = unit.first_parameter; i < program.uses.size(); ++i) {
        const procedural::parameter_use& use = program.uses[i];
        parameter_description& description = all[i];
        // A parameter that an expression reads beside the step that writes it goes both ways.
        if (use.written)
            description.direction = known[i] || use.read ? parameter_direction::in_out : parameter_direction::out;
        if (use.declared) {
            description.type = use.declared->value_type();
            description.type_name = use.declared->type_name;
            description.exact = true;
        } else if (use.source && !known[i]) {
            const data_type type = block.sites[*use.source].plan->plan().columns.front().type;
            description.exact = type.id != type_id::null && type.id != type_id::unknown;
            description.type = described(type);
            description.type_name = block.sites[*use.source].plan->plan().columns.front().type_name;
        }
    }
}

void engine_session::run_block(unit& unit) {
    operation& running = *operation_;
    const std::span<const argument> given = running.arguments();
    if (unit.block->what->parameters > given.size())
        throw sql_error(codes::missing_argument);
    // Drivers make the session read-only first and choose the isolation then, which no transaction allows.
    if (!is_setting(*unit.block->what)) {
        begun_ = begun_ || !running.what.autocommit;
        if (serial())
            begin_reading();
    }
    if (!running.kind_settled)
        running.result->kind = statement_kind::call;
    running.kind_settled = true;
    running.in_block = true;
    std::vector<argument> values(given.begin(), given.end());
    const std::shared_ptr<compiled_program> block = unit.block;
    try {
        run_block(*block, values, &running.result->cursors);
        if (running.block)
            running.block->keep();
    } catch (...) {
        running.block.reset();
        running.in_block = false;
        throw;
    }
    running.block.reset();
    running.in_block = false;
    running.result->out_values.clear();
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (given[i].direction == parameter_direction::in)
            continue;
        argument& value = values[i];
        running.result->out_values.push_back(
            value.value.is_null() || given[i].type.id == type_id::cursor
                ? field()
                : convert(context_, value.value, value.type, given[i].type, conversion_mode::implicit));
    }
}

void engine_session::run_block(compiled_program& block, std::span<argument> arguments,
                               std::vector<cursor_result>* cursors) {
    block_host host(*this, block);
    procedural::interpreter interpreter(host, operation_->costs);
    procedural::frame values(*block.what);
    for (std::size_t i = 0; i < arguments.size() && i < block.what->parameters; ++i)
        values.values[i] = arguments[i];
    interpreter.run(*block.what, values);
    for (std::size_t i = 0; i < arguments.size() && i < block.what->parameters; ++i) {
        arguments[i].type = values.values[i].type;
        arguments[i].value = std::move(values.values[i].value);
        if (!cursors || !values.cursors[i])
            continue;
        procedural::cursor& open = *values.cursors[i];
        const bool last = values.cursors[i].use_count() == 1;
        cursors->push_back({i, open.columns, last ? std::move(open.rows) : open.rows});
    }
}

std::int64_t engine_session::run_inside(bound_site& site, std::span<const argument> arguments, result_sink& sink) {
    const plan& plan = site.plan->plan();
    const bool changes = plan.writes || plan.locks;
    if (!plan.cursor.empty())
        throw sql_error::unsupported("WHERE CURRENT OF in a block");
    if (changes && (read_only_ || transaction_read_only_))
        throw sql_error(codes::read_only);
    if (changes && !server_->writer.try_take(this))
        throw std::logic_error("a block that writes was taken for one that does not");
    connection& connection = storage();
    site.plan->make_ready(connection, visible_catalog());
    if (changes)
        begin_writing();
    std::optional<undo_guard> guard;
    if (plan.writes)
        guard.emplace(connection, transaction_);
    if (plan.writes && plan.target != 0)
        if (const auto target = visible_catalog().find_table(plan.target); target && target->global_temporary)
            connection.note_temporary_change(*target);
    if (plan.writes) {
        note_change(plan.target);
        memory_.now.begin_statement();
    }
    const std::int64_t changed = [&] {
        const time_limit limit(connection, operation_->deadline,
                               plan.writes ? overtime::fails_calls : overtime::interrupts);
        return run_plan(*site.plan, arguments, {connection, visible_catalog(), memory_}, sink);
    }();
    if (guard)
        guard->keep();
    if (plan.kind != statement_kind::select)
        memory_.now.affected_rows = changed;
    return changed;
}

void engine_session::run_command_inside(const sql::statement& tree) {
    const auto* rollback = std::get_if<sql::rollback_statement>(&tree.node);
    const bool part = rollback && rollback->savepoint;
    if (std::holds_alternative<sql::commit_statement>(tree.node) || (rollback && !part))
        forget_guards();
    run_command(tree);
    if (!part)
        return;
    for (auto* guard : {&operation_->block, &operation_->batch})
        if (*guard && !(*guard)->survives_rollback())
            guard->reset();
}

void engine_session::forget_guards() noexcept {
    for (auto* guard : {&operation_->block, &operation_->batch}) {
        if (*guard)
            (*guard)->forget();
        guard->reset();
    }
}

std::int64_t engine_session::run_text_inside(const std::string& text, std::vector<argument>& arguments,
                                             result_sink& sink, std::optional<int> unless_query) {
    const std::unique_ptr<backend_statement> owner = prepare(text);
    auto& statement = dynamic_cast<engine_statement&>(*owner);
    if (unless_query &&
        (statement.units.size() != 1 || !std::holds_alternative<sql::query_ptr>(statement.units.front().tree.node)))
        throw sql_error(*unless_query);
    const auto& parameters = statement.description().parameters;
    if (arguments.size() != parameters.size())
        throw sql_error(arguments.size() < parameters.size() ? codes::missing_argument : bind::codes::argument_count);
    for (std::size_t i = 0; i < arguments.size(); ++i)
        if (arguments[i].direction == parameter_direction::out && parameters[i].direction == parameter_direction::in)
            throw sql_error(bind::codes::argument_type);
    std::int64_t rows = 0;
    for (unit& unit : statement.units) {
        if (is_ddl(unit.tree)) {
            forget_guards();
            if (transaction_.open())
                commit_now();
            if (!server_->writer.try_take(this))
                throw std::logic_error("a block that writes was taken for one that does not");
            run_definition(unit.tree, statement.text);
        } else if (is_block(unit.tree)) {
            run_block(compiled(unit, statement.text), arguments, nullptr);
        } else if (is_bound(unit.tree)) {
            bind(unit, statement.text, arguments);
            rows = run_inside(unit, arguments, sink);
        } else {
            run_command_inside(unit.tree);
        }
    }
    return rows;
}

}  // namespace dmkit::mock

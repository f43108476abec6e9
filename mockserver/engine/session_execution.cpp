#include <algorithm>
#include <new>
#include <utility>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/catalog_store.hpp"
#include "mockserver/engine/constraint_error.hpp"
#include "mockserver/engine/ddl.hpp"
#include "mockserver/engine/session.hpp"

namespace dmkit::mock {

namespace {
/// Runs @p action; gives what it throws as the error to answer.
template <class Action>
std::optional<sql_error> caught(Action action) {
    try {
        action();
        return std::nullopt;
    } catch (const sql_error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return sql_error::internal(std::bad_alloc());
    } catch (const std::exception& error) {
        return sql_error::internal(error);
    }
}
}  // namespace

void engine_session::execute(backend_statement& statement, const execution& what, result_sink& sink,
                             execution_result& result, completion done) {
    auto started = std::make_unique<operation>();
    started->statement = &dynamic_cast<engine_statement&>(statement);
    started->what = what;
    started->sink = &sink;
    started->result = &result;
    started->done = std::move(done);
    if (what.timeout_seconds > 0)
        started->deadline = std::chrono::steady_clock::now() + std::chrono::seconds(what.timeout_seconds);
    operation_ = std::move(started);
    context_.now = server_->environment.now();
    advance();
}

void engine_session::advance() {
    bool finished = false;
    std::optional<sql_error> failure;
    while (!finished && !failure) {
        failure = caught([&] { finished = run_units(); });
        if (!failure && !finished)
            return;
        if (failure && operation_->continues()) {
            operation_->result->failures.push_back({static_cast<std::int32_t>(operation_->row), std::move(*failure)});
            failure.reset();
            operation_->result->kind = operation_->statement->description().kind;
            operation_->row_count = 0;
            finish_row();
        }
    }
    complete(std::move(failure));
}

bool engine_session::run_units() {
    operation& running = *operation_;
    while (running.row < running.rows()) {
        while (running.unit < running.statement->units.size()) {
            if (!run_unit(running.statement->units[running.unit]))
                return false;
            running.any_success = true;
            ++running.unit;
        }
        finish_row();
    }
    return true;
}

void engine_session::finish_row() {
    operation& running = *operation_;
    if (running.rows() > 1)
        running.result->row_counts.push_back(running.row_count);
    running.row_count = 0;
    running.unit = 0;
    ++running.row;
}

bool engine_session::run_unit(unit& unit) {
    if (is_bound(unit.tree)) {
        bind(unit, operation_->statement->text, operation_->arguments());
    } else if (is_ddl(unit.tree) && transaction_.open()) {
        commit_now();
    }
    if (needs_writer(unit) && !take_writer(unit))
        return false;
    if (is_bound(unit.tree))
        run_bound(unit);
    else if (is_ddl(unit.tree))
        run_definition(unit);
    else
        run_command(unit.tree);
    return true;
}

bool engine_session::needs_writer(const unit& unit) const {
    if (is_ddl(unit.tree) || std::holds_alternative<sql::lock_table_statement>(unit.tree.node))
        return true;
    if (!unit.plan)
        return false;
    const plan& plan = unit.plan->plan();
    // One who must see an unchanging database keeps all others from changing it.
    const bool serial = isolation_ >= isolation::repeatable_read && !operation_->what.autocommit;
    return plan.writes || plan.locks || serial;
}

std::chrono::milliseconds engine_session::patience(const unit& unit) const {
    std::chrono::milliseconds time = server_->profile.lock_timeout;
    if (unit.plan && unit.plan->plan().lock_no_wait)
        time = std::chrono::milliseconds(0);
    else if (unit.plan && unit.plan->plan().lock_wait_seconds >= 0)
        time = std::chrono::seconds(unit.plan->plan().lock_wait_seconds);
    if (const auto* lock = std::get_if<sql::lock_table_statement>(&unit.tree.node); lock && lock->nowait)
        time = std::chrono::milliseconds(0);
    if (operation_->what.timeout_seconds > 0)
        time = std::min<std::chrono::milliseconds>(time, std::chrono::seconds(operation_->what.timeout_seconds));
    return time;
}

bool engine_session::take_writer(const unit& unit) {
    if (server_->writer.try_take(this))
        return true;
    const std::chrono::milliseconds time = patience(unit);
    if (time.count() == 0)
        throw sql_error(codes::lock_timeout);
    server_->writer.wait(this, time, [this](bool granted) {
        if (granted)
            advance();
        else
            complete(sql_error(codes::lock_timeout));
    });
    return false;
}

void engine_session::begin_writing() {
    operation& running = *operation_;
    if (!transaction_.open()) {
        transaction_.begin(storage());
        running.started_transaction = true;
    }
    if (running.rows() > 1 && !running.continues() && !running.batch)
        running.batch.emplace(storage(), transaction_);
}

void engine_session::run_bound(unit& unit) {
    operation& running = *operation_;
    const plan& plan = unit.plan->plan();
    if ((plan.writes || plan.locks) && (read_only_ || transaction_read_only_))
        throw sql_error(codes::read_only);
    begun_ = begun_ || !running.what.autocommit;
    connection& connection = storage();
    connection.set_deadline(running.deadline);
    unit.plan->make_ready(connection, *server_->catalog);
    if (needs_writer(unit))
        begin_writing();
    // A transaction that begins with its only statement is undone as a whole.
    const bool alone = running.started_transaction && running.statement->units.size() == 1 && running.rows() == 1;
    std::optional<undo_guard> guard;
    if (plan.writes && !alone)
        guard.emplace(connection, transaction_);
    memory_.now.generated.clear();
    // Of several statements in one text only the last result is returned.
    const bool superseded =
        std::any_of(running.statement->units.begin() + static_cast<std::ptrdiff_t>(running.unit) + 1,
                    running.statement->units.end(),
                    [](const auto& later) { return std::holds_alternative<sql::query_ptr>(later.tree.node); });
    discarding_sink nowhere;
    const std::int64_t changed =
        run_plan(*unit.plan, running.arguments(), {connection, *server_->catalog, server_->counters, memory_},
                 superseded ? static_cast<result_sink&>(nowhere) : *running.sink);
    if (guard)
        guard->keep();
    execution_result& result = *running.result;
    result.kind = plan.kind;
    running.kind_settled = true;
    if (plan.kind == statement_kind::select)
        return;
    memory_.now.affected_rows = changed;
    running.row_count = changed;
    result.affected_rows = running.row == 0 ? changed : result.affected_rows + changed;
    result.generated_keys.insert(result.generated_keys.end(), memory_.now.generated.begin(),
                                 memory_.now.generated.end());
}

void engine_session::run_definition(unit& unit) {
    if (read_only_)
        throw sql_error(codes::read_only);
    connection& connection = storage();
    connection.set_deadline(std::nullopt);
    catalog draft = *server_->catalog;
    ddl_place place{.server = *server_,
                    .connection = connection,
                    .catalog = draft,
                    .user = context_.user,
                    .schema = context_.current_schema,
                    .text = operation_->statement->text,
                    .afterwards = {}};
    // SQLite changes this only between transactions. Rebuilding a table must not cascade to others.
    connection.execute("PRAGMA foreign_keys=OFF");
    try {
        transaction_.begin(connection);
        run_ddl(unit.tree, place);
        if (place.check_foreign_keys)
            if (auto violated = violated_foreign_key(connection, draft))
                throw std::move(*violated);
        if (server_->database.persistent())
            store_catalog(connection, *server_->catalog, draft);
        commit_now();
    } catch (const constraint_failure& failure) {
        rollback_now();
        connection.execute("PRAGMA foreign_keys=ON");
        throw constraint_error(failure, draft, true);
    } catch (...) {
        rollback_now();
        connection.execute("PRAGMA foreign_keys=ON");
        throw;
    }
    connection.execute("PRAGMA foreign_keys=ON");
    server_->catalog = std::make_shared<const catalog>(std::move(draft));
    for (const auto& action : place.afterwards)
        action();
    if (!operation_->kind_settled)
        operation_->result->kind = kind_of(unit.tree);
}

void engine_session::complete(std::optional<sql_error> failure) {
    operation& running = *operation_;
    if (running.batch && !failure)
        if (auto unkept = caught([&] { running.batch->keep(); }))
            failure = std::move(unkept);
    running.batch.reset();
    const bool nothing_done =
        failure && (!running.any_success || (running.rows() > 1 && !running.what.continue_on_error));
    if (running.started_transaction && nothing_done)
        unbegin();
    else if (running.what.autocommit)
        if (auto uncommitted = caught([&] { commit_now(); }); uncommitted && !failure)
            failure = std::move(uncommitted);
    if (!transaction_.open())
        leave_writer();
    const completion done = std::move(running.done);
    operation_.reset();
    done(std::move(failure));
}

void engine_session::commit(completion done) {
    done(caught([&] { commit_now(); }));
}

void engine_session::rollback(completion done) {
    rollback_now();
    done(std::nullopt);
}

void engine_session::commit_now() {
    if (transaction_.open()) {
        if (server_->database.persistent())
            store_counters(storage(), server_->counters);
        storage().end_temporary_rows();
        transaction_.commit(storage());
    }
    transaction_.forget_savepoints();
    begun_ = false;
    transaction_read_only_ = false;
    leave_writer();
}

void engine_session::unbegin() noexcept {
    if (!connection_ || !transaction_.open())
        return;
    transaction_.unbegin(*connection_);
    connection_->forget_temporary_tables();
    change_session();  // plans must make those tables again
}

void engine_session::rollback_now() noexcept {
    unbegin();
    transaction_.forget_savepoints();
    begun_ = false;
    transaction_read_only_ = false;
    leave_writer();
}

void engine_session::leave_writer() {
    server_->writer.leave(this);
}

}  // namespace dmkit::mock

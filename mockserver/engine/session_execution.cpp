#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/catalog_store.hpp"
#include "mockserver/engine/constraint_error.hpp"
#include "mockserver/engine/ddl.hpp"
#include "mockserver/engine/explain.hpp"
#include "mockserver/engine/session.hpp"
#include "mockserver/engine/time_limit.hpp"
#include "mockserver/procedural/exceptions.hpp"

namespace dmkit::mock {

namespace {
/// Foreign keys are not enforced while it lives. SQLite changes that between transactions only.
class unenforced_foreign_keys {
  public:
    explicit unenforced_foreign_keys(connection& connection) : connection_(connection) {
        connection_.execute("PRAGMA foreign_keys=OFF");
    }
    unenforced_foreign_keys(const unenforced_foreign_keys&) = delete;
    unenforced_foreign_keys& operator=(const unenforced_foreign_keys&) = delete;
    ~unenforced_foreign_keys() {
        sqlite3_exec(connection_.handle(), "PRAGMA foreign_keys=ON", nullptr, nullptr, nullptr);
    }

  private:
    connection& connection_;
};

/// What ends a batch although failing rows do not: it would happen to the rows that follow as well.
bool ends_batch(const sql_error& failure) {
    return failure.code() == codes::statement_timeout || failure.code() == codes::connection_lost;
}
}  // namespace

void engine_session::execute(backend_statement& statement, const execution& what, result_sink& sink,
                             execution_result& result, completion done) {
    if (auto failure = flush_lob_write())
        return done(std::move(failure));
    ++changes_;
    autocommit_ = what.autocommit;
    auto started = std::make_unique<operation>();
    started->statement = &dynamic_cast<engine_statement&>(statement);
    started->what = what;
    started->sink = &sink;
    started->result = &result;
    started->done = std::move(done);
    const auto& units = started->statement->units;
    const bool several = started->rows() > 1;
    if (what.timeout_seconds > 0)
        started->deadline = std::chrono::steady_clock::now() + std::chrono::seconds(what.timeout_seconds);
    operation_ = std::move(started);
    context_.now = server_->environment.now();
    // They would end what holds the rows together.
    if (several && !std::all_of(units.begin(), units.end(),
                                [](const unit& each) { return is_bound(each.tree) || is_block(each.tree); }))
        return complete(sql_error::unsupported(
            "a batch of several rows with statements other than SELECT, INSERT, UPDATE, DELETE, MERGE, CALL and the "
            "like"));
    advance();
}

void engine_session::advance() {
    bool finished = false;
    std::optional<sql_error> failure;
    while (!finished && !failure) {
        failure = caught([&] { finished = run_units(); });
        if (!failure && !finished)
            return;
        const bool loses_rows = failure && notice_loss();
        if (failure && operation_->continues() && !ends_batch(*failure) && !loses_rows) {
            operation_->result->failures.push_back({static_cast<std::int32_t>(operation_->row), std::move(*failure)});
            failure.reset();
            operation_->result->kind = operation_->statement->description().kind;
            operation_->row_count = 0;
            finish_row();
            const std::int32_t most = operation_->what.max_failures;
            finished = most > 0 && std::cmp_greater_equal(operation_->result->failures.size(), most);
        }
    }
    complete(std::move(failure));
}

bool engine_session::run_units() {
    operation& running = *operation_;
    while (running.row < running.rows()) {
        if (running.row > 0)
            check_time();
        if (run_rows_together())
            continue;
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

bool engine_session::run_rows_together() {
    operation& running = *operation_;
    // The first row that succeeds has done what goes before each: rights, the writer's place, the transaction.
    if (running.row < running.alone_until || !running.any_success || running.statement->units.size() > 1)
        return false;
    unit& unit = running.statement->units.front();
    if (!unit.plan || unit.inexact || !transaction_.writing())
        return false;
    const std::size_t rows = unit.plan->rows_together();
    if (rows < 2 || running.rows() - running.row < rows)
        return false;
    connection& connection = storage();
    memory_.now.begin_statement();
    try {
        const time_limit limit(connection, running.deadline, overtime::fails_calls);
        run_together(*unit.plan, std::span(running.what.rows).subspan(running.row, rows),
                     {connection, visible_catalog(), memory_});
    } catch (const constraint_failure&) {
        running.alone_until = running.row + rows;
        return false;
    } catch (const sql_error& failure) {
        if (ends_batch(failure) || transaction_.lost(connection))
            throw;
        running.alone_until = running.row + rows;
        return false;
    }
    memory_.now.affected_rows = 1;
    for (std::size_t i = 0; i < rows; ++i) {
        running.row_count = 1;
        finish_row();
    }
    return true;
}

void engine_session::finish_row() {
    operation& running = *operation_;
    if (running.rows() > 1)
        running.result->row_counts.push_back(running.row_count);
    running.result->affected_rows += running.row_count;
    running.row_count = 0;
    running.unit = 0;
    ++running.row;
}

void engine_session::check_time() const {
    if (server_->environment.stopping())
        throw sql_error(codes::connection_lost);
    if (operation_->deadline && std::chrono::steady_clock::now() >= *operation_->deadline)
        throw sql_error(codes::statement_timeout);
}

bool engine_session::run_unit(unit& unit) {
    check_loss(unit.tree);
    if (is_bound(unit.tree)) {
        bind(unit, operation_->statement->text, operation_->arguments());
    } else if (is_block(unit.tree)) {
        static_cast<void>(compiled(unit, operation_->statement->text));
    } else if (is_ddl(unit.tree) && transaction_.open()) {
        commit_now();
    }
    if (needs_writer(unit) && !take_writer(unit))
        return false;
    if (is_bound(unit.tree))
        run_bound(unit);
    else if (is_ddl(unit.tree))
        run_definition(unit.tree, operation_->statement->text);
    else if (is_block(unit.tree))
        run_block(unit);
    else
        run_command(unit.tree);
    return true;
}

bool engine_session::needs_writer(const unit& unit) {
    if (is_ddl(unit.tree) || std::holds_alternative<sql::lock_table_statement>(unit.tree.node))
        return true;
    if (unit.block)
        return may_write(*unit.block);
    if (!unit.plan)
        return false;
    const plan& plan = unit.plan->plan();
    return plan.writes || plan.locks;
}

bool engine_session::serial() const {
    return transaction_isolation_.value_or(isolation_) >= isolation::repeatable_read && !operation_->what.autocommit;
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
    running.started_transaction = running.started_transaction || !transaction_.open();
    transaction_.begin_writing(storage());
    if (running.rows() > 1 && !running.continues() && !running.batch)
        running.batch.emplace(storage(), transaction_, "batch");
    if (running.in_block && !running.block)
        running.block.emplace(storage(), transaction_, "block");
}

void engine_session::begin_reading() {
    if (transaction_.open())
        return;
    transaction_.begin_reading(storage());
    // Definitions are seen as of the same moment: the rows have their form.
    memory_.pin_catalog();
}

void engine_session::run_bound(unit& unit) {
    operation& running = *operation_;
    const plan& plan = unit.plan->plan();
    if ((plan.writes || plan.locks) && (read_only_ || transaction_read_only_))
        throw sql_error(codes::read_only);
    if (!plan.cursor.empty())
        stand_on_row(plan);
    begun_ = begun_ || !running.what.autocommit;
    connection& connection = storage();
    unit.plan->make_ready(connection, visible_catalog());
    if (needs_writer(unit))
        begin_writing();
    else if (serial())
        begin_reading();
    // A transaction that begins with its only statement is undone as a whole, and so is a batch.
    const bool alone = running.started_transaction && running.statement->units.size() == 1 && running.rows() == 1;
    std::optional<undo_guard> guard;
    if (plan.writes && !alone && !running.batch)
        guard.emplace(connection, transaction_);
    if (plan.writes && plan.target != 0)
        if (const auto target = visible_catalog().find_table(plan.target); target && target->global_temporary)
            connection.note_temporary_change(*target);
    if (plan.writes)
        note_change(plan.target);
    memory_.now.begin_statement();
    if (plan.kind == statement_kind::explain) {
        running.result->kind = plan.kind;
        running.kind_settled = true;
        running.result->text = explain(plan, connection, visible_catalog());
        return;
    }
    // Of several statements in one text only the last result is returned.
    const bool superseded =
        std::any_of(running.statement->units.begin() + static_cast<std::ptrdiff_t>(running.unit) + 1,
                    running.statement->units.end(),
                    [](const auto& later) { return std::holds_alternative<sql::query_ptr>(later.tree.node); });
    discarding_sink nowhere;
    const std::int64_t changed = [&] {
        // Losing all of the transaction is right where it has nothing else.
        const bool nothing_else = running.started_transaction && (!running.any_success || running.batch);
        const time_limit limit(connection, running.deadline,
                               plan.writes && !nothing_else ? overtime::fails_calls : overtime::interrupts);
        return run_plan(*unit.plan, running.arguments(), {connection, visible_catalog(), memory_},
                        superseded ? static_cast<result_sink&>(nowhere) : *running.sink);
    }();
    if (guard)
        guard->keep();
    execution_result& result = *running.result;
    result.kind = plan.kind;
    running.kind_settled = true;
    if (plan.kind == statement_kind::select) {
        result.tables = tables_of(plan);
        return;
    }
    memory_.now.affected_rows = changed;
    running.row_count = changed;
    result.generated_keys.insert(result.generated_keys.end(), memory_.now.generated.begin(),
                                 memory_.now.generated.end());
}

void engine_session::note_change(object_id table) {
    if (!server_->profile.client_cache || table == 0)
        return;
    std::vector<object_id> line{table};
    while (!line.empty()) {
        const object_id next = line.back();
        line.pop_back();
        if (!changed_tables_.insert(next).second)
            continue;
        for (const auto& [id, other] : visible_catalog().tables())
            for (const constraint_info& constraint : other->constraints)
                if (constraint.kind == constraint_kind::foreign_key && constraint.referenced_table == next &&
                    (constraint.on_delete != referential_action::no_action ||
                     constraint.on_update != referential_action::no_action))
                    line.push_back(id);
    }
}

std::vector<table_stamp> engine_session::tables_of(const plan& plan) {
    // In a transaction that sees one moment, or its own changes, others would not see the same rows. Rows that are kept
    // lock nothing.
    if (!server_->profile.client_cache || !plan.deterministic || plan.locks || serial() ||
        operation_->statement->units.size() > 1)
        return {};
    std::vector<table_stamp> tables;
    for (const object_id id : std::set<object_id>(plan.references.begin(), plan.references.end())) {
        const auto table = visible_catalog().find_table(id);
        if (!table)
            continue;  // a view, whose tables are there too
        if (table->global_temporary || changed_tables_.contains(id))
            return {};
        tables.push_back({id, server_->stamps.of(id)});
    }
    return tables;
}

std::vector<std::int64_t> engine_session::table_stamps(std::span<const std::uint32_t> tables) {
    std::vector<std::int64_t> stamps;
    stamps.reserve(tables.size());
    for (const std::uint32_t number : tables) {
        const auto id = static_cast<object_id>(number);
        stamps.push_back(visible_catalog().find_table(id) && !changed_tables_.contains(id) ? server_->stamps.of(id)
                                                                                           : -1);
    }
    return stamps;
}

void engine_session::stand_on_row(const plan& plan) {
    if (operation_->statement->units.size() > 1)
        throw sql_error::unsupported("WHERE CURRENT OF in a text of several statements");
    const auto& row = operation_->what.current_row;
    if (!row || row->table != plan.target)
        throw sql_error(procedural::invalid_cursor);
    memory_.now.current_row = row->row;
}

void engine_session::run_definition(const sql::statement& tree, std::string_view text) {
    if (read_only_)
        throw sql_error(codes::read_only);
    connection& connection = storage();
    // Rebuilding a table must not cascade to others.
    const unenforced_foreign_keys guard(connection);
    catalog draft = *server_->catalog;
    ddl_place place{.server = *server_,
                    .connection = connection,
                    .catalog = draft,
                    .user = acting_user(),
                    .schema = acting_schema(),
                    .text = text,
                    .afterwards = {}};
    counters counted = server_->counters;
    try {
        transaction_.begin_writing(connection);
        {
            const time_limit limit(connection, operation_->deadline, overtime::interrupts);
            run_ddl(tree, place);
            connection.update_temporary_tables(*server_->catalog, draft);
        }
        // Counters are stored with the definitions that moved them.
        for (const auto& action : place.afterwards)
            action();
        if (server_->database.persistent())
            store_catalog(connection, *server_->catalog, draft);
        commit_now();
    } catch (...) {
        rollback_now();
        server_->counters = std::move(counted);
        try {
            throw;
        } catch (const constraint_failure& failure) {
            throw constraint_error(failure, draft, true);
        }
    }
    server_->catalog = std::make_shared<const catalog>(std::move(draft));
    server_->stamps.note_all();
    if (!operation_->kind_settled)
        operation_->result->kind = kind_of(tree);
}

void engine_session::complete(std::optional<sql_error> failure) {
    operation& running = *operation_;
    if (running.batch && !failure)
        if (auto unkept = caught([&] { running.batch->keep(); }))
            failure = std::move(unkept);
    running.batch.reset();
    const bool nothing_done =
        failure && (!running.any_success || (running.rows() > 1 && !running.what.continue_on_error));
    if (nothing_done && running.started_transaction)
        abandon_writes();
    else if (!nothing_done && running.what.autocommit)
        if (auto uncommitted = caught([&] { commit_now(); }); uncommitted && !failure)
            failure = std::move(uncommitted);
    if (!transaction_.writing())
        leave_writer();
    const completion done = std::move(running.done);
    outdated_.clear();
    if (routines_as_of_ != visible_catalog().version()) {
        std::erase_if(routines_, [&](const auto& each) { return !visible_catalog().find_routine(each.first); });
        routines_as_of_ = visible_catalog().version();
    }
    operation_.reset();
    done(std::move(failure));
}

void engine_session::commit(completion done) {
    auto failure = flush_lob_write();
    ++changes_;
    if (!failure)
        failure = caught([&] { commit_now(); });
    done(std::move(failure));
}

void engine_session::rollback(completion done) {
    ++changes_;
    lob_write_.reset();
    lob_transaction_ = false;
    rollback_now();
    done(std::nullopt);
}

void engine_session::commit_now() {
    if (lost_) {
        rollback_now();
        throw sql_error::unsupported("COMMIT of a transaction that storage could not hold; it has been rolled back");
    }
    if (transaction_.open()) {
        const bool counts = transaction_.writing() && server_->database.persistent();
        try {
            if (counts)
                store_counters(*connection_, server_->counters);
            connection_->end_temporary_rows();
            transaction_.commit(*connection_);
        } catch (...) {
            // Nobody could end it otherwise.
            rollback_now();
            throw;
        }
        if (counts)
            server_->counters.forget_changes();
        connection_->forget_temporary_changes();
        server_->stamps.note(changed_tables_);
    }
    end_transaction();
}

void engine_session::abandon_writes() noexcept {
    if (!connection_ || !transaction_.open())
        return;
    transaction_.abandon(*connection_);
    changed_tables_.clear();
    memory_.unpin_catalog();
    connection_->forget_temporary_changes();
    forget_temporary_tables();
}

void engine_session::forget_temporary_tables() noexcept {
    if (!connection_->has_temporary_tables())
        return;
    connection_->forget_temporary_tables();
    change_session();
}

void engine_session::roll_back_to(std::string_view savepoint) {
    transaction_.roll_back_to(connection_ ? &*connection_ : nullptr, savepoint);
    if (connection_)
        forget_temporary_tables();
}

void engine_session::rollback_now() noexcept {
    abandon_writes();
    end_transaction();
}

void engine_session::end_transaction() noexcept {
    transaction_.forget_savepoints();
    changed_tables_.clear();
    memory_.unpin_catalog();
    begun_ = false;
    lost_ = false;
    transaction_isolation_.reset();
    transaction_read_only_ = false;
    leave_writer();
}

void engine_session::leave_writer() {
    // A block that has committed may write again.
    if (operation_ && operation_->in_block)
        return;
    server_->writer.leave(this);
}

bool engine_session::notice_loss() {
    if (!connection_ || !transaction_.lost(*connection_))
        return false;
    operation& running = *operation_;
    const bool answered = !running.started_transaction;
    const bool loses_rows = answered || (running.any_success && !running.batch);
    running.batch.reset();
    running.block.reset();
    running.in_block = false;
    running.any_success = false;
    abandon_writes();
    leave_writer();
    lost_ = answered || (loses_rows && !running.what.autocommit);
    return loses_rows;
}

void engine_session::check_loss(const sql::statement& tree) const {
    if (!lost_ || std::holds_alternative<sql::commit_statement>(tree.node))
        return;
    const auto* rollback = std::get_if<sql::rollback_statement>(&tree.node);
    if (!rollback || rollback->savepoint)
        throw sql_error::unsupported("going on with a transaction that storage could not hold; ROLLBACK ends it");
}

}  // namespace dmkit::mock

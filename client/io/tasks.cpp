#include "client/io/tasks.hpp"

#include <algorithm>
#include <string>

namespace dmkit::detail {

session::result_options result_options_of(const connection_core& core, const call_options& options) {
    return {options.max_rows.value_or(core.params().max_rows), options.scrolling, std::string(options.cursor_name),
            options.cursor_row};
}

borrowed_handle run_task::handle_of(connection_core& core) {
    const auto handle = machine_.keeps_handle() ? machine_.product().rows.handle() : session::statement_handle{};
    machine_.product().has_rows = false;
    return {core.shared_from_this(), handle};
}

void run_task::store_cursors(connection_core& core) {
    for (auto& cursor : machine_.cursors()) {
        const auto outputs = machine_.outputs();
        const auto target = std::find_if(outputs.begin(), outputs.end(), [&](const output_target& each) {
            return each.store == nullptr && each.parameter == cursor.parameter;
        });
        borrowed_handle handle(core.shared_from_this(), std::exchange(cursor.handle, {}));
        if (target == outputs.end())
            continue;
        auto& variable = *static_cast<rows*>(target->variable);
        variable = cursor.result.has_rows
                       ? rows(std::make_unique<rows_state>(std::move(handle), std::move(cursor.result)))
                       : rows();
    }
}

void run_task::store_values() {
    auto& info = machine_.product().info;
    for (const auto& lob : machine_.product().lobs)
        info.out_values[lob.field] = field(lob.view());
    for (const auto& target : machine_.outputs()) {
        if (target.store == nullptr)
            continue;
        const auto found = std::find(info.out_parameters.begin(), info.out_parameters.end(), target.parameter);
        const auto fault =
            found == info.out_parameters.end()
                ? client_errc::null_value
                : target.store(target.variable,
                               info.out_values[static_cast<std::size_t>(found - info.out_parameters.begin())]);
        if (fault != client_errc{} && !problem().code)
            fail(fault, "execute", "OUT parameter " + std::to_string(target.parameter + 1));
    }
}

session::machine* run_task::next(connection_core& core) {
    if (!std::exchange(started_, true))
        return &machine_;
    executed_ = true;
    if (auto& lobs = machine_.product().lobs; !lobs.empty() && !lobs_) {
        lobs_.emplace(lobs, 0, lobs.size());
        return &*lobs_;
    }
    // Before the values: to store one may throw.
    store_cursors(core);
    store_values();
    if (!problem().code)
        complete(core);
    return nullptr;
}

void run_task::finished(connection_core& core, session::failure& outcome) {
    if (!executed_)
        return;
    const auto unread = handle_of(core);
    for (const auto& cursor : machine_.cursors())
        const borrowed_handle unused(core.shared_from_this(), cursor.handle);
    // Whatever went wrong afterwards, the statement has been executed.
    if (outcome.code) {
        outcome.details.delivered = delivery::answered;
        if (outcome.details.operation.empty())
            outcome.details.operation = "execute";
    }
}

void query_task::complete(connection_core& core) {
    if (machine_.product().has_rows)
        state_ = std::make_unique<rows_state>(handle_of(core), std::move(machine_.product()));
    else
        fail(client_errc::not_a_query, "query");
}

session::machine* ping_task::next(connection_core& core) {
    if (!machine_) {
        machine_.emplace("select 1", parameter_set{}, session::result_options{});
        return &*machine_;
    }
    if (machine_->keeps_handle())
        core.state().release(machine_->product().rows.handle());
    return nullptr;
}

session::machine* prepare_task::next(connection_core& core) {
    if (!std::exchange(started_, true))
        return &machine_;
    auto& prepared = machine_.statement();
    borrowed_handle handle(core.shared_from_this(), prepared.handle);
    state_ = std::make_unique<statement_state>(std::move(handle), std::move(prepared));
    return nullptr;
}

session::machine* batch_task::next(connection_core& /*core*/) {
    return std::exchange(started_, true) ? nullptr : &machine_;
}

session::machine* begin_task::next(connection_core& core) {
    auto& state = core.state();
    if (std::exchange(started_, true)) {
        core.count_transaction();
        core_ = core.shared_from_this();
        return nullptr;
    }
    if (state.in_transaction) {
        fail(client_errc::transaction_in_progress, "begin");
        return nullptr;
    }
    if (options_.isolation != isolation::server_default)
        state.wanted_isolation = options_.isolation;
    if (options_.read_only)
        state.wanted_read_only = true;
    return &machine_;
}

void begin_task::finished(connection_core& core, session::failure& outcome) {
    if (outcome.code && outcome.code != client_errc::transaction_in_progress)
        session::end_transaction(core.state());
}

session::machine* end_task::next(connection_core& core) {
    if (std::exchange(started_, true))
        return nullptr;
    const auto& state = core.state();
    if (!state.commits_by_itself())
        return &machine_;
    if (!state.always_allow_commit)
        fail(client_errc::no_transaction, commits_ ? "commit" : "rollback", "autocommit is on");
    return nullptr;
}

session::machine* close_task::next(connection_core& core) {
    if (std::exchange(started_, true) || !core.state().connected)
        return nullptr;
    return &machine_;
}

void close_task::finished(connection_core& core, session::failure& outcome) {
    core.disconnect();
    outcome.code.clear();
}

session::machine* next_row_task::next(connection_core& core) {
    auto& cursor = state_.cursor;
    if (!state_.handle.same_epoch()) {
        fail(client_errc::not_connected, "fetch", "the rows belong to an earlier session");
        return nullptr;
    }
    if (lobs_) {
        cursor.show_lobs();
        found_ = true;
        return nullptr;
    }
    if (cursor.next(core.state(), problem())) {
        found_ = !cursor.wants_lobs();
        if (found_)
            return nullptr;
        reading_lobs_ = true;
        if (!core.state().connected) {
            fail(client_errc::not_connected, "fetch");
            return nullptr;
        }
        lobs_.emplace(cursor.lobs(), 0, cursor.lob_count());
        return &*lobs_;
    }
    if (problem().code) {
        problem().details.operation = "fetch";
        return nullptr;
    }
    // The handle stays: the statement may have further results.
    if (!cursor.needs_fetch())
        return nullptr;
    if (!core.state().connected) {
        fail(client_errc::not_connected, "fetch");
        return nullptr;
    }
    machine_.emplace(cursor);
    return &*machine_;
}

void next_row_task::finished(connection_core& /*core*/, session::failure& outcome) {
    if (outcome.code && reading_lobs_)
        state_.cursor.hide_lobs();
}

read_all_task::read_all_task(rows_state& state) : state_(state), store_(std::make_unique<result_store>()) {
    store_->columns = state.cursor.column_set();
    store_->info = state.info;
}

session::machine* read_all_task::next(connection_core& core) {
    auto& cursor = state_.cursor;
    if (!state_.handle.same_epoch()) {
        fail(client_errc::not_connected, "fetch", "the rows belong to an earlier session");
        return nullptr;
    }
    if (lobs_) {
        lobs_.reset();
        store_->show_lobs();
    }
    if (cursor.buffered() > 0) {
        problem() = store_->take(core.state(), cursor);
        if (problem().code) {
            problem().details.operation = "fetch";
            return nullptr;
        }
        if (store_->lobs_shown < store_->lobs.size()) {
            if (!core.state().connected) {
                fail(client_errc::not_connected, "fetch");
                return nullptr;
            }
            lobs_.emplace(store_->lobs, store_->lobs_shown, store_->lobs.size());
            return &*lobs_;
        }
    }
    if (!cursor.needs_fetch())
        return nullptr;
    if (!core.state().connected) {
        fail(client_errc::not_connected, "fetch");
        return nullptr;
    }
    machine_.emplace(cursor);
    return &*machine_;
}

next_result_task::next_result_task(rows_state& state)
    : state_(state),
      machine_(state.cursor.handle(), static_cast<std::int16_t>(state.cursor.result_number() + 1),
               {state.cursor.limit(), state.cursor.scrolling()}) {}

session::machine* next_result_task::next(connection_core& /*core*/) {
    if (std::exchange(started_, true)) {
        auto& product = machine_.product();
        found_ = product.has_rows;
        state_.info = std::move(product.info);
        if (found_) {
            product.rows.set_streaming(state_.cursor.streaming());
            state_.cursor = std::move(product.rows);
        } else {
            state_.last_result = true;
            state_.handle.give_back();
        }
        return nullptr;
    }
    if (!state_.handle.is_current()) {
        fail(client_errc::not_connected, "next_result");
        return nullptr;
    }
    state_.cursor.finish();
    if (state_.last_result)
        return nullptr;
    return &machine_;
}

}  // namespace dmkit::detail

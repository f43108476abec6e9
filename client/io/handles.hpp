#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <dmkit/results.hpp>

#include "client/io/connection_core.hpp"
#include "client/session/execution.hpp"

/// What the user's rows and statement objects consist of.
namespace dmkit::detail {

/// A statement handle that goes back to its session's pool when nobody needs it any more.
class borrowed_handle {
  public:
    borrowed_handle() noexcept = default;
    borrowed_handle(std::shared_ptr<connection_core> core, session::statement_handle handle) noexcept
        : core_(std::move(core)), epoch_(core_->epoch()), handle_(handle) {}
    borrowed_handle(borrowed_handle&& other) noexcept
        : core_(std::move(other.core_)), epoch_(other.epoch_), handle_(std::exchange(other.handle_, {})) {}
    borrowed_handle& operator=(borrowed_handle&&) = delete;
    ~borrowed_handle() { give_back(); }

    void give_back() noexcept {
        const auto handle = std::exchange(handle_, {});
        if (core_ && handle.id != 0 && is_current())
            core_->state().release(handle);
    }
    [[nodiscard]] const std::shared_ptr<connection_core>& core() const noexcept { return core_; }
    /// The session that the handle belongs to.
    [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
    /// False after the session that the handle belongs to has ended.
    [[nodiscard]] bool is_current() const noexcept { return core_->epoch() == epoch_ && core_->state().connected; }
    /// As is_current(), or the connection is closed but nothing new has been opened: what is buffered can be read.
    [[nodiscard]] bool same_epoch() const noexcept { return core_->epoch() == epoch_; }

  private:
    std::shared_ptr<connection_core> core_;
    std::uint64_t epoch_ = 0;
    session::statement_handle handle_;
};

struct rows_state {
    borrowed_handle handle;  ///< id 0 if the handle is a statement's
    session::cursor cursor;
    execution_result info;
    bool last_result = false;  ///< the server has said that there are no more
    session::failure problem;  ///< room for what is wrong with a row, which is not made anew for each one

    /// A row can be taken without a message.
    [[nodiscard]] bool has_row() const noexcept {
        return !handle.core()->busy() && handle.same_epoch() && cursor.buffered() > 0 && !cursor.next_wants_lobs();
    }
    /// Takes it. @return false if it cannot be decoded; report() tells why
    [[nodiscard]] bool take_row() { return cursor.next(handle.core()->state(), problem); }
    void report(error_code& code, diagnostics& details) {
        problem.details.operation = "fetch";
        handle.core()->settle(std::exchange(problem, {}), code, details);
    }

    rows_state(borrowed_handle borrowed, session::outcome&& outcome)
        : handle(std::move(borrowed)), cursor(std::move(outcome.rows)), info(std::move(outcome.info)) {}
    ~rows_state() {
        if (handle.core() && handle.same_epoch())
            cursor.leave_memory(handle.core()->state());
    }
    rows_state(const rows_state&) = delete;
    rows_state& operator=(const rows_state&) = delete;
};

struct statement_state {
    borrowed_handle handle;
    session::prepared prepared;

    statement_state(borrowed_handle borrowed, session::prepared&& what)
        : handle(std::move(borrowed)), prepared(std::move(what)) {}
};

}  // namespace dmkit::detail

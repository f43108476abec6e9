#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mockserver/engine/connection.hpp"

namespace dmkit::mock {

/// A session's transaction on its SQLite connection: from the first write on, or from the first read if all of its
/// statements must see one moment. Who writes at all is decided elsewhere (writer_queue).
class transaction {
  public:
    [[nodiscard]] bool open() const noexcept { return state_ != state::none; }
    [[nodiscard]] bool writing() const noexcept { return state_ == state::writing; }

    /// Pins what is there now as what the transaction sees, unless it is open. Savepoints that were set earlier mark
    /// this moment.
    void begin_reading(connection& connection);
    /// Begins to write, unless it has begun. @throws sql_error -7994 (ours) if others have changed what is pinned; the
    /// reading goes on
    void begin_writing(connection& connection);
    void commit(connection& connection);
    void rollback(connection& connection) noexcept;
    /// As rollback(), but savepoints stay: the transaction is as if its first statement had not run.
    void abandon(connection& connection) noexcept;
    /// True if SQLite has rolled back by itself.
    [[nodiscard]] bool lost(const connection& connection) const noexcept {
        return open() && !connection.in_transaction();
    }

    /// Sets a savepoint; an older one of the same name is forgotten. Without a connection nothing was written yet.
    void set_savepoint(connection* connection, std::string_view name);
    /// Undoes what came after it; the savepoint stays. @throws sql_error -7998 (ours)
    void roll_back_to(connection* connection, std::string_view name);
    /// @throws sql_error -7998 (ours)
    void release(std::string_view name);
    void forget_savepoints() { savepoints_.clear(); }

  private:
    enum class state : std::uint8_t { none, reading, writing };
    friend class wide_undo_guard;
    struct savepoint {
        std::string name;
        int number = 0;  ///< grows
        [[nodiscard]] std::string storage_name() const { return "s" + std::to_string(number); }
    };
    [[nodiscard]] std::vector<savepoint>::iterator find(std::string_view name);
    void begin(connection& connection, control how, state reached);

    state state_ = state::none;
    int savepoints_made_ = 0;
    std::vector<savepoint> savepoints_;
};

/// Undoes what a statement did to the database if it does not come to keep().
class undo_guard {
  public:
    /// @p transaction must be open.
    undo_guard(connection& connection, const transaction& transaction);
    undo_guard(const undo_guard&) = delete;
    undo_guard& operator=(const undo_guard&) = delete;
    ~undo_guard();
    void keep();

  private:
    connection* connection_;
};

/// The same for what may set savepoints and roll back to them: a block, or a batch of blocks.
class wide_undo_guard {
  public:
    /// @p transaction must be open. @p name is its own in SQLite: of guards within each other no two have the same.
    wide_undo_guard(connection& connection, transaction& transaction, std::string name);
    wide_undo_guard(const wide_undo_guard&) = delete;
    wide_undo_guard& operator=(const wide_undo_guard&) = delete;
    /// Savepoints are those that were there before, too.
    ~wide_undo_guard();
    /// Savepoints that were set meanwhile stay.
    void keep();
    /// The transaction is over, or is about to be.
    void forget() noexcept { connection_ = nullptr; }
    /// The transaction was rolled back to a savepoint: false if that is older than the guard, which is no longer there.
    [[nodiscard]] bool survives_rollback();

  private:
    /// SQLite releases a savepoint with all that were set after it.
    [[nodiscard]] bool encloses_savepoints() const;

    connection* connection_;
    transaction& transaction_;
    std::string name_;
    std::vector<transaction::savepoint> before_;
    int newest_before_;
};

}  // namespace dmkit::mock

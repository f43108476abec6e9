#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mockserver/engine/connection.hpp"

namespace dmkit::mock {

/// A session's transaction on its SQLite connection, from the first write on. Who writes at all is decided elsewhere
/// (writer_queue).
class transaction {
  public:
    [[nodiscard]] bool open() const noexcept { return open_; }

    /// Begins to write, unless it has begun. Savepoints set before the first write mark this moment.
    void begin(connection& connection);
    void commit(connection& connection);
    void rollback(connection& connection) noexcept;
    /// Undoes a beginning: as rollback(), but savepoints stay.
    void unbegin(connection& connection) noexcept;

    /// Sets a savepoint; an older one of the same name is forgotten. Without a connection nothing was written yet.
    void set_savepoint(connection* connection, std::string_view name);
    /// Undoes what came after it; the savepoint stays. @throws sql_error -7998 (ours)
    void roll_back_to(connection* connection, std::string_view name);
    /// @throws sql_error -7998 (ours)
    void release(std::string_view name);
    void forget_savepoints() { savepoints_.clear(); }

  private:
    struct savepoint {
        std::string name;
        std::string storage_name;  ///< in SQLite
    };
    [[nodiscard]] std::vector<savepoint>::iterator find(std::string_view name);

    bool open_ = false;
    int made_ = 0;
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

}  // namespace dmkit::mock

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mockserver/engine/memory_vfs.hpp"

struct sqlite3;

namespace dmkit::mock {

/// Closes a connection, or leaves that to its last statement.
struct sqlite_closer {
    void operator()(sqlite3* connection) const noexcept;
};
using sqlite_handle = std::unique_ptr<sqlite3, sqlite_closer>;

/// Holds a database file for one server, by a locked file beside it: SQLite's own locks on the database file would go
/// if the process closed another descriptor of it.
class file_owner {
  public:
    /// @throws std::runtime_error if another server has it
    explicit file_owner(const std::string& file);
    file_owner(const file_owner&) = delete;
    file_owner& operator=(const file_owner&) = delete;
    ~file_owner();

  private:
    std::string path_;
    int descriptor_ = -1;
};

/// Where a server's rows are: in memory, or in a file. Making one touches nothing; memory or file come into being with
/// the first connection. Used by one thread.
class database {
  public:
    /// @param file path of the database file; empty: in memory
    explicit database(std::string file) : file_(std::move(file)) {}

    /// Takes SQLite's write lock inside a transaction that has only read: sets the format's version to what it is.
    static constexpr const char* write_lock_statement = "PRAGMA user_version=1";

    /// Marks a database as one of ours (PRAGMA application_id: "dmkt").
    static constexpr const char* mark_statement = "PRAGMA application_id=1684892532";

    /// A new connection in WAL mode with foreign keys on.
    /// @throws std::runtime_error if the file cannot be opened, serves another server, is no database of ours or of
    /// another format version
    [[nodiscard]] sqlite_handle open();
    [[nodiscard]] bool persistent() const noexcept { return !file_.empty(); }
    /// Bytes that it holds in memory; 0 for a file.
    [[nodiscard]] std::size_t memory_used() const noexcept { return memory_ ? memory_->size() : 0; }

  private:
    void prepare_first(sqlite3* connection) const;

    std::string file_;
    std::optional<file_owner> owner_;
    std::unique_ptr<memory_vfs> memory_;
    bool opened_ = false;
};

}  // namespace dmkit::mock

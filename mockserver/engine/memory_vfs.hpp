#pragma once

#include <memory>
#include <string>

namespace dmkit::mock {

/// A file system in memory for one server's SQLite connections, with the shared-memory methods that WAL mode needs.
/// SQLite's own in-memory databases let no reader go on while another connection writes; a WAL does.
///
/// Files live as long as this object and go with it. All connections that use it must be used by one thread (a server's
/// own), so its methods take no locks; several objects may live in several threads.
class memory_vfs {
  public:
    memory_vfs();
    memory_vfs(const memory_vfs&) = delete;
    memory_vfs& operator=(const memory_vfs&) = delete;
    /// All connections that use it must have been closed.
    ~memory_vfs();

    /// The name to open connections with.
    [[nodiscard]] const char* name() const noexcept;
    /// Bytes that its files hold.
    [[nodiscard]] std::size_t size() const noexcept;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace dmkit::mock

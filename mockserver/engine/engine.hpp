#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/mock/profile.hpp>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

struct server_state;

/// Somebody who can log in from the start. SYSDBA is DBA; others are made with a schema of their name and the roles
/// RESOURCE, SOI and VTI. Exempt from password policy.
struct user_entry {
    std::string name;  ///< folded like an identifier, unless in double quotes
    std::string password;
};

struct engine_options {
    std::string file = {};  ///< path of the database file; empty: in memory
    std::vector<user_entry> users = {{"SYSDBA", "SYSDBA"}};
    std::uint64_t random_seed = 0;  ///< of RAND and its kind; equal seeds give equal sequences
};

/// What an engine held at one moment: rows, definitions, users, rights and counters. Engines of several threads may be
/// given one.
class engine_snapshot;

/// From any thread. @throws std::invalid_argument unless an engine with the profile can take the snapshot
void check_fits(const engine_snapshot& what, const profile& profile);

/// A DM8 database in SQLite. Used by one thread. Making one in memory costs microseconds and takes no descriptors;
/// storage comes into being with the first statement. Must outlive its sessions; @p environment must outlive it.
class engine final : public backend {
  public:
    /// @throws std::runtime_error for a file that is no database of ours or serves another server, or settings the mock
    /// does not support
    engine(const profile& profile, environment& environment, engine_options options = {});
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;
    /// Stores what sequences gave since the last commit.
    ~engine() override;

    std::unique_ptr<backend_session> open_session(const login& who) override;

    /// What is committed, and the values that sequences and identities have given.
    [[nodiscard]] std::shared_ptr<const engine_snapshot> snapshot() const;
    /// Puts a snapshot in the place of everything. No session may be open.
    /// @throws std::invalid_argument if the snapshot's engine was set up in a way that makes its data another's
    void restore(const engine_snapshot& what);
    /// RAND and its kind begin anew with this seed.
    void seed_random(std::uint64_t seed);

    /// Bytes that the data holds in memory.
    [[nodiscard]] std::size_t memory_used() const noexcept;

  private:
    std::shared_ptr<server_state> state_;
};

}  // namespace dmkit::mock

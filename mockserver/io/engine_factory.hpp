#pragma once

#include <memory>

#include <dmkit/mock/server.hpp>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

class engine_snapshot;

/// The SQLite engine with the database and the users that @p params name.
/// @throws std::system_error or sql_error if the database file cannot be used
[[nodiscard]] std::unique_ptr<backend> make_engine(const server_params& params, environment& environment);

/// Of a backend that make_engine() made.
[[nodiscard]] std::shared_ptr<const engine_snapshot> take_snapshot(const backend& of);
/// @throws std::invalid_argument unless the snapshot fits a server with the profile
void check_snapshot(const profile& profile, const engine_snapshot& what);
/// @throws std::invalid_argument if the snapshot does not fit
void restore_snapshot(backend& into, const engine_snapshot& what);
void seed_random(backend& of, std::uint64_t seed);
/// Removes a database file with all that belongs to it. No backend may use it.
void remove_database(const std::filesystem::path& file);

}  // namespace dmkit::mock

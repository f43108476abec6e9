#pragma once

#include <memory>

#include <dmkit/mock/server.hpp>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

/// The SQLite engine with the database and the users that @p params name.
/// @throws std::system_error or sql_error if the database file cannot be used
[[nodiscard]] std::unique_ptr<backend> make_engine(const server_params& params, environment& environment);

}  // namespace dmkit::mock

#pragma once

#include "mockserver/engine/connection.hpp"

namespace dmkit::mock {

/// Registers @p function with SQLite under its sqlite_name() and number of arguments.
void register_function(connection& connection, const function_use& function);

}  // namespace dmkit::mock

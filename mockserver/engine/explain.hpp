#pragma once

#include <string>

#include "mockserver/catalog/catalog.hpp"
#include "mockserver/engine/connection.hpp"
#include "mockserver/engine/plan.hpp"

namespace dmkit::mock {

/// The text that EXPLAIN answers: the way SQLite goes, in the operators and the notation of DM8's plans. The three
/// numbers of an operator (cost, rows, bytes of a row) are not estimated; they are [0, 1, 0] everywhere.
/// @param plan of the statement explained, whose functions and tables the connection knows
[[nodiscard]] std::string explain(const plan& plan, connection& connection, const catalog& catalog);

}  // namespace dmkit::mock

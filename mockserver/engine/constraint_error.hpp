#pragma once

#include "mockserver/catalog/catalog.hpp"
#include "mockserver/engine/connection.hpp"
#include "mockserver/error.hpp"

namespace dmkit::mock {

/// DM's error for what SQLite found violated; foreign keys are named by violated_foreign_key().
/// @param building the violation was found while a key was made over existing rows: -6612 instead of -6602
[[nodiscard]] sql_error constraint_error(const constraint_failure& failure, const catalog& catalog,
                                         bool building = false);

/// Finds the foreign key that stored rows violate, looking at all tables. Empty if there is none.
[[nodiscard]] std::optional<sql_error> violated_foreign_key(connection& connection, const catalog& catalog);

/// The error of foreign key @p constraint.
[[nodiscard]] sql_error foreign_key_error(const constraint_info& constraint);

}  // namespace dmkit::mock

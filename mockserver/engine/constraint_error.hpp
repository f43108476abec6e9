#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>

#include "mockserver/catalog/catalog.hpp"
#include "mockserver/engine/connection.hpp"
#include "mockserver/error.hpp"

namespace dmkit::mock {

/// DM's error for what SQLite found violated; foreign keys are named by violated_foreign_key().
/// @param building the violation was found while a key was made over existing rows: -6612 instead of -6602
[[nodiscard]] sql_error constraint_error(const constraint_failure& failure, const catalog& catalog,
                                         bool building = false);

/// True if a row of the table refers by the foreign key to what is not there.
[[nodiscard]] bool violates(connection& connection, const table_info& table, const constraint_info& constraint);

/// A row that refers to what is not there.
struct foreign_key_violation {
    object_id table = 0;
    std::int64_t row = 0;
    std::int64_t key = 0;  ///< SQLite's number of the foreign key in the table
    friend auto operator<=>(const foreign_key_violation&, const foreign_key_violation&) = default;
};
using foreign_key_violations = std::set<foreign_key_violation>;

/// Those of all tables. NOVALIDATE lets rows stay that are among them for good.
[[nodiscard]] foreign_key_violations find_violations(connection& connection);

/// The error of a foreign key that is violated now and was not @p before. Empty if there is none.
[[nodiscard]] std::optional<sql_error> violated_foreign_key(connection& connection, const catalog& catalog,
                                                            const foreign_key_violations& before);

/// The error of foreign key @p constraint.
[[nodiscard]] sql_error foreign_key_error(const constraint_info& constraint);

}  // namespace dmkit::mock

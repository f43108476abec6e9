#pragma once

#include <functional>
#include <set>
#include <string_view>
#include <vector>

#include "mockserver/engine/binder.hpp"
#include "mockserver/engine/connection.hpp"
#include "mockserver/engine/server_state.hpp"
#include "mockserver/sql/ast.hpp"

namespace dmkit::mock {

/// What a DDL statement works on: a copy of the catalog, and storage inside a transaction in which foreign keys are not
/// enforced. Catalog and transaction take effect together, or neither.
struct ddl_place {
    server_state& server;
    dmkit::mock::connection& connection;
    dmkit::mock::catalog& catalog;
    std::string_view user;
    std::string_view schema;  ///< current
    std::string_view text;    ///< that the statement was parsed from
    /// Foreign keys that rows may violate after the change: checked at its end.
    std::set<object_id> foreign_keys = {};
    /// Done once all of it took effect: what has no place in catalog or storage.
    std::vector<std::function<void()>> afterwards = {};

    /// For the binder.
    [[nodiscard]] bind_context binding() const {
        return {.catalog = catalog, .profile = server.profile, .user = user, .schema = schema};
    }
    void execute(const std::string& sql) const { connection.execute(sql); }
};

/// Runs a statement for which is_ddl() holds. @throws sql_error
void run_ddl(const sql::statement& tree, ddl_place& place);

}  // namespace dmkit::mock

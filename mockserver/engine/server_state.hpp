#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <dmkit/mock/profile.hpp>

#include "mockserver/backend.hpp"
#include "mockserver/catalog/catalog.hpp"
#include "mockserver/engine/counters.hpp"
#include "mockserver/engine/database.hpp"
#include "mockserver/engine/table_stamps.hpp"
#include "mockserver/engine/writer_queue.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock {

/// How the server reads SQL.
[[nodiscard]] inline sql::parse_options parse_options_of(const profile& profile) {
    return {.fold_names = profile.case_sensitive};
}

/// What all sessions of one server share. Used by the server's thread only.
struct server_state {
    server_state(const dmkit::mock::profile& server_profile, dmkit::mock::environment& world, std::string file)
        : profile(server_profile), environment(world), database(std::move(file)), writer(world) {}

    dmkit::mock::profile profile;
    dmkit::mock::environment& environment;
    dmkit::mock::database database;
    std::shared_ptr<const dmkit::mock::catalog> catalog;  ///< replaced as a whole by DDL
    dmkit::mock::counters counters;
    writer_queue writer;
    table_stamps stamps;                                        ///< kept if the profile has client_cache
    std::map<std::string, previous_login, std::less<>> logins;  ///< by user
    std::int64_t next_session = 1;
    std::optional<std::int64_t> last_identity;  ///< GLOBAL_IDENTITY
    std::function<double()> random;             ///< uniform in [0, 1)
    std::function<void(std::int64_t)> seed_random;
};

}  // namespace dmkit::mock

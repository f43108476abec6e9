#pragma once

#include "mockserver/catalog/catalog.hpp"
#include "mockserver/engine/connection.hpp"
#include "mockserver/engine/server_state.hpp"

/// The catalog and the counters of a database file, in tables of ours beside the data.
namespace dmkit::mock {

/// Writes what differs between two versions of the catalog. Inside a transaction.
void store_catalog(connection& connection, const catalog& before, const catalog& after);

/// Writes the counters that moved. Inside a transaction, so that no stored row is ahead of its counter; when it is
/// committed, the changes are to be forgotten.
void store_counters(connection& connection, const counters& counters);
/// The same in a transaction of its own. @throws as connection::execute()
void store_remaining_counters(server_state& server);

/// Makes a copy of a server's rows in memory one that may stand in a file: marks it, and puts @p catalog and @p
/// counters in the place of what it may have of such. @p server is any.
void make_storable(server_state& server, database& rows, const catalog& catalog, const counters& counters);

/// Reads both from the server's file into @p catalog and the server's counters; a new file gets their tables.
/// @throws std::runtime_error for what cannot be read
void load_database(server_state& server, catalog& catalog);

}  // namespace dmkit::mock

#include "mockserver/engine/database.hpp"

#include <sqlite3.h>

#include <stdexcept>

#include <fmt/format.h>

namespace dmkit::mock {

namespace {
/// What marks a file as ours (PRAGMA application_id: "dmkt") and the version of its format (PRAGMA user_version).
constexpr int application_id = 0x646d6b74;
constexpr int format_version = 1;

void execute(sqlite3* connection, const char* sql) {
    if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(fmt::format("{}: {}", sql, sqlite3_errmsg(connection)));
}

int pragma_value(sqlite3* connection, const char* pragma) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(connection, pragma, -1, &statement, nullptr) != SQLITE_OK)
        throw std::runtime_error(fmt::format("{}: {}", pragma, sqlite3_errmsg(connection)));
    const int status = sqlite3_step(statement);
    const int value = status == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (status != SQLITE_ROW)
        throw std::runtime_error(fmt::format("{}: {}", pragma, sqlite3_errmsg(connection)));
    return value;
}
}  // namespace

void sqlite_closer::operator()(sqlite3* connection) const noexcept {
    sqlite3_close_v2(connection);
}

sqlite_handle database::open() {
    if (!persistent() && !memory_)
        memory_ = std::make_unique<memory_vfs>();
    sqlite3* opened = nullptr;
    const int status =
        sqlite3_open_v2(persistent() ? file_.c_str() : "database", &opened,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        persistent() ? nullptr : memory_->name());
    sqlite_handle connection(opened);
    if (status != SQLITE_OK)
        throw std::runtime_error(
            fmt::format("cannot open {}: {}", persistent() ? file_ : "the database in memory", sqlite3_errstr(status)));
    // A quoted name that means nothing must not become a text.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    // Renaming the rebuilt copy of a table must leave the foreign keys of others alone.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 1, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    if (!opened_)
        prepare_first(opened);
    opened_ = true;
    if (persistent())
        execute(opened, "PRAGMA synchronous=NORMAL");
    return connection;
}

void database::prepare_first(sqlite3* connection) const {
    if (persistent()) {
        const int owner = pragma_value(connection, "PRAGMA application_id");
        const int version = pragma_value(connection, "PRAGMA user_version");
        const bool fresh = pragma_value(connection, "PRAGMA schema_version") == 0 && owner == 0;
        if (!fresh && owner != application_id)
            throw std::runtime_error(file_ + " is a SQLite database, but not one of dmkit");
        if (!fresh && version != format_version)
            throw std::runtime_error(fmt::format("{} has format version {}, this program reads and writes {}", file_,
                                                 version, format_version));
        if (fresh)
            execute(connection,
                    fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, format_version)
                        .c_str());
    }
    execute(connection, "PRAGMA journal_mode=WAL");
}

}  // namespace dmkit::mock

#include "mockserver/engine/database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace dmkit::mock {

namespace {
/// What marks a file as ours (PRAGMA application_id: "dmkt") and the version of its format (PRAGMA user_version).
constexpr int application_id = 0x646d6b74;
constexpr int format_version = 1;
static_assert(std::string_view(database::write_lock_statement).ends_with("=1"));
static_assert(std::string_view(database::mark_statement).ends_with("=1684892532") && application_id == 1684892532);
/// Bytes of the write-ahead log that stay for the next transactions.
constexpr const char* settings =
    "PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=4194304";

void execute(sqlite3* connection, const char* sql) {
    if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(fmt::format("{}: {}", sql, sqlite3_errmsg(connection)));
}

std::string pragma_text(sqlite3* connection, const char* pragma) {
    sqlite3_stmt* made = nullptr;
    int status = sqlite3_prepare_v2(connection, pragma, -1, &made, nullptr);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(made, sqlite3_finalize);
    if (status == SQLITE_OK)
        status = sqlite3_step(made);
    if (status != SQLITE_ROW)
        throw std::runtime_error(fmt::format("{}: {}", pragma, sqlite3_errmsg(connection)));
    return reinterpret_cast<const char*>(sqlite3_column_text(made, 0));
}

int pragma_value(sqlite3* connection, const char* pragma) {
    return std::stoi(pragma_text(connection, pragma));
}

/// True if the descriptor is of the file that the path names now.
bool is_named(int descriptor, const std::string& path) {
    struct stat opened{};
    struct stat named{};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}
}  // namespace

file_owner::file_owner(const std::string& file) : path_(std::filesystem::weakly_canonical(file).string() + "-owner") {
    // The one before may have removed the file between our open() and flock(): then it is made anew.
    do {
        if (descriptor_ >= 0)
            ::close(descriptor_);
        descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor_ < 0)
            throw std::system_error(errno, std::generic_category(), path_);
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            ::close(descriptor_);
            throw std::runtime_error(file + " serves another server");
        }
    } while (!is_named(descriptor_, path_));
}

file_owner::~file_owner() {
    ::unlink(path_.c_str());
    ::close(descriptor_);
}

void sqlite_closer::operator()(sqlite3* connection) const noexcept {
    sqlite3_close_v2(connection);
}

sqlite_handle database::open() {
    if (persistent() && !owner_)
        owner_.emplace(file_);
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
    execute(opened, settings);
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
            execute(connection, mark_statement);
    }
    execute(connection, write_lock_statement);
    // SQLite keeps the mode that it has where it cannot have the one it is told.
    if (const std::string mode = pragma_text(connection, "PRAGMA journal_mode=WAL"); mode != "wal")
        throw std::runtime_error(
            fmt::format("{} cannot have a write-ahead log (journal mode {})", persistent() ? file_ : "memory", mode));
}

}  // namespace dmkit::mock

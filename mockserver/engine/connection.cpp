#include "mockserver/engine/connection.hpp"

#include <sqlite3.h>

#include <stdexcept>

#include <fmt/format.h>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/function_bridge.hpp"
#include "mockserver/engine/table_sql.hpp"

namespace dmkit::mock {

namespace {
constexpr std::size_t cache_limit = 64;
/// Steps of SQLite's machine between two looks at the clock.
constexpr int deadline_interval = 20'000;

int check_deadline(void* data) {
    return static_cast<const connection*>(data)->past_deadline() ? 1 : 0;
}

/// What stands after `… constraint failed: ` in SQLite's message.
std::string detail_of(std::string_view message) {
    const std::size_t colon = message.find(": ");
    return colon == std::string_view::npos ? std::string() : std::string(message.substr(colon + 2));
}
}  // namespace

statement_use::~statement_use() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

std::int64_t integer_column(const statement_use& statement, int column) {
    return sqlite3_column_int64(statement.get(), column);
}

std::string text_column(const statement_use& statement, int column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
    return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), column)))
                : std::string();
}

connection::connection(database& where, call_context& context, storage_functions& functions)
    : handle_(where.open()), context_(context), functions_(functions) {
    add_storage_functions(*this);
}

prepared connection::prepare(const std::string& sql) {
    if (const auto found = cache_index_.find(sql); found != cache_index_.end()) {
        cache_.splice(cache_.begin(), cache_, found->second);
        return cache_.front().statement;
    }
    sqlite3_stmt* made = nullptr;
    const int status = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                          &made, nullptr);
    if (status != SQLITE_OK)
        throw std::runtime_error(fmt::format("SQLite refuses \"{}\": {}", sql, sqlite3_errmsg(handle())));
    cache_.push_front({sql, prepared(made, sqlite3_finalize)});
    cache_index_.emplace(cache_.front().sql, cache_.begin());
    prepared statement = cache_.front().statement;
    if (cache_.size() > cache_limit) {
        cache_index_.erase(cache_.back().sql);
        cache_.pop_back();
    }
    return statement;
}

void connection::add_function(const function_use& function) {
    std::string name = function.sqlite_name();
    // The same name with another number of arguments is another function to SQLite.
    name += fmt::format("/{}", function.arguments.size());
    if (!added_.insert(std::move(name)).second)
        return;
    register_function(*this, function);
}

void connection::execute(const char* sql) {
    failure_.reset();
    const int status = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (status != SQLITE_OK)
        throw_failure(status);
}

bool connection::step(sqlite3_stmt* statement) {
    const int status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        return true;
    if (status == SQLITE_DONE)
        return false;
    throw_failure(status);
}

void connection::throw_failure(int status) {
    if (failure_) {
        sql_error error = std::move(*failure_);
        failure_.reset();
        throw error;
    }
    const char* message = sqlite3_errmsg(handle());
    using what = constraint_failure::what;
    switch (status) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
            throw constraint_failure{what::unique, detail_of(message)};
        case SQLITE_CONSTRAINT_NOTNULL:
            throw constraint_failure{what::not_null, detail_of(message)};
        case SQLITE_CONSTRAINT_CHECK:
            throw constraint_failure{what::check, detail_of(message)};
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            throw constraint_failure{what::foreign_key, {}};
        default:
            break;
    }
    if ((status & 0xFF) == SQLITE_BUSY)
        throw sql_error(codes::lock_timeout);
    if ((status & 0xFF) == SQLITE_INTERRUPT)
        throw sql_error(codes::statement_timeout);
    throw std::runtime_error(fmt::format("SQLite fails with {}: {}", status, message));
}

void connection::add_temporary_table(const std::shared_ptr<const table_info>& table) {
    for (const auto& each : temporary_)
        if (each == table)
            return;
    // A table of an older definition goes with its rows.
    const bool known = std::erase_if(temporary_, [&](const auto& each) { return each->id == table->id; }) > 0;
    if (known)
        execute("DROP TABLE temp." + table->storage_name());
    std::string sql = create_table_sql(*table, "IF NOT EXISTS " + table->storage_name(), 0);
    for (const index_info& index : table->indexes)
        sql += "; " + create_index_sql(*table, index);
    for (const stored_expression* expression : stored_expressions(*table))
        for (const function_use& function : expression->functions)
            add_function(function);
    execute(sql);
    temporary_.push_back(table);
}

void connection::end_temporary_rows() {
    for (const auto& table : temporary_)
        if (table->delete_on_commit)
            execute("DELETE FROM temp." + table->storage_name());
}

void connection::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
    if (!deadline && !deadline_)
        return;
    deadline_ = deadline;
    sqlite3_progress_handler(handle(), deadline ? deadline_interval : 0, deadline ? check_deadline : nullptr, this);
}

bool connection::past_deadline() const {
    return deadline_ && std::chrono::steady_clock::now() >= *deadline_;
}

}  // namespace dmkit::mock

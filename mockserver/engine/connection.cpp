#include "mockserver/engine/connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/function_bridge.hpp"
#include "mockserver/engine/table_sql.hpp"

namespace dmkit::mock {

namespace {
constexpr std::size_t cache_limit = 64;
/// Steps of SQLite's machine between two questions whether to go on.
constexpr int progress_interval = 20'000;
/// How long a change may go on after its time without calling a function.
constexpr std::chrono::seconds grace{1};

int check_progress(void* data) {
    return static_cast<connection*>(data)->must_interrupt() ? 1 : 0;
}

constexpr const char* text_of(control what) {
    switch (what) {
        case control::begin:
            return "BEGIN";
        case control::begin_writing:
            return "BEGIN IMMEDIATE";
        case control::pin_snapshot:
            return "SELECT 1 FROM sqlite_schema LIMIT 1";
        case control::take_write_lock:
            return database::write_lock_statement;
        case control::commit:
            return "COMMIT";
        case control::rollback:
            return "ROLLBACK";
        case control::set_savepoint:
            return "SAVEPOINT statement";
        case control::release_savepoint:
            return "RELEASE statement";
        case control::undo_to_savepoint:
            return "ROLLBACK TO statement";
    }
    return nullptr;
}

/// The number in the name of a table or index of ours, `t1001`; 0 for other names.
object_id number_in(std::string_view name) {
    object_id id = 0;
    const auto [end, error] =
        std::from_chars(name.data() + std::min<std::size_t>(1, name.size()), name.data() + name.size(), id);
    return error == std::errc() && end == name.data() + name.size() ? id : 0;
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

connection::connection(database& where, const environment* world, call_context& context, storage_functions& functions)
    : handle_(where.open()), environment_(world), context_(context), functions_(functions) {
    add_storage_functions(*this);
    add_system_tables(*this);
    sqlite3_progress_handler(handle(), progress_interval, check_progress, this);
}

prepared connection::make_statement(std::string_view sql) {
    sqlite3_stmt* made = nullptr;
    const int status = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                          &made, nullptr);
    if (status != SQLITE_OK)
        throw std::runtime_error(fmt::format("SQLite refuses \"{}\": {}", sql, sqlite3_errmsg(handle())));
    return prepared(made, sqlite3_finalize);
}

prepared connection::prepare(const std::string& sql) {
    if (const auto found = cache_index_.find(sql); found != cache_index_.end()) {
        cache_.splice(cache_.begin(), cache_, found->second);
        return cache_.front().statement;
    }
    cache_.push_front({sql, make_statement(sql)});
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

const prepared& connection::statement_of(control what) {
    prepared& statement = control_statements_[static_cast<std::size_t>(what)];
    if (!statement)
        statement = make_statement(text_of(what));
    return statement;
}

void connection::execute(control what) {
    failure_.reset();
    const statement_use statement(statement_of(what));
    step(statement.get());
}

void connection::try_execute(control what) noexcept {
    try {
        execute(what);
    } catch (...) {
        // The caller has said that nothing follows from it.
    }
}

bool connection::in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle()) == 0;
}

bool connection::step(sqlite3_stmt* statement) {
    const int status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        return true;
    if (status == SQLITE_DONE) {
        if (overdue_)
            throw sql_error(codes::statement_timeout);
        return false;
    }
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
            throw constraint_failure(what::unique, detail_of(message));
        case SQLITE_CONSTRAINT_NOTNULL:
            throw constraint_failure(what::not_null, detail_of(message));
        case SQLITE_CONSTRAINT_CHECK:
            throw constraint_failure(what::check, detail_of(message));
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            throw constraint_failure(what::foreign_key, {});
        case SQLITE_BUSY_SNAPSHOT:
            throw sql_error(codes::changed_since);
        default:
            break;
    }
    if ((status & 0xFF) == SQLITE_BUSY)
        throw sql_error(codes::lock_timeout);
    if ((status & 0xFF) == SQLITE_INTERRUPT)
        throw sql_error(stopping() ? codes::connection_lost : codes::statement_timeout);
    throw std::runtime_error(fmt::format("SQLite fails with {}: {}", status, message));
}

std::vector<connection::temporary_table>& connection::temporary_tables() {
    if (temporary_known_)
        return temporary_;
    temporary_.clear();
    const statement_use all(prepare("SELECT type, name, tbl_name FROM temp.sqlite_schema ORDER BY type DESC"));
    while (step(all.get())) {
        const object_id table = number_in(text_column(all, 2));
        const object_id object = number_in(text_column(all, 1));
        if (table == 0 || object == 0)
            continue;
        if (text_column(all, 0) == "table") {
            temporary_.push_back({table, {}});
        } else {
            const auto owner = std::find_if(temporary_.begin(), temporary_.end(),
                                            [&](const temporary_table& each) { return each.id == table; });
            if (owner != temporary_.end())
                owner->indexes.push_back(object);
        }
    }
    temporary_known_ = true;
    return temporary_;
}

void connection::update_indexes(temporary_table& known, const table_info& table) {
    // From the last on, so that a failure leaves the list right.
    for (std::size_t i = known.indexes.size(); i-- > 0;) {
        const object_id id = known.indexes[i];
        if (std::any_of(table.indexes.begin(), table.indexes.end(),
                        [&](const index_info& each) { return each.id == id; }))
            continue;
        execute(fmt::format("DROP INDEX temp.i{}", id));
        known.indexes.erase(known.indexes.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (const index_info& index : table.indexes) {
        if (std::find(known.indexes.begin(), known.indexes.end(), index.id) != known.indexes.end())
            continue;
        execute(create_index_sql(table, index));
        known.indexes.push_back(index.id);
    }
}

void connection::add_temporary_table(const table_info& table) {
    for (const stored_expression* expression : stored_expressions(table))
        for (const function_use& function : expression->functions)
            add_function(function);
    auto& tables = temporary_tables();
    auto known =
        std::find_if(tables.begin(), tables.end(), [&](const temporary_table& each) { return each.id == table.id; });
    if (known == tables.end()) {
        execute(create_table_sql(table, table.storage_name(), 0));
        tables.push_back({table.id, {}});
        known = tables.end() - 1;
    }
    update_indexes(*known, table);
}

void connection::drop_temporary_tables(const catalog& catalog) {
    auto& tables = temporary_tables();
    for (std::size_t i = tables.size(); i-- > 0;) {
        if (catalog.find_table(tables[i].id))
            continue;
        execute(fmt::format("DROP TABLE temp.t{}", tables[i].id));
        tables.erase(tables.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void connection::update_temporary_tables(const catalog& before, const catalog& after) {
    drop_temporary_tables(after);
    for (const temporary_table& each : temporary_tables())
        if (const auto table = after.find_table(each.id); table != before.find_table(each.id))
            add_temporary_table(*table);
}

void connection::note_temporary_change(const table_info& table) {
    if (table.delete_on_commit &&
        std::find(changed_temporary_.begin(), changed_temporary_.end(), table.id) == changed_temporary_.end())
        changed_temporary_.push_back(table.id);
}

void connection::end_temporary_rows() {
    if (changed_temporary_.empty())
        return;
    // What was made after a savepoint went with it.
    for (const temporary_table& each : temporary_tables())
        if (std::find(changed_temporary_.begin(), changed_temporary_.end(), each.id) != changed_temporary_.end())
            execute(fmt::format("DELETE FROM temp.t{}", each.id));
}

void connection::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline, overtime how) noexcept {
    deadline_ = deadline;
    overtime_ = how;
    overdue_ = false;
}

bool connection::past_deadline() const noexcept {
    return deadline_ && std::chrono::steady_clock::now() >= *deadline_;
}

bool connection::must_interrupt() noexcept {
    if (stopping())
        return true;
    overdue_ = past_deadline();
    return overdue_ && (overtime_ == overtime::interrupts || std::chrono::steady_clock::now() >= *deadline_ + grace);
}

int connection::interruption() noexcept {
    if (stopping())
        return codes::connection_lost;
    return past_deadline() ? codes::statement_timeout : 0;
}

}  // namespace dmkit::mock

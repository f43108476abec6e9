#include "mockserver/engine/transaction.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "mockserver/catalog/codes.hpp"

namespace dmkit::mock {

namespace {
void run(connection& connection, const std::string& sql) {
    const statement_use statement(connection.prepare(sql));
    connection.step(statement.get());
}
}  // namespace

void transaction::begin(connection& connection) {
    if (open_)
        return;
    run(connection, "BEGIN IMMEDIATE");
    open_ = true;
    for (const savepoint& each : savepoints_)
        connection.execute("SAVEPOINT " + each.storage_name);
}

void transaction::commit(connection& connection) {
    if (open_)
        run(connection, "COMMIT");
    open_ = false;
    savepoints_.clear();
}

void transaction::unbegin(connection& connection) noexcept {
    // A failure of SQLite may have ended the transaction already; then there is nothing to undo.
    if (open_ && sqlite3_get_autocommit(connection.handle()) == 0)
        sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    open_ = false;
}

void transaction::rollback(connection& connection) noexcept {
    unbegin(connection);
    savepoints_.clear();
}

std::vector<transaction::savepoint>::iterator transaction::find(std::string_view name) {
    const auto found =
        std::find_if(savepoints_.begin(), savepoints_.end(), [&](const savepoint& each) { return each.name == name; });
    if (found == savepoints_.end())
        throw sql_error(codes::unknown_savepoint, {std::string(name)});
    return found;
}

void transaction::set_savepoint(connection* connection, std::string_view name) {
    std::erase_if(savepoints_, [&](const savepoint& each) { return each.name == name; });
    savepoints_.push_back({std::string(name), "s" + std::to_string(++made_)});
    if (open_)
        connection->execute("SAVEPOINT " + savepoints_.back().storage_name);
}

void transaction::roll_back_to(connection* connection, std::string_view name) {
    const auto found = find(name);
    if (open_)
        connection->execute("ROLLBACK TO " + found->storage_name);
    savepoints_.erase(found + 1, savepoints_.end());
}

void transaction::release(std::string_view name) {
    savepoints_.erase(find(name));
}

undo_guard::undo_guard(connection& connection, const transaction& transaction)
    : connection_(transaction.open() ? &connection : nullptr) {
    if (connection_)
        run(*connection_, "SAVEPOINT statement");
}

undo_guard::~undo_guard() {
    if (!connection_ || sqlite3_get_autocommit(connection_->handle()) != 0)
        return;
    sqlite3_exec(connection_->handle(), "ROLLBACK TO statement; RELEASE statement", nullptr, nullptr, nullptr);
}

void undo_guard::keep() {
    if (connection_)
        run(*connection_, "RELEASE statement");
    connection_ = nullptr;
}

}  // namespace dmkit::mock

#include "mockserver/engine/transaction.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "mockserver/catalog/codes.hpp"

namespace dmkit::mock {

void transaction::begin(connection& connection, control how, state reached) {
    connection.execute(how);
    state_ = reached;
    for (const savepoint& each : savepoints_)
        connection.execute("SAVEPOINT " + each.storage_name());
}

void transaction::begin_reading(connection& connection) {
    if (open())
        return;
    begin(connection, control::begin, state::reading);
    connection.execute(control::pin_snapshot);
}

void transaction::begin_writing(connection& connection) {
    switch (state_) {
        case state::none:
            return begin(connection, control::begin_writing, state::writing);
        case state::reading:
            connection.execute(control::take_write_lock);
            state_ = state::writing;
            return;
        case state::writing:
            return;
    }
}

void transaction::commit(connection& connection) {
    if (open())
        connection.execute(control::commit);
    state_ = state::none;
    savepoints_.clear();
}

void transaction::abandon(connection& connection) noexcept {
    // A failure of SQLite may have ended the transaction already; then there is nothing to undo.
    if (open() && connection.in_transaction())
        connection.try_execute(control::rollback);
    state_ = state::none;
}

void transaction::rollback(connection& connection) noexcept {
    abandon(connection);
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
    savepoints_.push_back({std::string(name), ++savepoints_made_});
    if (open())
        connection->execute("SAVEPOINT " + savepoints_.back().storage_name());
}

void transaction::roll_back_to(connection* connection, std::string_view name) {
    const auto found = find(name);
    if (open())
        connection->execute("ROLLBACK TO " + found->storage_name());
    savepoints_.erase(found + 1, savepoints_.end());
}

void transaction::release(std::string_view name) {
    savepoints_.erase(find(name));
}

undo_guard::undo_guard(connection& connection, const transaction& transaction)
    : connection_(transaction.open() ? &connection : nullptr) {
    if (connection_)
        connection_->execute(control::set_savepoint);
}

undo_guard::~undo_guard() {
    if (!connection_ || !connection_->in_transaction())
        return;
    connection_->try_execute(control::undo_to_savepoint);
    connection_->try_execute(control::release_savepoint);
}

void undo_guard::keep() {
    if (connection_)
        connection_->execute(control::release_savepoint);
    connection_ = nullptr;
}

wide_undo_guard::wide_undo_guard(connection& connection, transaction& transaction, std::string name)
    : connection_(&connection),
      transaction_(transaction),
      name_(std::move(name)),
      before_(transaction.savepoints_),
      newest_before_(transaction.savepoints_made_) {
    connection.execute("SAVEPOINT " + name_);
}

wide_undo_guard::~wide_undo_guard() {
    if (!connection_)
        return;
    if (connection_->in_transaction()) {
        const std::string undo = "ROLLBACK TO " + name_ + "; RELEASE " + name_;
        sqlite3_exec(connection_->handle(), undo.c_str(), nullptr, nullptr, nullptr);
    }
    transaction_.savepoints_ = std::move(before_);
}

bool wide_undo_guard::encloses_savepoints() const {
    const auto& savepoints = transaction_.savepoints_;
    return !savepoints.empty() && savepoints.back().number > newest_before_;
}

void wide_undo_guard::keep() {
    if (connection_ && !encloses_savepoints())
        connection_->execute("RELEASE " + name_);
    connection_ = nullptr;
}

bool wide_undo_guard::survives_rollback() {
    if (!encloses_savepoints())
        connection_ = nullptr;
    return connection_ != nullptr;
}

}  // namespace dmkit::mock

#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/constraint_error.hpp"
#include "mockserver/engine/incremental_blob.hpp"
#include "mockserver/engine/session.hpp"
#include "mockserver/functions/function_table.hpp"
#include "mockserver/lob_text.hpp"

namespace dmkit::mock {

namespace {

/// Bytes that a reader holds: opening a value walks through its pages from the first, which is worth doing seldom.
constexpr std::int64_t reader_window = 1 << 20;
constexpr std::size_t longest_value = 64U << 20U;

const char* database_of(const table_info& table) {
    return table.global_temporary ? "temp" : "main";
}

std::span<const std::byte> bytes_of(sqlite3_stmt* statement) {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement, 0));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement, 0))};
}

/// The offset of unit @p number (byte or character) of the value, or its size.
std::size_t offset_of(std::span<const std::byte> value, bool text, std::int64_t number) {
    if (!text)
        return static_cast<std::size_t>(std::min<std::int64_t>(number, static_cast<std::int64_t>(value.size())));
    std::size_t at = 0;
    for (; at < value.size(); ++at)
        if (begins_character(value[at]) && number-- == 0)
            break;
    return at;
}

}  // namespace

incremental_blob::incremental_blob(connection& connection, const char* database, const std::string& table,
                                   const std::string& column, std::int64_t row)
    : connection_(connection) {
    const int status = sqlite3_blob_open(connection.handle(), database, table.c_str(), column.c_str(), row, 0, &blob_);
    if (status != SQLITE_OK) {
        sqlite3_blob_close(blob_);
        // No such row, or a NULL in it: SQLite has one code for both.
        if (status == SQLITE_ERROR)
            throw sql_error(codes::lob_freed);
        if ((status & 0xFF) == SQLITE_BUSY)
            throw sql_error(codes::lock_timeout);
        throw std::runtime_error(std::string("SQLite opens no value: ") + sqlite3_errstr(status));
    }
    size_ = sqlite3_blob_bytes(blob_);
}

incremental_blob::~incremental_blob() {
    sqlite3_blob_close(blob_);
}

void incremental_blob::read(std::int64_t offset, std::span<std::byte> out) {
    const int status = sqlite3_blob_read(blob_, out.data(), static_cast<int>(out.size()), static_cast<int>(offset));
    if (status != SQLITE_OK)
        throw std::runtime_error(std::string("SQLite reads no value: ") + sqlite3_errmsg(connection_.handle()));
}

/// Reads a stored value through a window, so that no transaction of SQLite stays open between two messages.
class engine_session::stored_lob_reader final : public lob_reader {
  public:
    stored_lob_reader(engine_session& session, std::shared_ptr<const table_info> table, const column_info& column,
                      std::int64_t row)
        : session_(session),
          table_(std::move(table)),
          column_(column.storage_name()),
          row_(row),
          changes_(session.changes_),
          foreign_changes_(session.foreign_changes()),
          catalog_version_(session.visible_catalog().version()),
          size_(open().size()) {}

    [[nodiscard]] std::int64_t size() const override { return size_; }

    std::span<const std::byte> piece(std::int64_t begin) override {
        if (begin >= size_)
            return {};
        const auto held = static_cast<std::int64_t>(window_.size());
        if (begin < window_begin_ || begin >= window_begin_ + held) {
            incremental_blob blob = open();
            if (blob.size() != size_)
                throw sql_error(codes::lob_freed);
            window_.resize(static_cast<std::size_t>(std::min(reader_window, size_ - begin)));
            blob.read(begin, window_);
            window_begin_ = begin;
        }
        return std::span<const std::byte>(window_).subspan(static_cast<std::size_t>(begin - window_begin_));
    }

    [[nodiscard]] bool current() override {
        return changes_ == session_.changes_ && catalog_version_ == session_.visible_catalog().version() &&
               foreign_changes_ == session_.foreign_changes();
    }

  private:
    [[nodiscard]] incremental_blob open() const {
        return {session_.storage(), database_of(*table_), table_->storage_name(), column_, row_};
    }

    engine_session& session_;
    std::shared_ptr<const table_info> table_;
    std::string column_;
    std::int64_t row_;
    std::uint64_t changes_;
    std::int64_t foreign_changes_;
    std::uint64_t catalog_version_;  ///< rights and definitions: in memory they are not SQLite's to count
    std::int64_t size_;
    std::vector<std::byte> window_;
    std::int64_t window_begin_ = 0;
};

std::int64_t engine_session::foreign_changes() {
    const statement_use version(storage().prepare("PRAGMA data_version"));
    return storage().step(version.get()) ? integer_column(version, 0) : 0;
}

std::pair<std::shared_ptr<const table_info>, const column_info*> engine_session::find_lob(const lob_place& where,
                                                                                          bool text,
                                                                                          privilege privilege) const {
    auto table = visible_catalog().find_table(where.table);
    const column_info* column = table ? table->find_column(column_id{where.column}) : nullptr;
    if (!column || column->type.id != (text ? type_id::clob : type_id::blob) || column->computed)
        throw sql_error(codes::lob_freed);
    const access wanted{table->schema, table->name, table->id, privilege};
    check_accesses({&wanted, 1}, context_.user);
    return {std::move(table), column};
}

std::unique_ptr<lob_reader> engine_session::open(const lob_place& where, bool text) {
    std::unique_ptr<lob_reader> reader;
    if (auto failure = flush_lob_write())
        throw sql_error(std::move(*failure));
    if (auto failure = caught([&] {
            auto [table, column] = find_lob(where, text, privilege::select);
            if (table->global_temporary)
                storage().add_temporary_table(*table);
            reader = std::make_unique<stored_lob_reader>(*this, std::move(table), *column, where.row);
        }))
        throw sql_error(std::move(*failure));
    return reader;
}

void engine_session::write(const lob_place& where, bool text, std::int64_t position, std::span<const std::byte> data,
                           bool more, completion done) {
    const auto units = text ? count_characters(data) : static_cast<std::int64_t>(data.size());
    change_lob(
        [this, where, text, position, data, units, more] {
            if (!lob_write_ || lob_write_->where != where || lob_write_->text != text ||
                lob_write_->position + lob_write_->units != position) {
                store_lob_write();
                lob_write_ = pending_lob_write{where, text, position, 0, {}};
            }
            if (data.size() > longest_value - std::min(lob_write_->data.size(), longest_value))
                throw sql_error::unsupported("more than 64 MiB written to a LOB by its locator");
            lob_write_->data.insert(lob_write_->data.end(), data.begin(), data.end());
            lob_write_->units += units;
            if (!more)
                store_lob_write();
        },
        done);
}

void engine_session::truncate(const lob_place& where, bool text, std::int64_t length, completion done) {
    change_lob(
        [this, where, text, length] {
            store_lob_write();
            replace_lob(where, text, [text, length](std::span<const std::byte> value) {
                const auto kept = value.first(offset_of(value, text, length));
                return std::vector<std::byte>(kept.begin(), kept.end());
            });
        },
        done);
}

void engine_session::change_lob(std::function<void()> action, const completion& done) {
    const auto start = [this, action = std::move(action), done] {
        auto failure = caught([&] {
            if (read_only_ || transaction_read_only_)
                throw sql_error(codes::read_only);
            if (lost_)
                throw sql_error::unsupported(
                    "going on with a transaction that storage could not hold; ROLLBACK ends it");
            context_.now = server_->environment.now();
            begun_ = begun_ || !autocommit_;
            lob_transaction_ = lob_transaction_ || !transaction_.open();
            transaction_.begin_writing(storage());
            action();
        });
        done(end_lob_change(std::move(failure)));
    };
    if (server_->writer.try_take(this))
        return start();
    server_->writer.wait(this, server_->profile.lock_timeout, [start, done](bool granted) {
        if (granted)
            start();
        else
            done(sql_error(codes::lock_timeout));
    });
}

std::optional<sql_error> engine_session::end_lob_change(std::optional<sql_error> failure) {
    if (failure) {
        lob_write_.reset();
        const bool lost = connection_ && transaction_.lost(*connection_);
        if (lob_transaction_ || lost)
            abandon_writes();
        lost_ = lost_ || (lost && !lob_transaction_);
    } else if (lob_write_) {
        // Parts follow; the place of the writer is kept for them.
        return std::nullopt;
    } else if (autocommit_) {
        failure = caught([&] { commit_now(); });
    }
    lob_transaction_ = false;
    if (!transaction_.writing())
        leave_writer();
    return failure;
}

std::optional<sql_error> engine_session::flush_lob_write() {
    if (!lob_write_)
        return std::nullopt;
    return end_lob_change(caught([&] { store_lob_write(); }));
}

void engine_session::store_lob_write() {
    if (!lob_write_)
        return;
    const pending_lob_write change = std::move(*lob_write_);
    lob_write_.reset();
    replace_lob(change.where, change.text, [&change](std::span<const std::byte> value) {
        const std::size_t begin = offset_of(value, change.text, change.position);
        const auto units = change.text ? count_characters(value.first(begin)) : static_cast<std::int64_t>(begin);
        if (units < change.position)
            throw sql_error(codes::invalid_argument);
        const auto behind = value.subspan(begin);
        const auto kept = behind.subspan(offset_of(behind, change.text, change.units));
        if (begin + change.data.size() + kept.size() > longest_value)
            throw sql_error::unsupported("a LOB of more than 64 MiB");
        std::vector<std::byte> made;
        made.reserve(begin + change.data.size() + kept.size());
        made.insert(made.end(), value.begin(), value.begin() + static_cast<std::ptrdiff_t>(begin));
        made.insert(made.end(), change.data.begin(), change.data.end());
        made.insert(made.end(), kept.begin(), kept.end());
        return made;
    });
}

void engine_session::replace_lob(const lob_place& where, bool text,
                                 const std::function<std::vector<std::byte>(std::span<const std::byte>)>& make) {
    const auto [table, column] = find_lob(where, text, privilege::update);
    connection& connection = storage();
    // CHECKs, computed columns and keys of indexes may read the column.
    add_table_functions(connection, visible_catalog(), table->id, true);
    const std::string name = std::string(database_of(*table)) + "." + table->storage_name();
    std::vector<std::byte> made;
    {
        const statement_use old(
            connection.prepare("SELECT " + column->storage_name() + " FROM " + name + " WHERE rowid=?1"));
        sqlite3_bind_int64(old.get(), 1, where.row);
        if (!connection.step(old.get()) || sqlite3_column_type(old.get(), 0) == SQLITE_NULL)
            throw sql_error(codes::lob_freed);
        made = make(bytes_of(old.get()));
    }
    if (table->global_temporary)
        connection.note_temporary_change(*table);
    undo_guard guard(connection, transaction_);
    try {
        const statement_use update(
            connection.prepare("UPDATE " + name + " SET " + column->storage_name() + "=?1 WHERE rowid=?2"));
        const char* data = made.empty() ? "" : reinterpret_cast<const char*>(made.data());
        if (text)
            sqlite3_bind_text64(update.get(), 1, data, made.size(), SQLITE_STATIC, SQLITE_UTF8);
        else
            sqlite3_bind_blob64(update.get(), 1, data, made.size(), SQLITE_STATIC);
        sqlite3_bind_int64(update.get(), 2, where.row);
        while (connection.step(update.get())) {
        }
    } catch (const constraint_failure& failure) {
        throw constraint_error(failure, visible_catalog());
    }
    guard.keep();
    note_change(table->id);
    ++changes_;
}

}  // namespace dmkit::mock

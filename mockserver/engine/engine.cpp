#include "mockserver/engine/engine.hpp"

#include <sqlite3.h>

#include <mutex>
#include <random>
#include <stdexcept>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/catalog_store.hpp"
#include "mockserver/engine/server_state.hpp"
#include "mockserver/engine/session.hpp"

namespace dmkit::mock {

namespace {

/// A name as typed: folded, or as it stands in double quotes.
std::string fold(std::string_view name, bool case_sensitive) {
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
        return std::string(name.substr(1, name.size() - 2));
    if (case_sensitive)
        return sql::upper_case(name);
    return std::string(name);
}

void add_user(catalog& catalog, const std::string& name, const std::string& password) {
    user_info user;
    if (const user_info* known = catalog.find_user(name)) {
        user = *known;
    } else {
        user.id = catalog.next_id(catalog::id_range::user);
        user.name = name;
        user.roles = {"RESOURCE", "SOI", "VTI"};
    }
    user.password = password;
    user.locked = false;
    if (!catalog.find_schema(name))
        catalog.put(
            schema_info{.id = catalog.next_id(catalog::id_range::schema), .name = user.name, .owner = user.name});
    catalog.put(std::move(user));
}

void add_random(server_state& state, std::uint64_t seed) {
    auto generator = std::make_shared<std::mt19937_64>(seed);
    state.random = [generator] { return std::uniform_real_distribution<double>(0.0, 1.0)(*generator); };
    state.seed_random = [generator](std::int64_t value) { generator->seed(static_cast<std::uint64_t>(value)); };
}

}  // namespace

engine::engine(const profile& profile, environment& environment, engine_options options)
    : state_(std::make_shared<server_state>(profile, environment, std::move(options.file))) {
    if (profile.compatible_mode != 0 && profile.compatible_mode != compatible_with_oracle)
        throw std::runtime_error("the mock does not support COMPATIBLE_MODE=" +
                                 std::to_string(profile.compatible_mode));
    catalog made{name_order(profile.case_sensitive)};
    if (state_->database.persistent())
        load_database(*state_, made);
    for (const user_entry& user : options.users)
        add_user(made, fold(user.name, profile.case_sensitive), user.password);
    state_->catalog = std::make_shared<const catalog>(std::move(made));
    add_random(*state_, options.random_seed);
}

namespace {

/// Puts all rows that @p from has committed in the place of those of @p to, to which nobody may have a connection.
void copy_rows(database& from, database& to) {
    const auto source = from.open();
    const auto target = to.open();
    auto* backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
    if (backup == nullptr)
        throw std::runtime_error(std::string("copying a database: ") + sqlite3_errmsg(target.get()));
    sqlite3_backup_step(backup, -1);
    if (const int status = sqlite3_backup_finish(backup); status != SQLITE_OK)
        throw std::runtime_error(std::string("copying a database: ") + sqlite3_errstr(status));
}

}  // namespace

class engine_snapshot {
  public:
    explicit engine_snapshot(server_state& from)
        : profile_(from.profile),
          catalog_(from.catalog),
          counters_(from.counters),
          logins_(from.logins),
          last_identity_(from.last_identity) {
        copy_rows(from.database, rows_);
    }

    void check_fits(const profile& other) const {
        if (profile_.case_sensitive != other.case_sensitive || profile_.compatible_mode != other.compatible_mode ||
            profile_.length_in_char != other.length_in_char || profile_.page_size != other.page_size)
            throw std::invalid_argument(
                "the snapshot is of a server whose profile differs in case_sensitive, compatible_mode, length_in_char "
                "or page_size");
    }

    void put_into(server_state& to) const {
        check_fits(to.profile);
        const std::lock_guard one(mutex_);
        if (to.database.persistent() && !storable_) {
            make_storable(to, rows_, *catalog_, counters_);
            storable_ = true;
        }
        copy_rows(rows_, to.database);
        to.catalog = catalog_;
        to.counters = counters_;
        if (to.database.persistent())
            to.counters.forget_changes();
        to.logins = logins_;
        to.last_identity = last_identity_;
        to.stamps.note_all();
    }

  private:
    profile profile_;
    mutable std::mutex mutex_;  ///< of rows_, whose file system knows one thread
    mutable database rows_{std::string()};
    mutable bool storable_ = false;  ///< rows_ holds catalog and counters too, as files do
    std::shared_ptr<const catalog> catalog_;
    counters counters_;
    std::map<std::string, previous_login, std::less<>> logins_;
    std::optional<std::int64_t> last_identity_;
};

std::shared_ptr<const engine_snapshot> engine::snapshot() const {
    return std::make_shared<const engine_snapshot>(*state_);
}

void check_fits(const engine_snapshot& what, const profile& profile) {
    what.check_fits(profile);
}

void engine::restore(const engine_snapshot& what) {
    what.put_into(*state_);
}

void engine::seed_random(std::uint64_t seed) {
    // Sessions share the generator.
    state_->seed_random(static_cast<std::int64_t>(seed));
}

engine::~engine() {
    if (!state_->database.persistent() || !state_->counters.changed())
        return;
    try {
        store_remaining_counters(*state_);
    } catch (const std::exception&) {
        // Then they are as after a crash: no stored row is ahead of them.
    }
}

std::unique_ptr<backend_session> engine::open_session(const login& who) {
    const std::string name = fold(who.user, state_->profile.case_sensitive);
    const user_info* user = state_->catalog->find_user(name);
    // Names that nobody has are not counted: a client could make up any number of them.
    if (!user)
        throw sql_error(codes::login_failed);
    previous_login& before = state_->logins[user->name];
    const bool locked =
        user->locked || (user->failed_logins_allowed > 0 && before.failures >= user->failed_logins_allowed);
    if (locked || user->password != who.password) {
        ++before.failures;
        throw sql_error(codes::login_failed);
    }
    return std::make_unique<engine_session>(state_, who, *user,
                                            std::exchange(before, {who.client_address, state_->environment.now(), 0}));
}

std::size_t engine::memory_used() const noexcept {
    return state_->database.memory_used();
}

}  // namespace dmkit::mock

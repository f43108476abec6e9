#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

#include "mockserver/catalog/catalog.hpp"

namespace dmkit::mock {

/// The values that identities and sequences have given. They count outside transactions: what was given stays given.
/// A table counts by its own id.
class counters {
  public:
    /// @throws sql_error -7995 (ours) at the end of INTEGER
    std::int64_t next_identity(const table_info& table);
    /// An explicit value moves the counter if it is further on.
    void note_identity(const table_info& table, std::int64_t value);
    /// The last value given, or the seed.
    [[nodiscard]] std::int64_t current_identity(const table_info& table) const;
    /// AUTO_INCREMENT = n: @p next is the next value.
    void restart_identity(const table_info& table, std::int64_t next);

    /// @throws sql_error -7995 (ours) when a sequence that does not cycle has no more
    std::int64_t next_value(const sequence_info& sequence);
    /// What NEXTVAL would give; empty when there is no more.
    [[nodiscard]] std::optional<std::int64_t> peek(const sequence_info& sequence) const;
    /// As if @p value had been given last (ALTER SEQUENCE … CURRENT VALUE).
    void set_current(const sequence_info& sequence, std::int64_t value);
    /// Other options hold from now on: before the first value a new increment shifts it.
    void change(const sequence_info& before, const sequence_info& after);

    void forget(object_id id);

    struct counter {
        std::int64_t last = 0;  ///< value given last; before the first: one step before it
        bool used = false;
    };
    /// For storage: calls @p save with each counter changed since the last call of forget_changes(), without a state
    /// for one that was forgotten.
    void save_changed(const std::function<void(object_id id, const std::optional<counter>& state)>& save) const;
    /// The same with all that there are.
    void save_all(const std::function<void(object_id id, const std::optional<counter>& state)>& save) const;
    /// What changed is stored.
    void forget_changes() noexcept { changed_.clear(); }
    [[nodiscard]] bool changed() const noexcept { return !changed_.empty(); }
    void load(object_id id, counter state);

  private:
    counter& of(const table_info& table);
    counter& of(const sequence_info& sequence);

    std::unordered_map<object_id, counter> states_;
    std::set<object_id> changed_;
};

}  // namespace dmkit::mock

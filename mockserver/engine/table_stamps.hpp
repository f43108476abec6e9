#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <unordered_map>

#include "mockserver/catalog/objects.hpp"

namespace dmkit::mock {

/// When each table was changed last: a number that grows with each committed change. Numbers of an earlier server on
/// the same data are smaller.
class table_stamps {
  public:
    [[nodiscard]] std::int64_t of(object_id table) const {
        const auto found = stamps_.find(table);
        return found == stamps_.end() ? all_ : found->second;
    }
    void note(const std::set<object_id>& tables) {
        if (tables.empty())
            return;
        ++last_;
        for (const object_id table : tables)
            stamps_[table] = last_;
    }
    /// Definitions have changed, or everything.
    void note_all() {
        all_ = ++last_;
        stamps_.clear();
    }

  private:
    std::int64_t last_ =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    std::int64_t all_ = last_;  ///< of tables that did not change by themselves
    std::unordered_map<object_id, std::int64_t> stamps_;
};

}  // namespace dmkit::mock

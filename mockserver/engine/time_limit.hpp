#pragma once

#include <chrono>
#include <optional>

#include "mockserver/engine/connection.hpp"

namespace dmkit::mock {

/// Lets a time limit hold for a while.
class time_limit {
  public:
    time_limit(connection& connection, const std::optional<std::chrono::steady_clock::time_point>& deadline,
               overtime how)
        : connection_(connection) {
        connection_.set_deadline(deadline, how);
    }
    time_limit(const time_limit&) = delete;
    time_limit& operator=(const time_limit&) = delete;
    ~time_limit() { connection_.set_deadline(std::nullopt); }

  private:
    connection& connection_;
};

}  // namespace dmkit::mock

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mockserver/engine/connection.hpp"

struct sqlite3_blob;

namespace dmkit::mock {

/// A stored text or binary value, read by pieces while it lives. As long as it lives SQLite's read transaction does, so
/// it must not outlive an answer.
class incremental_blob {
  public:
    /// @throws sql_error lob_freed if there is no such row or its value is NULL
    incremental_blob(connection& connection, const char* database, const std::string& table, const std::string& column,
                     std::int64_t row);
    incremental_blob(const incremental_blob&) = delete;
    incremental_blob& operator=(const incremental_blob&) = delete;
    ~incremental_blob();
    [[nodiscard]] std::int64_t size() const noexcept { return size_; }
    /// Fills @p out from @p offset on; both lie inside.
    void read(std::int64_t offset, std::span<std::byte> out);

  private:
    connection& connection_;
    sqlite3_blob* blob_ = nullptr;
    std::int64_t size_ = 0;
};

}  // namespace dmkit::mock

#pragma once

#include <optional>
#include <string_view>

#include "mockserver/error.hpp"

namespace dmkit::mock::procedural {

inline constexpr int no_data_found = -7065;
inline constexpr int too_many_rows = -7046;
inline constexpr int invalid_cursor = -4535;
/// DM8 gives numbers of its own to exceptions of blocks that were declared without one.
inline constexpr int first_user_exception = -10001;
inline constexpr int last_user_exception = -15000;

/// The code of an exception that DM8 declares. Nothing for another name.
[[nodiscard]] std::optional<int> predefined_exception(std::string_view name) noexcept;

/// False for what no handler of a block may catch: the end of the server or of the statement's time, and what the mock
/// lacks, which must not pass for DM8's error.
[[nodiscard]] bool can_be_handled(const sql_error& error) noexcept;

}  // namespace dmkit::mock::procedural

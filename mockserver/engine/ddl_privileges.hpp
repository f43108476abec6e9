#pragma once

#include <string_view>

namespace dmkit::mock {

/// True for a system privilege that DM8's security manual lists. @param words in upper case, joined by one blank
[[nodiscard]] bool is_system_privilege(std::string_view words) noexcept;

/// True if the words begin as system privileges do: DM8 may know more of them than its manual lists.
[[nodiscard]] bool begins_as_privilege(std::string_view words) noexcept;

}  // namespace dmkit::mock

#pragma once

#include <string_view>

namespace dmkit::mock {

/// True for the tables and views of DM8's schema SYS that documents name and a fresh catalog lacks: a statement that
/// uses one is right and cannot be served. Any other name that is not in the catalog is unknown to DM8, too, as far as
/// anybody can tell.
/// @param name folded
[[nodiscard]] bool is_missing_system_relation(std::string_view name) noexcept;

}  // namespace dmkit::mock

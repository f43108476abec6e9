#pragma once

#include <string_view>
#include <vector>

#include <dmkit/field.hpp>

namespace dmkit::tools {

/// Reads `--params`: a JSON array of null, booleans, numbers, strings and {"hex":"00ff"}. Integers become BIGINT, or
/// DECIMAL beyond it; other numbers DOUBLE (a decimal that must stay exact is written as a string).
/// @throws std::invalid_argument with a text that names the element
[[nodiscard]] std::vector<field> parse_parameters(std::string_view json);

}  // namespace dmkit::tools

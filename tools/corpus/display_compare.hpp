#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dmkit::tools {

/// A printed row; an empty optional is NULL.
using printed_row = std::vector<std::optional<std::string>>;

/// Compares results as the corpus asks: numbers as numbers, trailing blanks and trailing zeros aside, as a set unless
/// @p ordered. A row whose cells were printed as one is compared by its words.
[[nodiscard]] bool same_rows(const std::vector<printed_row>& expected, const std::vector<printed_row>& actual,
                             bool ordered);

}  // namespace dmkit::tools

#pragma once

#include <string>
#include <string_view>

namespace dmkit::mock::sql {

/// The name that DM8 gives to a result column without alias: the text of its expression (expression::where in the
/// statement) in upper case and without blanks or comments, `COUNT(*)`, `"LEFT"(NAME,2)`. Quoted names and literals
/// keep their case. Never throws.
[[nodiscard]] std::string heading(std::string_view expression_text);

}  // namespace dmkit::mock::sql

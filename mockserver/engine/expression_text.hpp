#pragma once

#include <string>
#include <string_view>

namespace dmkit::mock {

/// The text of an expression with another name for one of its columns.
[[nodiscard]] std::string rename_column_in(std::string_view text, std::string_view from, std::string_view to);

/// The text of an expression with another name for its table, where a column is qualified by it.
[[nodiscard]] std::string rename_table_in(std::string_view text, std::string_view from, std::string_view to);

/// The name as SQL must write it: in double quotes unless it is a plain word.
[[nodiscard]] std::string quote_name(std::string_view name);

}  // namespace dmkit::mock

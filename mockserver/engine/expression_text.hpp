#pragma once

#include <string>
#include <string_view>

#include "mockserver/sql/parser.hpp"

namespace dmkit::mock {

/// The text of an expression with another name for one of its columns. @param options with which the text is parsed
[[nodiscard]] std::string rename_column_in(std::string_view text, std::string_view from, std::string_view to,
                                           const sql::parse_options& options);

/// The text of an expression with another name for its table, where a column is qualified by it.
[[nodiscard]] std::string rename_table_in(std::string_view text, std::string_view from, std::string_view to,
                                          const sql::parse_options& options);

/// The name as SQL must write it: in double quotes unless it is a plain word.
[[nodiscard]] std::string quote_name(std::string_view name);

}  // namespace dmkit::mock

#pragma once

#include <string_view>
#include <vector>

#include "mockserver/error.hpp"
#include "mockserver/sql/ast.hpp"

namespace dmkit::mock::sql {

/// DM8's code for text that is not a statement.
inline constexpr int syntax_error_code = -2007;
/// DM8's code for nesting beyond what it takes.
inline constexpr int nesting_error_code = -3528;

struct parse_options {
    /// CASE_SENSITIVE=Y: unquoted names fold to upper case. Else names keep their spelling; keywords are found anyhow.
    bool fold_names = true;
    /// Parentheses, subqueries and calls within each other that are taken; beyond: −3528. What is taken needs less than
    /// 2 MiB of stack in any build.
    int max_depth = 128;
    /// Height of an expression's tree (`1+1+1` has three levels) and of a chain of joins; beyond: −3528.
    int max_height = 512;
    /// Length of a name in bytes (DM8's limit).
    int max_name_length = 128;
};

/// The statements of @p text (UTF-8), which are separated by semicolons; at least one.
/// @throws sql_error −2007 with line, column and token for what is no DM SQL (an empty text included), −3528 for too
/// deep nesting, sql_error::unsupported for DM SQL that the mock lacks
[[nodiscard]] std::vector<statement> parse(std::string_view text, const parse_options& options = {});

/// A single expression, as the text of a DEFAULT or CHECK; positions count in @p text. Throws as parse() does.
[[nodiscard]] expression_ptr parse_expression(std::string_view text, const parse_options& options = {});

/// A single query, as the text of a view. Throws as parse() does.
[[nodiscard]] query_ptr parse_query(std::string_view text, const parse_options& options = {});

/// Whether the word @p name (upper case) must be quoted to be a name.
[[nodiscard]] bool is_reserved_word(std::string_view name) noexcept;

}  // namespace dmkit::mock::sql

#pragma once

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>

struct sqlite3_stmt;
struct sqlite3_value;
struct sqlite3_context;

/// Values in the forms in which they rest in SQLite (docs/engine.md: forms of values).
namespace dmkit::mock {

/// Binds @p value, whose kind must be that of @p type, to parameter @p index (from 1). Text and bytes are not copied:
/// they must stay as they are until the statement is reset.
/// @throws std::bad_variant_access if the value is of another kind
void bind_storage_form(sqlite3_stmt* statement, int index, const field_view& value, const data_type& type);

/// Makes @p value the result of a function; text and bytes are copied.
void result_storage_form(sqlite3_context* context, const field_view& value, const data_type& type);

/// Reads a value of @p type. Text and bytes point into SQLite's memory, valid as SQLite says.
/// @throws std::runtime_error if the form is not one of @p type: a plan that lies about its types
[[nodiscard]] field_view read_storage_form(sqlite3_value* value, const data_type& type);

/// The same of result column @p column (from 0) of a row.
[[nodiscard]] field_view read_storage_form(sqlite3_stmt* statement, int column, const data_type& type);

}  // namespace dmkit::mock

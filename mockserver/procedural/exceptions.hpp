#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mockserver/error.hpp"
#include "mockserver/procedural/program.hpp"

namespace dmkit::mock::procedural {

inline constexpr int no_data_found = -7065;
inline constexpr int too_many_rows = -7046;
inline constexpr int invalid_cursor = -4535;
/// DM8 gives numbers of its own to exceptions of blocks that were declared without one.
inline constexpr int first_user_exception = -10001;
inline constexpr int last_user_exception = -15000;

/// Whether users may give the code to their own errors: -20000 to -30000.
[[nodiscard]] constexpr bool is_own_code(std::int64_t code) noexcept {
    return code <= -20000 && code >= -30000;
}

/// The exception that DM8 declares. Nothing for another name.
[[nodiscard]] std::optional<named_exception> predefined_exception(std::string_view name);

/// An exception that was declared without a code, raised.
class declared_exception final : public sql_error {
  public:
    explicit declared_exception(const named_exception& what) : sql_error(what.code), declaration_(what.declared) {}
    [[nodiscard]] const sql::exception_declaration* declaration() const noexcept { return declaration_; }

  private:
    const sql::exception_declaration* declaration_;
};

/// Whether a handler of @p name catches the error.
[[nodiscard]] bool is_of(const sql_error& error, const named_exception& name) noexcept;

/// False for what no handler of a block may catch: the end of the server or of the statement's time, and what the mock
/// lacks, which must not pass for DM8's error.
[[nodiscard]] bool can_be_handled(const sql_error& error) noexcept;

}  // namespace dmkit::mock::procedural

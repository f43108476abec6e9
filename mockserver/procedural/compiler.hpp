#pragma once

#include <memory>
#include <string_view>

#include "mockserver/procedural/program.hpp"

namespace dmkit::mock::procedural {

/// Compiles a block or a CALL. Names of variables, types, exceptions and routines are resolved; expressions and SQL
/// are not bound yet.
/// @param tree a block_statement or call_statement; it and @p text must outlive the program
/// @throws sql_error -2111 for an unknown variable, -2207 for an unknown routine, -2206, -5402 and -5403 for missing
/// and wrong arguments, -3719 for an unknown type
[[nodiscard]] std::shared_ptr<program> compile(const sql::statement& tree, std::string_view text,
                                               const bind_context& context);

/// Compiles a stored routine, in whose schema @p context looks names up. @p routine must outlive the program.
[[nodiscard]] std::shared_ptr<program> compile(const std::shared_ptr<const routine_info>& routine,
                                               const bind_context& context);

/// The parameters and result of a routine that is being created.
struct signature {
    std::vector<routine_parameter_info> parameters;
    std::optional<declared_variable> result;
};
[[nodiscard]] signature signature_of(const sql::routine& routine, const bind_context& context);

}  // namespace dmkit::mock::procedural

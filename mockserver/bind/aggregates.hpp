#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>

#include "mockserver/functions/function_table.hpp"

/// DM8's aggregate functions over values, for SQLite to call as aggregates and as window functions. Knows neither
/// SQLite nor the syntax tree. Values meet their types as function_table.hpp says.
namespace dmkit::mock {

/// One group, partition or frame in the making. Belongs to one statement.
class aggregate {
  public:
    virtual ~aggregate() = default;
    /// Takes a row. @throws sql_error
    virtual void step(std::span<const field_view> arguments) = 0;
    /// Gives back the oldest row taken, when the frame of a window moves on. @throws sql_error
    virtual void inverse(std::span<const field_view> arguments) = 0;
    /// The value of the rows taken; may be asked at any time and more than once. @throws sql_error
    [[nodiscard]] virtual field value() = 0;
};

/// What a call of an aggregate means.
struct aggregate_resolution {
    std::vector<data_type> converted_argument_types;
    data_type result;
};

/// True for the names of DM8's aggregates that resolve_aggregate() takes, COUNT, MIN and MAX included.
[[nodiscard]] bool is_aggregate(std::string_view name);

/// The types of a call of the aggregate @p name (upper case). COUNT(*) has no argument.
/// @throws sql_error −5402 for a wrong number of arguments, −5403 for arguments of a wrong type
[[nodiscard]] aggregate_resolution resolve_aggregate(std::string_view name, std::span<const typed_argument> arguments);

/// Starts a group. @p name is one of: SUM, AVG, VAR_POP, VAR_SAMP, VARIANCE, STDDEV, STDDEV_POP, STDDEV_SAMP,
/// COVAR_POP, COVAR_SAMP, CORR, MEDIAN, LISTAGG, WM_CONCAT, and for emitted SQL only:
///   - `$SINGLE`: the value of the only row, NULL without any, an error for a second: a scalar subquery
/// COUNT, MIN and MAX are SQLite's own. @param how text that is sorted by compares
[[nodiscard]] std::unique_ptr<aggregate> make_aggregate(std::string_view name, std::span<const data_type> arguments,
                                                        const data_type& result, letter_case how = letter_case::counts);

}  // namespace dmkit::mock

#pragma once

#include <memory>
#include <span>
#include <vector>

#include <dmkit/metadata.hpp>
#include <dmkit/row.hpp>
#include <dmkit/wire/messages/statement.hpp>

#include "client/session/state.hpp"

namespace dmkit::session {

/// The columns of a result: as the user sees them, and as their values have to be decoded (marks in the scale
/// included).
struct column_set {
    std::vector<column_metadata> metadata;
    std::vector<data_type> wire_types;
    bool has_lobs = false;
    /// What it was made of, with views into texts.
    std::vector<wire::column_descriptor> descriptors;
    std::vector<std::byte> texts;
};
using shared_column_set = std::shared_ptr<const column_set>;

[[nodiscard]] shared_column_set make_columns(session_state& state, std::span<const wire::column_descriptor> columns);
/// True if make_columns() would make the same of @p columns. A server may describe a statement's columns with each
/// execution.
[[nodiscard]] bool describes(const column_set& set, std::span<const wire::column_descriptor> columns) noexcept;
[[nodiscard]] std::vector<parameter_metadata> make_parameters(session_state& state,
                                                              std::span<const wire::parameter_descriptor> parameters);
/// The user's part of @p columns, sharing ownership.
[[nodiscard]] inline shared_columns user_columns(const shared_column_set& columns) {
    return columns ? shared_columns(columns, &columns->metadata) : nullptr;
}

/// Marks that DM8 puts into scales (docs/protocol: masks in scale).
namespace scale_mark {
inline constexpr std::int32_t local_time_zone = 0x1000;
inline constexpr std::int32_t oracle_date = 0x2000;
inline constexpr std::int32_t oracle_float = 0x81;  ///< as a whole, of DECIMAL
}  // namespace scale_mark

/// The error for a value of column @p index that could not be decoded.
[[nodiscard]] failure column_failure(wire::value_fault fault, std::span<const column_metadata> columns,
                                     std::size_t index);

}  // namespace dmkit::session

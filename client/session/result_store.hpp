#pragma once

#include <cstdint>
#include <vector>

#include <dmkit/results.hpp>
#include <dmkit/wire/text_arena.hpp>

#include "client/session/cursor.hpp"

namespace dmkit::detail {

/// The memory of a results object: the batches as they came, and every field decoded into them.
struct result_store {
    session::shared_column_set columns;
    std::vector<std::vector<std::byte>> batches;
    wire::text_arena arena;
    std::vector<field_view> fields;
    session::off_row_lobs lobs;  ///< by their place in fields
    std::size_t lobs_shown = 0;  ///< those that fields show already
    std::vector<std::int64_t> row_ids;
    execution_result info;

    /// Gives the fields what has been read of their LOBs.
    void show_lobs() noexcept;
    /// Decodes what @p source has buffered and takes its batch over. @return an error if a value cannot be decoded
    [[nodiscard]] session::failure take(session::session_state& state, session::cursor& source);
};

}  // namespace dmkit::detail

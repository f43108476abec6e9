#pragma once

#include <span>

namespace dmkit::mock {

/// Where a text comes from.
enum class text_source : bool {
    ours,      ///< no document prints it in this language: our wording
    attested,  ///< printed by DM8's documents or by programs that met it (docs/errors.md)
};

/// One error of DM8. `{0}`, `{1}` … in a text stand for the error's arguments.
struct error_text {
    int code;
    const char* chinese;
    text_source chinese_source;
    const char* english;
    text_source english_source;
};

/// All errors that the mock can name, from the highest code to the lowest.
[[nodiscard]] std::span<const error_text> error_table() noexcept;

}  // namespace dmkit::mock

#pragma once

#include <string_view>
#include <vector>

namespace dmkit::mock {

/// One statement of a script.
struct script_statement {
    std::string_view text;  ///< without the separator and without blanks and comments in front of it
    int line = 1;           ///< where it begins, from 1
};

/// Cuts a script into statements: each ends at `;`, or at a line that holds nothing but `/`. A block (BEGIN, DECLARE,
/// CREATE of a procedure, function, trigger, package, type or class) ends at such a line only. Quotes and comments are
/// respected; empty statements are left out.
[[nodiscard]] std::vector<script_statement> split_script(std::string_view text);

}  // namespace dmkit::mock

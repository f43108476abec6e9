#include "mockserver/procedural/exceptions.hpp"

#include <array>
#include <utility>

#include "mockserver/catalog/codes.hpp"

namespace dmkit::mock::procedural {

std::optional<named_exception> predefined_exception(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, int>, 5> known = {{
        {"DUP_VAL_ON_INDEX", codes::unique_violated},
        {"INVALID_CURSOR", invalid_cursor},
        {"NO_DATA_FOUND", no_data_found},
        {"TOO_MANY_ROWS", too_many_rows},
        {"ZERO_DIVIDE", -6103},
    }};
    for (const auto& [word, code] : known)
        if (word == name)
            return named_exception{code, {}, nullptr};
    return std::nullopt;
}

bool is_of(const sql_error& error, const named_exception& name) noexcept {
    if (!name.declared)
        return error.code() == name.code;
    const auto* raised = dynamic_cast<const declared_exception*>(&error);
    return raised && raised->declaration() == name.declared;
}

bool can_be_handled(const sql_error& error) noexcept {
    return error.code() != not_supported && error.code() != codes::statement_timeout &&
           error.code() != codes::connection_lost;
}

}  // namespace dmkit::mock::procedural

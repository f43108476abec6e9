#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <dmkit/connect_params.hpp>

namespace dmkit::session {

/// One option of connection strings that is honoured.
struct dsn_option {
    std::string_view name;   ///< as it is written
    std::string_view range;  ///< what values it takes, for error texts
    /// Takes a value. @return false if it is out of range.
    bool (*set)(connect_params& params, std::string_view value);
    /// The value, or nothing if it is the default. nullptr for a second name of another option.
    std::optional<std::string> (*get)(const connect_params& params);
};

/// Every honoured option, in the order of format_dsn().
[[nodiscard]] std::span<const dsn_option> dsn_options() noexcept;

/// One option of the vendor's drivers that is not honoured.
struct refused_option {
    std::string_view name;
    /// Values, separated by commas, that ask for what happens anyway and are therefore taken.
    std::string_view harmless;
    std::string_view reason;
};

[[nodiscard]] std::span<const refused_option> refused_options() noexcept;

/// Compares names of options: letters of ASCII in any case.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;
/// A whole decimal number. @return nothing for anything else, overflow included.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

}  // namespace dmkit::session

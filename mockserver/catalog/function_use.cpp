#include "mockserver/catalog/function_use.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace dmkit::mock {

namespace {
/// SQLite takes 255 bytes; a hash stands for what is beyond this.
constexpr std::size_t longest_plain_name = 200;

void append_type(std::string& name, const data_type& type) {
    fmt::format_to(std::back_inserter(name), " {}.{}.{}", static_cast<int>(type.id), type.precision, type.scale);
}

/// SQLite tells no upper case from lower in names of functions, and a quote would have to be doubled by everybody who
/// emits the name: of ASCII only what upper-case words are made of stays as it is.
void append_column(std::string& name, std::string_view column) {
    for (const char c : column) {
        const bool plain =
            (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<signed char>(c) < 0;
        if (plain)
            name += c;
        else
            fmt::format_to(std::back_inserter(name), "%{:02X}", static_cast<unsigned char>(c));
    }
}

std::uint64_t fnv1a(std::string_view text) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211U;
    }
    return hash;
}
}  // namespace

std::string function_use::sqlite_name() const {
    std::string name;
    switch (kind) {
        case what::call:
            name = function->name;
            break;
        case what::convert:
            name = mode == conversion_mode::implicit        ? "$to"
                   : mode == conversion_mode::explicit_cast ? "$cast"
                                                            : "$assign";
            break;
        case what::aggregate:
            name = "$aggregate " + aggregate;
            break;
        case what::like:
            name = "$like";
            break;
    }
    for (const data_type& argument : arguments)
        append_type(name, argument);
    name += " =";
    append_type(name, result);
    if (length_in_characters)
        name += " char";
    if (!column.empty()) {
        name += ' ';
        append_column(name, column);
    }
    if (name.size() > longest_plain_name)
        name = fmt::format("{:.60}… {:016x}", std::string_view(name).substr(0, 60), fnv1a(name));
    return name;
}

}  // namespace dmkit::mock

#include "mockserver/functions/nls.hpp"

#include "mockserver/functions/support.hpp"

namespace dmkit::mock::functions {

std::optional<std::string> nls_setting(std::string_view text, std::string_view name) {
    std::size_t at = upper_ascii(text).find(name);
    if (at == std::string_view::npos)
        return std::nullopt;
    at += name.size();
    const auto skip_blanks = [&] {
        while (at < text.size() && text[at] == ' ')
            ++at;
    };
    skip_blanks();
    if (at == text.size() || text[at] != '=')
        return std::nullopt;
    ++at;
    skip_blanks();
    if (at < text.size() && text[at] == '\'') {
        const std::size_t end = text.find('\'', at + 1);
        return std::string(text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
    }
    const std::size_t end = text.find(' ', at);
    return std::string(text.substr(at, end == std::string_view::npos ? end : end - at));
}

}  // namespace dmkit::mock::functions

#include "mockserver/session/session_text.hpp"

#include <algorithm>

#include <dmkit/wire/byte_reader.hpp>

namespace dmkit::mock {

namespace {

std::size_t character_size(std::string_view utf8) noexcept {
    std::size_t size = 1;
    while (size < utf8.size() && (static_cast<unsigned char>(utf8[size]) & 0xC0U) == 0x80U)
        ++size;
    return size;
}

}  // namespace

wire::charset wire_charset(charset set) noexcept {
    switch (set) {
        case charset::utf8:
            return wire::charset::utf8;
        case charset::gb18030:
            return wire::charset::gb18030;
        case charset::euc_kr:
            return wire::charset::euc_kr;
    }
    return wire::charset::gb18030;
}

void append_session_text(wire::charset_converter& session, std::string_view utf8, std::vector<std::byte>& out) {
    if (!session.append_encoded(utf8, out))
        throw sql_error::unsupported("text with a character that " + std::string(wire::to_string(session.set())) +
                                     " lacks");
}

std::string from_session_text(wire::charset_converter& session, std::string_view text) {
    std::string out;
    session.append_utf8(wire::as_bytes(text), out);
    return out;
}

void append_error_text(wire::charset_converter& session, std::string_view utf8, language language,
                       std::vector<std::byte>& out) {
    if (session.set() == wire::charset::euc_kr && language != language::english) {
        wire::charset_converter chinese(wire::charset::gb18030);
        return append_error_text(chinese, utf8, language, out);
    }
    if (session.append_encoded(utf8, out))
        return;
    while (!utf8.empty()) {
        const auto size = character_size(utf8);
        if (!session.append_encoded(utf8.substr(0, size), out))
            out.push_back(std::byte{'?'});
        utf8.remove_prefix(size);
    }
}

bool may_hold_password(std::string_view sql) noexcept {
    static constexpr std::string_view word = "IDENTIFIED";
    const auto found = std::search(sql.begin(), sql.end(), word.begin(), word.end(), [](char have, char wanted) {
        return (have >= 'a' && have <= 'z' ? static_cast<char>(have - 'a' + 'A') : have) == wanted;
    });
    return found != sql.end();
}

}  // namespace dmkit::mock

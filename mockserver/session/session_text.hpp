#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/mock/profile.hpp>
#include <dmkit/wire/charset.hpp>

#include "mockserver/error.hpp"

/// Text between the session's character set, which travels, and UTF-8, which everything inside the server holds.
namespace dmkit::mock {

[[nodiscard]] wire::charset wire_charset(charset set) noexcept;

/// Appends @p utf8 in the session's character set to @p out. @throws sql_error for a character that it lacks
void append_session_text(wire::charset_converter& session, std::string_view utf8, std::vector<std::byte>& out);

/// The text in UTF-8; invalid bytes become U+FFFD.
[[nodiscard]] std::string from_session_text(wire::charset_converter& session, std::string_view text);

/// Appends the text of an error: in the session's character set, except that a client which does not read English gets
/// GB18030 in place of EUC-KR (docs/protocol: encodings and version gates). A character that the set lacks becomes `?`.
void append_error_text(wire::charset_converter& session, std::string_view utf8, language language,
                       std::vector<std::byte>& out);

/// Whether a statement may hold a password (IDENTIFIED BY): its words are then kept out of the log. Rather once too
/// often.
[[nodiscard]] bool may_hold_password(std::string_view sql) noexcept;

}  // namespace dmkit::mock

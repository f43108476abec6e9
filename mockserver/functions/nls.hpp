#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dmkit::mock::functions {

/// The value of one setting in an NLS argument such as `NLS_DATE_LANGUAGE = ENGLISH` or
/// `NLS_NUMERIC_CHARACTERS=':_' NLS_CURRENCY='￥'`; quotes are taken off. Empty if the text does not name it.
[[nodiscard]] std::optional<std::string> nls_setting(std::string_view text, std::string_view name);

}  // namespace dmkit::mock::functions

#include "mockserver/catalog/names.hpp"

#include <algorithm>

#include "mockserver/sql/ast_common.hpp"

namespace dmkit::mock {

using sql::upper_letter;

bool name_order::same(std::string_view a, std::string_view b) const noexcept {
    if (!ignores_case_)
        return a == b;
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return upper_letter(x) == upper_letter(y); });
}

std::string name_order::key(std::string_view name) const {
    return ignores_case_ ? sql::upper_case(name) : std::string(name);
}

bool name_order::operator()(std::string_view a, std::string_view b) const noexcept {
    if (!ignores_case_)
        return a < b;
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return static_cast<unsigned char>(upper_letter(x)) < static_cast<unsigned char>(upper_letter(y));
    });
}

}  // namespace dmkit::mock

#include "tools/corpus/display_compare.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>
#include <string_view>

#include <dmkit/decimal.hpp>

namespace dmkit::tools {
namespace {

std::string_view without_trailing_blanks(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::optional<double> as_number(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool same_text(std::string_view a, std::string_view b) {
    a = without_trailing_blanks(a);
    b = without_trailing_blanks(b);
    if (a == b)
        return true;
    const auto exact_a = decimal::parse(a);
    const auto exact_b = decimal::parse(b);
    if (exact_a && exact_b && *exact_a == *exact_b)
        return true;
    const auto x = as_number(a);
    const auto y = as_number(b);
    // DIsql prints doubles with 15 digits.
    if (x && y && (a.find_first_of("eE") != a.npos || b.find_first_of("eE") != b.npos)) {
        return std::abs(*x - *y) <= 1e-14 * std::max(std::abs(*x), std::abs(*y));
    }
    const auto without_zeros = [](std::string_view text) {
        if (text.find('.') == text.npos)
            return text;
        while (!text.empty() && text.back() == '0')
            text.remove_suffix(1);
        return text;
    };
    return without_zeros(a) == without_zeros(b);
}

std::vector<std::string> words(const printed_row& row) {
    std::vector<std::string> result;
    for (const auto& cell : row) {
        std::istringstream in(cell.value_or("NULL"));
        for (std::string word; in >> word;)
            result.push_back(word);
    }
    return result;
}

bool same_row(const printed_row& expected, const printed_row& actual) {
    if (expected.size() != actual.size()) {
        const auto a = words(expected);
        const auto b = words(actual);
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_text);
    }
    return std::equal(expected.begin(), expected.end(), actual.begin(), [](const auto& a, const auto& b) {
        return a.has_value() == b.has_value() && (!a || same_text(*a, *b));
    });
}

}  // namespace

bool same_rows(const std::vector<printed_row>& expected, const std::vector<printed_row>& actual, bool ordered) {
    if (expected.size() != actual.size())
        return false;
    if (ordered)
        return std::equal(expected.begin(), expected.end(), actual.begin(), same_row);
    std::vector<bool> taken(actual.size(), false);
    return std::all_of(expected.begin(), expected.end(), [&](const printed_row& row) {
        for (std::size_t i = 0; i < actual.size(); ++i) {
            if (!taken[i] && same_row(row, actual[i])) {
                taken[i] = true;
                return true;
            }
        }
        return false;
    });
}

}  // namespace dmkit::tools

#include "mockserver/sql/heading.hpp"

#include <algorithm>
#include <vector>

#include "mockserver/sql/lexer.hpp"

namespace dmkit::mock::sql {
namespace {

/// Functions that headings in the manual's results show quoted.
bool is_shown_quoted(std::string_view word) {
    return word == "LEFT" || word == "RIGHT" || word == "MOD" || word == "OVERLAY";
}

/// Calls whose operands may be separated by words; headings show commas.
bool has_word_separators(std::string_view word) {
    return word == "OVERLAY" || word == "SUBSTRING";
}

bool is_separator(std::string_view word) {
    return word == "FROM" || word == "FOR" || word == "PLACING";
}

void append_without_blanks(std::string& name, std::string_view text) {
    std::copy_if(text.begin(), text.end(), std::back_inserter(name),
                 [](char c) { return c != ' ' && c != '\t' && c != '\n' && c != '\r'; });
}

}  // namespace

std::string heading(std::string_view expression_text) {
    const token_list tokens(expression_text);
    std::string name;
    name.reserve(expression_text.size());
    // Of every open parenthesis: whether words separate what is in it.
    std::vector<bool> open;
    for (std::size_t i = 0; tokens.at(i).kind != token_kind::end; ++i) {
        const token& current = tokens.at(i);
        const std::string_view upper = tokens.upper(current);
        const bool called = tokens.at(i + 1).kind == token_kind::left_paren;
        switch (current.kind) {
            case token_kind::word:
                if (!open.empty() && open.back() && is_separator(upper))
                    name += ',';
                else if ((called && is_shown_quoted(upper)) || upper == "CLASS")
                    name.append("\"").append(upper).append("\"");
                else
                    name += upper;
                break;
            case token_kind::left_paren: {
                const bool after_word = i > 0 && tokens.at(i - 1).kind == token_kind::word;
                open.push_back(after_word && has_word_separators(tokens.upper(tokens.at(i - 1))));
                name += '(';
                break;
            }
            case token_kind::right_paren:
                if (!open.empty())
                    open.pop_back();
                name += ')';
                break;
            case token_kind::string:
            case token_kind::national_string:
            case token_kind::q_string:
            case token_kind::quoted_name:
            case token_kind::invalid:
                append_without_blanks(name, tokens.source(current));
                break;
            default:
                name += upper;
        }
    }
    return name;
}

}  // namespace dmkit::mock::sql

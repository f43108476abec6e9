#include "mockserver/sql/script.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace dmkit::mock {
namespace {

bool is_blank(char character) {
    return std::isspace(static_cast<unsigned char>(character)) != 0;
}
bool is_word(char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_' || character == '$' ||
           character == '#' || (static_cast<unsigned char>(character) & 0x80U) != 0;
}

/// What ends a q-quoted string that opens with @p mark: q'[…]'.
char closing_of(char mark) {
    switch (mark) {
        case '[':
            return ']';
        case '(':
            return ')';
        case '{':
            return '}';
        case '<':
            return '>';
        default:
            return mark;
    }
}

/// Where the token that begins at @p at ends: a string, a quoted name or a comment as a whole, else one character. npos
/// if it is not closed in @p text.
std::size_t token_end(std::string_view text, std::size_t at) {
    const auto closed_by = [&](std::string_view mark, std::size_t from) {
        const auto found = text.find(mark, from);
        return found == std::string_view::npos ? found : found + mark.size();
    };
    const auto rest = text.substr(at);
    if (rest.starts_with("--") || rest.starts_with("//")) {
        const auto found = text.find('\n', at);
        return found == std::string_view::npos ? text.size() : found;
    }
    if (rest.starts_with("/*"))
        return closed_by("*/", at + 2);
    if ((rest.front() == 'q' || rest.front() == 'Q') && rest.size() > 2 && rest[1] == '\'' &&
        (at == 0 || !is_word(text[at - 1])))
        return closed_by(std::string{closing_of(rest[2]), '\''}, at + 3);
    if (rest.front() == '\'' || rest.front() == '"')
        return closed_by(rest.substr(0, 1), at + 1);
    return at + 1;
}

bool is_comment(std::string_view text, std::size_t at) {
    const auto rest = text.substr(at);
    return rest.starts_with("--") || rest.starts_with("//") || rest.starts_with("/*");
}

/// True if the `/` at @p at stands alone on its line, blanks aside.
bool alone_on_line(std::string_view text, std::size_t at) {
    for (auto i = at; i > 0 && text[i - 1] != '\n'; --i) {
        if (!is_blank(text[i - 1]))
            return false;
    }
    for (auto i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (!is_blank(text[i]))
            return false;
    }
    return true;
}

/// The first words of a statement in upper case, comments aside, as many as decide whether it is a block.
bool begins_block(std::string_view text) {
    std::array<std::string, 5> words;
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size() && count < words.size();) {
        if (is_blank(text[at])) {
            ++at;
        } else if (is_comment(text, at)) {
            at = std::min(token_end(text, at), text.size());
        } else if (is_word(text[at])) {
            while (at < text.size() && is_word(text[at])) {
                words[count] += static_cast<char>(std::toupper(static_cast<unsigned char>(text[at++])));
            }
            ++count;
        } else {
            break;
        }
    }
    if (words[0] == "BEGIN" || words[0] == "DECLARE")
        return words[1] != "TRANSACTION";
    if (words[0] != "CREATE")
        return false;
    const std::size_t kind = words[1] == "OR" && words[2] == "REPLACE" ? 3 : 1;
    const auto& word = words[kind];
    return word == "PROCEDURE" || word == "FUNCTION" || word == "TRIGGER" || word == "PACKAGE" || word == "CLASS" ||
           (word == "TYPE" && words[kind + 1] == "BODY");
}

}  // namespace

std::optional<script_splitter::statement> script_splitter::next() {
    const std::string_view text = text_;
    // Blanks, comments and lone terminators before the statement belong to none.
    auto begin = position_;
    while (begin < text.size()) {
        if (is_blank(text[begin]) || text[begin] == ';' || (text[begin] == '/' && alone_on_line(text, begin))) {
            ++begin;
        } else if (is_comment(text, begin) && !text.substr(begin).starts_with("/*+")) {
            const auto end = token_end(text, begin);
            // A comment that is never closed is for the parser to refuse.
            if (end == std::string_view::npos) {
                if (!finished_)
                    return std::nullopt;
                break;
            }
            begin = end;
        } else {
            break;
        }
    }
    if (begin >= text.size())
        return std::nullopt;
    const int first_line =
        line_ + static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(position_),
                                            text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
    const auto take = [&](std::size_t end, std::size_t behind) {
        statement found{std::string(text.substr(begin, end - begin)), first_line, behind};
        while (!found.text.empty() && is_blank(found.text.back()))
            found.text.pop_back();
        line_ += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(position_),
                                             text.begin() + static_cast<std::ptrdiff_t>(behind), '\n'));
        position_ = behind;
        return found;
    };
    const bool block = begins_block(text.substr(begin));
    for (auto at = begin; at < text.size();) {
        if (text[at] == ';' && !block)
            return take(at, at + 1);
        if (text[at] == '/' && alone_on_line(text, at)) {
            const bool line_complete = text.find('\n', at) != std::string_view::npos;
            if (line_complete || finished_)
                return take(at, at + 1);
        }
        at = token_end(text, at);
        if (at == std::string_view::npos)
            break;
    }
    if (!finished_)
        return std::nullopt;
    return take(text.size(), text.size());
}

bool script_splitter::empty() const {
    const auto rest = std::string_view(text_).substr(position_);
    for (std::size_t at = 0; at < rest.size();) {
        if (is_blank(rest[at])) {
            ++at;
        } else if (is_comment(rest, at)) {
            at = token_end(rest, at);
            if (at == std::string_view::npos)
                return false;
        } else {
            return false;
        }
    }
    return true;
}

std::vector<script_splitter::statement> split_script(std::string_view text) {
    script_splitter splitter;
    splitter.add(text);
    splitter.finish();
    std::vector<script_splitter::statement> statements;
    while (auto next = splitter.next())
        statements.push_back(*std::move(next));
    return statements;
}

}  // namespace dmkit::mock

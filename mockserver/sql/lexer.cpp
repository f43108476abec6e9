#include "mockserver/sql/lexer.hpp"

#include <unicode/uchar.h>

#include <optional>

#include "mockserver/sql/ast_common.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::sql {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The character that opens `q'…'` decides what closes it.
char closing_delimiter(char opening) {
    switch (opening) {
        case '[':
            return ']';
        case '(':
            return ')';
        case '{':
            return '}';
        case '<':
            return '>';
        default:
            return opening;
    }
}

class scanner {
  public:
    scanner(std::string_view text, std::string_view upper, std::vector<token>& tokens)
        : text_(text), upper_(upper), tokens_(tokens) {}

    void run() {
        bool readable = true;
        while (readable) {
            if (!skip_blanks()) {
                add(token_kind::invalid, text_.size() - position_);
                break;
            }
            if (position_ == text_.size())
                break;
            readable = next();
        }
        position_ = text_.size();
        add(token_kind::end, 0);
    }

  private:
    [[nodiscard]] char look(std::size_t ahead = 0) const {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }

    /// False at a comment without end, which then lies at the position.
    bool skip_blanks() {
        for (;;) {
            while (position_ < text_.size() && is_blank(text_[position_]))
                ++position_;
            if ((look() == '-' && look(1) == '-') || (look() == '/' && look(1) == '/')) {
                const auto end = text_.find('\n', position_);
                position_ = end == std::string_view::npos ? text_.size() : end + 1;
            } else if (look() == '/' && look(1) == '*') {
                const auto end = text_.find("*/", position_ + 2);
                if (end == std::string_view::npos)
                    return false;
                position_ = end + 2;
            } else {
                return true;
            }
        }
    }

    /// Counts lines and characters up to the position.
    void advance_place() {
        for (; counted_ < position_; ++counted_) {
            const char c = text_[counted_];
            if (c == '\n') {
                ++line_;
                column_ = 1;
            } else if (!is_continuation(c)) {
                ++column_;
            }
        }
    }

    void add(token_kind kind, std::size_t length) {
        advance_place();
        token made;
        made.kind = kind;
        made.line = line_;
        made.column = column_;
        made.offset = static_cast<std::uint32_t>(position_);
        made.length = static_cast<std::uint32_t>(length);
        if (kind == token_kind::word)
            made.reserved = is_reserved_word(upper_.substr(position_, length));
        const auto index = static_cast<std::uint32_t>(tokens_.size());
        if (kind == token_kind::left_paren) {
            open_.push_back(index);
        } else if (kind == token_kind::right_paren && !open_.empty()) {
            made.match = open_.back();
            tokens_[open_.back()].match = index;
            open_.pop_back();
        }
        tokens_.push_back(made);
        position_ += length;
    }

    bool invalid(std::size_t length) {
        add(token_kind::invalid, length);
        return false;
    }

    /// Length of the letter of a name that begins at @p at; 0 if none does.
    [[nodiscard]] std::size_t name_letter(std::size_t at) const {
        if (at >= text_.size())
            return 0;
        const char c = text_[at];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' || c == '#')
            return 1;
        const auto lead = static_cast<unsigned char>(c);
        if (lead < 0xC2 || lead > 0xF4)
            return 0;
        const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (at + length > text_.size())
            return 0;
        std::uint32_t code = lead & (0x7FU >> length);
        for (std::size_t i = 1; i < length; ++i) {
            if (!is_continuation(text_[at + i]))
                return 0;
            code = (code << 6U) | (static_cast<unsigned char>(text_[at + i]) & 0x3FU);
        }
        return u_isalnum(static_cast<UChar32>(code)) ? length : 0;
    }

    [[nodiscard]] std::size_t name_length(std::size_t at) const {
        std::size_t end = at;
        while (const std::size_t letter = name_letter(end))
            end += letter;
        return end - at;
    }

    /// Length of what is quoted with @p quote from @p at, quotes included; 0 if it does not end.
    [[nodiscard]] std::size_t quoted_length(std::size_t at, char quote) const {
        std::size_t end = at + 1;
        for (;;) {
            end = text_.find(quote, end);
            if (end == std::string_view::npos)
                return 0;
            if (end + 1 >= text_.size() || text_[end + 1] != quote)
                return end + 1 - at;
            end += 2;
        }
    }

    bool quoted(token_kind kind, std::size_t prefix, char quote) {
        const std::size_t length = quoted_length(position_ + prefix, quote);
        // A name of no letters is none.
        if (length == 0 || (quote == '"' && length == 2))
            return invalid(length == 0 ? text_.size() - position_ : length);
        add(kind, prefix + length);
        return true;
    }

    bool q_quoted() {
        const std::size_t open = position_ + 2;
        if (open >= text_.size())
            return invalid(text_.size() - position_);
        const char closing[] = {closing_delimiter(text_[open]), '\'', '\0'};
        const auto end = text_.find(std::string_view(closing, 2), open + 1);
        if (end == std::string_view::npos)
            return invalid(text_.size() - position_);
        add(token_kind::q_string, end + 2 - position_);
        return true;
    }

    void number() {
        if (look() == '0' && (look(1) == 'x' || look(1) == 'X')) {
            std::size_t length = 2;
            while (is_hex_digit(look(length)))
                ++length;
            add(token_kind::binary, length);
            return;
        }
        token_kind kind = token_kind::integer;
        std::size_t length = 0;
        while (is_digit(look(length)))
            ++length;
        if (look(length) == '.' && look(length + 1) != '.') {
            kind = token_kind::decimal;
            ++length;
            while (is_digit(look(length)))
                ++length;
        }
        if (look(length) == 'e' || look(length) == 'E') {
            const std::size_t sign = look(length + 1) == '+' || look(length + 1) == '-' ? 1 : 0;
            if (is_digit(look(length + 1 + sign))) {
                kind = token_kind::approximate;
                length += 1 + sign;
                while (is_digit(look(length)))
                    ++length;
            }
        }
        add(kind, length);
    }

    bool next() {
        const char c = look();
        if (is_digit(c) || (c == '.' && is_digit(look(1)))) {
            number();
            return true;
        }
        if (look(1) == '\'' && (c == 'n' || c == 'N'))
            return quoted(token_kind::national_string, 1, '\'');
        if (look(1) == '\'' && (c == 'q' || c == 'Q'))
            return q_quoted();
        if (const std::size_t length = name_length(position_)) {
            add(token_kind::word, length);
            return true;
        }
        switch (c) {
            case '\'':
                return quoted(token_kind::string, 0, '\'');
            case '"':
                return quoted(token_kind::quoted_name, 0, '"');
            case '?':
                add(token_kind::positional_mark, 1);
                return true;
            case ':':
                return colon();
            case '@':
                return at_sign();
            default:
                return symbol(c);
        }
    }

    bool colon() {
        if (look(1) == ':') {
            add(token_kind::double_colon, 2);
        } else if (look(1) == '=') {
            add(token_kind::assign, 2);
        } else if (const std::size_t length = name_length(position_ + 1)) {
            add(token_kind::named_mark, 1 + length);
        } else {
            return invalid(1);
        }
        return true;
    }

    bool at_sign() {
        if (look(1) != '@') {
            add(token_kind::at, 1);
            return true;
        }
        const std::size_t length = name_length(position_ + 2);
        if (length == 0)
            return invalid(2);
        add(token_kind::global_name, 2 + length);
        return true;
    }

    bool symbol(char c) {
        const auto kind = double_symbol(c, look(1));
        if (kind) {
            add(*kind, 2);
            return true;
        }
        const auto single = single_symbol(c);
        if (!single) {
            std::size_t length = 1;
            while (is_continuation(look(length)))
                ++length;
            return invalid(length);
        }
        add(*single, 1);
        return true;
    }

    static std::optional<token_kind> double_symbol(char first, char second) {
        switch (first) {
            case '|':
                return second == '|' ? std::optional(token_kind::concatenation) : std::nullopt;
            case '<':
                return second == '='   ? std::optional(token_kind::less_equal)
                       : second == '>' ? std::optional(token_kind::not_equal)
                       : second == '<' ? std::optional(token_kind::shift_left)
                                       : std::nullopt;
            case '>':
                return second == '='   ? std::optional(token_kind::greater_equal)
                       : second == '>' ? std::optional(token_kind::shift_right)
                                       : std::nullopt;
            case '!':
            case '^':
                return second == '=' ? std::optional(token_kind::not_equal) : std::nullopt;
            case '&':
                return second == '&' ? std::optional(token_kind::logical_and) : std::nullopt;
            case '=':
                return second == '>' ? std::optional(token_kind::arrow) : std::nullopt;
            case '.':
                return second == '.' ? std::optional(token_kind::range) : std::nullopt;
            default:
                return std::nullopt;
        }
    }

    static std::optional<token_kind> single_symbol(char c) {
        switch (c) {
            case '(':
                return token_kind::left_paren;
            case ')':
                return token_kind::right_paren;
            case ',':
                return token_kind::comma;
            case '.':
                return token_kind::dot;
            case ';':
                return token_kind::semicolon;
            case '+':
                return token_kind::plus;
            case '-':
                return token_kind::minus;
            case '*':
                return token_kind::star;
            case '/':
                return token_kind::slash;
            case '%':
                return token_kind::percent;
            case '&':
                return token_kind::ampersand;
            case '|':
                return token_kind::bar;
            case '^':
                return token_kind::caret;
            case '!':
                return token_kind::logical_not;
            case '~':
                return token_kind::tilde;
            case '=':
                return token_kind::equal;
            case '<':
                return token_kind::less;
            case '>':
                return token_kind::greater;
            case '[':
                return token_kind::left_bracket;
            case ']':
                return token_kind::right_bracket;
            default:
                return std::nullopt;
        }
    }

    std::string_view text_;
    std::string_view upper_;
    std::vector<token>& tokens_;
    std::vector<std::uint32_t> open_;
    std::size_t position_ = 0;
    std::size_t counted_ = 0;
    std::uint32_t line_ = 1;
    std::uint32_t column_ = 1;
};

}  // namespace

std::string upper_case(std::string_view text) {
    std::string upper(text);
    for (char& c : upper)
        c = upper_letter(c);
    return upper;
}

token_list::token_list(std::string_view text) : text_(text), upper_(upper_case(text)) {
    tokens_.reserve(text.size() / 5 + 2);
    scanner(text_, upper_, tokens_).run();
}

std::string unquote(std::string_view source, token_kind kind) {
    if (kind == token_kind::q_string)
        return std::string(source.substr(3, source.size() - 5));
    if (kind == token_kind::national_string)
        source.remove_prefix(1);
    const char quote = source.front();
    source = source.substr(1, source.size() - 2);
    std::string value;
    value.reserve(source.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        value += source[i];
        if (source[i] == quote)
            ++i;
    }
    return value;
}

}  // namespace dmkit::mock::sql

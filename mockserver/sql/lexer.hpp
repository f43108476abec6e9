#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dmkit::mock::sql {

enum class token_kind : std::uint8_t {
    end,          ///< of the text
    invalid,      ///< what no token of DM SQL begins with or what does not end; nothing follows but the end
    word,         ///< keyword or unquoted name
    quoted_name,  ///< `"…"`
    string,       ///< `'…'`
    national_string,
    q_string,  ///< `q'[…]'`
    integer,
    decimal,
    approximate,
    binary,           ///< `0x…`
    positional_mark,  ///< `?`
    named_mark,       ///< `:name`
    global_name,      ///< `@@NAME`
    left_paren,
    right_paren,
    comma,
    dot,
    range,  ///< `..`
    semicolon,
    plus,
    minus,
    star,
    slash,
    percent,
    concatenation,
    ampersand,
    bar,
    caret,
    tilde,
    shift_left,
    shift_right,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    assign,        ///< `:=`
    double_colon,  ///< `::`
    arrow,         ///< `=>`
    logical_and,   ///< `&&`
    logical_not,   ///< `!`
    at,            ///< `@`
    left_bracket,
    right_bracket,
};

struct token {
    token_kind kind = token_kind::end;
    bool reserved = false;     ///< a word that cannot be a name
    std::uint32_t line = 0;    ///< from 1
    std::uint32_t column = 0;  ///< from 1, in characters
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t match = 0;  ///< of a parenthesis: index of its partner; 0 if it has none
};

/// The tokens of a text, comments and hints left out. Holds a view of the text, which must stay.
class token_list {
  public:
    /// Never fails: what cannot be read becomes an invalid token. @pre text.size() < 4 GiB
    explicit token_list(std::string_view text);

    /// The token at @p index; the end token for every index behind the last.
    [[nodiscard]] const token& at(std::size_t index) const {
        return index < tokens_.size() ? tokens_[index] : tokens_.back();
    }
    [[nodiscard]] std::size_t size() const { return tokens_.size(); }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::string_view source(const token& token) const { return text_.substr(token.offset, token.length); }
    /// The token's text with ASCII letters in upper case.
    [[nodiscard]] std::string_view upper(const token& token) const {
        return std::string_view(upper_).substr(token.offset, token.length);
    }

  private:
    std::string_view text_;
    std::string upper_;
    std::vector<token> tokens_;
};

/// The value of a string or quoted name: @p source without its delimiters, doubled ones undone.
[[nodiscard]] std::string unquote(std::string_view source, token_kind kind);

}  // namespace dmkit::mock::sql

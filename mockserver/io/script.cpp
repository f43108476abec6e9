#include "mockserver/io/script.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace dmkit::mock {

namespace {

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

bool is_word_character(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           c == '#' || static_cast<unsigned char>(c) >= 0x80;
}

class splitter {
  public:
    explicit splitter(std::string_view text) : text_(text) {}

    std::vector<script_statement> run() {
        while (skip_blanks_and_comments())
            statement();
        return std::move(statements_);
    }

  private:
    [[nodiscard]] char at(std::size_t position) const noexcept {
        return position < text_.size() ? text_[position] : '\0';
    }
    void step() noexcept {
        if (text_[position_] == '\n')
            ++line_;
        ++position_;
    }
    /// Goes behind @p end, or to the end of the text.
    void skip_to(std::string_view end) noexcept {
        while (position_ < text_.size() && text_.substr(position_, end.size()) != end)
            step();
        for (std::size_t i = 0; i < end.size() && position_ < text_.size(); ++i)
            step();
    }
    /// Goes over a comment. @return false if there is none here
    bool skip_comment() noexcept {
        if (at(position_) == '-' && at(position_ + 1) == '-') {
            skip_to("\n");
            return true;
        }
        if (at(position_) == '/' && at(position_ + 1) == '*') {
            position_ += 2;
            skip_to("*/");
            return true;
        }
        return false;
    }
    /// Whether the line around position_ holds nothing but `/`.
    [[nodiscard]] bool at_slash_line() const noexcept {
        if (at(position_) != '/')
            return false;
        for (auto before = position_; before > 0 && text_[before - 1] != '\n'; --before)
            if (!is_blank(text_[before - 1]))
                return false;
        for (auto behind = position_ + 1; behind < text_.size() && text_[behind] != '\n'; ++behind)
            if (!is_blank(text_[behind]))
                return false;
        return true;
    }
    /// @return false at the end of the text
    bool skip_blanks_and_comments() noexcept {
        while (position_ < text_.size()) {
            if (is_blank(text_[position_]) || text_[position_] == ';' || at_slash_line())
                step();
            else if (!skip_comment())
                return true;
        }
        return false;
    }

    void statement() {
        const auto begin = position_;
        const auto line = line_;
        words_.clear();
        while (position_ < text_.size()) {
            const char c = text_[position_];
            if (at_slash_line() || (c == ';' && !is_block()))
                break;
            if (c == '\'' || c == '"') {
                // A doubled quote ends one quoted part and begins the next.
                step();
                skip_to(std::string_view(&c, 1));
            } else if (is_word_character(c)) {
                word();
            } else if (!skip_comment()) {
                step();
            }
        }
        auto text = text_.substr(begin, position_ - begin);
        while (!text.empty() && is_blank(text.back()))
            text.remove_suffix(1);
        statements_.push_back({text, line});
    }

    void word() {
        const auto begin = position_;
        while (is_word_character(at(position_)))
            step();
        if (words_.size() == words_that_decide)
            return;
        std::string upper(text_.substr(begin, position_ - begin));
        std::transform(upper.begin(), upper.end(), upper.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        words_.push_back(std::move(upper));
    }

    [[nodiscard]] bool is_block() const {
        if (words_.empty())
            return false;
        if (words_[0] == "BEGIN" || words_[0] == "DECLARE")
            return true;
        if (words_[0] != "CREATE")
            return false;
        const std::size_t next = words_.size() > 2 && words_[1] == "OR" && words_[2] == "REPLACE" ? 3 : 1;
        static constexpr std::array<std::string_view, 6> blocks{"PROCEDURE", "FUNCTION", "TRIGGER",
                                                                "PACKAGE",   "TYPE",     "CLASS"};
        return words_.size() > next && std::find(blocks.begin(), blocks.end(), words_[next]) != blocks.end();
    }

    /// CREATE OR REPLACE and what is created.
    static constexpr std::size_t words_that_decide = 4;

    std::string_view text_;
    std::size_t position_ = 0;
    int line_ = 1;
    std::vector<std::string> words_;  ///< the first of the statement, in upper case
    std::vector<script_statement> statements_;
};

}  // namespace

std::vector<script_statement> split_script(std::string_view text) {
    return splitter(text).run();
}

}  // namespace dmkit::mock

#include "mockserver/functions/regexp_pattern.hpp"

#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "mockserver/functions/support.hpp"
#include "mockserver/functions/text.hpp"

namespace dmkit::mock::functions {

namespace {

/// More repetitions than any pattern of the manual; ICU's own limit is far beyond.
constexpr int most_repetitions = 32767;

struct named_set {
    std::string_view name;
    std::string_view members;  ///< between ICU's brackets
};

constexpr named_set classes[] = {
    {"alpha", "A-Za-z"},
    {"digit", "0-9"},
    {"lower", "a-z"},
    {"upper", "A-Z"},
    {"alnum", "0-9A-Za-z"},
    {"space", "\\x{9}-\\x{d}\\x{20}"},
    {"punct", "\\x{21}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{60}\\x{7b}-\\x{7e}"},
    {"xdigit", "0-9A-Fa-f"},
};

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}
bool is_word(char byte) {
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}
bool is_blank(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

[[noreturn]] void malformed() {
    fail(code::invalid_argument);
}
[[noreturn]] void lacking(std::string_view construct) {
    throw sql_error::unsupported(fmt::format("{} in a regular expression", construct));
}

class translator {
  public:
    translator(std::string_view pattern, bool skips_blanks) : rest_(pattern), skips_blanks_(skips_blanks) {}

    std::string translate() {
        while (!rest_.empty()) {
            const char next = rest_.front();
            if (skips_blanks_ && is_blank(next))
                rest_.remove_prefix(1);
            else
                element(next);
        }
        if (open_ != 0)
            malformed();
        return std::move(out_);
    }

  private:
    /// What stands to the left: only an atom can be repeated.
    enum class left : std::uint8_t { nothing, atom, quantifier };

    bool take(char byte) {
        if (!rest_.starts_with(byte))
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    char32_t take_character() {
        const std::size_t size = character_size(rest_, 0);
        const char32_t point = code_point(rest_, 0);
        rest_.remove_prefix(size);
        // As ICU reads text whose bytes are no UTF-8.
        return size == 1 && point >= 0x80 ? U'\uFFFD' : point;
    }

    void put_literal(char32_t point) {
        if (point < 0x80 && is_word(static_cast<char>(point)))
            out_.push_back(static_cast<char>(point));
        else
            fmt::format_to(std::back_inserter(out_), "\\x{{{:x}}}", static_cast<std::uint32_t>(point));
    }

    void put_atom(std::string_view text) {
        out_ += text;
        left_ = left::atom;
    }

    void element(char next);
    void escape();
    void quantify(std::string_view quantifier);
    void interval();
    int number();
    void bracket();
    char32_t bracket_member();
    void bracket_class();

    std::string_view rest_;
    bool skips_blanks_;
    std::string out_;
    left left_ = left::nothing;
    int groups_ = 0;
    int open_ = 0;
};

void translator::element(char next) {
    switch (next) {
        case '\\':
            return escape();
        case '[':
            return bracket();
        case '{':
            return interval();
        case '*':
        case '+':
        case '?': {
            const std::string_view quantifier = rest_.substr(0, 1);
            rest_.remove_prefix(1);
            return quantify(quantifier);
        }
        case '(':
            rest_.remove_prefix(1);
            if (rest_.starts_with('?'))
                lacking("(?");
            ++groups_;
            ++open_;
            out_.push_back('(');
            left_ = left::nothing;
            return;
        case ')':
            rest_.remove_prefix(1);
            if (open_-- == 0)
                malformed();
            return put_atom(")");
        case '|':
        case '^':
        case '$':
            rest_.remove_prefix(1);
            out_.push_back(next);
            left_ = left::nothing;
            return;
        case '.':
            rest_.remove_prefix(1);
            return put_atom(".");
        default:
            put_literal(take_character());
            left_ = left::atom;
    }
}

void translator::escape() {
    rest_.remove_prefix(1);
    if (rest_.empty())
        malformed();
    const char what = rest_.front();
    if (is_digit(what)) {
        if (what == '0' || what - '0' > groups_)
            malformed();
        rest_.remove_prefix(1);
        // The digit behind is a character of its own, not of the number.
        return put_atom(fmt::format("(?:\\{})", what));
    }
    if (!is_word(what)) {
        put_literal(take_character());
        left_ = left::atom;
        return;
    }
    rest_.remove_prefix(1);
    switch (what) {
        case 'w':
            return put_atom("[0-9A-Za-z_]");
        case 'W':
            return put_atom("[^0-9A-Za-z_]");
        case 's':
            return put_atom("[\\x{9}-\\x{d}\\x{20}]");
        case 'S':
            return put_atom("[^\\x{9}-\\x{d}\\x{20}]");
        case 'd':
            return put_atom("[0-9]");
        case 'D':
            return put_atom("[^0-9]");
        default:
            lacking(fmt::format("\\{}", what));
    }
}

void translator::quantify(std::string_view quantifier) {
    if (left_ == left::nothing)
        malformed();
    if (left_ == left::quantifier)
        lacking(fmt::format("{} behind a quantifier", quantifier));
    out_ += quantifier;
    left_ = left::quantifier;
}

int translator::number() {
    int value = 0;
    while (!rest_.empty() && is_digit(rest_.front())) {
        value = value * 10 + (rest_.front() - '0');
        if (value > most_repetitions)
            lacking(fmt::format("a repetition of more than {}", most_repetitions));
        rest_.remove_prefix(1);
    }
    return value;
}

void translator::interval() {
    rest_.remove_prefix(1);
    if (rest_.empty() || !is_digit(rest_.front()))
        malformed();
    const int least = number();
    std::string quantifier = fmt::format("{{{}", least);
    if (take(',')) {
        quantifier.push_back(',');
        if (!rest_.empty() && is_digit(rest_.front())) {
            const int most = number();
            if (most < least)
                malformed();
            quantifier += std::to_string(most);
        }
    }
    if (!take('}'))
        malformed();
    quantifier.push_back('}');
    quantify(quantifier);
}

void translator::bracket() {
    rest_.remove_prefix(1);
    out_.push_back('[');
    if (take('^'))
        out_.push_back('^');
    // The first ] is a member.
    for (bool first = true; first || !rest_.starts_with(']'); first = false) {
        if (rest_.empty())
            malformed();
        if (rest_.starts_with("[:")) {
            bracket_class();
            continue;
        }
        const char32_t from = bracket_member();
        put_literal(from);
        // The last - is a member.
        if (rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']')
            continue;
        rest_.remove_prefix(1);
        if (rest_.starts_with("[:"))
            malformed();
        const char32_t to = bracket_member();
        if (to < from)
            malformed();
        out_.push_back('-');
        put_literal(to);
    }
    rest_.remove_prefix(1);
    put_atom("]");
}

char32_t translator::bracket_member() {
    if (rest_.empty())
        malformed();
    if (rest_.starts_with("[=") || rest_.starts_with("[."))
        lacking(rest_[1] == '=' ? "[= =]" : "[. .]");
    if (take('\\')) {
        if (rest_.empty())
            malformed();
        // POSIX takes the backslash for a member, Perl's family for a mark; they differ about these.
        if (is_word(rest_.front()) || rest_.front() == ']')
            lacking(fmt::format("\\{} in brackets", rest_.front()));
    }
    return take_character();
}

void translator::bracket_class() {
    const std::size_t end = rest_.find(":]", 2);
    if (end == std::string_view::npos)
        malformed();
    const std::string_view name = rest_.substr(2, end - 2);
    for (const named_set& known : classes) {
        if (known.name != name)
            continue;
        out_ += known.members;
        rest_.remove_prefix(end + 2);
        return;
    }
    for (const std::string_view posix : {"blank", "cntrl", "graph", "print"})
        if (posix == name)
            lacking(fmt::format("[:{}:]", name));
    malformed();
}

}  // namespace

std::string translate_pattern(std::string_view pattern, bool skips_blanks) {
    return translator(pattern, skips_blanks).translate();
}

}  // namespace dmkit::mock::functions

#include <charconv>

#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

bool parser::is_any_word(std::initializer_list<std::string_view> words, std::size_t ahead) const {
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return is_word(w, ahead); });
}

bool parser::accept(token_kind kind) {
    if (!is(kind))
        return false;
    ++position_;
    return true;
}

bool parser::accept_word(std::string_view word) {
    if (!is_word(word))
        return false;
    ++position_;
    return true;
}

bool parser::accept_words(std::string_view first, std::string_view second) {
    if (!are_words(first, second))
        return false;
    position_ += 2;
    return true;
}

bool parser::accept_words(std::string_view first, std::string_view second, std::string_view third) {
    if (!are_words(first, second) || !is_word(third, 2))
        return false;
    position_ += 3;
    return true;
}

void parser::expect(token_kind kind) {
    if (!accept(kind))
        syntax_error();
}

void parser::expect_word(std::string_view word) {
    if (!accept_word(word))
        syntax_error();
}

void parser::skip_parentheses() {
    const std::uint32_t match = look().match;
    if (!is(token_kind::left_paren) || match == 0)
        syntax_error();
    position_ = match + 1;
}

std::string_view parser::word(std::size_t ahead) const {
    return is(token_kind::word, ahead) ? tokens_.upper(look(ahead)) : std::string_view();
}

source_range parser::range_from(std::size_t start) const {
    const token& first = tokens_.at(start);
    source_range range{first.line, first.column, first.offset, 0};
    if (position_ > start) {
        const token& last = tokens_.at(position_ - 1);
        range.length = last.offset + last.length - first.offset;
    }
    return range;
}

std::string parser::text_from(std::size_t start) const {
    return std::string(range_from(start).in(tokens_.text()));
}

source_position parser::place(const token& token) const {
    // DM8 counts columns from 0: the characters of the line before the token.
    return {static_cast<int>(token.line), static_cast<int>(token.column) - 1, std::string(tokens_.source(token))};
}

void parser::syntax_error(std::size_t ahead) const {
    throw sql_error(syntax_error_code, {}, place(look(ahead)));
}

void parser::unsupported(std::string construct) const {
    throw sql_error::unsupported(std::move(construct), place(look()));
}

void parser::too_deep() const {
    throw sql_error(nesting_error_code, {}, place(look()));
}

bool parser::at_name(std::size_t ahead) const {
    const token& found = look(ahead);
    return found.kind == token_kind::quoted_name || (found.kind == token_kind::word && !found.reserved);
}

identifier parser::take_name() {
    const token& found = look();
    identifier taken;
    taken.quoted = found.kind == token_kind::quoted_name;
    if (taken.quoted)
        taken.name = unquote(tokens_.source(found), found.kind);
    else
        taken.name = options_.fold_names ? tokens_.upper(found) : tokens_.source(found);
    if (taken.name.size() > static_cast<std::size_t>(options_.max_name_length))
        unsupported("a name of more than " + std::to_string(options_.max_name_length) + " bytes");
    ++position_;
    taken.where = range_from(position_ - 1);
    return taken;
}

identifier parser::name() {
    if (!at_name())
        syntax_error();
    return take_name();
}

qualified_name parser::name_path() {
    const std::size_t start = position_;
    qualified_name path;
    path.parts.push_back(name());
    while (accept(token_kind::dot))
        path.parts.push_back(name());
    if (is(token_kind::at))
        unsupported("database link");
    path.where = range_from(start);
    return path;
}

std::vector<identifier> parser::name_list() {
    std::vector<identifier> names;
    expect(token_kind::left_paren);
    comma_list([&] { names.push_back(name()); });
    expect(token_kind::right_paren);
    return names;
}

std::vector<identifier> parser::optional_name_list() {
    return is(token_kind::left_paren) ? name_list() : std::vector<identifier>();
}

std::string parser::string_value() {
    if (!is(token_kind::string) && !is(token_kind::national_string) && !is(token_kind::q_string))
        syntax_error();
    ++position_;
    const token& taken = tokens_.at(position_ - 1);
    return unquote(tokens_.source(taken), taken.kind);
}

std::int64_t parser::unsigned_integer() {
    if (!is(token_kind::integer))
        syntax_error();
    const std::string_view digits = tokens_.source(look());
    std::int64_t number = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc())
        syntax_error();
    ++position_;
    return number;
}

std::int64_t parser::signed_integer() {
    if (!accept(token_kind::minus)) {
        accept(token_kind::plus);
        return unsigned_integer();
    }
    const std::string_view digits = tokens_.source(look());
    // The smallest number has no positive twin.
    if (is(token_kind::integer) && digits == "9223372036854775808") {
        ++position_;
        return INT64_MIN;
    }
    return -unsigned_integer();
}

bool parser::accept_if_exists() {
    return accept_words("IF", "EXISTS");
}

bool parser::accept_if_not_exists() {
    return accept_words("IF", "NOT", "EXISTS");
}

drop_behaviour parser::accept_drop_behaviour() {
    if (accept_word("CASCADE"))
        return drop_behaviour::cascade;
    return accept_word("RESTRICT") ? drop_behaviour::restrict : drop_behaviour::unspecified;
}

std::vector<statement> parser::parse_statements() {
    std::vector<statement> statements;
    do {
        while (accept(token_kind::semicolon)) {
        }
        if (is(token_kind::end))
            break;
        statements.push_back(one_statement());
        if (!at_statement_end())
            syntax_error();
    } while (accept(token_kind::semicolon));
    if (statements.empty())
        syntax_error();
    return statements;
}

expression_ptr parser::parse_lone_expression() {
    expression_ptr parsed = condition();
    if (!is(token_kind::end))
        syntax_error();
    return parsed;
}

query_ptr parser::parse_lone_query() {
    query_ptr parsed = query();
    accept(token_kind::semicolon);
    if (!is(token_kind::end))
        syntax_error();
    return parsed;
}

std::vector<statement> parse(std::string_view text, const parse_options& options) {
    return parser(text, options).parse_statements();
}

expression_ptr parse_expression(std::string_view text, const parse_options& options) {
    return parser(text, options).parse_lone_expression();
}

query_ptr parse_query(std::string_view text, const parse_options& options) {
    return parser(text, options).parse_lone_query();
}

}  // namespace dmkit::mock::sql

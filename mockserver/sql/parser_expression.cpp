#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {
namespace {

struct binary_rank {
    binary_operator op;
    int rank;  ///< the higher, the tighter
};

/// Ranks of the manual's table of operators (SQL manual 1.5.5).
std::optional<binary_rank> binary_of(token_kind kind) {
    switch (kind) {
        case token_kind::bar:
            return binary_rank{binary_operator::bit_or, 1};
        case token_kind::caret:
            return binary_rank{binary_operator::bit_xor, 2};
        case token_kind::ampersand:
            return binary_rank{binary_operator::bit_and, 3};
        case token_kind::shift_left:
            return binary_rank{binary_operator::shift_left, 4};
        case token_kind::shift_right:
            return binary_rank{binary_operator::shift_right, 4};
        case token_kind::concatenation:
            return binary_rank{binary_operator::concatenate, 5};
        case token_kind::plus:
            return binary_rank{binary_operator::add, 6};
        case token_kind::minus:
            return binary_rank{binary_operator::subtract, 6};
        case token_kind::star:
            return binary_rank{binary_operator::multiply, 7};
        case token_kind::slash:
            return binary_rank{binary_operator::divide, 7};
        case token_kind::percent:
            return binary_rank{binary_operator::modulo, 7};
        default:
            return std::nullopt;
    }
}

std::string binary_bytes(std::string_view digits) {
    const auto nibble = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); };
    std::string bytes;
    bytes.reserve(digits.size() / 2 + 1);
    if (digits.size() % 2 != 0) {
        bytes += static_cast<char>(nibble(digits.front()));
        digits.remove_prefix(1);
    }
    for (std::size_t i = 0; i < digits.size(); i += 2)
        bytes += static_cast<char>(nibble(digits[i]) << 4U | nibble(digits[i + 1]));
    return bytes;
}

/// `(a - b)`: only this may be turned into an interval by fields behind it; elsewhere they are aliases.
bool is_difference(const expression& operand) {
    const auto* binary = std::get_if<binary_expression>(&operand.node);
    return operand.parenthesized && binary != nullptr && binary->op == binary_operator::subtract;
}

/// Reserved words that stand for a value, as a name would.
constexpr std::string_view reserved_values[] = {"ROWNUM", "USER"};

/// Reserved words that are names of functions too.
constexpr std::string_view reserved_functions[] = {
    "BIGDATEDIFF", "BINARY", "CHAR",    "CONTAINS", "CONVERT",   "DATEADD",      "DATEDIFF", "DATEPART",
    "DECODE",      "DOUBLE", "FLOAT",   "GROUPING", "IF",        "IFNULL",       "INSERT",   "INT",
    "LEFT",        "LNNVL",  "OVERLAY", "REPEAT",   "REPLICATE", "REVERSE",      "RIGHT",    "TIMESTAMPADD",
    "SIZEOF",      "TRIM",   "CAST",    "EXTRACT",  "TRUNCATE",  "TIMESTAMPDIFF"};

template <std::size_t size>
bool contains(const std::string_view (&words)[size], std::string_view word) {
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

}  // namespace

expression_ptr parser::make(expression::node_type node, std::size_t start, int children) {
    if (children + 1 > options_.max_height)
        too_deep();
    auto made = std::make_unique<expression>();
    made->node = std::move(node);
    made->where = range_from(start);
    made->height = static_cast<std::uint16_t>(children + 1);
    tallest_ = std::max(tallest_, children + 1);
    return made;
}

expression_ptr parser::value(int weakest) {
    const std::size_t start = position_;
    expression_ptr left = unary();
    for (;;) {
        const auto found = binary_of(look().kind);
        if (!found || found->rank <= weakest)
            return left;
        ++position_;
        expression_ptr right = value(found->rank);
        const int children = std::max(left->height, right->height);
        left = make(binary_expression{found->op, std::move(left), std::move(right)}, start, children);
    }
}

expression_ptr parser::unary() {
    const std::size_t start = position_;
    unary_operator op{};
    if (accept(token_kind::minus))
        op = unary_operator::minus;
    else if (accept(token_kind::plus))
        op = unary_operator::plus;
    else if (accept(token_kind::tilde))
        op = unary_operator::bit_not;
    else if (accept_word("PRIOR"))
        op = unary_operator::prior;
    else if (accept_word("CONNECT_BY_ROOT"))
        op = unary_operator::connect_by_root;
    else if (is_word("BINARY") && !is(token_kind::left_paren, 1) && accept_word("BINARY"))
        op = unary_operator::binary;
    else
        return postfix();
    const nesting level(*this);
    expression_ptr operand = unary();
    const int children = operand->height;
    return make(unary_expression{op, std::move(operand)}, start, children);
}

expression_ptr parser::postfix() {
    const std::size_t start = position_;
    expression_ptr operand = primary();
    for (;;) {
        const int children = operand->height;
        if (accept(token_kind::double_colon)) {
            type_name target = type();
            operand = make(cast_expression{std::move(operand), std::move(target), false}, start, children);
        } else if (is_word("AT") && is_any_word({"TIME", "LOCAL"}, 1)) {
            ++position_;
            const height_scope scope(*this);
            expression_ptr zone;
            if (!accept_word("LOCAL")) {
                expect_word("TIME");
                expect_word("ZONE");
                zone = primary();
            }
            operand =
                make(at_time_zone{std::move(operand), std::move(zone)}, start, std::max(children, scope.height()));
        } else if (is_difference(*operand) && is_any_word({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"})) {
            interval_qualifier fields = interval_fields();
            operand = make(interval_conversion{std::move(operand), fields}, start, children);
        } else {
            return operand;
        }
    }
}

parameter parser::mark() {
    const token& found = look();
    parameter made;
    made.index = parameter_count_++;
    if (found.kind == token_kind::named_mark)
        made.name = (options_.fold_names ? tokens_.upper(found) : tokens_.source(found)).substr(1);
    ++position_;
    parameters_.push_back({made.index, made.name, range_from(position_ - 1)});
    return made;
}

expression_ptr parser::primary() {
    const std::size_t start = position_;
    const token& found = look();
    switch (found.kind) {
        case token_kind::integer:
        case token_kind::decimal:
        case token_kind::approximate: {
            number_literal number;
            number.text = tokens_.source(found);
            number.kind = found.kind == token_kind::integer   ? number_kind::integer
                          : found.kind == token_kind::decimal ? number_kind::decimal
                                                              : number_kind::approximate;
            ++position_;
            return make(std::move(number), start, 0);
        }
        case token_kind::string:
        case token_kind::q_string:
        case token_kind::national_string: {
            const bool national = found.kind == token_kind::national_string;
            std::string text = string_value();
            return make(string_literal{std::move(text), national}, start, 0);
        }
        case token_kind::binary:
            ++position_;
            return make(binary_literal{binary_bytes(tokens_.source(found).substr(2))}, start, 0);
        case token_kind::positional_mark:
        case token_kind::named_mark: {
            parameter made = mark();
            return make(std::move(made), start, 0);
        }
        case token_kind::global_name: {
            identifier variable;
            variable.name = tokens_.upper(found).substr(2);
            ++position_;
            variable.where = range_from(start);
            return make(global_variable{std::move(variable)}, start, 0);
        }
        case token_kind::left_paren:
            return parenthesized();
        case token_kind::quoted_name:
            return name_expression();
        case token_kind::word:
            return word_expression();
        default:
            syntax_error();
    }
}

bool parser::at_query(std::size_t ahead) const {
    return is_any_word({"SELECT", "WITH"}, ahead);
}

bool parser::query_in_parentheses(std::size_t ahead) const {
    const std::size_t outermost = position_ + ahead;
    if (tokens_.at(outermost).kind != token_kind::left_paren)
        return false;
    std::size_t innermost = outermost;
    while (tokens_.at(innermost + 1).kind == token_kind::left_paren) {
        ++innermost;
        if (innermost - outermost > static_cast<std::size_t>(options_.max_depth))
            too_deep();
    }
    if (!at_query(innermost + 1 - position_))
        return false;
    // An inner query makes the outer parentheses a query only if nothing but a query's rest follows it.
    for (std::size_t at = innermost; at > outermost; --at) {
        const std::uint32_t match = tokens_.at(at).match;
        if (match == 0)
            return false;
        const token& next = tokens_.at(match + 1);
        const bool query_goes_on =
            is_any_word({"UNION", "EXCEPT", "MINUS", "INTERSECT", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR"},
                        match + 1 - position_);
        if (!query_goes_on && next.kind != token_kind::right_paren)
            return false;
    }
    return true;
}

expression_ptr parser::query_operand(std::size_t start) {
    const height_scope scope(*this);
    expect(token_kind::left_paren);
    query_ptr inner = query();
    expect(token_kind::right_paren);
    return make(scalar_subquery{std::move(inner)}, start, scope.height());
}

expression_ptr parser::parenthesized() {
    const std::size_t start = position_;
    if (query_in_parentheses())
        return query_operand(start);
    ++position_;
    const height_scope scope(*this);
    expression_ptr first = condition();
    if (!is(token_kind::comma)) {
        expect(token_kind::right_paren);
        first->parenthesized = true;
        first->where = range_from(start);
        return first;
    }
    row_value row;
    row.elements.push_back(std::move(first));
    while (accept(token_kind::comma))
        row.elements.push_back(condition());
    expect(token_kind::right_paren);
    return make(std::move(row), start, scope.height());
}

std::vector<expression_ptr> parser::expression_list() {
    std::vector<expression_ptr> list;
    comma_list([&] { list.push_back(condition()); });
    return list;
}

std::vector<sort_item> parser::sort_list() {
    std::vector<sort_item> list;
    comma_list([&] {
        sort_item item;
        item.value = condition();
        if (is_word("COLLATE"))
            unsupported("COLLATE");
        item.descending = accept_word("DESC");
        if (!item.descending)
            accept_word("ASC");
        if (accept_word("NULLS")) {
            item.nulls = is_word("FIRST") ? nulls_order::first : nulls_order::last;
            if (!accept_word("FIRST"))
                expect_word("LAST");
        }
        list.push_back(std::move(item));
    });
    return list;
}

expression_ptr parser::datetime(datetime_literal_kind kind) {
    const std::size_t start = position_++;
    std::string text = string_value();
    return make(datetime_literal{kind, std::move(text)}, start, 0);
}

expression_ptr parser::interval() {
    const std::size_t start = position_++;
    interval_literal literal;
    literal.negative = accept(token_kind::minus);
    if (!literal.negative)
        accept(token_kind::plus);
    literal.text = string_value();
    literal.qualifier = interval_fields();
    return make(std::move(literal), start, 0);
}

expression_ptr parser::case_of() {
    const std::size_t start = position_++;
    const height_scope scope(*this);
    case_expression made;
    if (!is_word("WHEN"))
        made.operand = condition();
    while (accept_word("WHEN")) {
        case_branch branch;
        branch.when = condition();
        expect_word("THEN");
        branch.then = condition();
        made.branches.push_back(std::move(branch));
    }
    if (made.branches.empty())
        syntax_error();
    if (accept_word("ELSE"))
        made.otherwise = condition();
    expect_word("END");
    return make(std::move(made), start, scope.height());
}

expression_ptr parser::exists_of() {
    const std::size_t start = position_++;
    if (!query_in_parentheses())
        syntax_error();
    const height_scope scope(*this);
    expect(token_kind::left_paren);
    query_ptr inner = query();
    expect(token_kind::right_paren);
    return make(exists{std::move(inner)}, start, scope.height());
}

expression_ptr parser::word_expression() {
    const std::size_t start = position_;
    const std::string_view text = word();
    const bool string_follows =
        is(token_kind::string, 1) || is(token_kind::q_string, 1) || is(token_kind::national_string, 1);
    if (string_follows) {
        if (text == "DATE")
            return datetime(datetime_literal_kind::date);
        if (text == "TIME")
            return datetime(datetime_literal_kind::time);
        if (text == "TIMESTAMP" || text == "DATETIME")
            return datetime(datetime_literal_kind::timestamp);
    }
    if (!look().reserved)
        return name_expression();
    if (text == "NULL") {
        ++position_;
        return make(null_literal{}, start, 0);
    }
    if (text == "CASE")
        return case_of();
    if (text == "INTERVAL")
        return interval();
    if (text == "EXISTS")
        return exists_of();
    if (text == "CURRENT" || text == "CURSOR" || text == "MULTISET")
        unsupported(std::string(text) + " in an expression");
    if (text == "NEW")
        unsupported("object types");
    if (is(token_kind::left_paren, 1)) {
        if (text.starts_with("XML") || text == "JSON_TABLE")
            unsupported(std::string(text));
        if (text == "USER" || contains(reserved_functions, text))
            return name_expression();
    }
    if (contains(reserved_values, text))
        return name_expression();
    syntax_error();
}

expression_ptr parser::name_expression() {
    const std::size_t start = position_;
    // A reserved word gets here only where it is a function or stands for a value.
    qualified_name path;
    path.parts.push_back(take_name());
    while (accept(token_kind::dot)) {
        if (are_words("ROW", "LIKE"))
            unsupported("ROW LIKE");
        path.parts.push_back(name());
    }
    if (is(token_kind::at))
        unsupported("database link");
    path.where = range_from(start);
    if (is(token_kind::left_paren)) {
        if (is(token_kind::plus, 1) && is(token_kind::right_paren, 2)) {
            position_ += 3;
            return make(column_reference{std::move(path), true}, start, 0);
        }
        return call(std::move(path), start);
    }
    // Outside of blocks there are no other cursors, and `a%found` is a remainder.
    if (path.parts.size() == 1 && is(token_kind::percent) &&
        (blocks_ > 0 || (tokens_.upper(tokens_.at(start)) == "SQL" && !path.parts[0].quoted))) {
        static constexpr std::string_view properties[] = {"ROWCOUNT", "FOUND", "NOTFOUND", "ISOPEN"};
        for (std::size_t i = 0; i < std::size(properties); ++i) {
            if (is_word(properties[i], 1)) {
                position_ += 2;
                cursor_attribute attribute{std::move(path.parts[0]), static_cast<cursor_property>(i)};
                return make(std::move(attribute), start, 0);
            }
        }
    }
    if (path.parts.size() > 1 && !path.last().quoted) {
        const std::string_view last = tokens_.upper(tokens_.at(position_ - 1));
        if (last == "NEXTVAL" || last == "CURRVAL") {
            const bool next = last == "NEXTVAL";
            path.parts.pop_back();
            const auto& end = path.parts.back().where;
            path.where.length = end.offset + end.length - path.where.offset;
            return make(sequence_value{std::move(path), next}, start, 0);
        }
    }
    return make(column_reference{std::move(path), false}, start, 0);
}

}  // namespace dmkit::mock::sql

#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {
namespace {

std::optional<comparison_operator> comparison_of(token_kind kind) {
    switch (kind) {
        case token_kind::equal:
            return comparison_operator::equal;
        case token_kind::not_equal:
            return comparison_operator::not_equal;
        case token_kind::less:
            return comparison_operator::less;
        case token_kind::less_equal:
            return comparison_operator::less_equal;
        case token_kind::greater:
            return comparison_operator::greater;
        case token_kind::greater_equal:
            return comparison_operator::greater_equal;
        default:
            return std::nullopt;
    }
}

}  // namespace

expression_ptr parser::condition() {
    const nesting level(*this);
    const std::size_t start = position_;
    expression_ptr first = conjunction();
    if (!is_word("OR"))
        return first;
    logical_expression chain;
    chain.op = logical_operator::or_;
    int children = first->height;
    chain.operands.push_back(std::move(first));
    while (accept_word("OR")) {
        chain.operands.push_back(conjunction());
        children = std::max<int>(children, chain.operands.back()->height);
    }
    return make(std::move(chain), start, children);
}

expression_ptr parser::conjunction() {
    const std::size_t start = position_;
    expression_ptr first = negation();
    if (!is_word("AND") && !is(token_kind::logical_and))
        return first;
    logical_expression chain;
    int children = first->height;
    chain.operands.push_back(std::move(first));
    while (accept_word("AND") || accept(token_kind::logical_and)) {
        chain.operands.push_back(negation());
        children = std::max<int>(children, chain.operands.back()->height);
    }
    return make(std::move(chain), start, children);
}

expression_ptr parser::negation() {
    const std::size_t start = position_;
    if (!accept_word("NOT") && !accept(token_kind::logical_not))
        return predicate();
    const nesting level(*this);
    expression_ptr operand = negation();
    const int children = operand->height;
    return make(not_expression{std::move(operand)}, start, children);
}

expression_ptr parser::predicate() {
    const std::size_t start = position_;
    expression_ptr left = value();
    for (;;) {
        if (const auto op = comparison_of(look().kind)) {
            ++position_;
            return comparison_tail(std::move(left), *op, start);
        }
        if (is_word("IS")) {
            left = is_tail(std::move(left), start);
            continue;
        }
        const bool negated = is_word("NOT");
        if (!is_any_word({"IN", "BETWEEN", "LIKE"}, negated ? 1 : 0)) {
            if (is_any_word({"OVERLAPS", "MEMBER"}, negated ? 1 : 0))
                unsupported(std::string(word(negated ? 1 : 0)));
            return left;
        }
        if (negated)
            ++position_;
        left = predicate_tail(std::move(left), start, negated);
    }
}

expression_ptr parser::comparison_tail(expression_ptr left, comparison_operator op, std::size_t start) {
    const int left_height = left->height;
    if (is_any_word({"ANY", "SOME", "ALL"}) && is(token_kind::left_paren, 1)) {
        quantified_comparison made;
        made.op = op;
        made.quantifier = is_word("ALL") ? comparison_quantifier::all : comparison_quantifier::any;
        made.left = std::move(left);
        ++position_;
        const height_scope scope(*this);
        const bool is_query = query_in_parentheses();
        expect(token_kind::left_paren);
        if (is_query)
            made.query = query();
        else
            made.elements = expression_list();
        expect(token_kind::right_paren);
        return make(std::move(made), start, std::max(left_height, scope.height()));
    }
    expression_ptr right = value();
    const int children = std::max<int>(left_height, right->height);
    return make(comparison{op, std::move(left), std::move(right)}, start, children);
}

expression_ptr parser::in_tail(expression_ptr operand, std::size_t start, bool negated) {
    const int left_height = operand->height;
    const height_scope scope(*this);
    const bool is_query = query_in_parentheses();
    expect(token_kind::left_paren);
    if (is_query) {
        query_ptr inner = query();
        expect(token_kind::right_paren);
        return make(in_query{std::move(operand), std::move(inner), negated}, start,
                    std::max(left_height, scope.height()));
    }
    std::vector<expression_ptr> elements = expression_list();
    expect(token_kind::right_paren);
    return make(in_list{std::move(operand), std::move(elements), negated}, start,
                std::max(left_height, scope.height()));
}

expression_ptr parser::predicate_tail(expression_ptr operand, std::size_t start, bool negated) {
    if (accept_word("IN"))
        return in_tail(std::move(operand), start, negated);
    const int left_height = operand->height;
    const height_scope scope(*this);
    if (accept_word("BETWEEN")) {
        between made;
        made.operand = std::move(operand);
        made.low = value();
        expect_word("AND");
        made.high = value();
        made.negated = negated;
        return make(std::move(made), start, std::max(left_height, scope.height()));
    }
    expect_word("LIKE");
    like made;
    made.operand = std::move(operand);
    made.pattern = value();
    if (accept_word("ESCAPE"))
        made.escape = value();
    made.negated = negated;
    return make(std::move(made), start, std::max(left_height, scope.height()));
}

expression_ptr parser::is_tail(expression_ptr operand, std::size_t start) {
    expect_word("IS");
    const int children = operand->height;
    const bool negated = accept_word("NOT");
    if (accept_word("NULL"))
        return make(is_null{std::move(operand), negated}, start, children);
    if (is_any_word({"OF", "DANGLING", "A", "EMPTY", "NAN", "TRUE", "FALSE", "UNKNOWN"}))
        unsupported("IS " + std::string(word()));
    expect_word("JSON");
    is_json made;
    made.operand = std::move(operand);
    made.negated = negated;
    const bool in_parentheses = is(token_kind::left_paren) && is_any_word({"STRICT", "LAX"}, 1);
    if (in_parentheses)
        ++position_;
    if (accept_word("STRICT"))
        made.strictness = json_strictness::strict;
    else if (accept_word("LAX"))
        made.strictness = json_strictness::lax;
    if (in_parentheses)
        expect(token_kind::right_paren);
    if (is_any_word({"WITH", "WITHOUT"}) && is_word("UNIQUE", 1)) {
        made.unique_keys = is_word("WITH");
        position_ += 2;
        expect_word("KEYS");
    }
    return make(std::move(made), start, children);
}

}  // namespace dmkit::mock::sql

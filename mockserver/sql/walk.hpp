#pragma once

#include <memory>
#include <type_traits>
#include <variant>

#include "mockserver/sql/ast.hpp"

namespace dmkit::mock::sql {

/// For std::visit over a tree's variants: one lambda a node.
template <class... Handlers>
struct visitor : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
visitor(Handlers...) -> visitor<Handlers...>;

namespace detail {

template <class Visit>
struct child_walker {
    Visit& visit;

    void operator()(const expression_ptr& child) const {
        if (child)
            visit(*child);
    }
    void operator()(const std::vector<expression_ptr>& children) const {
        for (const auto& child : children)
            (*this)(child);
    }
    void operator()(const std::vector<sort_item>& items) const {
        for (const auto& item : items)
            (*this)(item.value);
    }

    // The leaves.
    template <class Leaf>
    void node(const Leaf&) const {}
    void node(const unary_expression& n) const { (*this)(n.operand); }
    void node(const binary_expression& n) const {
        (*this)(n.left);
        (*this)(n.right);
    }
    void node(const comparison& n) const {
        (*this)(n.left);
        (*this)(n.right);
    }
    void node(const quantified_comparison& n) const {
        (*this)(n.left);
        (*this)(n.elements);
    }
    void node(const logical_expression& n) const { (*this)(n.operands); }
    void node(const not_expression& n) const { (*this)(n.operand); }
    void node(const is_null& n) const { (*this)(n.operand); }
    void node(const is_json& n) const { (*this)(n.operand); }
    void node(const between& n) const {
        (*this)(n.operand);
        (*this)(n.low);
        (*this)(n.high);
    }
    void node(const like& n) const {
        (*this)(n.operand);
        (*this)(n.pattern);
        (*this)(n.escape);
    }
    void node(const in_list& n) const {
        (*this)(n.operand);
        (*this)(n.elements);
    }
    void node(const in_query& n) const { (*this)(n.operand); }
    void node(const row_value& n) const { (*this)(n.elements); }
    void node(const case_expression& n) const {
        (*this)(n.operand);
        for (const case_branch& branch : n.branches) {
            (*this)(branch.when);
            (*this)(branch.then);
        }
        (*this)(n.otherwise);
    }
    void node(const cast_expression& n) const { (*this)(n.operand); }
    void node(const extract_expression& n) const { (*this)(n.operand); }
    void node(const trim_expression& n) const {
        (*this)(n.characters);
        (*this)(n.operand);
    }
    void node(const interval_conversion& n) const { (*this)(n.operand); }
    void node(const at_time_zone& n) const {
        (*this)(n.operand);
        (*this)(n.zone);
    }
    void node(const std::unique_ptr<function_call>& n) const {
        (*this)(n->arguments);
        (*this)(n->within_group);
        (*this)(n->order_by);
        (*this)(n->separator);
        if (n->keep)
            (*this)(n->keep->order_by);
        if (n->over) {
            (*this)(n->over->partition_by);
            (*this)(n->over->order_by);
            if (n->over->frame) {
                (*this)(n->over->frame->start.offset);
                if (n->over->frame->end)
                    (*this)(n->over->frame->end->offset);
            }
        }
    }
};

}  // namespace detail

/// Calls @p visit with every expression right below @p parent, in the order of the text. Queries within it
/// (scalar_subquery, exists, in_query, quantified_comparison) are not entered.
template <class Visit>
void for_each_child(const expression& parent, Visit visit) {
    const detail::child_walker<Visit> walker{visit};
    std::visit([&](const auto& node) { walker.node(node); }, parent.node);
}

/// Calls @p visit with @p root and every expression below it, parents first. Queries are not entered.
template <class Visit>
void walk(const expression& root, Visit& visit) {
    visit(root);
    for_each_child(root, [&](const expression& child) { walk(child, visit); });
}

}  // namespace dmkit::mock::sql

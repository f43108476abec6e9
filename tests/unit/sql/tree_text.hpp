#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::sql {

/// An expression as nested lists, `(+ A (* 1 2))`, so that a test can state the tree it expects in one line.
std::string tree(const expression& root);
std::string tree(std::string_view text);

/// The parts of a name joined by dots.
std::string dotted(const qualified_name& name);

/// The only statement of @p text.
inline statement one(std::string_view text) {
    auto statements = parse(text);
    EXPECT_EQ(statements.size(), 1U) << text;
    return std::move(statements.front());
}

/// The only statement of @p text, which must be a Node.
template <class Node>
Node one_of(std::string_view text) {
    statement parsed = one(text);
    EXPECT_TRUE(std::holds_alternative<Node>(parsed.node)) << text;
    return std::get<Node>(std::move(parsed.node));
}

inline query_ptr one_query(std::string_view text) {
    return one_of<query_ptr>(text);
}

/// The first select of the only query of @p text.
struct one_select {
    explicit one_select(std::string_view text)
        : query(one_query(text)), core(*std::get<std::unique_ptr<select_core>>(query->first.node)) {}
    query_ptr query;
    select_core& core;
};

/// `CODE LINE:COLUMN [TOKEN]` of the error that @p text raises, with the construct for unsupported ones; `none`.
inline std::string refusal(std::string_view text) {
    try {
        static_cast<void>(parse(text));
    } catch (const sql_error& error) {
        std::string said = std::to_string(error.code());
        if (error.position())
            said += " " + std::to_string(error.position()->line) + ":" + std::to_string(error.position()->column) +
                    " [" + error.position()->token + "]";
        for (const auto& argument : error.arguments())
            said += " " + argument;
        return said;
    }
    return "none";
}

}  // namespace dmkit::mock::sql

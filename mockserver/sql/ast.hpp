#pragma once

/// The syntax tree of DM SQL, as the parser (parser.hpp) makes it: what was written, nothing resolved. Nodes are plain
/// structs; a choice is a std::variant; children are owned by std::unique_ptr. A null pointer or an empty vector means
/// that the clause was not written.
#include "mockserver/sql/ast_block.hpp"
#include "mockserver/sql/ast_common.hpp"
#include "mockserver/sql/ast_ddl.hpp"
#include "mockserver/sql/ast_dml.hpp"
#include "mockserver/sql/ast_expression.hpp"
#include "mockserver/sql/ast_query.hpp"
#include "mockserver/sql/ast_statement.hpp"

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mockserver/backend.hpp"
#include "mockserver/engine/plan_runner.hpp"
#include "mockserver/sql/ast.hpp"

namespace dmkit::mock {

/// What a plan was bound with; with anything else it must be bound again.
struct binding_key {
    std::uint64_t catalog_version = 0;
    std::uint64_t session_version = 0;  ///< counts the session's changes that plans depend on
    std::vector<data_type> arguments;   ///< of an inexact plan that was bound with arguments
};

/// One statement of a text.
struct unit {
    sql::statement tree;
    std::optional<ready_plan> plan;  ///< of what the binder binds, once it is bound
    bool inexact = false;            ///< the plan depends on the types of the arguments
    binding_key key;
    std::size_t first_parameter = 0;  ///< of its own in the whole text
};

class engine_statement final : public backend_statement {
  public:
    [[nodiscard]] const statement_description& description() const override { return description_; }

    std::string text;
    std::vector<unit> units;
    statement_description description_;
};

/// DDL commits before and after itself and changes the catalog.
[[nodiscard]] bool is_ddl(const sql::statement& tree);
/// SELECT, DML and the like: what the binder takes.
[[nodiscard]] bool is_bound(const sql::statement& tree);
/// What an answer calls the statement when no plan says it.
[[nodiscard]] statement_kind kind_of(const sql::statement& tree);

}  // namespace dmkit::mock

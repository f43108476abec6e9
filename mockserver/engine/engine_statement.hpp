#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mockserver/backend.hpp"
#include "mockserver/engine/plan_runner.hpp"
#include "mockserver/procedural/program.hpp"
#include "mockserver/sql/ast.hpp"

namespace dmkit::mock {

/// What a plan was bound with; with anything else it must be bound again.
struct binding_key {
    std::uint64_t catalog_version = 0;
    std::uint64_t session_version = 0;  ///< counts the session's changes that plans depend on
    std::vector<data_type> arguments;   ///< of an inexact plan that was bound with arguments
};

/// Something that the binder binds, once it is bound.
struct bound_site {
    std::optional<ready_plan> plan;
    bool inexact = false;  ///< the plan depends on the types of the arguments
    binding_key key;
};

/// A block or routine of one session: compiled for one version of the catalog and one state of the session.
struct compiled_program {
    std::shared_ptr<const procedural::program> what;
    std::shared_ptr<const routine_info> routine;  ///< null: a block
    std::string schema;                           ///< of the routine, whose names it sees with its owner's rights
    std::string user;
    std::vector<bound_site> sites;  ///< as many as the program has
    std::uint64_t catalog_version = 0;
    std::uint64_t session_version = 0;
};

/// One statement of a text.
struct unit : bound_site {
    sql::statement tree;
    std::size_t first_parameter = 0;          ///< of its own in the whole text
    std::shared_ptr<compiled_program> block;  ///< of a block, once it is compiled
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
/// A block or a call: what mockserver/procedural runs.
[[nodiscard]] bool is_block(const sql::statement& tree);
/// What an answer calls the statement when no plan says it.
[[nodiscard]] statement_kind kind_of(const sql::statement& tree);

}  // namespace dmkit::mock

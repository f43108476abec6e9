#include "mockserver/engine/engine_statement.hpp"

#include <type_traits>

namespace dmkit::mock {

namespace {
template <class Node, class... Kinds>
constexpr bool is_one_of = (std::is_same_v<Node, Kinds> || ...);
}  // namespace

bool is_ddl(const sql::statement& tree) {
    return std::visit(
        []<class Node>(const Node&) {
            return is_one_of<Node, sql::create_table_statement, sql::alter_table_statement, sql::truncate_statement,
                             sql::create_index_statement, sql::alter_index_statement, sql::create_view_statement,
                             sql::create_sequence_statement, sql::alter_sequence_statement,
                             sql::create_schema_statement, sql::create_synonym_statement, sql::comment_statement,
                             sql::drop_statement, sql::user_statement, sql::create_role_statement,
                             sql::grant_statement>;
        },
        tree.node);
}

bool is_bound(const sql::statement& tree) {
    return std::visit(
        []<class Node>(const Node&) {
            return is_one_of<Node, sql::query_ptr, sql::insert_statement, sql::multi_insert_statement,
                             sql::update_statement, sql::delete_statement, sql::merge_statement, sql::explain_statement,
                             sql::call_statement>;
        },
        tree.node);
}

statement_kind kind_of(const sql::statement& tree) {
    return std::visit(
        []<class Node>([[maybe_unused]] const Node& node) {
            using kind = statement_kind;
            if constexpr (is_one_of<Node, sql::query_ptr>)
                return kind::select;
            else if constexpr (is_one_of<Node, sql::insert_statement, sql::multi_insert_statement>)
                return kind::insert;
            else if constexpr (is_one_of<Node, sql::update_statement>)
                return kind::update;
            else if constexpr (is_one_of<Node, sql::delete_statement>)
                return kind::delete_;
            else if constexpr (is_one_of<Node, sql::merge_statement>)
                return kind::merge;
            else if constexpr (is_one_of<Node, sql::call_statement>)
                return kind::call;
            else if constexpr (is_one_of<Node, sql::explain_statement>)
                return kind::explain;
            else if constexpr (is_one_of<Node, sql::commit_statement>)
                return kind::commit;
            else if constexpr (is_one_of<Node, sql::rollback_statement>)
                // dmPython takes the other for the transaction's end, and would not send the COMMIT that follows.
                return node.savepoint ? kind::savepoint : kind::rollback;
            else if constexpr (is_one_of<Node, sql::savepoint_statement>)
                return kind::savepoint;
            else if constexpr (is_one_of<Node, sql::set_schema_statement>)
                return kind::set_schema;
            else if constexpr (is_one_of<Node, sql::set_time_zone_statement>)
                return kind::set_time_zone;
            else if constexpr (is_one_of<Node, sql::set_transaction_statement>)
                return kind::set_transaction;
            else if constexpr (is_one_of<Node, sql::truncate_statement>)
                return kind::truncate;
            else
                return kind::ddl;
        },
        tree.node);
}

}  // namespace dmkit::mock

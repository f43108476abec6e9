#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mockserver/engine/connection.hpp"
#include "mockserver/engine/server_state.hpp"

namespace dmkit::mock {

/// What a session remembers of its statements: identity values, row counts, sequence values. Answers the functions
/// that ask for them, and those that ask about the catalog.
class session_memory final : public storage_functions, public database_facts {
  public:
    session_memory(server_state& server, const call_context& context) : server_(server), context_(context) {}

    struct content {
        /// Identity values that the running statement generated, in order.
        std::vector<std::int64_t> generated;
        std::int64_t affected_rows = 0;        ///< of the last DML
        std::int64_t rows_found = 0;           ///< of the last query
        std::int64_t current_row = 0;          ///< of the cursor that the running statement names
        std::optional<std::int64_t> identity;  ///< generated last in this session
        std::unordered_map<std::int32_t, std::int64_t> sequence_values;
        /// What the running statement drew last for a row, by sequence and scope of the rows.
        struct drawn_value {
            std::int64_t row = 0;
            std::int64_t value = 0;
        };
        std::map<std::pair<std::int32_t, std::int32_t>, drawn_value> drawn;

        /// Forgets what belongs to the statement before.
        void begin_statement() {
            generated.clear();
            drawn.clear();
        }
    };
    content now;

    /// What a statement that is undone leaves behind all the same: the memory, and what the server counts.
    struct trace {
        content memory;
        dmkit::mock::counters counters;
        std::optional<std::int64_t> last_identity;
    };
    [[nodiscard]] trace copy() const { return {now, server_.counters, server_.last_identity}; }
    void restore(trace before) noexcept;

    /// The catalog that the session sees: the server's, or the one that was pinned.
    [[nodiscard]] const catalog& visible_catalog() const noexcept { return pinned_ ? *pinned_ : *server_.catalog; }
    void pin_catalog() noexcept { pinned_ = server_.catalog; }
    void unpin_catalog() noexcept { pinned_.reset(); }

    std::int64_t next_identity(std::int32_t table) override;
    void note_identity(std::int32_t table, std::int64_t value) override;
    std::int64_t next_value(std::int32_t sequence) override;
    std::int64_t next_value(std::int32_t sequence, std::int32_t scope, std::int64_t row) override;
    std::int64_t current_value(std::int32_t sequence) override;
    std::int64_t changed_rows() override { return now.affected_rows; }
    std::int64_t current_row() override { return now.current_row; }
    std::optional<std::int64_t> last_generated() override { return now.identity; }
    std::int64_t current_identity(std::int32_t table) override;
    std::shared_ptr<const std::vector<system_row>> system_rows(std::string_view relation) override;

    std::optional<std::int64_t> last_identity() override { return now.identity; }
    std::optional<std::int64_t> global_identity() override { return server_.last_identity; }
    std::int64_t row_count() override { return now.affected_rows; }
    std::int64_t found_rows() override { return now.rows_found; }
    std::optional<std::int64_t> identity_current(std::string_view table) override;
    std::optional<std::int64_t> identity_seed(std::string_view table) override;
    std::optional<std::int64_t> identity_increment(std::string_view table) override;
    std::optional<std::string> schema_name(std::int64_t id) override;
    std::optional<std::int64_t> user_id(std::string_view name) override;
    std::optional<std::int64_t> object_id(std::string_view name, std::string_view type) override;
    std::optional<std::string> parameter(std::string_view name) override;
    std::optional<std::int64_t> sequence_current(std::string_view schema, std::string_view name) override;
    bool may_see(std::int64_t user, std::int64_t object) override;

  private:
    [[nodiscard]] const table_info& table_of(std::int32_t id) const;
    [[nodiscard]] const sequence_info& sequence_of(std::int32_t id) const;
    /// The table named as in SQL, if it has an identity column.
    [[nodiscard]] std::shared_ptr<const table_info> identity_table(std::string_view name) const;

    server_state& server_;
    const call_context& context_;
    std::shared_ptr<const catalog> pinned_;
    /// Rows of a relation, as of a version of the catalog: joins read them over and over.
    struct known_rows {
        std::uint64_t version = 0;
        std::string user;
        std::shared_ptr<const std::vector<system_row>> rows;
    };
    std::map<std::string, known_rows, std::less<>> system_rows_;
};

}  // namespace dmkit::mock

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <dmkit/field.hpp>

#include "mockserver/catalog/catalog.hpp"

/// The system tables and views whose rows are what the catalog holds: SYS.SYSOBJECTS and its like, and the ALL_, USER_
/// and DBA_ views over the same (columns: dialect/catalog.md, after appendix 1 of DM's administrator's manual).
namespace dmkit::mock {

/// A value in the form in which it is stored (docs/engine.md): NULL, INTEGER, TEXT, BLOB.
using system_value = std::variant<std::monostate, std::int64_t, std::string, bytes>;
using system_row = std::vector<system_value>;

/// Who looks, at what.
struct system_viewer {
    const dmkit::mock::catalog& catalog;
    std::string_view user;
    /// The next value of a sequence; empty when it has no more.
    std::function<std::optional<std::int64_t>(const sequence_info&)> next_value;
};

/// Whose objects a view shows.
enum class system_scope : std::uint8_t {
    everything,  ///< SYS tables and DBA_ views
    accessible,  ///< ALL_ views: what the user may read
    own,         ///< USER_ views: what lies in the user's schemas
};

struct system_relation {
    std::string name;
    std::vector<view_column> columns;
    system_scope scope = system_scope::everything;
    bool restricted = false;  ///< a plain user needs the role SOI (SYS tables) or DBA (DBA_ views)
    bool counted = false;     ///< shows counters, which move without a change of the catalog
    void (*fill)(const system_viewer& viewer, const system_relation& self, std::vector<system_row>& rows) = nullptr;
};

/// In the order of their ids.
[[nodiscard]] std::span<const system_relation> system_relations();
[[nodiscard]] const system_relation* find_system_relation(std::string_view name) noexcept;
/// By the id of its view_info in a catalog.
[[nodiscard]] const system_relation* find_system_relation(object_id id) noexcept;
[[nodiscard]] object_id id_of(const system_relation& which) noexcept;

/// The rows that @p viewer sees, each as long as the relation has columns.
[[nodiscard]] std::vector<system_row> rows_of(const system_relation& which, const system_viewer& viewer);

}  // namespace dmkit::mock

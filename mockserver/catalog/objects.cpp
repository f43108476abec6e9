#include "mockserver/catalog/objects.hpp"

#include <algorithm>

namespace dmkit::mock {

namespace {
template <class Range, class Predicate>
auto find_or_null(Range& range, Predicate predicate) noexcept -> decltype(&*range.begin()) {
    const auto found = std::find_if(range.begin(), range.end(), predicate);
    return found == range.end() ? nullptr : &*found;
}
}  // namespace

const column_info* table_info::find_column(std::string_view column) const noexcept {
    return find_or_null(columns, [&](const column_info& candidate) { return names.same(candidate.name, column); });
}

const column_info* table_info::find_column(column_id column) const noexcept {
    return find_or_null(columns, [&](const column_info& candidate) { return candidate.id == column; });
}

const constraint_info* table_info::find_constraint(std::string_view constraint) const noexcept {
    return find_or_null(constraints,
                        [&](const constraint_info& candidate) { return names.same(candidate.name, constraint); });
}

const constraint_info* table_info::find_constraint(object_id constraint) const noexcept {
    return find_or_null(constraints, [&](const constraint_info& candidate) { return candidate.id == constraint; });
}

const constraint_info* table_info::primary_key() const noexcept {
    return find_or_null(
        constraints, [](const constraint_info& candidate) { return candidate.kind == constraint_kind::primary_key; });
}

const column_info* table_info::identity_column() const noexcept {
    return find_or_null(columns, [](const column_info& candidate) { return candidate.identity.has_value(); });
}

}  // namespace dmkit::mock

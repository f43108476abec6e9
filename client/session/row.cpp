#include <dmkit/row.hpp>

#include <string>

#include <dmkit/mapping.hpp>

#include "client/session/dsn_options.hpp"

namespace dmkit {

namespace {

error no_column(std::string what) {
    return error(client_errc::no_such_column, std::move(what));
}

std::string index_text(std::size_t index, std::size_t size) {
    return "index " + std::to_string(index) + " of a row with " + std::to_string(size) + " columns";
}

std::string column_text(std::span<const column_metadata> columns, std::size_t index) {
    if (index >= columns.size())
        return "column " + std::to_string(index + 1);
    const auto& column = columns[index];
    return "column " + std::to_string(index + 1) + " (" + column.name + ", " + column.type_name + ")";
}

}  // namespace

std::optional<std::size_t> find_column(std::span<const column_metadata> columns, std::string_view name) noexcept {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].name == name)
            return i;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (session::same_name(columns[i].name, name))
            return i;
    }
    return {};
}

const field_view& row_view::at(std::size_t index) const {
    if (index >= size())
        throw no_column(index_text(index, size()));
    return fields_[index];
}

const field_view& row_view::at(std::string_view name) const {
    const auto index = find_column(columns_, name);
    if (!index)
        throw no_column("'" + std::string(name) + "'");
    return fields_[*index];
}

const field& row::at(std::size_t index) const {
    if (index >= size())
        throw no_column(index_text(index, size()));
    return fields_[index];
}

const field& row::at(std::string_view name) const {
    const auto index = find_column(columns(), name);
    if (!index)
        throw no_column("'" + std::string(name) + "'");
    return fields_[*index];
}

namespace detail {

void check_count(std::size_t wanted, std::span<const column_metadata> columns) {
    if (wanted != columns.size())
        throw error(client_errc::column_count_mismatch, "the row type has " + std::to_string(wanted) +
                                                            " members, the result " + std::to_string(columns.size()) +
                                                            " columns");
}

std::size_t check_name(std::string_view member, std::span<const column_metadata> columns) {
    const auto index = find_column(columns, member);
    if (!index)
        throw no_column("no column for the member '" + std::string(member) + "'");
    return *index;
}

void refuse_column(std::span<const column_metadata> columns, std::size_t index) {
    throw read_error(client_errc::column_type_mismatch, columns, index);
}

error read_error(client_errc code, std::span<const column_metadata> columns, std::size_t index) {
    diagnostics details;
    details.client_message = column_text(columns, index);
    details.delivered = delivery::answered;
    return {make_error_code(code), std::move(details)};
}

}  // namespace detail

}  // namespace dmkit

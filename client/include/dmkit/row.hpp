#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <dmkit/error.hpp>
#include <dmkit/field.hpp>
#include <dmkit/metadata.hpp>

namespace dmkit {

/// Index of the column called @p name: an exact match first, else one that differs in the case of ASCII letters only.
[[nodiscard]] std::optional<std::size_t> find_column(std::span<const column_metadata> columns,
                                                     std::string_view name) noexcept;

/// One row, not owned. Fields, and the text in them, are valid as long as the result they come from says: for rows
/// until its next row is taken, for results as long as it lives.
class row_view {
  public:
    row_view() noexcept = default;
    row_view(std::span<const field_view> fields, std::span<const column_metadata> columns,
             std::int64_t row_id = 0) noexcept
        : fields_(fields), columns_(columns), row_id_(row_id) {}

    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
    [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
    /// @p index must be below size().
    [[nodiscard]] const field_view& operator[](std::size_t index) const noexcept { return fields_[index]; }
    /// @throws error (no_such_column)
    [[nodiscard]] const field_view& at(std::size_t index) const;
    /// By name, see find_column(). @throws error (no_such_column)
    [[nodiscard]] const field_view& at(std::string_view name) const;
    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
    [[nodiscard]] auto end() const noexcept { return fields_.end(); }
    [[nodiscard]] std::span<const field_view> fields() const noexcept { return fields_; }
    [[nodiscard]] std::span<const column_metadata> columns() const noexcept { return columns_; }
    /// The number that DM8 sends beside each row; 0 if there is none.
    [[nodiscard]] std::int64_t row_id() const noexcept { return row_id_; }

  private:
    std::span<const field_view> fields_;
    std::span<const column_metadata> columns_;
    std::int64_t row_id_ = 0;
};

/// The columns of a result, shared by everything that was made from it.
using shared_columns = std::shared_ptr<const std::vector<column_metadata>>;

/// One row that owns its fields.
class row {
  public:
    row() = default;
    /// Copies @p view; @p columns are those of its result.
    row(const row_view& view, shared_columns columns)
        : fields_(view.begin(), view.end()), columns_(std::move(columns)), row_id_(view.row_id()) {}

    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
    [[nodiscard]] const field& operator[](std::size_t index) const noexcept { return fields_[index]; }
    /// @throws error (no_such_column)
    [[nodiscard]] const field& at(std::size_t index) const;
    [[nodiscard]] const field& at(std::string_view name) const;
    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
    [[nodiscard]] auto end() const noexcept { return fields_.end(); }
    [[nodiscard]] std::span<const column_metadata> columns() const noexcept {
        return columns_ ? std::span<const column_metadata>(*columns_) : std::span<const column_metadata>{};
    }
    [[nodiscard]] std::int64_t row_id() const noexcept { return row_id_; }
    friend bool operator==(const row& a, const row& b) noexcept { return a.fields_ == b.fields_; }

  private:
    std::vector<field> fields_;
    shared_columns columns_;
    std::int64_t row_id_ = 0;
};

}  // namespace dmkit

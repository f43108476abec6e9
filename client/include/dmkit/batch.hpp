#pragma once

#include <cstddef>
#include <ranges>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/mp11/algorithm.hpp>

#include <dmkit/mapping.hpp>

namespace dmkit {

/// Rows of a batch whose values have names; made by by_name().
template <std::ranges::view View>
class named_rows {
  public:
    named_rows(View rows, std::vector<std::string_view> names) : rows_(std::move(rows)), names_(std::move(names)) {}
    [[nodiscard]] auto begin() const { return std::ranges::begin(rows_); }
    [[nodiscard]] auto end() const { return std::ranges::end(rows_); }
    /// Of the values of each row.
    [[nodiscard]] std::span<const std::string_view> parameter_names() const noexcept { return names_; }

  private:
    View rows_;
    std::vector<std::string_view> names_;
};

/// `db.execute_many("INSERT INTO T VALUES(:id, :name)", by_name(rows, {"name", "id"}))`: the values of each row have
/// these names, by the rules of named(). Rows that are an lvalue and the characters of @p names must live until the
/// call has ended.
template <std::ranges::random_access_range Range>
[[nodiscard]] auto by_name(Range&& rows, std::vector<std::string_view> names) {
    return named_rows(std::views::all(std::forward<Range>(rows)), std::move(names));
}

/// The same for rows of a struct that Boost.Describe knows: the names are those of its members.
template <std::ranges::random_access_range Range>
    requires detail::described<std::ranges::range_value_t<Range>>
[[nodiscard]] auto by_name(Range&& rows) {
    std::vector<std::string_view> names;
    boost::mp11::mp_for_each<detail::members_of<std::ranges::range_value_t<Range>>>(
        [&](auto descriptor) { names.emplace_back(descriptor.name); });
    return by_name(std::forward<Range>(rows), std::move(names));
}

namespace detail {

/// The rows of a batch, as execute_many() is given them: their number and the fields of each.
class batch_source {
  public:
    virtual ~batch_source() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    /// Names of the fields; empty if they have none.
    [[nodiscard]] virtual std::span<const std::string_view> names() const { return {}; }
    /// Fields of row @p index, views into the caller's rows. @p out is empty when it is called.
    virtual void row(std::size_t index, std::vector<field_view>& out) const = 0;
};

template <std::ranges::random_access_range Range>
class range_source final : public batch_source {
  public:
    explicit range_source(const Range& range) noexcept : range_(range) {}
    [[nodiscard]] std::size_t size() const override { return static_cast<std::size_t>(std::ranges::size(range_)); }
    [[nodiscard]] std::span<const std::string_view> names() const override {
        if constexpr (requires { range_.parameter_names(); })
            return range_.parameter_names();
        else
            return {};
    }
    void row(std::size_t index, std::vector<field_view>& out) const override {
        append_fields(std::ranges::begin(range_)[static_cast<std::ranges::range_difference_t<const Range>>(index)],
                      out);
    }

  private:
    const Range& range_;
};

/// A batch_source that owns its rows.
template <class Range>
class owned_range_source final : public batch_source {
  public:
    explicit owned_range_source(Range range) : range_(std::move(range)), view_(range_) {}
    owned_range_source(const owned_range_source&) = delete;
    [[nodiscard]] std::size_t size() const override { return view_.size(); }
    [[nodiscard]] std::span<const std::string_view> names() const override { return view_.names(); }
    void row(std::size_t index, std::vector<field_view>& out) const override { view_.row(index, out); }

  private:
    Range range_;
    range_source<Range> view_;
};

}  // namespace detail

}  // namespace dmkit

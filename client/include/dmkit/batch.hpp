#pragma once

#include <cstddef>
#include <ranges>
#include <utility>
#include <vector>

#include <dmkit/mapping.hpp>

namespace dmkit::detail {

/// The rows of a batch, as execute_many() is given them: their number and the fields of each.
class batch_source {
  public:
    virtual ~batch_source() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    /// Fields of row @p index, views into the caller's rows. @p out is empty when it is called.
    virtual void row(std::size_t index, std::vector<field_view>& out) const = 0;
};

template <std::ranges::random_access_range Range>
class range_source final : public batch_source {
  public:
    explicit range_source(const Range& range) noexcept : range_(range) {}
    [[nodiscard]] std::size_t size() const override { return static_cast<std::size_t>(std::ranges::size(range_)); }
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
    void row(std::size_t index, std::vector<field_view>& out) const override { view_.row(index, out); }

  private:
    Range range_;
    range_source<Range> view_;
};

}  // namespace dmkit::detail

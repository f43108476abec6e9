#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <dmkit/mapping.hpp>
#include <dmkit/row.hpp>

namespace dmkit {

/// A row of a batch that the server refused while it went on with the others.
struct batch_error {
    std::size_t row = 0;  ///< from 0
    int code = 0;         ///< DM8's, negative
    std::string message;  ///< UTF-8
};

/// What an execution reports beside rows.
struct execution_result {
    std::int64_t affected_rows = 0;   ///< of INSERT, UPDATE, DELETE; rows of a query if the server knows their number
    std::int64_t last_insert_id = 0;  ///< the last identity value given, or the last row's number; 0 if there is none
    std::vector<std::int64_t> generated_keys;  ///< identity values, in order of insertion
    std::vector<std::int64_t> row_counts;      ///< of a batch: rows affected by each row; −3 where it failed
    std::vector<batch_error> failures;         ///< of a batch: the rows that failed
    std::vector<field> out_values;             ///< of OUT and IN OUT parameters, in their order
    std::vector<std::size_t> out_parameters;   ///< which parameters these are, from 0
    std::string printed;                       ///< output of PRINT and DBMS_OUTPUT
    std::string plan;                          ///< of EXPLAIN
    int statement_kind = 0;                    ///< DM8's number for what the statement was (docs/protocol)
    int warning = 0;                           ///< positive code of the server, 0 none
};

namespace detail {
struct result_store;
}  // namespace detail

/// A whole result, owned: rows may be visited in any order and are valid as long as this object lives. Move-only.
class results {
  public:
    results() noexcept;
    explicit results(std::unique_ptr<detail::result_store> store) noexcept;
    results(results&&) noexcept;
    results& operator=(results&&) noexcept;
    ~results();

    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    [[nodiscard]] const std::vector<column_metadata>& columns() const noexcept;
    /// @p index must be below size().
    [[nodiscard]] row_view operator[](std::size_t index) const noexcept;
    /// @throws std::out_of_range
    [[nodiscard]] row_view at(std::size_t index) const;
    [[nodiscard]] row_view front() const { return at(0); }
    /// A copy of one row that outlives this object.
    [[nodiscard]] row copy(std::size_t index) const;
    [[nodiscard]] const execution_result& info() const noexcept;

    class iterator {
      public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = row_view;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = row_view;
        iterator() noexcept = default;
        iterator(const results* owner, std::size_t index) noexcept : owner_(owner), index_(index) {}
        row_view operator*() const noexcept { return (*owner_)[index_]; }
        iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        iterator operator++(int) noexcept {
            auto before = *this;
            ++index_;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.index_ == b.index_; }

      private:
        const results* owner_ = nullptr;
        std::size_t index_ = 0;
    };
    [[nodiscard]] iterator begin() const noexcept { return {this, 0}; }
    [[nodiscard]] iterator end() const noexcept { return {this, size()}; }

    /// Every row as Ts… (one row type: a struct; several: a tuple). Views in them point into this object.
    /// @throws error if the columns do not fit, or a value does not
    template <class... Ts>
    [[nodiscard]] std::vector<typename detail::row_type<Ts...>::type> as() const {
        using type = typename detail::row_type<Ts...>::type;
        const detail::row_reader_for<type> reader(columns());
        std::vector<type> out;
        out.reserve(size());
        for (const row_view line : *this)
            out.push_back(reader.read(line));
        return out;
    }

  private:
    std::unique_ptr<detail::result_store> store_;
};

}  // namespace dmkit

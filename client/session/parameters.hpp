#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/error.hpp>
#include <dmkit/field.hpp>
#include <dmkit/metadata.hpp>
#include <dmkit/wire/messages/statement.hpp>

#include "client/session/lob_stream.hpp"
#include "client/session/state.hpp"

namespace dmkit::session {

/// Where the values of an execution come from: one row, or the many of a batch.
class parameter_source {
  public:
    virtual ~parameter_source() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    /// Of the values of each row; empty if they are in the statement's order.
    [[nodiscard]] virtual std::span<const std::string_view> names() const { return {}; }
    /// The values of row @p index; valid until the next call.
    [[nodiscard]] virtual std::span<const field_view> row(std::size_t index) const = 0;
};

/// One row of values that lie somewhere else.
class single_row final : public parameter_source {
  public:
    explicit single_row(std::span<const field_view> fields, std::span<const std::string_view> names = {}) noexcept
        : fields_(fields), names_(names) {}
    [[nodiscard]] std::size_t size() const override { return 1; }
    [[nodiscard]] std::span<const std::string_view> names() const override { return names_; }
    [[nodiscard]] std::span<const field_view> row(std::size_t /*index*/) const override { return fields_; }

  private:
    std::span<const field_view> fields_;
    std::span<const std::string_view> names_;
};

struct parameter_fault {
    client_errc code = client_errc{};
    std::string text;
    explicit operator bool() const noexcept { return code != client_errc{}; }
};

/// A value that is too long for its row and goes ahead of it by PUT_DATA.
struct off_row_value {
    std::size_t parameter = 0;
    std::vector<std::byte> data = {};
    lob_stream* stream = nullptr;  ///< gives the data, if it is set
};

/// Types and bytes of parameters for EXECUTE. A parameter is sent with the type that the server has described if that
/// description is exact, marked, or the value is NULL; else with the natural type of its values, as the vendor's Go
/// driver does it (docs/protocol: EXECUTE2).
class parameter_writer {
  public:
    parameter_writer(session_state& state, std::span<const parameter_metadata> described) noexcept;
    parameter_writer(const parameter_writer&) = delete;
    parameter_writer& operator=(const parameter_writer&) = delete;

    /// The handle that a cursor travels as.
    void set_cursor(std::size_t parameter, std::int32_t handle) { cursors_.insert_or_assign(parameter, handle); }
    /// The type of an OUT parameter whose type the server does not know.
    void set_wanted(std::size_t parameter, const data_type& type) { wanted_.insert_or_assign(parameter, type); }
    /// Finds for each of the statement's parameters the value of its name; not at all without names. Comes before all
    /// else.
    [[nodiscard]] parameter_fault take_names(std::span<const std::string_view> names);
    /// Places of the given value in the statement: all that have its name, or its own.
    template <class Visit>
    void for_each_place(std::size_t given, const Visit& visit) const {
        if (given_count_ == 0) {
            visit(given);
            return;
        }
        for (std::size_t i = 0; i < buffers_.places.size(); ++i)
            if (buffers_.places[i] == given)
                visit(i);
    }
    /// The value of a parameter comes in pieces. @return a fault if it cannot
    [[nodiscard]] parameter_fault set_stream(std::size_t parameter, const lob_source& source);
    /// Checks the number of values in every row and settles the types.
    [[nodiscard]] parameter_fault choose_types(const parameter_source& rows);
    /// Appends one row of values, as many as choose_types() has seen. Values that go off the row are in off_row()
    /// afterwards.
    [[nodiscard]] parameter_fault add_row(std::span<const field_view> given);
    /// Forgets the rows, keeps the types.
    void clear_rows() noexcept {
        buffers_.rows.clear();
        off_row_.clear();
    }

    [[nodiscard]] std::vector<wire::parameter_type>& types() noexcept { return buffers_.request.types; }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return buffers_.rows; }
    [[nodiscard]] std::vector<off_row_value>& off_row() noexcept { return off_row_; }
    /// Takes back the last row, whose bytes begin at @p size.
    void shrink(std::size_t size) noexcept { buffers_.rows.resize(size); }

  private:
    /// The values of a row in the statement's order.
    [[nodiscard]] std::span<const field_view> arranged(std::span<const field_view> given);
    [[nodiscard]] parameter_fault add_value(std::size_t index, const field_view& value, wire::value_context& context);
    [[nodiscard]] parameter_fault add_stream(std::size_t index, lob_stream& stream);
    [[nodiscard]] parameter_fault describe(std::size_t index, const field_view& value, wire::value_fault fault) const;

    session_state& state_;
    parameter_buffers& buffers_;
    std::span<const parameter_metadata> described_;
    std::size_t given_count_ = 0;  ///< values with names; 0 if they have none
    std::vector<off_row_value> off_row_;
    std::map<std::size_t, std::int32_t> cursors_;
    std::map<std::size_t, data_type> wanted_;
    std::map<std::size_t, lob_stream> streams_;
};

/// The type that a value has by itself; VARCHAR for NULL.
[[nodiscard]] data_type natural_type(const field_view& value) noexcept;

}  // namespace dmkit::session

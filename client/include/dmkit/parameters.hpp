#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <dmkit/conversion.hpp>
#include <dmkit/lob_source.hpp>
#include <dmkit/output.hpp>

namespace dmkit {

/// A parameter with its name; made by named().
template <class T>
struct named_parameter {
    std::string_view name;
    T value;
};

/// `db.execute("UPDATE T SET V = :v WHERE ID = :id", named("id", 5), named("v", "x"))`: the parameter `:id`, in
/// whatever place. The order is free, and one that stands in several places of the statement is given once. @p name is
/// written without the colon and compared without regard to the case of ASCII letters; it may be a number, for `:1`.
/// With a value that is out() or in_out() the variable is taken from each of the places that give a value, the last one
/// counting.
///
/// Names are those that the server tells of its parameters when it prepares the statement, as with the vendor's
/// drivers; the text is sent as it is. All parameters of a call have names, or none has: client_errc::parameter_name
/// says which one is missing, unknown or given twice, before anything is executed.
///
/// Refers to a @p value that is an lvalue, which must live until the call has ended; asynchronous calls copy it. The
/// name is copied by asynchronous calls likewise.
template <class T>
[[nodiscard]] auto named(std::string_view name, T&& value) {
    if constexpr (std::is_lvalue_reference_v<T>)
        return named_parameter<const std::remove_reference_t<T>&>{name, value};
    else
        return named_parameter<std::remove_cv_t<T>>{name, std::forward<T>(value)};
}

namespace detail {

template <class T>
inline constexpr bool is_named = false;
template <class T>
inline constexpr bool is_named<named_parameter<T>> = true;

/// What a call is given for one parameter, without its name.
template <class T>
[[nodiscard]] const auto& value_of(const T& param) noexcept {
    if constexpr (is_named<T>)
        return param.value;
    else
        return param;
}

template <class T>
[[nodiscard]] std::string_view name_of(const T& param) noexcept {
    if constexpr (is_named<T>)
        return param.name;
    else
        return {};
}

/// A parameter's value as it is sent with its row; one that comes in pieces is none yet.
template <class T>
[[nodiscard]] field_view field_of(const T& param) {
    if constexpr (std::same_as<T, lob_source>)
        return {};
    else
        return sent_field(param);
}

/// A value that comes in pieces.
struct streamed_parameter {
    std::size_t parameter = 0;  ///< from 0
    lob_source source;
};

template <class T>
void add_stream(const T& param, std::size_t index, std::vector<streamed_parameter>& out) {
    if constexpr (std::same_as<T, lob_source>)
        out.push_back({index, param});
}

/// The values among the parameters of a call that come in pieces.
template <class... Params>
[[nodiscard]] std::vector<streamed_parameter> streams_of(const Params&... params) {
    std::vector<streamed_parameter> out;
    if constexpr ((std::same_as<std::remove_cvref_t<decltype(value_of(params))>, lob_source> || ...)) {
        std::size_t index = 0;
        (add_stream(value_of(params), index++, out), ...);
    }
    return out;
}

/// The variables among the parameters of a call.
template <class... Params>
[[nodiscard]] std::vector<output_target> outputs_of(const Params&... params) {
    std::vector<output_target> out;
    if constexpr ((is_output<std::remove_cvref_t<decltype(value_of(params))>> || ...)) {
        std::size_t index = 0;
        (add_output(value_of(params), index++, out), ...);
    }
    return out;
}

/// The parameters of a call, as views.
struct parameter_set {
    std::span<const field_view> fields;
    std::span<const std::string_view> names = {};      ///< of the fields; empty if none has one
    std::span<const output_target> outputs = {};       ///< their places are those of the fields
    std::span<const streamed_parameter> streams = {};  ///< likewise; their fields are NULL
};

/// The parameters of a call, with values that lie where the caller has them.
template <class... Params>
class given_parameters {
  public:
    explicit given_parameters(const Params&... params)
        : fields_{field_of(value_of(params))...},
          names_{names_of(params...)},
          outputs_(outputs_of(params...)),
          streams_(streams_of(params...)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    operator parameter_set() const noexcept { return {fields_, names_, outputs_, streams_}; }

  private:
    static constexpr bool has_names = (is_named<Params> || ...);
    using name_list = std::array<std::string_view, has_names ? sizeof...(Params) : 0>;
    static name_list names_of(const Params&... params) noexcept {
        if constexpr (has_names)
            return {name_of(params)...};
        else
            return {};
    }
    std::array<field_view, sizeof...(Params)> fields_;
    name_list names_;
    std::vector<output_target> outputs_;
    std::vector<streamed_parameter> streams_;
};

/// As parameter_set, but for the variables of its own.
struct owned_parameters {
    std::vector<field> fields;
    std::vector<std::string> names = {};
    std::vector<output_target> outputs = {};
    std::vector<streamed_parameter> streams = {};
};

template <class... Params>
[[nodiscard]] owned_parameters own(const Params&... params) {
    owned_parameters out;
    out.fields.reserve(sizeof...(Params));
    (out.fields.emplace_back(field_of(value_of(params))), ...);
    if constexpr ((is_named<Params> || ...))
        (out.names.emplace_back(name_of(params)), ...);
    out.outputs = outputs_of(params...);
    out.streams = streams_of(params...);
    return out;
}

/// Views of owned_parameters, which must outlive them.
class parameter_views {
  public:
    parameter_views() = default;
    explicit parameter_views(const owned_parameters& owned)
        : fields_(owned.fields.begin(), owned.fields.end()),
          names_(owned.names.begin(), owned.names.end()),
          outputs_(owned.outputs),
          streams_(owned.streams) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    operator parameter_set() const noexcept { return {fields_, names_, outputs_, streams_}; }

  private:
    std::vector<field_view> fields_;
    std::vector<std::string_view> names_;
    std::span<const output_target> outputs_;
    std::span<const streamed_parameter> streams_;
};

}  // namespace detail

}  // namespace dmkit

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/pfr/core.hpp>

#include <dmkit/conversion.hpp>
#include <dmkit/row.hpp>

/// Rows as tuples and structs. A struct that Boost.Describe knows is matched by column names (find_column()); members
/// may then stand in any order and columns without member are ignored. Any other aggregate is matched by position. What
/// fits is checked once a result, not once a row.
namespace dmkit::detail {

template <class T>
concept described = boost::describe::has_describe_members<T>::value;

template <class T>
inline constexpr bool is_tuple = false;
template <class... Ts>
inline constexpr bool is_tuple<std::tuple<Ts...>> = true;

template <class T>
concept readable_row = is_tuple<T> || described<T> || (std::is_aggregate_v<T> && !readable_field<T>);

void check_count(std::size_t wanted, std::span<const column_metadata> columns);
[[nodiscard]] std::size_t check_name(std::string_view member, std::span<const column_metadata> columns);
[[noreturn]] void refuse_column(std::span<const column_metadata> columns, std::size_t index);

template <class T>
void check_column(std::span<const column_metadata> columns, std::size_t index) {
    if (!accepts<T>(columns[index]))
        refuse_column(columns, index);
}

template <class T>
void read_column(const row_view& row, std::size_t index, T& out) {
    if (const auto fault = read_field(row[index], out); fault != client_errc{})
        throw read_error(fault, row.columns(), index);
}

template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

/// Reads rows of one result as T.
template <class T>
class row_reader_for;

template <class... Ts>
class row_reader_for<std::tuple<Ts...>> {
  public:
    explicit row_reader_for(std::span<const column_metadata> columns) {
        check_count(sizeof...(Ts), columns);
        std::size_t index = 0;
        (check_column<Ts>(columns, index++), ...);
    }
    [[nodiscard]] std::tuple<Ts...> read(const row_view& row) const {
        std::tuple<Ts...> out;
        std::apply([&, index = std::size_t{0}](Ts&... members) mutable { (read_column(row, index++, members), ...); },
                   out);
        return out;
    }
};

template <class T>
    requires(described<T> && !is_tuple<T>)
class row_reader_for<T> {
  public:
    explicit row_reader_for(std::span<const column_metadata> columns) {
        std::size_t member = 0;
        boost::mp11::mp_for_each<members_of<T>>([&](auto descriptor) {
            using type = std::remove_cvref_t<decltype(std::declval<T&>().*descriptor.pointer)>;
            const auto index = check_name(descriptor.name, columns);
            check_column<type>(columns, index);
            places_[member++] = index;
        });
    }
    [[nodiscard]] T read(const row_view& row) const {
        T out{};
        std::size_t member = 0;
        boost::mp11::mp_for_each<members_of<T>>(
            [&](auto descriptor) { read_column(row, places_[member++], out.*descriptor.pointer); });
        return out;
    }

  private:
    std::size_t places_[boost::mp11::mp_size<members_of<T>>::value + 1] = {};
};

template <class T>
    requires(!described<T> && !is_tuple<T>)
class row_reader_for<T> {
  public:
    explicit row_reader_for(std::span<const column_metadata> columns) {
        constexpr auto count = boost::pfr::tuple_size_v<T>;
        check_count(count, columns);
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (check_column<std::remove_cvref_t<boost::pfr::tuple_element_t<I, T>>>(columns, I), ...);
        }(std::make_index_sequence<count>());
    }
    [[nodiscard]] T read(const row_view& row) const {
        T out{};
        boost::pfr::for_each_field(out, [&](auto& member, std::size_t index) { read_column(row, index, member); });
        return out;
    }
};

/// What one row of a result is read as: T itself if it is a row type, else a tuple.
template <class... Ts>
struct row_type {
    using type = std::tuple<Ts...>;
};
template <readable_row T>
struct row_type<T> {
    using type = T;
};

/// Appends the fields of one row of parameters: a tuple, a described struct, another aggregate, or a range of fields.
template <class T>
void append_fields(const T& row, std::vector<field_view>& out) {
    if constexpr (is_tuple<T>) {
        std::apply([&](const auto&... members) { (out.push_back(to_field(members)), ...); }, row);
    } else if constexpr (std::convertible_to<T, std::span<const field_view>>) {
        const std::span<const field_view> fields = row;
        out.insert(out.end(), fields.begin(), fields.end());
    } else if constexpr (std::convertible_to<T, std::span<const field>>) {
        for (const field& member : std::span<const field>(row))
            out.emplace_back(member);
    } else if constexpr (described<T>) {
        boost::mp11::mp_for_each<members_of<T>>(
            [&](auto descriptor) { out.push_back(to_field(row.*descriptor.pointer)); });
    } else if constexpr (std::is_constructible_v<field_view, const T&> || is_optional<T>) {
        out.push_back(to_field(row));
    } else {
        static_assert(std::is_aggregate_v<T>, "a row of parameters is a tuple, a struct or a range of fields");
        boost::pfr::for_each_field(row, [&](const auto& member) { out.push_back(to_field(member)); });
    }
}

}  // namespace dmkit::detail

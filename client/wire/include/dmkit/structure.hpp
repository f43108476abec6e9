#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>

namespace dmkit {

/// What holds the elements of a collection (dm8-data §10.1).
enum class collection_kind : std::uint16_t {
    none = 0,  ///< no collection
    varray = 1,
    nested_table = 2,
    index_table = 3,  ///< no driver reads or writes its values
};

/// A type as DM8 describes it: a simple one, or an array, record, object or collection with the types of what it holds.
struct type_description {
    data_type type;                   ///< precision and scale are those of simple types, else 0
    std::string name;                 ///< of all but simple types, UTF-8; empty for anonymous ones
    std::int32_t schema_id = 0;       ///< the server's own numbers, handed back unchanged
    std::int32_t package_id = 0;      ///< likewise
    std::int32_t object_id = 0;       ///< likewise; collection_object_id for collections
    std::int32_t object_version = 0;  ///< likewise
    std::int32_t length = 0;          ///< elements of a static array
    std::int32_t outer_id = 0;        ///< collections: the type that defines this one
    std::int32_t outer_version = 0;   ///< likewise
    std::uint16_t sub_id = 0;         ///< likewise
    collection_kind collection = collection_kind::none;
    std::int32_t max_count = 0;  ///< elements that a VARRAY may hold
    /// Fields of records and objects, in order; of arrays and collections the one element.
    std::vector<type_description> members;
    friend bool operator==(const type_description&, const type_description&) = default;
};

/// The object id that says "a collection".
inline constexpr std::int32_t collection_object_id = 4;

/// True for arrays, records, objects and collections.
[[nodiscard]] constexpr bool is_structured(type_id id) noexcept {
    return id == type_id::array || id == type_id::class_ || id == type_id::record || id == type_id::static_array;
}
/// The scale that marks a BLOB column as holding objects.
inline constexpr std::int32_t object_blob_scale = 5;
/// True for the types that a type description accompanies: the structured ones, and objects kept in a BLOB.
[[nodiscard]] constexpr bool has_type_description(type_id id, std::int32_t scale) noexcept {
    return is_structured(id) || (id == type_id::blob && scale == object_blob_scale);
}
[[nodiscard]] inline bool is_collection(const type_description& type) noexcept {
    return type.type.id == type_id::class_ && type.object_id == collection_object_id;
}

/// A value of a structured type: NULL, a simple value, or the values of its members.
class structured_value {
  public:
    using list = std::vector<structured_value>;

    structured_value() noexcept = default;  ///< NULL
    /// A simple value.
    template <class T>
        requires(!std::is_same_v<std::remove_cvref_t<T>, structured_value> && std::is_constructible_v<field, T>)
    structured_value(T&& value) : value_(field(std::forward<T>(value))) {}
    /// Fields of a record or object, elements of an array or collection.
    structured_value(list members) noexcept : value_(std::move(members)) {}

    [[nodiscard]] bool is_null() const noexcept {
        const auto* simple = std::get_if<field>(&value_);
        return simple != nullptr && simple->is_null();
    }
    [[nodiscard]] bool has_members() const noexcept { return std::holds_alternative<list>(value_); }
    /// @throws std::bad_variant_access if it has members
    [[nodiscard]] const field& simple() const { return std::get<field>(value_); }
    /// @throws std::bad_variant_access if it is NULL or a simple value
    [[nodiscard]] const list& members() const { return std::get<list>(value_); }

    friend bool operator==(const structured_value&, const structured_value&) = default;

  private:
    std::variant<field, list> value_;
};

}  // namespace dmkit

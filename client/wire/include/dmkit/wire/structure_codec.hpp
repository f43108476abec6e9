#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <dmkit/structure.hpp>
#include <dmkit/wire/byte_reader.hpp>
#include <dmkit/wire/value_codec.hpp>

/// Types 117, 119, 121 and 122 and objects kept in a BLOB: their descriptions and values (dm8-data §10). The bytes
/// nest; nothing goes deeper than max_structure_depth.
namespace dmkit::wire {

inline constexpr int max_structure_depth = 32;

/// Reads one description as a server sends it (§10.1) and gives its bytes, for decode_type_description(). What is wrong
/// is told by the reader's fault.
[[nodiscard]] std::span<const std::byte> skip_type_description(byte_reader& in) noexcept;

/// Decodes one description as a server sends it (§10.1). On a fault, which the reader tells, @p out is unspecified.
void decode_type_description(byte_reader& in, charset_converter& text, type_description& out);
/// @return unmappable if a name cannot be expressed in the session's character set; @p out is then as it was.
[[nodiscard]] value_fault encode_type_description(const type_description& type, charset_converter& text,
                                                  std::vector<std::byte>& out);
/// Appends the short form in which a client says which type a parameter has (§10.2).
[[nodiscard]] value_fault encode_packed_description(const type_description& type, charset_converter& text,
                                                    std::vector<std::byte>& out);
/// Decodes the short form. It names objects and collections without their members.
void decode_packed_description(byte_reader& in, charset_converter& text, type_description& out);

/// Decodes a value of structured type @p type (§10.3), or an object kept in a BLOB if @p bytes begin as one. A
/// reference to an object that stands elsewhere in the value is value_fault::unsupported: its numbering is not known.
[[nodiscard]] value_fault decode_structure(const type_description& type, std::span<const std::byte> bytes,
                                           value_context& context, structured_value& out);
/// Appends a value that is not NULL.
/// @return wrong_kind if the value's shape is not that of the type, out_of_range if a collection or static array holds
/// too many elements, and the faults of encode_value()
[[nodiscard]] value_fault encode_structure(const type_description& type, const structured_value& value,
                                           value_context& context, std::vector<std::byte>& out);
/// Appends an object as a BLOB keeps it: magic number, description for checking, value.
[[nodiscard]] value_fault encode_object_blob(const type_description& type, const structured_value& value,
                                             value_context& context, std::vector<std::byte>& out);

}  // namespace dmkit::wire

#pragma once

#include <memory>

#include <dmkit/field.hpp>
#include <dmkit/structure.hpp>

namespace dmkit {

namespace session {
struct structure_codec;
}  // namespace session

/// Reads and makes the values of one array, record, object or collection type. A field of such a column holds the bytes
/// as they travel; decode() gives their members. A parameter of such a type takes what encode() makes. Immutable, may
/// outlive its connection and be used by many threads. The session's time zone is the one that was in force when the
/// server described the type (PREPARE, or the execution of a direct statement): after ALTER SESSION SET TIME_ZONE
/// prepare again where a member is a TIMESTAMP WITH LOCAL TIME ZONE.
class structured_type {
  public:
    explicit structured_type(std::unique_ptr<const session::structure_codec> codec) noexcept;
    ~structured_type();
    structured_type(const structured_type&) = delete;
    structured_type& operator=(const structured_type&) = delete;

    /// What the server says of the type.
    [[nodiscard]] const type_description& description() const noexcept;
    /// The members of @p encoded, which is a field of the column or an OUT value.
    /// @throws error (value_format, unsupported_type)
    [[nodiscard]] structured_value decode(bytes_view encoded) const;
    /// The parameter that passes @p value; NULL is passed as a NULL field instead.
    /// @throws error (parameter_type, parameter_too_long, text_not_encodable, unsupported_type) if the value is not of
    /// the shape of the type or a member cannot be expressed
    [[nodiscard]] bytes encode(const structured_value& value) const;

    /// For the session's own code.
    [[nodiscard]] const session::structure_codec& codec() const noexcept { return *codec_; }

  private:
    std::unique_ptr<const session::structure_codec> codec_;
};

/// True if both describe the same type, or there is none.
[[nodiscard]] bool same_structure(const std::shared_ptr<const structured_type>& a,
                                  const std::shared_ptr<const structured_type>& b) noexcept;

}  // namespace dmkit

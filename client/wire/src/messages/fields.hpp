#pragma once

// How a message's one declaration names its fields and their places.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include <dmkit/wire/messages/message.hpp>

namespace dmkit::wire::detail {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;

/// To be specialised for each message: name, code, from, proof, fields.
template <class M>
struct layout;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// When a field is there. @p left is what is left of the body (decoding only; encoding asks the member when
/// it is optional).
template <class M>
struct condition {
    std::string_view text;
    bool (*holds)(const M&, const codec_context&, std::span<const std::byte> left) = nullptr;
};

/// If any body bytes are left; the member is a std::optional.
template <class M>
inline constexpr condition<M> if_bytes_remain{
    "if bytes remain", [](const M&, const codec_context&, std::span<const std::byte> left) { return !left.empty(); }};

template <class M, class Member, class Form>
struct field {
    std::string_view name;
    Member M::* member;
    Form form;
    condition<M> when;
    bool secret = false;
};

/// A number in the header. The member may be any integer, bool or a vector (then the number is its size). With a @p
/// Source the number that is written is the size of that member.
template <class Wire, auto Source = nullptr>
struct in_header {
    std::size_t at;
};

template <std::size_t At, class Wire, class M, class Member>
constexpr auto header(std::string_view name, Member M::* member, condition<M> when = {}) {
    static_assert(At + sizeof(Wire) <= header_size);
    return field<M, Member, in_header<Wire>>{name, member, {At}, when};
}
template <std::size_t At, class Wire, auto Source, class M, class Member>
constexpr auto size_in_header(std::string_view name, Member M::* member) {
    static_assert(At + sizeof(Wire) <= header_size);
    return field<M, Member, in_header<Wire, Source>>{name, member, {At}, {}};
}
template <class Form, class M, class Member>
constexpr auto body(std::string_view name, Member M::* member, condition<M> when = {}) {
    return field<M, Member, Form>{name, member, {}, when};
}
template <class Form, class M, class Member>
constexpr auto secret_body(std::string_view name, Member M::* member) {
    return field<M, Member, Form>{name, member, {}, {}, true};
}

template <class Wire>
constexpr std::string_view number_form() {
    if constexpr (std::is_same_v<Wire, u8>)
        return "u8";
    if constexpr (std::is_same_v<Wire, i8>)
        return "i8";
    if constexpr (std::is_same_v<Wire, u16>)
        return "u16";
    if constexpr (std::is_same_v<Wire, i16>)
        return "i16";
    if constexpr (std::is_same_v<Wire, u32>)
        return "u32";
    if constexpr (std::is_same_v<Wire, i32>)
        return "i32";
    if constexpr (std::is_same_v<Wire, i64>)
        return "i64";
}

}  // namespace dmkit::wire::detail

#pragma once

// The machinery behind a message's one declaration. layout<M>::fields lists the fields of M with their places;
// decoding, encoding, the trace and the table in docs/protocol/messages.md all walk that list.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

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

// ---- forms of body fields: read(reader, member, message, context), write(writer, member, message, context), text ----

template <class Wire>
struct number {
    static constexpr std::string_view text = number_form<Wire>();
    static constexpr std::size_t smallest = sizeof(Wire);
    template <class T, class M>
    static void read(byte_reader& in, T& out, const M&, const codec_context&) {
        const auto value = in.number<Wire>();
        if constexpr (std::is_same_v<T, bool>) {
            out = value != 0;
        } else {
            out = static_cast<T>(value);
        }
    }
    template <class T, class M>
    static void write(byte_writer& out, const T& value, const M&, const codec_context&) {
        out.number(static_cast<Wire>(value));
    }
};

/// Text or bytes behind their length.
template <class Length>
struct counted {
    static constexpr std::string_view text = std::is_same_v<Length, i32>   ? "bytes behind an i32 length"
                                             : std::is_same_v<Length, u16> ? "bytes behind a u16 length"
                                                                           : "bytes behind a u8 length";
    static constexpr std::size_t smallest = sizeof(Length);
    template <class M>
    static void read(byte_reader& in, std::string_view& out, const M&, const codec_context&) {
        out = as_text(in.counted<Length>());
    }
    template <class M>
    static void read(byte_reader& in, std::span<const std::byte>& out, const M&, const codec_context&) {
        out = in.counted<Length>();
    }
    template <class M>
    static void write(byte_writer& out, std::string_view value, const M&, const codec_context&) {
        out.counted<Length>(as_bytes(value));
    }
    template <class M>
    static void write(byte_writer& out, std::span<const std::byte> value, const M&, const codec_context&) {
        out.counted<Length>(value);
    }
};

/// The size of member @p Source, which follows later in the body.
template <class Wire, auto Source>
struct size_of {
    static constexpr std::string_view text = number_form<Wire>();
    static constexpr std::size_t smallest = sizeof(Wire);
    template <class T, class M>
    static void read(byte_reader& in, T& out, const M&, const codec_context&) {
        out = static_cast<T>(in.number<Wire>());
    }
    template <class T, class M>
    static void write(byte_writer& out, const T&, const M& message, const codec_context&) {
        out.number(static_cast<Wire>((message.*Source).size()));
    }
};

/// As many bytes as member @p Size says.
template <auto Size>
struct sized_by {
    static constexpr std::string_view text = "bytes";
    static constexpr std::size_t smallest = 0;
    template <class M>
    static std::span<const std::byte> take(byte_reader& in, const M& message) {
        const auto size = static_cast<std::int64_t>(message.*Size);
        if (size < 0 || static_cast<std::uint64_t>(size) > in.remaining()) {
            in.fail(decode_fault::bad_length);
            return {};
        }
        return in.bytes(static_cast<std::size_t>(size));
    }
    template <class M>
    static void read(byte_reader& in, std::string_view& out, const M& message, const codec_context&) {
        out = as_text(take(in, message));
    }
    template <class M>
    static void read(byte_reader& in, std::span<const std::byte>& out, const M& message, const codec_context&) {
        out = take(in, message);
    }
    template <class M>
    static void write(byte_writer& out, std::string_view value, const M&, const codec_context&) {
        out.text(value);
    }
    template <class M>
    static void write(byte_writer& out, std::span<const std::byte> value, const M&, const codec_context&) {
        out.bytes(value);
    }
};

struct zero_terminated {
    static constexpr std::string_view text = "text and a zero byte";
    static constexpr std::size_t smallest = 1;
    template <class M>
    static void read(byte_reader& in, std::string_view& out, const M&, const codec_context&) {
        out = in.zero_terminated();
    }
    template <class M>
    static void write(byte_writer& out, std::string_view value, const M&, const codec_context&) {
        out.text(value);
        out.number<u8>(0);
    }
};

/// All that is left.
struct rest {
    static constexpr std::string_view text = "all bytes left";
    template <class M>
    static void read(byte_reader& in, std::span<const std::byte>& out, const M&, const codec_context&) {
        out = in.rest();
    }
    template <class M>
    static void write(byte_writer& out, std::span<const std::byte> value, const M&, const codec_context&) {
        out.bytes(value);
    }
};

/// Elements whose number stood before. Each element type has a layout of its own.
struct elements {
    static constexpr std::string_view text = "elements";
    template <class E, class M>
    static void read(byte_reader& in, std::vector<E>& out, const M&, const codec_context& context);
    template <class E, class M>
    static void write(byte_writer& out, const std::vector<E>& value, const M&, const codec_context& context);
};

/// As elements, but their number stands in front of them in the body.
template <class Count>
struct counted_elements {
    static constexpr std::string_view text = "i32 count, then elements";
    template <class E, class M>
    static void read(byte_reader& in, std::vector<E>& out, const M& message, const codec_context& context);
    template <class E, class M>
    static void write(byte_writer& out, const std::vector<E>& value, const M& message, const codec_context& context);
};

/// Smallest number of bytes an element takes: the bound for counts that come before.
template <class E>
constexpr std::size_t smallest_element() {
    if constexpr (std::is_integral_v<E>) {
        return sizeof(E);
    } else {
        return layout<E>::smallest;
    }
}

template <class E>
void resize_checked(byte_reader& in, std::vector<E>& out, std::int64_t count, std::size_t available) {
    if (count < 0 || static_cast<std::uint64_t>(count) > available / smallest_element<E>()) {
        in.fail(decode_fault::bad_count);
        out.clear();
        return;
    }
    out.resize(static_cast<std::size_t>(count));
}

template <class M>
bool applies(const condition<M>& when, const M& message, const codec_context& context,
             std::span<const std::byte> left) {
    return when.holds == nullptr || when.holds(message, context, left);
}

template <class M, class Member, class Form>
void read_body_field(byte_reader& in, const field<M, Member, Form>& f, M& out, const codec_context& context) {
    if constexpr (is_optional<Member>) {
        auto& member = out.*f.member;
        if (!applies(f.when, out, context, in.left())) {
            member.reset();
            return;
        }
        typename Member::value_type value{};
        Form::read(in, value, out, context);
        member = value;
    } else {
        if (!applies(f.when, out, context, in.left())) {
            if constexpr (requires { (out.*f.member).clear(); }) {
                (out.*f.member).clear();
            } else {
                out.*f.member = Member{};
            }
            return;
        }
        Form::read(in, out.*f.member, out, context);
    }
}

template <class M, class Member, class Form>
void write_body_field(byte_writer& out, const field<M, Member, Form>& f, const M& message,
                      const codec_context& context) {
    if constexpr (is_optional<Member>) {
        if (const auto& member = message.*f.member)
            Form::write(out, *member, message, context);
    } else {
        if (applies(f.when, message, context, {}))
            Form::write(out, message.*f.member, message, context);
    }
}

template <class Form>
inline constexpr bool is_header_form = false;
template <class Wire, auto Source>
inline constexpr bool is_header_form<in_header<Wire, Source>> = true;

template <class Wire, auto Source, class M, class Member>
void read_header_field(byte_reader& in, const frame_view& frame, const field<M, Member, in_header<Wire, Source>>& f,
                       M& out, const codec_context& context) {
    if (!applies(f.when, out, context, {})) {
        if constexpr (!requires { (out.*f.member).size(); })
            out.*f.member = Member{};
        return;
    }
    const auto value = load<Wire>(frame.header.subspan(f.form.at));
    auto& member = out.*f.member;
    if constexpr (requires { member.resize(std::size_t{}); }) {
        resize_checked(in, member, static_cast<std::int64_t>(value), frame.body.size());
    } else if constexpr (std::is_same_v<Member, bool>) {
        member = value != 0;
    } else {
        member = static_cast<Member>(value);
    }
}

template <class Wire, auto Source, class M, class Member>
void write_header_field(byte_writer& out, std::size_t begin, const field<M, Member, in_header<Wire, Source>>& f,
                        const M& message, const codec_context& context) {
    if (!applies(f.when, message, context, {}))
        return;
    const auto& member = message.*f.member;
    if constexpr (!std::is_null_pointer_v<decltype(Source)>) {
        out.patch(begin + f.form.at, static_cast<Wire>((message.*Source).size()));
    } else if constexpr (requires { member.size(); }) {
        out.patch(begin + f.form.at, static_cast<Wire>(member.size()));
    } else {
        out.patch(begin + f.form.at, static_cast<Wire>(member));
    }
}

template <class E, class M>
void elements::read(byte_reader& in, std::vector<E>& out, const M&, const codec_context& context) {
    for (auto& element : out) {
        if (in.failed())
            return;
        if constexpr (std::is_integral_v<E>) {
            element = in.number<E>();
        } else {
            std::apply([&](const auto&... f) { (read_body_field(in, f, element, context), ...); }, layout<E>::fields);
        }
    }
}
template <class E, class M>
void elements::write(byte_writer& out, const std::vector<E>& value, const M&, const codec_context& context) {
    for (const auto& element : value) {
        if constexpr (std::is_integral_v<E>) {
            out.number(element);
        } else {
            std::apply([&](const auto&... f) { (write_body_field(out, f, element, context), ...); }, layout<E>::fields);
        }
    }
}
template <class Count>
template <class E, class M>
void counted_elements<Count>::read(byte_reader& in, std::vector<E>& out, const M& message,
                                   const codec_context& context) {
    const auto count = in.number<Count>();
    resize_checked(in, out, count, in.remaining());
    elements::read(in, out, message, context);
}
template <class Count>
template <class E, class M>
void counted_elements<Count>::write(byte_writer& out, const std::vector<E>& value, const M& message,
                                    const codec_context& context) {
    out.number(static_cast<Count>(value.size()));
    elements::write(out, value, message, context);
}

// ---- whole messages ----

/// Calls @p action with each field of M, in the order of the list.
template <class M, class Action>
void for_each_field([[maybe_unused]] const Action& action) {
    std::apply([&](const auto&... each) { (action(each), ...); }, layout<M>::fields);
}

/// Decodes, and calls @p seen with each field and the range of its bytes in the frame.
template <class M, class Seen>
decode_error decode_fields(const frame_view& frame, const codec_context& context, M& out, const Seen& seen) {
    byte_reader in(frame.body, header_size);
    decode_error error;
    const auto note = [&](const auto& each, std::size_t begin, std::size_t end) {
        if (in.failed() && !error)
            error = {in.fault(), layout<M>::name, each.name, end};
        seen(each, begin, end);
    };
    // Header fields first: conditions of body fields look at them.
    for_each_field<M>([&](const auto& each) {
        if constexpr (is_header_form<std::remove_cvref_t<decltype(each.form)>>) {
            read_header_field(in, frame, each, out, context);
            note(each, each.form.at, each.form.at);
        }
    });
    for_each_field<M>([&](const auto& each) {
        if constexpr (!is_header_form<std::remove_cvref_t<decltype(each.form)>>) {
            const auto begin = in.offset();
            read_body_field(in, each, out, context);
            note(each, begin, in.offset());
        }
    });
    return error;
}

template <class M>
decode_error decode_message(const frame_view& frame, const codec_context& context, M& out) {
    return decode_fields(frame, context, out, [](const auto&, std::size_t, std::size_t) {});
}

template <class M>
void encode_message(const M& message, const codec_context& context, std::vector<std::byte>& buffer) {
    byte_writer out(buffer);
    const auto begin = out.size();
    out.zeros(header_size);
    out.patch(begin + header_offset::code, layout<M>::code);
    for_each_field<M>([&](const auto& each) {
        if constexpr (is_header_form<std::remove_cvref_t<decltype(each.form)>>) {
            write_header_field(out, begin, each, message, context);
        } else {
            write_body_field(out, each, message, context);
        }
    });
    finish_frame(buffer, begin);
}

inline constexpr std::size_t trace_limit = 256;  ///< bytes of one text or byte string that a trace shows

inline void trace_value(std::string& out, std::string_view value) {
    out += '"';
    for (const char c : value.substr(0, trace_limit)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || c == '"' || c == '\\') {
            static constexpr std::string_view digits = "0123456789abcdef";
            out += "\\x";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        } else {
            out += c;
        }
    }
    out += value.size() > trace_limit ? "\"…" : "\"";
}
inline void trace_value(std::string& out, std::span<const std::byte> value) {
    static constexpr std::string_view digits = "0123456789abcdef";
    out += "0x";
    for (const auto byte : value.first(std::min(value.size(), trace_limit))) {
        out += digits[std::to_integer<std::size_t>(byte) >> 4U];
        out += digits[std::to_integer<std::size_t>(byte) & 15U];
    }
    if (value.size() > trace_limit)
        out += "…";
}
template <class T>
    requires std::is_integral_v<T>
void trace_value(std::string& out, T value) {
    out += std::to_string(static_cast<std::int64_t>(value));
}
template <class T>
void trace_value(std::string& out, const std::optional<T>& value) {
    if (value) {
        trace_value(out, *value);
    } else {
        out += "none";
    }
}
template <class E>
void trace_value(std::string& out, const std::vector<E>& value);

template <class M>
void trace_fields(std::string& out, const M& message) {
    out += '{';
    [[maybe_unused]] bool first = true;
    for_each_field<M>([&](const auto& each) {
        const auto& member = message.*each.member;
        // The size of a list is seen from the list itself.
        if constexpr (!(is_header_form<std::remove_cvref_t<decltype(each.form)>> && requires { member.begin(); })) {
            if constexpr (is_optional<std::remove_cvref_t<decltype(member)>>) {
                if (!member)
                    return;
            }
            if (!first)
                out += ", ";
            first = false;
            out += each.name;
            out += '=';
            if (each.secret) {
                out += "***";
            } else {
                trace_value(out, member);
            }
        }
    });
    out += '}';
}

template <class E>
void trace_value(std::string& out, const std::vector<E>& value) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i > 0)
            out += ", ";
        if constexpr (requires { layout<E>::fields; }) {
            trace_fields(out, value[i]);
        } else {
            trace_value(out, value[i]);
        }
    }
    out += ']';
}

template <class M>
void trace_message(const M& message, std::string& out) {
    out += layout<M>::name;
    trace_fields(out, message);
}

// ---- a message shown field by field ----

/// Bytes that one element of a list takes.
template <class E>
std::size_t element_size(const E& element, const codec_context& context) {
    if constexpr (std::is_integral_v<E>) {
        return sizeof(E);
    } else if constexpr (is_optional<E>) {
        // A value behind its length marker, or the mark of NULL alone.
        constexpr std::size_t longest_behind_marker = 0xFFFA;
        return sizeof(u16) +
               (element ? element->size() + (element->size() > longest_behind_marker ? sizeof(i32) : 0) : 0);
    } else {
        std::vector<std::byte> bytes;
        byte_writer out(bytes);
        std::apply([&](const auto&... f) { (write_body_field(out, f, element, context), ...); }, layout<E>::fields);
        return bytes.size();
    }
}

template <class M, class Field>
void visit_field(const M& message, const Field& each, std::size_t offset, std::size_t size,
                 const codec_context& context, field_visitor& visitor);

/// Bytes of @p value that Form puts behind its elements.
template <class Form, class T>
std::size_t bytes_behind(const T& value) {
    if constexpr (requires { Form::bytes_behind(value); })
        return Form::bytes_behind(value);
    return 0;
}

/// True for the form of an element's part that stands behind all elements.
template <class Form>
inline constexpr bool is_behind_elements = requires { Form::behind_elements; };

/// @p behind is where the next part stands that is behind all elements.
template <class E>
void visit_element(const E& element, std::size_t offset, std::size_t& behind, const codec_context& context,
                   field_visitor& visitor) {
    if constexpr (std::is_integral_v<E>) {
        visitor.number({{}, offset, sizeof(E), false}, static_cast<std::int64_t>(element));
    } else if constexpr (is_optional<E>) {
        const field_place place{{}, offset, element_size(element, context), false};
        if (element)
            visitor.bytes(place, *element);
        else
            visitor.null(place);
    } else {
        visitor.begin_element();
        std::vector<std::byte> bytes;
        byte_writer out(bytes);
        for_each_field<E>([&](const auto& each) {
            if constexpr (is_behind_elements<std::remove_cvref_t<decltype(each.form)>>) {
                const auto size = (element.*each.member).size();
                visit_field(element, each, behind, size, context, visitor);
                behind += size;
            } else {
                const auto begin = out.size();
                write_body_field(out, each, element, context);
                visit_field(element, each, offset + begin, out.size() - begin, context, visitor);
            }
        });
        visitor.end_element();
    }
}

template <class Form, class T>
void visit_value(const T& value, const field_place& place, const codec_context& context, field_visitor& visitor) {
    if constexpr (std::is_integral_v<T>) {
        visitor.number(place, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        visitor.text(place, value);
    } else if constexpr (std::is_same_v<T, std::span<const std::byte>>) {
        visitor.bytes(place, value);
    } else {
        visitor.begin_list(place, value.size());
        // Whatever stands in front of the elements, they and what is behind them reach to the end of the field.
        const auto last = bytes_behind<Form>(value);
        std::size_t all = last;
        for (const auto& element : value)
            all += element_size(element, context);
        auto at = place.offset + place.size - std::min(all, place.size);
        auto behind = place.offset + place.size - std::min(last, place.size);
        for (const auto& element : value) {
            visit_element(element, at, behind, context, visitor);
            at += element_size(element, context);
        }
        visitor.end_list();
    }
}

template <class M, class Field>
void visit_field(const M& message, const Field& each, std::size_t offset, std::size_t size,
                 const codec_context& context, field_visitor& visitor) {
    using form = std::remove_cvref_t<decltype(each.form)>;
    const auto& member = message.*each.member;
    const field_place place{each.name, offset, size, each.secret};
    if constexpr (is_optional<std::remove_cvref_t<decltype(member)>>) {
        if (member)
            visit_value<form>(*member, place, context, visitor);
    } else if (applies(each.when, message, context, {})) {
        visit_value<form>(member, place, context, visitor);
    }
}

template <class M>
decode_error visit_message(const frame_view& frame, const codec_context& context, field_visitor& visitor) {
    M message;
    std::vector<std::pair<std::size_t, std::size_t>> places;
    const auto error = decode_fields(frame, context, message, [&](const auto&, std::size_t begin, std::size_t end) {
        places.emplace_back(begin, end);
    });
    if (error)
        return error;
    std::size_t next = 0;
    for_each_field<M>([&](const auto& each) {
        if constexpr (is_header_form<std::remove_cvref_t<decltype(each.form)>>) {
            const auto offset = places[next++].first;
            const auto size = []<class Wire, auto Source>(const in_header<Wire, Source>&) { return sizeof(Wire); };
            const auto& member = message.*each.member;
            if constexpr (requires { member.begin(); }) {
                visitor.count({each.name, offset, size(each.form), false}, member.size());
            } else {
                visit_field(message, each, offset, size(each.form), context, visitor);
            }
        }
    });
    for_each_field<M>([&](const auto& each) {
        if constexpr (!is_header_form<std::remove_cvref_t<decltype(each.form)>>) {
            const auto [begin, end] = places[next++];
            visit_field(message, each, begin, end - begin, context, visitor);
        }
    });
    return error;
}

template <class M>
decode_error encode_message_again(const frame_view& frame, const codec_context& context, std::vector<std::byte>& out) {
    M message;
    const auto error = decode_message(frame, context, message);
    if (!error)
        encode_message(message, context, out);
    return error;
}

template <class M>
message_description describe() {
    message_description result{layout<M>::name,  layout<M>::code,        layout<M>::from, layout<M>::proof, {},
                               visit_message<M>, encode_message_again<M>};
    [[maybe_unused]] std::size_t position = 0;
    for_each_field<M>([&](const auto& each) {
        using form = std::remove_cvref_t<decltype(each.form)>;
        if constexpr (is_header_form<form>) {
            const auto wire = []<class Wire, auto Source>(const in_header<Wire, Source>&) {
                return number_form<Wire>();
            };
            result.fields.push_back({each.name, "@" + std::to_string(each.form.at), wire(each.form), each.when.text});
        } else {
            result.fields.push_back({each.name, "body " + std::to_string(++position), form::text, each.when.text});
        }
    });
    return result;
}

/// Defines what DMKIT_WIRE_MESSAGE declares.
// NOLINTBEGIN(bugprone-macro-parentheses): M is a type
#define DMKIT_WIRE_DEFINE_MESSAGE(M)                                                           \
    decode_error decode(const frame_view& frame, const codec_context& context, M& out) {       \
        return detail::decode_message(frame, context, out);                                    \
    }                                                                                          \
    void encode(const M& message, const codec_context& context, std::vector<std::byte>& out) { \
        detail::encode_message(message, context, out);                                         \
    }                                                                                          \
    void trace(const M& message, std::string& out) {                                           \
        detail::trace_message(message, out);                                                   \
    }
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace dmkit::wire::detail

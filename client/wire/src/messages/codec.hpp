#pragma once

// Decoding and encoding by the list of fields.

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <vector>

#include "forms.hpp"

namespace dmkit::wire::detail {

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

}  // namespace dmkit::wire::detail

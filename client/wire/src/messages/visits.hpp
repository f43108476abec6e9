#pragma once

// Messages shown field by field, and the descriptions of their declarations.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "codec.hpp"

namespace dmkit::wire::detail {

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

}  // namespace dmkit::wire::detail

#pragma once

// Forms of body fields: read(reader, member, message, context), write(writer, member, message, context), text.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <dmkit/wire/byte_reader.hpp>
#include <dmkit/wire/byte_writer.hpp>

#include "fields.hpp"

namespace dmkit::wire::detail {

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
    static constexpr std::string_view text =
        std::is_same_v<Count, i16> ? "i16 count, then elements" : "i32 count, then elements";
    template <class E, class M>
    static void read(byte_reader& in, std::vector<E>& out, const M& message, const codec_context& context);
    template <class E, class M>
    static void write(byte_writer& out, const std::vector<E>& value, const M& message, const codec_context& context);
};

}  // namespace dmkit::wire::detail

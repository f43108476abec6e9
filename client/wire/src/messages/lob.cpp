#include <dmkit/wire/messages/lob.hpp>

#include <limits>

#include "describe.hpp"
#include "layout.hpp"
#include "row_id.hpp"

namespace dmkit::wire {
namespace detail {

/// A field of the body whose member M inherits.
template <class M, class Form, class Base, class Member>
constexpr auto inherited(std::string_view name, Member Base::* member, condition<M> when = {}) {
    return body<Form, M, Member>(name, member, when);
}

template <class M>
inline constexpr condition<M> long_form{
    "new LOB form", [](const M&, const codec_context& context, std::span<const std::byte>) { return context.new_lob; }};

template <class M>
inline constexpr auto lob_flag = std::tuple{inherited<M, number<u8>>("text", &M::text)};

template <class M>
inline constexpr auto lob_id_and_page = std::tuple{
    inherited<M, number<i64>>("id", &M::id),
    inherited<M, number<i16>>("group", &M::group),
    inherited<M, number<i16>>("file", &M::file),
    inherited<M, number<i32>>("page", &M::page),
};

template <class M>
constexpr auto lob_table(condition<M> when = {}) {
    return std::tuple{inherited<M, number<i32>>("table", &M::table, when),
                      inherited<M, number<i16>>("column", &M::column, when)};
}

template <class M>
constexpr auto lob_row(condition<M> when = {}) {
    return std::tuple{inherited<M, row_id_form>("row", &M::row, when)};
}

template <class M>
inline constexpr auto lob_first_page = std::tuple{
    inherited<M, number<i16>>("first_group", &M::first_group, long_form<M>),
    inherited<M, number<i16>>("first_file", &M::first_file, long_form<M>),
    inherited<M, number<i32>>("first_page", &M::first_page, long_form<M>),
};

template <class M>
constexpr auto lob_place(condition<M> when = {}) {
    return std::tuple{
        inherited<M, number<i16>>("current_file", &M::current_file, when),
        inherited<M, number<i32>>("current_page", &M::current_page, when),
        inherited<M, number<i32>>("total_offset", &M::total_offset, when),
    };
}

template <>
struct layout<lob_length_request> {
    using M = lob_length_request;
    static constexpr std::string_view name = "LOB_GET_LENGTH";
    static constexpr auto code = static_cast<std::uint16_t>(command::lob_length);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple_cat(lob_flag<M>, lob_id_and_page<M>, lob_table<M>(long_form<M>),
                                                  lob_row<M>(long_form<M>), lob_first_page<M>);
};

/// Eight bytes when the body has exactly as many, else four.
struct length_of_lob {
    static constexpr std::string_view text = "u32, or i64 if the body has 8 bytes";
    static void read(byte_reader& in, std::int64_t& out, const lob_length_response&, const codec_context&) {
        out = in.remaining() == sizeof(i64) ? in.number<i64>() : std::int64_t{in.number<u32>()};
        if (out < 0)
            in.fail(decode_fault::bad_length);
    }
    static void write(byte_writer& out, std::int64_t value, const lob_length_response&, const codec_context&) {
        if (value > std::numeric_limits<u32>::max())
            out.number(value);
        else
            out.number(static_cast<u32>(value));
    }
};

template <>
struct layout<lob_length_response> {
    using M = lob_length_response;
    static constexpr std::string_view name = "LOB_GET_LENGTH response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{body<length_of_lob>("length", &M::length)};
};

template <>
struct layout<lob_read_request> {
    using M = lob_read_request;
    static constexpr std::string_view name = "LOB_GET_DATA";
    static constexpr auto code = static_cast<std::uint16_t>(command::lob_read);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple_cat(lob_flag<M>, lob_table<M>(), lob_id_and_page<M>, lob_place<M>(),
                                                  std::tuple{
                                                      body<number<i32>>("position", &M::position),
                                                      body<number<i32>>("length", &M::length),
                                                  },
                                                  lob_row<M>(long_form<M>), lob_first_page<M>);
};

template <>
struct layout<lob_read_response> {
    using M = lob_read_response;
    static constexpr std::string_view name = "LOB_GET_DATA response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr condition<M> has_data{
        "size > 0", [](const M& m, const codec_context&, std::span<const std::byte>) { return m.size > 0; }};
    static constexpr auto fields = std::tuple_cat(
        std::tuple{body<number<u8>>("end", &M::end), body<number<u32>>("size", &M::size)}, lob_place<M>(has_data),
        std::tuple{
            body<sized_by<&M::size>>("data", &M::data, has_data),
            body<number<u32>>("characters", &M::characters, if_bytes_remain<M>),
        });
};

template <>
struct layout<lob_write_request> {
    using M = lob_write_request;
    static constexpr std::string_view name = "LOB_SET_DATA";
    static constexpr auto code = static_cast<std::uint16_t>(command::lob_write);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple_cat(lob_flag<M>, std::tuple{body<number<u8>>("part", &M::part)},
                                                  lob_id_and_page<M>, lob_place<M>(), lob_table<M>(), lob_row<M>(),
                                                  std::tuple{
                                                      body<number<i32>>("position", &M::position),
                                                      body<size_of<i32, &M::data>>("size", &M::size),
                                                      body<sized_by<&M::size>>("data", &M::data),
                                                  },
                                                  lob_first_page<M>);
};

template <>
struct layout<lob_write_response> {
    using M = lob_write_response;
    static constexpr std::string_view name = "LOB_SET_DATA response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple_cat(
        std::tuple{
            body<number<i32>>("written", &M::written),
            body<number<i64>>("id", &M::id),
            body<number<i16>>("file", &M::file),
            body<number<i32>>("page", &M::page),
        },
        lob_place<M>());
};

template <>
struct layout<lob_truncate_request> {
    using M = lob_truncate_request;
    static constexpr std::string_view name = "LOB_TRUNCATE";
    static constexpr auto code = static_cast<std::uint16_t>(command::lob_truncate);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields =
        std::tuple_cat(lob_flag<M>, lob_id_and_page<M>, lob_table<M>(), lob_row<M>(),
                       std::tuple{body<number<u32>>("length", &M::length)}, lob_first_page<M>);
};

template <>
struct layout<lob_truncate_response> {
    using M = lob_truncate_response;
    static constexpr std::string_view name = "LOB_TRUNCATE response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{
        body<number<u32>>("length", &M::length),
        body<number<i64>>("id", &M::id),
    };
};

}  // namespace detail

lob_address address_of(const lob_locator& locator, bool text) noexcept {
    return {text,           locator.id,  locator.group,       locator.file,       locator.page,      locator.table,
            locator.column, locator.row, locator.first_group, locator.first_file, locator.first_page};
}

DMKIT_WIRE_DEFINE_MESSAGE(lob_length_request)
DMKIT_WIRE_DEFINE_MESSAGE(lob_length_response)
DMKIT_WIRE_DEFINE_MESSAGE(lob_read_request)
DMKIT_WIRE_DEFINE_MESSAGE(lob_read_response)
DMKIT_WIRE_DEFINE_MESSAGE(lob_write_request)
DMKIT_WIRE_DEFINE_MESSAGE(lob_write_response)
DMKIT_WIRE_DEFINE_MESSAGE(lob_truncate_request)
DMKIT_WIRE_DEFINE_MESSAGE(lob_truncate_response)

void detail::describe_lob_messages(std::vector<message_description>& out) {
    out.insert(out.end(),
               {describe<lob_length_request>(), describe<lob_length_response>(), describe<lob_read_request>(),
                describe<lob_read_response>(), describe<lob_write_request>(), describe<lob_write_response>(),
                describe<lob_truncate_request>(), describe<lob_truncate_response>()});
}

}  // namespace dmkit::wire

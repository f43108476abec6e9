#pragma once

#include <dmkit/wire/byte_reader.hpp>
#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/messages/message.hpp>
#include <dmkit/wire/value_codec.hpp>

namespace dmkit::wire::detail {

constexpr bool wide_row_ids(const codec_context& context) {
    return context.message_version >= wide_row_ids_since;
}

struct row_id_form {
    static constexpr std::string_view text = "i64, or 12 bytes from message version 9 on";
    template <class M>
    static void read(byte_reader& in, std::int64_t& out, const M&, const codec_context& context) {
        out = read_row_id(in, wide_row_ids(context));
    }
    template <class M>
    static void write(byte_writer& out, std::int64_t value, const M&, const codec_context& context) {
        write_row_id(out, value, wide_row_ids(context));
    }
};

}  // namespace dmkit::wire::detail

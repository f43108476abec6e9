#include "tests/fuzz/codec.hpp"

namespace {

using namespace dmkit;

/// Reads the parameter rows of a request as a server does.
template <class M>
void check_parameters(const M& message, fuzz::agreement& with) {
    with.values.place = wire::value_place::parameter;
    wire::parameter_row_reader reader(message.rows, message.types);
    std::vector<wire::parameter_row_reader::value> values;
    wire::decode_error error;
    const std::size_t locator_size = wire::lob_head_bytes(false, with.values.lobs());
    for (int row = 0; row < 100 && reader.next_row(locator_size, values, error) && !values.empty(); ++row) {
        for (const auto& value : values) {
            fuzz::require(value.index < message.types.size());
            if (!value.bytes)
                continue;
            wire::lob_value lob;
            if (value.locator || value.sent_ahead) {
                static_cast<void>(wire::decode_lob(
                    *value.bytes, value.sent_ahead ? wire::lob_form{.new_form = false} : with.values.lobs(), lob));
                continue;
            }
            const auto& type = message.types[value.index];
            fuzz::check_value({static_cast<type_id>(type.type), type.precision, type.scale}, *value.bytes, with);
        }
    }
}

template <class M>
void check(const wire::frame_view& frame, fuzz::agreement& with, M& message) {
    if (!fuzz::check_message(frame, with.codec, message))
        return;
    if constexpr (requires { message.rows; })
        check_parameters(message, with);
}

}  // namespace

/// What a client sends, as a server reads it: any bytes decode or are refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    fuzz::agreement with(data[0]);
    fuzz::for_each_frame({data + 1, size - 1}, [&with](const wire::frame_view& frame) {
        wire::test::with_request(frame.code(), [&](auto message) { check(frame, with, message); });
    });
    return 0;
}

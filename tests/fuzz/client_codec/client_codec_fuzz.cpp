#include "tests/fuzz/codec.hpp"

namespace {

using namespace dmkit;

/// Reads the rows of an answer as a client does, every column with its type; columns without one get all of them.
void check_rows(std::span<const std::byte> rows, std::span<const wire::column_descriptor> columns,
                fuzz::agreement& with) {
    const std::size_t count = columns.empty() ? 1 : columns.size();
    wire::row_reader reader(rows, count, with.values.wide_row_ids);
    wire::decode_error error;
    while (reader.next(error)) {
        static_cast<void>(reader.row_id());
        for (std::size_t i = 0; i < count; ++i) {
            const auto value = reader.column(i);
            if (!value)
                continue;
            if (!columns.empty()) {
                fuzz::check_structure(columns[i].description, *value, with);
                fuzz::check_value({static_cast<type_id>(columns[i].type), columns[i].precision, columns[i].scale},
                                  *value, with);
                continue;
            }
            for (const auto& type : fuzz::scalar_types)
                fuzz::check_value(type, *value, with);
        }
    }
}

void check(const wire::frame_view& frame, fuzz::agreement& with, wire::execute_response& message) {
    if (!fuzz::check_message(frame, with.codec, message))
        return;
    check_rows(message.rows, message.columns, with);
    for (const auto& value : message.out_parameters)
        for (const auto& type : fuzz::scalar_types)
            if (value)
                fuzz::check_value(type, *value, with);
}

void check(const wire::frame_view& frame, fuzz::agreement& with, wire::fetch_response& message) {
    if (fuzz::check_message(frame, with.codec, message))
        check_rows(message.rows, {}, with);
}

template <class M>
void check(const wire::frame_view& frame, fuzz::agreement& with, M& message) {
    static_cast<void>(fuzz::check_message(frame, with.codec, message));
}

}  // namespace

/// What a server sends, as a client reads it: any bytes decode or are refused, whatever answer was expected.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    fuzz::agreement with(data[0]);
    fuzz::for_each_frame({data + 1, size - 1}, [&with](const wire::frame_view& frame) {
        wire::test::with_each_response([&](auto message) { check(frame, with, message); });
    });
    return 0;
}

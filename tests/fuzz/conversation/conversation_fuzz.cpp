// Files of recorded conversations: whatever is in one, reading it ends with a conversation or a format_error; and what
// was read is written as it stood.
#include <dmkit/fixtures/conversation.hpp>
#include <dmkit/fixtures/diff.hpp>
#include <dmkit/fixtures/show.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <dmkit/wire/frame.hpp>

namespace {

using namespace dmkit::fixtures;

/// The bytes as messages of a connection: the writer must take every frame, and the reader what it wrote.
std::string written(std::span<const std::byte> data) {
    std::ostringstream out;
    conversation_writer writer(out, data.empty() || (data[0] & std::byte{1}) == std::byte{0});
    for (bool client = true; data.size() >= 2; client = !client) {
        const auto size = std::min<std::size_t>(std::to_integer<std::size_t>(data[0]), data.size() - 1);
        std::vector<std::byte> frame(data.begin() + 1, data.begin() + 1 + static_cast<std::ptrdiff_t>(size));
        data = data.subspan(1 + size);
        frame.resize(std::max(frame.size(), dmkit::wire::header_size));
        frame[dmkit::wire::header_offset::compressed] = std::byte{0};
        dmkit::wire::finish_frame(frame, 0);
        writer.add(1, client ? sender::client : sender::server, std::chrono::microseconds(0), frame);
    }
    writer.finish();
    return out.str();
}

conversation read(const std::string& text) {
    std::istringstream in(text);
    return read_conversation(in, "fuzz");
}

std::string lines(const conversation& what) {
    auto out = to_line(what.head) + "\n";
    for (const auto& each : what.messages)
        out += to_line(each) + "\n";
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
    if (size > 0 && data[0] == '{') {
        try {
            const auto found = read(std::string(reinterpret_cast<const char*>(data), size));
            if (lines(read(lines(found))) != lines(found))
                std::abort();
        } catch (const format_error&) {
            return 0;
        }
        return 0;
    }
    // What is written can be read, whatever the messages hold: an error is a failure here.
    const auto text = written(bytes);
    const auto back = read(text);
    if (lines(back) != text || !diff(back, back).empty())
        std::abort();
    std::ostringstream out;
    show(back, out, {.raw = true});
    return 0;
}

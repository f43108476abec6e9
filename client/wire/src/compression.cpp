#include <dmkit/wire/compression.hpp>

#include <snappy.h>
#include <zlib.h>

#include <algorithm>
#include <new>

#include <dmkit/wire/byte_reader.hpp>
#include <dmkit/wire/byte_writer.hpp>

namespace dmkit::wire {
namespace {

constexpr std::size_t size_prefix = sizeof(std::int32_t);
/// Snappy's densest element makes 64 bytes of 3.
constexpr std::size_t snappy_expansion = 64 / 3 + 1;
/// What stays allocated between messages.
constexpr std::size_t kept_memory = std::size_t{1} << 20U;
constexpr std::size_t first_room = std::size_t{16} << 10U;

const char* chars(const std::byte* data) noexcept {
    return reinterpret_cast<const char*>(data);
}
char* chars(std::byte* data) noexcept {
    return reinterpret_cast<char*>(data);
}
Bytef* bytes(std::byte* data) noexcept {
    return reinterpret_cast<Bytef*>(data);
}
/// zlib takes its input through a pointer that is not const and leaves it alone.
Bytef* input(const std::byte* data) noexcept {
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data));  // NOLINT(*-const-cast)
}

}  // namespace

struct message_compressor::streams {
    // Addresses of z_streams must not change: zlib's states point back at them.
    streams() {
        // The network is rarely slower than zlib's better levels are.
        if (deflateInit(&out, Z_BEST_SPEED) != Z_OK)
            throw std::bad_alloc();
        if (inflateInit(&in) != Z_OK) {
            deflateEnd(&out);
            throw std::bad_alloc();
        }
    }
    ~streams() {
        deflateEnd(&out);
        inflateEnd(&in);
    }
    streams(const streams&) = delete;
    streams& operator=(const streams&) = delete;

    z_stream out{};
    z_stream in{};
};

message_compressor::message_compressor(compression_algorithm algorithm)
    : algorithm_(algorithm),
      streams_(algorithm == compression_algorithm::zlib ? std::make_unique<streams>() : nullptr) {}

message_compressor::~message_compressor() = default;

void message_compressor::compress(std::vector<std::byte>& buffer, std::size_t body) {
    const auto plain = std::span(buffer).subspan(body);
    std::size_t size = 0;
    if (algorithm_ == compression_algorithm::zlib) {
        z_stream& stream = streams_->out;
        deflateReset(&stream);
        compressed_.resize(deflateBound(&stream, static_cast<uLong>(plain.size())));
        stream.next_in = bytes(plain.data());
        stream.avail_in = static_cast<uInt>(plain.size());
        stream.next_out = bytes(compressed_.data());
        stream.avail_out = static_cast<uInt>(compressed_.size());
        deflate(&stream, Z_FINISH);  // cannot fail: the room is what deflateBound() asks for
        size = compressed_.size() - stream.avail_out;
    } else {
        compressed_.resize(snappy::MaxCompressedLength(plain.size()));
        snappy::RawCompress(chars(plain.data()), plain.size(), chars(compressed_.data()), &size);
    }
    const auto plain_size = static_cast<std::int32_t>(plain.size());
    buffer.resize(body);
    byte_writer out(buffer);
    out.number(plain_size);
    out.bytes(std::span(compressed_).first(size));
    if (compressed_.capacity() > kept_memory)
        compressed_ = {};
}

decode_fault message_compressor::decompress(std::span<const std::byte> body, std::size_t cap,
                                            std::span<const std::byte>& plain) {
    if (body.size() < size_prefix)
        return decode_fault::truncated;
    const auto data = body.subspan(size_prefix);
    if (plain_.capacity() > kept_memory)
        plain_ = {};
    if (algorithm_ == compression_algorithm::snappy) {
        std::size_t size = 0;
        if (!snappy::GetUncompressedLength(chars(data.data()), data.size(), &size))
            return decode_fault::bad_value;
        if (size > cap)
            return decode_fault::too_large;
        if (size / snappy_expansion > data.size())
            return decode_fault::bad_value;
        plain_.resize(size);
        if (!snappy::RawUncompress(chars(data.data()), data.size(), chars(plain_.data())))
            return decode_fault::bad_value;
        plain = plain_;
        return decode_fault::none;
    }

    z_stream& stream = streams_->in;
    inflateReset(&stream);
    stream.next_in = input(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    std::size_t filled = 0;
    // One byte more than the cap, so that what fits exactly can end.
    const std::size_t most = cap + 1;
    plain_.resize(std::min(std::max(plain_.capacity(), first_room), most));
    for (;;) {
        stream.next_out = bytes(plain_.data() + filled);
        stream.avail_out = static_cast<uInt>(plain_.size() - filled);
        const int state = inflate(&stream, Z_NO_FLUSH);
        filled = plain_.size() - stream.avail_out;
        if (filled > cap)
            return decode_fault::too_large;
        if (state == Z_STREAM_END)
            break;
        if (state == Z_MEM_ERROR)
            throw std::bad_alloc();
        if (state != Z_OK && state != Z_BUF_ERROR)
            return decode_fault::bad_value;
        if (stream.avail_out != 0)
            return decode_fault::truncated;  // there was room, so the input has ended
        plain_.resize(std::min(plain_.size() * 2, most));
    }
    plain = std::span(plain_).first(filled);
    return decode_fault::none;
}

}  // namespace dmkit::wire

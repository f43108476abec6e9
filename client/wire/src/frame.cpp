#include <dmkit/wire/frame.hpp>

#include <algorithm>
#include <cstring>

#include <dmkit/wire/byte_writer.hpp>

namespace dmkit::wire {

namespace {
/// Memory of a receive buffer that stays although what came last needed far less.
constexpr std::size_t kept_buffer = 1U << 20U;
/// Memory that does not outlive the message which needed it: messages of this size are rare.
constexpr std::size_t largest_kept_buffer = 8U << 20U;
}  // namespace

std::string_view to_string(decode_fault fault) noexcept {
    switch (fault) {
        case decode_fault::none:
            return "no fault";
        case decode_fault::truncated:
            return "the message ends inside the field";
        case decode_fault::bad_length:
            return "the length reaches beyond the message";
        case decode_fault::bad_count:
            return "the count is larger than the message can hold";
        case decode_fault::bad_value:
            return "the value is out of range";
        case decode_fault::missing_end:
            return "the terminating zero byte is missing";
        case decode_fault::bad_check:
            return "the check sum does not match";
        case decode_fault::too_large:
            return "the message is larger than the cap";
        case decode_fault::unsupported:
            return "the form is not supported";
    }
    return "unknown fault";
}

std::string decode_error::to_string() const {
    std::string text(message);
    if (!field.empty()) {
        text += ": ";
        text += field;
    }
    text += " at byte ";
    text += std::to_string(offset);
    text += ": ";
    text += wire::to_string(fault);
    return text;
}

std::byte check_byte(std::span<const std::byte, header_size> header) noexcept {
    std::byte check{0};
    for (std::size_t i = 0; i < header_offset::check; ++i)
        check ^= header[i];
    return check;
}

void finish_frame(std::vector<std::byte>& buffer, std::size_t begin) noexcept {
    byte_writer writer(buffer);
    writer.patch(begin + header_offset::length, static_cast<std::int32_t>(buffer.size() - begin - header_size));
    const auto header = std::span(buffer).subspan(begin).first<header_size>();
    header[header_offset::check] = check_byte(header);
}

std::span<std::byte> frame_assembler::prepare(std::size_t wanted) {
    if (consumed_ == filled_) {
        const auto size = buffer_.size();
        if (size > largest_kept_buffer || (size > kept_buffer && filled_ < size / 8))
            std::vector<std::byte>().swap(buffer_);
        consumed_ = filled_ = 0;
    } else if (consumed_ > 0 && buffer_.size() - filled_ < wanted) {
        std::memmove(buffer_.data(), buffer_.data() + consumed_, filled_ - consumed_);
        filled_ -= consumed_;
        consumed_ = 0;
    }
    if (buffer_.size() - filled_ < wanted)
        buffer_.resize(std::max(filled_ + wanted, buffer_.size() + buffer_.size() / 2));
    return std::span(buffer_).subspan(filled_);
}

std::optional<frame_assembler::raw_frame> frame_assembler::next(decode_error& error) noexcept {
    const auto have = std::span(buffer_).subspan(consumed_, filled_ - consumed_);
    if (have.size() < header_size)
        return std::nullopt;
    const auto header = have.first<header_size>();
    if (check_bytes_ && header[header_offset::check] != check_byte(header)) {
        error = {decode_fault::bad_check, "frame", "check byte", header_offset::check};
        return std::nullopt;
    }
    const auto length = load<std::int32_t>(header.subspan(header_offset::length));
    if (length < 0) {
        error = {decode_fault::bad_length, "frame", "length", header_offset::length};
        return std::nullopt;
    }
    const auto size = header_size + static_cast<std::size_t>(length);
    if (size > cap_) {
        error = {decode_fault::too_large, "frame", "length", header_offset::length};
        return std::nullopt;
    }
    if (have.size() < size)
        return std::nullopt;
    consumed_ += size;
    return raw_frame{header, have.subspan(header_size, static_cast<std::size_t>(length))};
}

std::size_t frame_assembler::missing() const noexcept {
    const auto have = std::span(buffer_).subspan(consumed_, filled_ - consumed_);
    if (have.size() < header_size)
        return header_size - have.size();
    const auto length = load<std::int32_t>(have.subspan(header_offset::length));
    const auto size = header_size + static_cast<std::size_t>(std::max(length, 0));
    return size > have.size() ? size - have.size() : 1;
}

}  // namespace dmkit::wire

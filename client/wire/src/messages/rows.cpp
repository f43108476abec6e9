#include <dmkit/wire/messages/statement.hpp>

#include <dmkit/wire/value_codec.hpp>

namespace dmkit::wire {
namespace {

decode_error row_error(decode_fault fault, std::string_view field, std::size_t offset) {
    return {fault, "row", field, offset};
}

}  // namespace

bool row_reader::next(decode_error& error) noexcept {
    if (rest_.empty())
        return false;
    if (rest_.size() < row_head_) {
        error = row_error(decode_fault::truncated, "length", 0);
        return false;
    }
    const std::size_t length = load<std::uint16_t>(rest_);
    const std::size_t head = row_head_ + 2 * columns_;
    if (length < head || length > rest_.size()) {
        error = row_error(decode_fault::bad_length, "length", 0);
        return false;
    }
    row_ = rest_.first(length);
    for (std::size_t i = 0; i < columns_; ++i) {
        const std::size_t place = row_head_ + 2 * i;
        const std::size_t offset = load<std::uint16_t>(row_.subspan(place));
        if (offset < head || offset + sizeof(std::uint16_t) > length) {
            error = row_error(decode_fault::bad_length, "column offset", place);
            return false;
        }
        std::size_t begin = offset + sizeof(std::uint16_t);
        std::size_t size = load<std::uint16_t>(row_.subspan(offset));
        if (size == length_marker::null)
            continue;
        if (size == length_marker::long_value) {
            if (begin + sizeof(std::int32_t) > length) {
                error = row_error(decode_fault::truncated, "value length", offset);
                return false;
            }
            const auto long_size = load<std::int32_t>(row_.subspan(begin));
            begin += sizeof(std::int32_t);
            if (long_size < 0) {
                error = row_error(decode_fault::bad_length, "value length", offset);
                return false;
            }
            size = static_cast<std::size_t>(long_size);
        }
        if (size > length - begin) {
            error = row_error(decode_fault::bad_length, "value length", offset);
            return false;
        }
    }
    rest_ = rest_.subspan(length);
    return true;
}

std::int64_t row_reader::row_id() const noexcept {
    byte_reader in(row_.subspan(sizeof(std::uint16_t)));
    return read_row_id(in, row_head_ > sizeof(std::uint16_t) + row_id_bytes(false));
}

raw_value row_reader::column(std::size_t index) const noexcept {
    const std::size_t offset = load<std::uint16_t>(row_.subspan(row_head_ + 2 * index));
    const auto value = row_.subspan(offset + sizeof(std::uint16_t));
    const auto marker = load<std::uint16_t>(row_.subspan(offset));
    if (marker == length_marker::null)
        return std::nullopt;
    if (marker == length_marker::long_value) {
        return value.subspan(sizeof(std::int32_t), static_cast<std::size_t>(load<std::int32_t>(value)));
    }
    return value.first(marker);
}

bool parameter_row_reader::next_row(std::size_t locator_size, std::vector<value>& values, decode_error& error) {
    constexpr std::uint8_t out_direction = 1;
    constexpr std::int32_t cursor_type = 120;
    values.clear();
    for (std::size_t i = 0; i < types_.size(); ++i) {
        if (types_[i].direction == out_direction && types_[i].type != cursor_type)
            continue;
        const auto marker = reader_.number<std::uint16_t>();
        value next{i, std::nullopt, false, false};
        if (marker == length_marker::locator) {
            next.locator = true;
            next.bytes = reader_.bytes(locator_size);
        } else if (marker == length_marker::sent_ahead) {
            next.sent_ahead = true;
            next.bytes = reader_.bytes(value_name_size);
        } else if (marker == length_marker::long_value) {
            next.bytes = reader_.counted<std::int32_t>();
        } else if (marker != length_marker::null) {
            next.bytes = reader_.bytes(marker);
        }
        if (reader_.failed()) {
            error = {reader_.fault(), "EXECUTE2", "rows", reader_.offset()};
            return false;
        }
        values.push_back(next);
    }
    return true;
}

}  // namespace dmkit::wire

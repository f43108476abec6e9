#include <dmkit/wire/value_codec.hpp>

#include <dmkit/wire/byte_reader.hpp>
#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/messages/statement.hpp>

#include "value_bits.hpp"

namespace dmkit::wire {

namespace {

constexpr std::byte lob_in_row{1};
/// Lengths in a row from here on would be read as marks.
constexpr std::size_t max_row_value = 0xFFF9;
constexpr std::size_t max_row = 0xFFFF;

constexpr int minutes_per_day = 24 * 60;

}  // namespace

std::string_view to_string(value_fault fault) noexcept {
    switch (fault) {
        case value_fault::none:
            return "no fault";
        case value_fault::bad_size:
            return "the type has no value of that size";
        case value_fault::bad_value:
            return "no value of the type";
        case value_fault::wrong_kind:
            return "the value has no unambiguous form in the type";
        case value_fault::out_of_range:
            return "the value is out of the type's range";
        case value_fault::inexact:
            return "the type cannot hold the whole value";
        case value_fault::unmappable:
            return "the text has no form in the session's character set";
        case value_fault::too_long:
            return "the value is too long for its place";
        case value_fault::out_of_row:
            return "the data of the LOB lies out of the row";
        case value_fault::unsupported:
            break;
    }
    return "the type is not supported";
}

namespace detail {

bool shift(timestamp& value, int minutes) noexcept {
    if (minutes == 0)
        return true;
    int clock = value.time.hour * 60 + value.time.minute + minutes;
    std::int64_t days = 0;
    for (; clock < 0; clock += minutes_per_day)
        --days;
    for (; clock >= minutes_per_day; clock -= minutes_per_day)
        ++days;
    const auto day = date::from_days(value.date.to_days() + days);
    if (!day)
        return false;
    value.date = *day;
    value.time.hour = static_cast<std::uint8_t>(clock / 60);
    value.time.minute = static_cast<std::uint8_t>(clock % 60);
    return true;
}

void shift(time& value, int minutes) noexcept {
    int clock = (value.hour * 60 + value.minute + minutes) % minutes_per_day;
    if (clock < 0)
        clock += minutes_per_day;
    value.hour = static_cast<std::uint8_t>(clock / 60);
    value.minute = static_cast<std::uint8_t>(clock % 60);
}

}  // namespace detail

value_fault decode_lob(std::span<const std::byte> bytes, lob_form form, lob_value& out) noexcept {
    if (bytes.empty())
        return value_fault::bad_size;
    const auto place = bytes[0];
    if (place != lob_in_row && place != lob_out_of_row)
        return value_fault::bad_value;
    lob_value result;
    result.in_row = place == lob_in_row;
    const std::size_t head = lob_head_bytes(result.in_row, form);
    if (bytes.size() < head)
        return value_fault::bad_size;
    byte_reader in(bytes.subspan(1));
    result.locator.id = in.number<std::int64_t>();
    result.locator.length = in.number<std::int32_t>();
    if (form.new_form || !result.in_row) {
        result.locator.group = in.number<std::int16_t>();
        result.locator.file = in.number<std::int16_t>();
        result.locator.page = in.number<std::int32_t>();
    }
    if (form.new_form) {
        result.locator.table = in.number<std::int32_t>();
        result.locator.column = in.number<std::int16_t>();
        result.locator.row = read_row_id(in, form.wide_row_ids);
        result.locator.first_group = in.number<std::int16_t>();
        result.locator.first_file = in.number<std::int16_t>();
        result.locator.first_page = in.number<std::int32_t>();
    }
    if (result.in_row)
        result.data = bytes.subspan(head);
    out = result;
    return value_fault::none;
}

void encode_lob(const lob_value& value, lob_form form, std::vector<std::byte>& out) {
    byte_writer writer(out);
    const lob_locator& at = value.locator;
    writer.number(std::to_integer<std::uint8_t>(value.in_row ? lob_in_row : lob_out_of_row));
    writer.number(at.id);
    writer.number(value.in_row ? static_cast<std::int32_t>(value.data.size()) : at.length);
    if (form.new_form || !value.in_row) {
        writer.number(at.group);
        writer.number(at.file);
        writer.number(at.page);
    }
    if (form.new_form) {
        writer.number(at.table);
        writer.number(at.column);
        write_row_id(writer, at.row, form.wide_row_ids);
        writer.number(at.first_group);
        writer.number(at.first_file);
        writer.number(at.first_page);
    }
    if (value.in_row)
        writer.bytes(value.data);
}

std::int64_t read_row_id(byte_reader& in, bool wide) noexcept {
    if (!wide)
        return in.number<std::int64_t>();
    const auto bytes = in.bytes(row_id_bytes(true));
    // Behind the site: four bytes of the partition, whose upper two a single server leaves 0, and six of the row.
    std::uint64_t id = 0;
    if (!in.failed())
        for (const std::byte each : bytes.subspan(4))
            id = id << 8U | std::to_integer<std::uint64_t>(each);
    return static_cast<std::int64_t>(id);
}

void write_row_id(byte_writer& out, std::int64_t id, bool wide) {
    if (!wide) {
        out.number(id);
        return;
    }
    out.zeros(4);
    for (unsigned shift = 64; shift > 0; shift -= 8)
        out.number(static_cast<std::uint8_t>(static_cast<std::uint64_t>(id) >> (shift - 8)));
}

void row_writer::begin(std::int64_t row_id) {
    begin_ = out_.size();
    next_ = 0;
    byte_writer writer(out_);
    writer.number(std::uint16_t{0});
    write_row_id(writer, row_id, wide_row_ids_);
    writer.zeros(columns_ * sizeof(std::uint16_t));
}

std::size_t row_writer::open_column() {
    const std::size_t mark = out_.size();
    byte_writer writer(out_);
    writer.patch(begin_ + sizeof(std::uint16_t) + row_id_bytes(wide_row_ids_) + next_ * sizeof(std::uint16_t),
                 static_cast<std::uint16_t>(mark - begin_));
    writer.number(std::uint16_t{0});
    ++next_;
    return mark;
}

value_fault row_writer::close_column(std::size_t mark) noexcept {
    const std::size_t size = out_.size() - mark - sizeof(std::uint16_t);
    if (size > max_row_value || out_.size() - begin_ > max_row)
        return value_fault::too_long;
    byte_writer(out_).patch(mark, static_cast<std::uint16_t>(size));
    return value_fault::none;
}

value_fault row_writer::add(const data_type& type, const field_view& value, value_context& context) {
    const std::size_t mark = open_column();
    if (value.is_null()) {
        byte_writer(out_).patch(mark, length_marker::null);
        return value_fault::none;
    }
    const value_fault fault = encode_value(type, value, context, out_);
    return fault == value_fault::none ? close_column(mark) : fault;
}

value_fault row_writer::add_lob(const lob_value& value, lob_form form) {
    const std::size_t mark = open_column();
    encode_lob(value, form, out_);
    return close_column(mark);
}

value_fault row_writer::end() noexcept {
    const std::size_t size = out_.size() - begin_;
    if (size > max_row)
        return value_fault::too_long;
    byte_writer(out_).patch(begin_, static_cast<std::uint16_t>(size));
    return value_fault::none;
}

}  // namespace dmkit::wire

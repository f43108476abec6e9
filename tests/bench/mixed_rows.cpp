#include "mixed_rows.hpp"

#include <stdexcept>
#include <string>

#include <dmkit/wire/value_codec.hpp>

namespace dmkit::bench {

namespace {

constexpr std::array<column, mixed_columns> mixed{{
    {"ID", "INT", {type_id::integer, 4, 0}},
    {"TOTAL", "BIGINT", {type_id::bigint, 8, 0}},
    {"PRICE", "DECIMAL", {type_id::decimal, 18, 4}},
    {"WEIGHT", "DOUBLE", {type_id::double_, 8, 0}},
    {"NAME", "VARCHAR", {type_id::varchar, 64, 0}},
    {"DAY", "DATE", {type_id::date, 3, 0}},
    {"MOMENT", "TIMESTAMP", {type_id::datetime, 8, 6}},
    {"DIGEST", "VARBINARY", {type_id::varbinary, 32, 0}},
}};

constexpr std::array<std::string_view, 8> names{"北京市海淀区", "上海市浦东新区", "广州市天河区", "武汉市洪山区",
                                                "成都市武侯区", "西安市雁塔区",   "杭州市西湖区", "乌鲁木齐市天山区"};

constexpr std::size_t digest_size = 16;

/// Bytes without a pattern that a column could be shortened by; each row shows another window of them.
const std::array<std::byte, 256 + digest_size>& digests() {
    static const auto bytes = [] {
        std::array<std::byte, 256 + digest_size> out{};
        std::uint32_t state = 1;
        for (auto& byte : out) {
            state = state * 1664525U + 1013904223U;
            byte = static_cast<std::byte>(state >> 24U);
        }
        return out;
    }();
    return bytes;
}

}  // namespace

std::span<const column, mixed_columns> columns_of_mixed_rows() noexcept {
    return mixed;
}

mixed_row make_mixed_row(std::size_t index) {
    const auto number = static_cast<std::int64_t>(index);
    const auto cents = std::to_string(number * 7919 % 100'000'000);
    const auto day = date::from_days(number % 20'000).value_or(date{});
    const timestamp moment{day,
                           time::from_since_midnight(std::chrono::microseconds(number * 123'457 % 86'400'000'000))};
    return {field_view(number + 1),
            field_view(number * 1'000'003 - 50'000'000'000),
            field_view(decimal(cents + ".25")),
            field_view(static_cast<double>(number) / 7.0),
            field_view(names[index % names.size()]),
            field_view(day),
            field_view(moment),
            field_view(bytes_view(digests()).subspan(index % 256, digest_size))};
}

void append_row(std::span<const column> columns, std::span<const field_view> fields, wire::charset_converter& text,
                std::vector<std::byte>& out) {
    wire::text_arena arena;
    wire::value_context context{text, arena};
    wire::row_writer row(out, columns.size());
    row.begin(0);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (const auto fault = row.add(columns[i].type, fields[i], context); fault != wire::value_fault::none)
            throw std::logic_error(std::string(columns[i].name) + ": " + std::string(to_string(fault)));
    }
    if (const auto fault = row.end(); fault != wire::value_fault::none)
        throw std::logic_error(std::string(to_string(fault)));
}

}  // namespace dmkit::bench

#include "mockserver/session/descriptors.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "mockserver/session/session_text.hpp"

namespace dmkit::mock {

namespace {

constexpr std::int16_t most_name_bytes = std::numeric_limits<std::int16_t>::max();

/// Collects texts in one string and hands out views when the string moves no more.
class name_list {
  public:
    name_list(std::vector<std::byte>& names, wire::charset_converter& session) : names_(names), session_(session) {
        names_.clear();
    }

    void add(std::string_view name) {
        const auto begin = names_.size();
        append_session_text(session_, name, names_);
        if (names_.size() - begin > static_cast<std::size_t>(most_name_bytes))
            throw sql_error::unsupported("a name of more than 32767 bytes in a descriptor");
        sizes_.push_back(names_.size() - begin);
    }
    /// The views, in the order of add().
    std::string_view next() noexcept {
        const auto size = sizes_[next_size_++];
        const auto view = wire::as_text(std::span(names_).subspan(offset_, size));
        offset_ += size;
        return view;
    }

  private:
    std::vector<std::byte>& names_;
    wire::charset_converter& session_;
    std::vector<std::size_t> sizes_;
    std::size_t next_size_ = 0;
    std::size_t offset_ = 0;
};

}  // namespace

data_type described_type(const data_type& type) noexcept {
    constexpr std::int32_t lob_precision = std::numeric_limits<std::int32_t>::max();
    switch (type.id) {
        case type_id::bit:
        case type_id::boolean:
        case type_id::tinyint:
            return {type.id, 1, 0};
        case type_id::smallint:
            return {type.id, 2, 0};
        case type_id::integer:
            return {type.id, 4, 0};
        case type_id::bigint:
            return {type.id, 8, 0};
        case type_id::real:
            return {type.id, 4, 0};
        case type_id::double_:
            return {type.id, 8, 0};
        case type_id::clob:
            return {type.id, lob_precision, 0};
        case type_id::blob:
            // Scale 5 marks an object in a BLOB, for which the drivers expect a description: never sent.
            return {type.id, lob_precision, 0};
        case type_id::date:
            return {type.id, 3, 0};
        case type_id::time:
            return {type.id, 5, type.scale};
        case type_id::time_tz:
            return {type.id, 7, type.scale};
        case type_id::datetime:
            return {type.id, 8, type.scale};
        case type_id::datetime_tz:
            return {type.id, 10, type.scale};
        case type_id::datetime2:
            return {type.id, 9, type.scale};
        case type_id::datetime2_tz:
            return {type.id, 11, type.scale};
        case type_id::interval_ym:
            return {type.id, 12, type.scale};
        case type_id::interval_ds:
            return {type.id, 24, type.scale};
        case type_id::char_:
        case type_id::varchar:
        case type_id::varchar2:
        case type_id::binary:
        case type_id::varbinary:
            // VARCHAR(512) with scale 6 would be taken for a BFILE.
            return {type.id, type.precision, 0};
        default:
            return type;
    }
}

void column_descriptors::assign(std::span<const column_description> columns, wire::charset_converter& session) {
    if (std::equal(columns.begin(), columns.end(), described_.begin(), described_.end()))
        return;
    described_.clear();
    name_list names(names_, session);
    for (const auto& column : columns)
        for (const auto* name : {&column.name, &column.type_name, &column.table, &column.schema, &column.base_name})
            names.add(*name);
    descriptors_.clear();
    for (const auto& column : columns) {
        const auto type = described_type(column.type);
        auto& descriptor = descriptors_.emplace_back();
        descriptor.type = static_cast<std::int32_t>(type.id);
        descriptor.precision = type.precision;
        descriptor.scale = type.scale;
        descriptor.nullable = column.nullable ? 1 : 0;
        if (column.identity)
            descriptor.flags |= wire::column_flag::identity;
        if (column.lob_table != 0) {
            descriptor.flags |= wire::column_flag::lob;
            descriptor.lob_table_id = column.lob_table;
            descriptor.lob_column_id = column.lob_column;
        }
        if (column.table.empty())
            descriptor.flags |= wire::column_flag::read_only;
        descriptor.name = names.next();
        descriptor.type_name = names.next();
        descriptor.table = names.next();
        descriptor.schema = names.next();
        descriptor.base_name = names.next();
    }
    described_.assign(columns.begin(), columns.end());
}

void parameter_descriptors::assign(std::span<const parameter_description> parameters,
                                   wire::charset_converter& session) {
    name_list names(names_, session);
    for (const auto& parameter : parameters) {
        names.add(parameter.name);
        names.add(parameter.type_name);
    }
    descriptors_.clear();
    for (const auto& parameter : parameters) {
        const auto type = described_type(parameter.type);
        auto& descriptor = descriptors_.emplace_back();
        descriptor.type = static_cast<std::int32_t>(type.id);
        descriptor.precision = type.precision;
        descriptor.scale = type.scale;
        descriptor.nullable = parameter.nullable ? 1 : 0;
        if (!parameter.exact)
            descriptor.flags |= wire::parameter_flag::recommended;
        descriptor.direction = static_cast<std::int16_t>(parameter.direction);
        descriptor.name = names.next();
        descriptor.type_name = names.next();
    }
}

}  // namespace dmkit::mock

#include "client/session/parameters.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <dmkit/wire/byte_writer.hpp>

#include "client/session/descriptions.hpp"
#include "client/session/dsn_options.hpp"
#include "client/session/structure_codec.hpp"

namespace dmkit::session {

namespace {

/// Longest LOB value that travels in the row (docs/protocol: PRE_EXEC and PUT_DATA).
constexpr std::size_t max_in_row_lob = 2048;
/// Precision of text and binary parameters, and the length from which they become LOBs.
constexpr std::int32_t text_precision = 8188;
constexpr std::int32_t lob_precision = 2147483647;
constexpr data_type null_type{type_id::varchar, text_precision, 0};

bool is_text(type_id id) noexcept {
    return id == type_id::char_ || id == type_id::varchar || id == type_id::varchar2;
}

bool is_lob(type_id id) noexcept {
    return id == type_id::clob || id == type_id::blob;
}

/// Types for which an empty string stands for NULL.
bool empty_is_null(type_id id) noexcept {
    return !is_text(id) && !is_lob(id) && id != type_id::binary && id != type_id::varbinary;
}

bool has_mark(const data_type& type) noexcept {
    if (type.id == type_id::datetime || type.id == type_id::datetime2)
        return (type.scale & (scale_mark::local_time_zone | scale_mark::oracle_date)) != 0;
    return type.id == type_id::decimal && type.scale == scale_mark::oracle_float;
}

bool is_known(type_id id) noexcept {
    return id != type_id::unknown && id != type_id::null;
}

bool is_number(type_id id) noexcept {
    return id == type_id::tinyint || id == type_id::bigint || id == type_id::decimal || id == type_id::real ||
           id == type_id::double_;
}

/// A type that holds the values of both; text if nothing else does.
data_type united(const data_type& a, const data_type& b) noexcept {
    if (a.id == b.id)
        return {a.id, std::max(a.precision, b.precision), std::max(a.scale, b.scale)};
    if (is_number(a.id) && is_number(b.id)) {
        // TINYINT < BIGINT < DECIMAL, and REAL < DOUBLE; an exact number beside an inexact one is a DOUBLE.
        const auto inexact = [](type_id id) { return id == type_id::real || id == type_id::double_; };
        if (inexact(a.id) || inexact(b.id))
            return {type_id::double_, 0, 0};
        if (a.id == type_id::decimal || b.id == type_id::decimal)
            return {type_id::decimal, 0, 0};
        return {type_id::bigint, 8, 0};
    }
    const auto either = [&](type_id x, type_id y) { return (a.id == x && b.id == y) || (a.id == y && b.id == x); };
    if (either(type_id::varbinary, type_id::blob))
        return {type_id::blob, lob_precision, 0};
    if (either(type_id::datetime, type_id::datetime2))
        return {type_id::datetime2, 9, 9};
    if (either(type_id::datetime_tz, type_id::datetime2_tz))
        return {type_id::datetime2_tz, 11, 9};
    if (is_lob(a.id) || is_lob(b.id))
        return {type_id::clob, lob_precision, 0};
    return null_type;
}

/// The precision that a text parameter gets when its value is longer than described.
std::int32_t raised_precision(std::size_t size) noexcept {
    constexpr std::array steps = {2047, 4094, 6141, 8188, 16383, 32767};
    for (const int step : steps) {
        if (size <= static_cast<std::size_t>(step))
            return step;
    }
    return static_cast<std::int32_t>(wire::length_marker::max_short_parameter);
}

/// True if every value of this kind fits the type; saves trying.
bool always_fits(const data_type& type, field_kind kind) noexcept {
    switch (kind) {
        case field_kind::int64:
            return type.id == type_id::bigint || type.id == type_id::decimal;
        case field_kind::decimal:
            return type.id == type_id::decimal;
        case field_kind::double_:
            return type.id == type_id::double_;
        case field_kind::string:
            return is_text(type.id) || type.id == type_id::clob;
        case field_kind::binary:
            return type.id == type_id::varbinary || type.id == type_id::blob;
        default:
            return false;
    }
}

/// True if the value has no exact form in the type that the server described. It is then sent with its own type: the
/// server converts, or refuses it with its own code, as it does with a literal.
bool needs_own_type(wire::value_fault fault) noexcept {
    return fault == wire::value_fault::wrong_kind || fault == wire::value_fault::out_of_range ||
           fault == wire::value_fault::inexact;
}

/// The record of a structured parameter says which type it is: by its description, or for an object in a BLOB by its
/// number.
void describe_structure(const structure_codec& codec, wire::parameter_type& record) {
    const auto& description = codec.description;
    if (codec.in_blob) {
        record.precision = is_collection(description) ? description.outer_id : description.object_id;
    } else {
        record.description = codec.packed_description;
        record.precision = static_cast<std::int32_t>(codec.packed_description.size());
    }
}

std::uint8_t direction_byte(parameter_direction direction) noexcept {
    return static_cast<std::uint8_t>(direction);
}

}  // namespace

data_type natural_type(const field_view& value) noexcept {
    switch (value.kind()) {
        case field_kind::null:
            return null_type;
        case field_kind::boolean:
            return {type_id::tinyint, 1, 0};
        case field_kind::int64:
            return {type_id::bigint, 8, 0};
        case field_kind::float_:
            return {type_id::real, 0, 0};
        case field_kind::double_:
            return {type_id::double_, 0, 0};
        case field_kind::decimal:
            return {type_id::decimal, 0, 0};
        case field_kind::string:
            if (value.get<std::string_view>().size() >= static_cast<std::size_t>(text_precision))
                return {type_id::clob, lob_precision, 0};
            return {type_id::varchar, text_precision, 0};
        case field_kind::binary:
            if (value.get<bytes_view>().size() >= static_cast<std::size_t>(text_precision))
                return {type_id::blob, lob_precision, 0};
            return {type_id::varbinary, text_precision, 0};
        case field_kind::date:
            return {type_id::date, 3, 0};
        case field_kind::time:
            if (value.get<time>().offset_minutes)
                return {type_id::time_tz, 7, 6};
            return {type_id::time, 5, 6};
        case field_kind::timestamp: {
            const auto& clock = value.get<timestamp>().time;
            const bool nanoseconds = clock.nanosecond % 1000 != 0;
            if (clock.offset_minutes)
                return nanoseconds ? data_type{type_id::datetime2_tz, 11, 9} : data_type{type_id::datetime_tz, 10, 6};
            return nanoseconds ? data_type{type_id::datetime2, 9, 9} : data_type{type_id::datetime, 8, 6};
        }
        case field_kind::interval_ym:
            return {type_id::interval_ym, 12, value.get<interval_ym>().scale_word()};
        case field_kind::interval_ds:
            return {type_id::interval_ds, 24, value.get<interval_ds>().scale_word()};
    }
    return null_type;
}

parameter_writer::parameter_writer(session_state& state, std::span<const parameter_metadata> described) noexcept
    : state_(state), buffers_(state.parameters), described_(described) {
    // Memory of a batch is not kept for all that follow.
    constexpr std::size_t kept = 1U << 16U;
    for (auto* buffer : {&buffers_.rows, &buffers_.scratch})
        if (buffer->capacity() > kept)
            *buffer = std::vector<std::byte>();
    types().clear();
    clear_rows();
}

parameter_fault parameter_writer::take_names(std::span<const std::string_view> names) {
    given_count_ = names.size();
    if (names.empty())
        return {};
    const auto fault = [](std::string text) { return parameter_fault{client_errc::parameter_name, std::move(text)}; };
    const auto quoted = [](std::string_view name) { return "'" + std::string(name) + "'"; };
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto name = names[i];
        if (name.empty()) {
            const auto other = std::find_if(names.begin(), names.end(), [](auto each) { return !each.empty(); });
            return fault("parameter " + std::to_string(i + 1) + " is given without a name" +
                         (other == names.end() ? "" : ", " + quoted(*other) + " with one"));
        }
        const auto is_this = [&](std::string_view each) { return same_name(each, name); };
        if (std::find_if(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), is_this) !=
            names.begin() + static_cast<std::ptrdiff_t>(i))
            return fault(quoted(name) + " is given twice");
        if (std::none_of(described_.begin(), described_.end(), [&](const auto& each) { return is_this(each.name); }))
            return fault("the statement has no parameter " + quoted(name));
    }
    buffers_.places.clear();
    for (const auto& parameter : described_) {
        if (parameter.name.empty())
            return fault("parameter " + std::to_string(buffers_.places.size() + 1) + " of the statement has no name");
        const auto found = std::find_if(names.begin(), names.end(),
                                        [&](std::string_view each) { return same_name(each, parameter.name); });
        if (found == names.end())
            return fault(quoted(parameter.name) + " is not given");
        buffers_.places.push_back(static_cast<std::size_t>(found - names.begin()));
    }
    return {};
}

std::span<const field_view> parameter_writer::arranged(std::span<const field_view> given) {
    if (given_count_ == 0)
        return given;
    buffers_.arranged.clear();
    for (const auto place : buffers_.places)
        buffers_.arranged.push_back(given[place]);
    return buffers_.arranged;
}

parameter_fault parameter_writer::set_stream(std::size_t parameter, const lob_source& source) {
    const auto name = "parameter " + std::to_string(parameter + 1);
    if (parameter < described_.size() && described_[parameter].direction != parameter_direction::in)
        return {client_errc::parameter_type, name + " gives a value and is given a stream"};
    if (source.reader()->begun)
        return {client_errc::parameter_type, name + ": its stream has been read before"};
    for (const auto& [other, stream] : streams_)
        if (stream.reads(source))
            return {client_errc::parameter_type,
                    name + ": its stream is that of parameter " + std::to_string(other + 1)};
    streams_.insert_or_assign(parameter, lob_stream(source));
    return {};
}

parameter_fault parameter_writer::choose_types(const parameter_source& rows) {
    const auto count = described_.size();
    auto& choices = buffers_.choices;
    choices.assign(count, {});
    state_.arena.clear();
    auto context = state_.values(state_.arena, wire::value_place::parameter);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto given = rows.row(r);
        if (const auto wanted = given_count_ == 0 ? count : given_count_; given.size() != wanted)
            return {client_errc::parameter_count,
                    (given_count_ == 0 ? "the statement has " + std::to_string(count) + " parameters, "
                                       : std::to_string(wanted) + " names and values of ") +
                        std::to_string(given.size()) + " are given" +
                        (rows.size() > 1 ? " in row " + std::to_string(r + 1) : "")};
        const auto fields = arranged(given);
        for (std::size_t i = 0; i < count; ++i) {
            if (fields[i].is_null())
                continue;
            const auto type = natural_type(fields[i]);
            choices[i].natural = choices[i].seen ? united(choices[i].natural, type) : type;
            choices[i].seen = true;
            const auto& wanted = described_[i].type;
            if (choices[i].own || !is_known(wanted.id) || always_fits(wanted, fields[i].kind()))
                continue;
            buffers_.scratch.clear();
            choices[i].own = needs_own_type(wire::encode_value(wanted, fields[i], context, buffers_.scratch));
        }
    }
    types().clear();
    types().reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& described = described_[i];
        const bool known = is_known(described.type.id);
        const bool returned = described.direction != parameter_direction::in;
        const bool servers = known && (returned || !choices[i].seen || (described.exact && !choices[i].own) ||
                                       (has_mark(described.type) && !choices[i].own));
        auto type = servers ? described.type : choices[i].seen ? choices[i].natural : null_type;
        // A value that is given knows better than its variable what it takes: nanoseconds, a zone, a LOB.
        if (const auto wanted = wanted_.find(i); wanted != wanted_.end() && (!described.exact || !known))
            type = choices[i].seen ? choices[i].natural : wanted->second;
        if (const auto stream = streams_.find(i); stream != streams_.end()) {
            const auto id = stream->second.is_text() ? type_id::clob : type_id::blob;
            const bool fits = described.type.id == id && !has_type_description(id, described.type.scale);
            type = fits ? described.type : data_type{id, lob_precision, 0};
        }
        const bool cursor = type.id == type_id::cursor;
        if (cursor && !cursors_.contains(i))
            return {client_errc::unsupported_type,
                    "parameter " + std::to_string(i + 1) + ": a cursor is taken by dmkit::out() of a dmkit::rows"};
        wire::parameter_type record;
        // A cursor goes both ways: the client names the statement that its rows are read from.
        record.direction = direction_byte(cursor ? parameter_direction::in_out : described.direction);
        record.type = static_cast<std::int32_t>(type.id);
        record.precision = type.precision;
        record.scale = type.scale;
        if (has_type_description(type.id, type.scale)) {
            if (described.structure == nullptr || described.structure->codec().packed_description.empty())
                return {client_errc::unsupported_type,
                        "parameter " + std::to_string(i + 1) + ": the server did not describe its type"};
            describe_structure(described.structure->codec(), record);
        }
        types().push_back(record);
    }
    return {};
}

parameter_fault parameter_writer::add_row(std::span<const field_view> given) {
    const auto fields = arranged(given);
    state_.arena.clear();
    auto context = state_.values(state_.arena, wire::value_place::parameter);
    for (std::size_t i = 0; i < types().size(); ++i) {
        if (types()[i].direction == direction_byte(parameter_direction::out))
            continue;
        if (auto fault = add_value(i, fields[i], context))
            return fault;
    }
    return {};
}

parameter_fault parameter_writer::add_value(std::size_t index, const field_view& value, wire::value_context& context) {
    auto& record = types()[index];
    if (const auto cursor = cursors_.find(index); cursor != cursors_.end()) {
        wire::byte_writer handle(buffers_.rows);
        handle.number(static_cast<std::uint16_t>(sizeof(cursor->second)));
        handle.number(cursor->second);
        return {};
    }
    if (const auto stream = streams_.find(index); stream != streams_.end())
        return add_stream(index, stream->second);
    const data_type type{static_cast<type_id>(record.type), record.precision, record.scale};
    const auto* text = value.get_if<std::string_view>();
    wire::byte_writer writer(buffers_.rows);
    if (value.is_null() || (text != nullptr && text->empty() && empty_is_null(type.id))) {
        writer.number(wire::length_marker::null);
        return {};
    }
    if (is_lob(type.id)) {
        buffers_.scratch.clear();
        if (const auto fault = wire::encode_value(type, value, context, buffers_.scratch);
            fault != wire::value_fault::none)
            return describe(index, value, fault);
        if (buffers_.scratch.size() <= max_in_row_lob) {
            writer.counted<std::uint16_t>(buffers_.scratch);
        } else {
            writer.number(std::uint16_t{0});
            off_row_.push_back({index, std::exchange(buffers_.scratch, {}), nullptr});
        }
        return {};
    }
    const auto before = buffers_.rows.size();
    if (const auto fault = wire::encode_counted_value(type, value, context, buffers_.rows);
        fault != wire::value_fault::none)
        return describe(index, value, fault);
    const auto size = buffers_.rows.size() - before - sizeof(std::uint16_t);
    if (is_text(type.id) && size > static_cast<std::size_t>(std::max(record.precision, 0)))
        record.precision = raised_precision(size);
    return {};
}

parameter_fault parameter_writer::add_stream(std::size_t index, lob_stream& stream) {
    if (!stream.fill(state_, max_in_row_lob + 1))
        return {client_errc::text_not_encodable, "parameter " + std::to_string(index + 1)};
    wire::byte_writer writer(buffers_.rows);
    if (stream.data().size() <= max_in_row_lob) {
        writer.counted<std::uint16_t>(stream.data());
    } else {
        writer.number(std::uint16_t{0});
        off_row_.push_back({index, {}, &stream});
    }
    return {};
}

parameter_fault parameter_writer::describe(std::size_t index, const field_view& value, wire::value_fault fault) const {
    const auto& described = described_[index];
    auto code = client_errc::parameter_type;
    if (fault == wire::value_fault::unmappable)
        code = client_errc::text_not_encodable;
    else if (fault == wire::value_fault::too_long)
        code = client_errc::parameter_too_long;
    else if (fault == wire::value_fault::unsupported)
        code = client_errc::unsupported_type;
    std::string out = "parameter " + std::to_string(index + 1);
    if (!described.name.empty())
        out += " (" + described.name + ")";
    out += ": " + std::string(to_string(value.kind())) + " as " +
           std::string(to_string(static_cast<type_id>(buffers_.request.types[index].type))) + ": " +
           std::string(to_string(fault));
    return {code, std::move(out)};
}

}  // namespace dmkit::session

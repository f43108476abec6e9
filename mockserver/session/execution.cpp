#include <algorithm>
#include <limits>
#include <utility>

#include <dmkit/structure.hpp>

#include "mockserver/session/server_session_parts.hpp"
#include "mockserver/session/session_text.hpp"

namespace dmkit::mock {

namespace {

/// Rows of an execute response are counted in 16 bits by the vendor's Go driver.
constexpr std::int32_t most_rows_with_execution = 32'767;
/// Bytes of a failure's text: its length has 16 bits.
constexpr std::size_t longest_failure_text = 0xFFFF;

/// Place and values of the wish for generated keys (docs/protocol: what the drivers send; 2 and 3 come from Java).
constexpr std::size_t keys_offset = 48;
constexpr std::uint8_t keys_by_name = 2;
constexpr std::uint8_t keys_by_position = 3;

/// EXECUTE without the list of key columns in front of its parameters. The list decides nothing, since the form of the
/// answer that Java wants then is not known: it takes one without keys, and fails at a list of identity values.
wire::frame_view without_key_columns(const wire::frame_view& frame) {
    const auto mode = wire::load<std::uint8_t>(frame.header.subspan(keys_offset));
    if (mode != keys_by_name && mode != keys_by_position)
        return frame;
    wire::byte_reader reader(frame.body, wire::header_size);
    const auto count = reader.number<std::uint16_t>();
    for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
        if (mode == keys_by_name)
            static_cast<void>(reader.zero_terminated());
        else
            static_cast<void>(reader.number<std::int16_t>());
    }
    if (reader.failed())
        throw malformed_request{{reader.fault(), "EXECUTE2", "key columns", reader.offset()}};
    return {frame.header, reader.rest()};
}

bool is_dml(statement_kind kind) noexcept {
    return kind == statement_kind::insert || kind == statement_kind::update || kind == statement_kind::delete_ ||
           kind == statement_kind::merge;
}

/// Go, Java and Node read the counts of a batch behind the kinds of INSERT, UPDATE and DELETE alone.
statement_kind answered_kind(statement_kind kind) noexcept {
    return kind == statement_kind::merge ? statement_kind::update : kind;
}

}  // namespace

wire::value_context server_session::value_context(wire::value_place place) {
    return {.text = text_,
            .arena = arena_,
            .place = place,
            .new_lob = new_lob_,
            .session_zone = session_zone_,
            .database_zone = server_.profile.time_zone,
            .wide_row_ids = message_version_ >= wire::wide_row_ids_since};
}

template <class Request>
server_session::execution_options server_session::options_of(const Request& request) const {
    return {.autocommit = request.autocommit,
            .max_rows = request.max_rows,
            .want_keys = request.generated_keys == identity_keys,
            .continue_on_error = request.continue_on_error,
            .max_failures = request.max_batch_errors,
            .timeout = request.timeout,
            .cursor_row = request.cursor_row};
}

void server_session::execute(const wire::frame_view& frame) {
    if (!decode_request(without_key_columns(frame), execute_request_))
        return;
    const auto& request = execute_request_;
    auto& target = statement(request.handle, "EXECUTE");
    if (!target.prepared)
        throw sql_error(unprepared_statement);
    // Whatever happens, what was sent ahead is for this execution only.
    const auto sent_ahead = std::exchange(target.put_data, {});
    const auto options = options_of(request);
    decode_arguments(target, sent_ahead, request.types, request.row_count, request.rows);
    start_execution(target, options);
}

void server_session::execute_constants(const wire::frame_view& frame) {
    if (!decode_request(frame, execute_constants_request_))
        return;
    const auto& request = execute_constants_request_;
    auto& target = statement(request.handle, "EXECUTE CONSTANTS");
    // The statement is a new one: what was sent ahead was for another.
    target.put_data = {};
    if (request.generated_keys == keys_by_name || request.generated_keys == keys_by_position)
        throw sql_error::unsupported("generated keys by column in EXECUTE CONSTANTS");
    const auto options = options_of(request);
    prepare_statement(target, request.sql);
    decode_arguments(target, {}, request.types, request.row_count, request.rows);
    start_execution(target, options);
}

namespace {

/// What was sent ahead for a value of a row, if anything was.
std::optional<std::span<const std::byte>> sent_for(const wire::parameter_row_reader::value& value,
                                                   const values_in_pieces& sent_ahead) {
    if (value.sent_ahead) {
        wire::lob_value name;
        const auto fault = wire::decode_lob(*value.bytes, value_name_form, name);
        const auto found = sent_ahead.by_name.find(name.locator.id);
        if (fault != wire::value_fault::none || name.in_row || found == sent_ahead.by_name.end())
            throw sql_error::unsupported(
                fmt::format("parameter {} with the name of a value that PUT_DATA2 has not sent", value.index + 1));
        return found->second;
    }
    const auto found = sent_ahead.by_parameter.find(value.index);
    if (found == sent_ahead.by_parameter.end() || !value.bytes || !value.bytes->empty())
        return {};
    return found->second;
}

}  // namespace

void server_session::decode_arguments(const server_statement& statement, const values_in_pieces& sent_ahead,
                                      std::span<const wire::parameter_type> types, std::int64_t row_count,
                                      std::span<const std::byte> rows) {
    const auto wanted = statement.prepared->description().parameters.size();
    if (types.size() != wanted)
        throw sql_error::unsupported(
            fmt::format("an execution with {} parameters of a statement that has {}", types.size(), wanted));
    auto& out = pending_.rows;
    pending_.cursors.clear();
    pending_.copied = 0;
    if (types.empty()) {
        out.resize(1);
        out.front().clear();
        return;
    }
    bool gives_back = false;
    for (const auto& type : types) {
        if (type.direction > static_cast<std::uint8_t>(parameter_direction::in_out))
            throw sql_error::unsupported(fmt::format("a parameter of direction {}", type.direction));
        gives_back = gives_back || type.direction != 0;
        if (has_type_description(static_cast<type_id>(type.type), type.scale))
            throw sql_error::unsupported(
                fmt::format("a parameter of type {}", to_string(static_cast<type_id>(type.type))));
    }
    if (row_count < 1)
        throw sql_error::unsupported(fmt::format("an execution with {} rows of parameters", row_count));
    if (static_cast<std::uint64_t>(row_count) > server_.limits.arguments / types.size())
        throw sql_error::unsupported(
            fmt::format("an execution with more than {} parameter values", server_.limits.arguments));

    if (gives_back && row_count > 1)
        throw sql_error::unsupported("OUT and IN OUT parameters in a batch");

    wire::parameter_row_reader reader(rows, types);
    std::vector<wire::parameter_row_reader::value> values;
    const auto locator_size = wire::lob_head_bytes(false, value_context(wire::value_place::parameter).lobs());
    // A row takes two bytes a value at least: a false count fails before it costs memory.
    std::size_t used = 0;
    for (std::int64_t row = 0; row < row_count; ++row) {
        wire::decode_error error;
        if (!reader.next_row(locator_size, values, error))
            throw malformed_request{error};
        if (out.size() == used)
            out.emplace_back();
        auto& arguments = out[used++];
        arguments.clear();
        for (const auto& type : types)
            arguments.push_back({{static_cast<type_id>(type.type), type.precision, type.scale},
                                 {},
                                 static_cast<parameter_direction>(type.direction)});
        for (const auto& value : values) {
            if (arguments[value.index].type.id == type_id::cursor) {
                note_cursor_handle(value);
                continue;
            }
            auto whole = value;
            if (const auto pieces = sent_for(value, sent_ahead)) {
                count_copied(pieces->size());
                whole.bytes = pieces;
            }
            decode_argument(whole, arguments[value.index]);
        }
        arena_.clear();
    }
    out.resize(used);
}

void server_session::decode_argument(const wire::parameter_row_reader::value& value, argument& out) {
    if (value.locator) {
        out.value = lob_argument(out.type.id, *value.bytes);
        return;
    }
    if (!value.bytes)
        return;
    auto context = value_context(wire::value_place::parameter);
    field_view decoded;
    if (const auto fault = wire::decode_value(out.type, *value.bytes, context, decoded);
        fault != wire::value_fault::none)
        throw sql_error::unsupported(fmt::format("parameter {} of type {} with {} bytes: {}", value.index + 1,
                                                 to_string(out.type.id), value.bytes->size(), wire::to_string(fault)));
    out.value = decoded;
}

void server_session::count_copied(std::size_t bytes) {
    if (bytes > server_.limits.copied_arguments - pending_.copied)
        throw sql_error::unsupported(fmt::format("an execution whose parameters name LOBs of more than {} bytes",
                                                 server_.limits.copied_arguments));
    pending_.copied += bytes;
}

void server_session::note_cursor_handle(const wire::parameter_row_reader::value& value) {
    if (!value.bytes || value.bytes->size() != sizeof(std::int32_t))
        throw sql_error::unsupported(
            fmt::format("parameter {} of type CURSOR without a statement handle", value.index + 1));
    const auto handle = wire::load<std::int32_t>(*value.bytes);
    static_cast<void>(statement(handle, "a cursor"));
    pending_.cursors.emplace_back(value.index, handle);
}

void server_session::start_execution(server_statement& statement, const execution_options& options) {
    const auto parameters = statement.prepared->description().parameters.size();
    if (pending_.rows.front().size() != parameters)
        throw sql_error::unsupported(
            fmt::format("an execution without values of a statement that has {} parameters", parameters));
    const auto& cursor = statement.prepared->description().cursor;
    if (cursor.empty() && options.cursor_row.value_or(0) != 0)
        throw sql_error::unsupported(
            fmt::format("row {} of a cursor for a statement without WHERE CURRENT OF", *options.cursor_row));
    if (!cursor.empty() && !options.cursor_row)
        throw sql_error::unsupported("WHERE CURRENT OF in a direct execution, which does not say the row");
    pending_.execution.current_row.reset();
    if (!cursor.empty())
        pending_.execution.current_row = row_of_cursor(cursor, *options.cursor_row);
    lob_copies_.begin_execution();
    statement.results.start(value_context(wire::value_place::row),
                            options.max_rows > 0 ? options.max_rows : wire::no_row_limit, server_.limits.spool_memory,
                            spool_budget_, lob_policy_of_results());
    pending_.handle = statement.handle;
    pending_.want_keys = options.want_keys;
    pending_.execution.rows = pending_.rows;
    pending_.execution.autocommit = options.autocommit;
    pending_.execution.continue_on_error = options.continue_on_error;
    pending_.execution.max_failures = std::max(options.max_failures, 0);
    pending_.execution.timeout_seconds = std::max(options.timeout, 0);
    pending_.result = {};
    run(&server_session::answer_execution, [&](completion done) {
        session_->execute(*statement.prepared, pending_.execution, statement.results, pending_.result, std::move(done));
    });
}

void server_session::answer_execution() {
    auto& target = statement(pending_.handle, "EXECUTE");
    const auto& result = pending_.result;
    auto& response = execute_response_;
    response = {};
    response.handle = pending_.handle;
    response.kind = static_cast<std::int16_t>(answered_kind(result.kind));
    response.affected_rows = result.affected_rows;
    response.transaction_status = transaction_status();
    response.time_zone = result.time_zone;
    response.isolation = static_cast<std::int16_t>(result.isolation);
    response.flag = result.read_only || result.english_dates ? 1 : 0;
    if (result.kind == statement_kind::set_time_zone)
        session_zone_ = result.time_zone;
    message_texts_.clear();
    append_session_text(text_, result.printed, message_texts_);
    const auto printed = message_texts_.size();
    append_session_text(text_, result.text, message_texts_);
    response.printed = wire::as_text(std::span(message_texts_).first(printed));
    response.text = wire::as_text(std::span(message_texts_).subspan(printed));
    std::vector<std::vector<std::byte>> failure_texts;
    // Go and Java cannot do without counts, which they look for behind the kinds of DML alone.
    const bool calls = result.kind == statement_kind::call && pending_.rows.size() > 1 &&
                       target.results.current() == nullptr && pending_.cursors.empty();
    if (calls)
        response.kind = static_cast<std::int16_t>(statement_kind::update);
    if (calls || is_dml(result.kind)) {
        if (pending_.rows.size() > 1 || !result.failures.empty()) {
            response.parts |= wire::execute_part::row_counts;
            response.row_counts = result.row_counts;
            // Drivers write to the count of each failing row.
            response.row_counts.resize(pending_.rows.size());
        }
        if (pending_.want_keys && !result.generated_keys.empty()) {
            response.parts |= wire::execute_part::generated_keys;
            response.generated_keys = result.generated_keys;
        }
        failure_texts.reserve(result.failures.size());
        for (const auto& failure : result.failures) {
            auto& text = failure_texts.emplace_back();
            append_error_text(text_, render_error(failure.error, language_), language_, text);
            text.resize(std::min(text.size(), longest_failure_text));
            response.failures.push_back({failure.row, failure.error.code(), wire::as_text(text)});
        }
        if (!response.failures.empty())
            response.result = wire::batch_with_errors;
    }
    encode_out_values(response);
    for (const auto& [parameter, handle] : pending_.cursors)
        fill_cursor(parameter, handle);
    for (const auto& [table, stamp] : result.tables)
        response.tables.push_back({table, stamp});
    if (target.results.current() != nullptr)
        return answer_result(target, response);
    answer(response, &target);
}

void server_session::encode_out_values(wire::execute_response& response) {
    const auto& arguments = pending_.rows.front();
    const auto& values = pending_.result.out_values;
    if (values.empty())
        return;
    auto context = value_context(wire::value_place::row);
    const lob_policy lobs = lob_policy_of_results();
    std::vector<std::vector<std::byte>>& bytes = pending_.out_bytes;
    bytes.clear();
    bytes.reserve(values.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i].direction == parameter_direction::in || bytes.size() == values.size())
            continue;
        const field_view value = values[bytes.size()];
        auto& encoded = bytes.emplace_back();
        if (value.is_null()) {
            response.out_parameters.emplace_back();
            continue;
        }
        if (const auto size = lobs.size_out_of_row(arguments[i].type, value, context.text)) {
            wire::lob_value lob;
            lob.in_row = false;
            lob.locator = lobs.locator_of_copy(value);
            lob.locator.length = static_cast<std::int32_t>(*size);
            wire::encode_lob(lob, context.lobs(), encoded);
            response.out_parameters.emplace_back(std::span<const std::byte>(encoded));
            continue;
        }
        if (const auto fault = wire::encode_value(arguments[i].type, value, context, encoded);
            fault != wire::value_fault::none)
            throw sql_error::unsupported(fmt::format("OUT parameter {} of type {}: {}", i + 1,
                                                     to_string(arguments[i].type.id), wire::to_string(fault)));
        response.out_parameters.emplace_back(std::span<const std::byte>(encoded));
    }
}

lob_policy server_session::lob_policy_of_results() noexcept {
    return {.in_row = static_cast<std::size_t>(server_.profile.lob_in_row), .copies = &lob_copies_};
}

void server_session::fill_cursor(std::size_t parameter, std::int32_t handle) {
    auto& target = statement(handle, "a cursor");
    target.results.start(value_context(wire::value_place::row), wire::no_row_limit, server_.limits.spool_memory,
                         spool_budget_, lob_policy_of_results());
    for (const auto& cursor : pending_.result.cursors) {
        if (cursor.parameter != parameter)
            continue;
        target.results.begin(cursor.columns);
        std::vector<field_view> fields;
        for (const auto& row : cursor.rows) {
            fields.assign(row.begin(), row.end());
            target.results.row(fields);
        }
    }
}

void server_session::answer_result(server_statement& statement, wire::execute_response& response) {
    auto& result = *statement.results.current();
    response.columns = result.columns.get();
    response.affected_rows = result.rows.size();
    response.updatable = result.table != 0;
    const auto batch =
        result.rows.read(0, static_cast<std::size_t>(server_.profile.fetch_buffer_size), most_rows_with_execution);
    response.row_count = batch.count;
    response.rows = batch.rows;
    // Clients keep results that came as a whole.
    if (response.row_count == response.affected_rows && !response.tables.empty()) {
        std::vector<std::byte> before;
        encode(response, context(&statement), before);
        response.cache_offset = static_cast<std::int32_t>(before.size() - wire::header_size);
    }
    answer(response, &statement);
}

}  // namespace dmkit::mock

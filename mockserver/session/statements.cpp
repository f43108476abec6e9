#include <algorithm>

#include "mockserver/session/server_session_parts.hpp"
#include "mockserver/session/session_text.hpp"

namespace dmkit::mock {

namespace {
/// The largest answer that a client's budget may ask for, bytes of rows.
constexpr std::size_t largest_budget = 1U << 20U;
/// The answer to PREPARE counts parameters in 16 bits.
constexpr std::size_t most_parameters = 0xFFFF;

/// Bytes of a cursor's name, as JDBC's getMaxCursorNameLength() says: each handle keeps one.
constexpr std::size_t longest_cursor_name = 128;

/// The name that the JDBC driver takes a cursor to have until it is given another.
std::string default_cursor_name(std::int32_t handle) {
    return fmt::format("DM7CUR{}", static_cast<std::uint32_t>(handle));
}
}  // namespace

server_statement& server_session::statement(std::int32_t handle, std::string_view message) {
    const auto found = statements_.find(handle);
    if (found == statements_.end())
        throw sql_error::unsupported(fmt::format("{} on statement handle {}, which is not allocated", message, handle));
    secret_ = found->second.secret;
    return found->second;
}

void server_session::answer_done() {
    answer(wire::simple_response{});
}

void server_session::allocate(const wire::frame_view& frame) {
    wire::allocate_request request;
    if (!decode_request(frame, request))
        return;
    if (statements_.size() >= server_.limits.statements)
        throw sql_error::unsupported(
            fmt::format("more than {} statement handles in one session", server_.limits.statements));
    // A session would need 2^31 allocations to meet a handle that is still in use.
    do {
        last_handle_ = last_handle_ == std::numeric_limits<std::int32_t>::max() ? 1 : last_handle_ + 1;
    } while (statements_.contains(last_handle_));
    auto& fresh = statements_[last_handle_];
    fresh.handle = last_handle_;
    fresh.base_names = request.base_names;
    fresh.cursor_name = default_cursor_name(fresh.handle);
    wire::allocate_response response;
    response.handle = fresh.handle;
    response.base_names = fresh.base_names;
    answer(response);
}

void server_session::free(const wire::frame_view& frame) {
    wire::free_request request;
    if (!decode_request(frame, request))
        return;
    // Drivers free a handle twice after a cancelled call and rely on success.
    statements_.erase(request.handle);
    answer_done();
}

void server_session::prepare_statement(server_statement& statement, std::string_view sql) {
    statement.prepared.reset();
    statement.announced_parameters = 0;
    statement.put_data = {};
    statement.results.clear();
    const auto text = text_.to_utf8(wire::as_bytes(sql), arena_);
    secret_ = statement.secret = may_hold_password(text);
    auto prepared = session_->prepare(text);
    if (prepared->description().parameters.size() > most_parameters)
        throw sql_error::unsupported(fmt::format("a statement of more than {} parameters", most_parameters));
    statement.prepared = std::move(prepared);
}

void server_session::prepare(const wire::frame_view& frame) {
    wire::prepare_request request;
    if (!decode_request(frame, request))
        return;
    auto& target = statement(request.handle, request.direct ? "EXECUTE DIRECT" : "PREPARE");
    prepare_statement(target, request.sql);
    if (!request.direct)
        return answer_prepared(target);
    pending_.rows.resize(1);
    pending_.rows.front().clear();
    pending_.cursors.clear();
    start_execution(target, {.autocommit = request.autocommit,
                             .max_rows = request.max_rows,
                             .want_keys = request.generated_keys == identity_keys,
                             .continue_on_error = false,
                             .max_failures = 0,
                             .timeout = request.timeout});
}

void server_session::answer_prepared(server_statement& statement) {
    const auto& description = statement.prepared->description();
    parameter_descriptors parameters;
    parameters.assign(description.parameters, text_);
    column_descriptors columns;
    columns.assign(description.columns, text_);
    prepare_response_.handle = statement.handle;
    prepare_response_.kind = static_cast<std::int16_t>(description.kind);
    prepare_response_.transaction_status = transaction_status();
    prepare_response_.parameters = parameters.get();
    prepare_response_.columns = columns.get();
    answer(prepare_response_, &statement);
}

void server_session::pre_execute(const wire::frame_view& frame) {
    wire::pre_execute_request request;
    if (!decode_request(frame, request))
        return;
    auto& target = statement(request.handle, "PRE_EXEC");
    if (!target.prepared)
        throw sql_error(unprepared_statement);
    target.announced_parameters = request.types.size();
    target.put_data = {};
    answer_prepared(target);
}

server_statement& server_session::receiver_of(std::string_view message, std::int32_t handle, std::int16_t parameter,
                                              std::size_t size) {
    auto& target = statement(handle, message);
    if (!target.prepared)
        throw sql_error(unprepared_statement);
    const auto parameters = std::max(target.announced_parameters, target.prepared->description().parameters.size());
    if (parameter < 0 || static_cast<std::size_t>(parameter) >= parameters)
        throw sql_error::unsupported(
            fmt::format("{} for parameter {} of a statement that has {}", message, parameter, parameters));
    std::size_t held = 0;
    for (const auto& [number, other] : statements_)
        held += other.put_data.size;
    if (size > server_.limits.put_data - std::min(held, server_.limits.put_data)) {
        // The execution that they were for cannot follow.
        target.put_data = {};
        throw sql_error::unsupported(
            fmt::format("more than {} bytes of parameters sent ahead of an execution", server_.limits.put_data));
    }
    return target;
}

void server_session::put_data(const wire::frame_view& frame) {
    wire::put_data_request request;
    if (!decode_request(frame, request))
        return;
    auto& target = receiver_of("PUT_DATA", request.handle, request.parameter, request.data.size());
    auto& value = target.put_data.by_parameter[static_cast<std::size_t>(request.parameter)];
    value.insert(value.end(), request.data.begin(), request.data.end());
    target.put_data.size += request.data.size();
    answer_done();
}

void server_session::put_named_data(const wire::frame_view& frame) {
    wire::put_data2_request request;
    if (!decode_request(frame, request))
        return;
    if (message_version_ < named_values_since)
        throw sql_error::unsupported(fmt::format("PUT_DATA2 in message version {}: it belongs to those from {} on",
                                                 message_version_, named_values_since));
    wire::lob_value name;
    if (wire::decode_lob(request.name, value_name_form, name) != wire::value_fault::none || name.in_row)
        throw sql_error::unsupported("PUT_DATA2 for a value without a name");
    constexpr std::int64_t nameless = -1;
    const bool begins = name.locator.id == nameless;
    const std::size_t size = request.data.size() + (begins ? value_place : 0);
    values_in_pieces& sent_ahead = receiver_of("PUT_DATA2", request.handle, request.parameter, size).put_data;
    if (begins)
        name.locator.id = ++last_value_name_;
    else if (!sent_ahead.by_name.contains(name.locator.id))
        throw sql_error::unsupported(fmt::format("PUT_DATA2 for value {}, which has not begun", name.locator.id));
    auto& value = sent_ahead.by_name[name.locator.id];
    value.insert(value.end(), request.data.begin(), request.data.end());
    sent_ahead.size += size;
    name.locator.length = static_cast<std::int32_t>(value.size());
    std::vector<std::byte> told;
    wire::encode_lob(name, value_name_form, told);
    answer(wire::put_data2_response{told});
}

void server_session::fetch(const wire::frame_view& frame) {
    wire::fetch_request request;
    if (!decode_request(frame, request))
        return;
    auto& target = statement(request.handle, "FETCH");
    auto* result = target.results.current();
    if (result == nullptr)
        throw sql_error::unsupported("FETCH on a statement without a result");
    if (request.position < 0)
        throw sql_error::unsupported(fmt::format("FETCH from row {}", request.position));
    const auto budget = request.budget > 0 ? std::min(static_cast<std::size_t>(request.budget), largest_budget)
                                           : static_cast<std::size_t>(server_.profile.fetch_buffer_size);
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    const auto batch = result->rows.read(request.position, budget,
                                         static_cast<std::int32_t>(std::clamp<std::int64_t>(request.count, 0, most)));
    wire::fetch_response response;
    response.total = result->rows.size();
    response.row_count = batch.count;
    response.rows = batch.rows;
    answer(response);
}

void server_session::more_result(const wire::frame_view& frame) {
    wire::more_result_request request;
    if (!decode_request(frame, request))
        return;
    // Drivers ask at the end of every result and take an error badly: whatever is wrong, there is no more.
    const auto found = statements_.find(request.handle);
    execute_response_ = {};
    execute_response_.handle = request.handle;
    execute_response_.transaction_status = transaction_status();
    if (request.which == 0 && found != statements_.end() && found->second.results.advance()) {
        execute_response_.kind = static_cast<std::int16_t>(statement_kind::select);
        return answer_result(found->second, execute_response_);
    }
    if (request.which == 1 && found != statements_.end() && found->second.results.current() != nullptr) {
        execute_response_.kind = static_cast<std::int16_t>(statement_kind::select);
        return answer_result(found->second, execute_response_);
    }
    execute_response_.kind = static_cast<std::int16_t>(statement_kind::call);
    execute_response_.result = wire::no_more_results;
    answer(execute_response_);
}

void server_session::close_cursor(const wire::frame_view& frame) {
    // As with FREE, drivers rely on success; the statement itself stays.
    if (const auto found = statements_.find(frame.handle()); found != statements_.end())
        found->second.results.clear();
    answer_done();
}

void server_session::set_cursor_name(const wire::frame_view& frame) {
    wire::set_cursor_name_request request;
    if (!decode_request(frame, request))
        return;
    auto& target = statement(request.handle, "SET_CURSOR_NAME");
    if (request.name.size() > longest_cursor_name)
        throw sql_error::unsupported(fmt::format("a name of {} bytes for a cursor", request.name.size()));
    const std::string given(text_.to_utf8(wire::as_bytes(request.name), arena_));
    // A driver may have put a handle with the name aside for later: the name is the last one's.
    for (auto& [handle, other] : statements_)
        if (other.cursor_name == given)
            other.cursor_name = default_cursor_name(handle);
    target.cursor_name = given;
    answer_done();
}

row_place server_session::row_of_cursor(std::string_view cursor, std::int64_t position) {
    const auto named = std::find_if(statements_.begin(), statements_.end(),
                                    [&](const auto& each) { return each.second.cursor_name == cursor; });
    auto* result = named == statements_.end() ? nullptr : named->second.results.current();
    if (result == nullptr || result->table == 0 || position < 0 || position >= result->rows.size())
        throw sql_error(invalid_cursor);
    wire::row_reader reader(result->rows.read(position, 1, 1).rows, result->columns.get().size(),
                            message_version_ >= wire::wide_row_ids_since);
    wire::decode_error error;
    if (!reader.next(error))
        throw std::logic_error("a row of a result that cannot be read: " + error.to_string());
    return {result->table, reader.row_id()};
}

void server_session::table_stamps(const wire::frame_view& frame) {
    wire::table_stamps_request request;
    if (!decode_request(frame, request))
        return;
    wire::table_stamps_response response;
    response.stamps = session_->table_stamps(request.tables);
    answer(response);
}

void server_session::set_isolation(const wire::frame_view& frame) {
    wire::isolation_request request;
    if (!decode_request(frame, request))
        return;
    session_->set_isolation(isolation_of(request.level));
    answer_done();
}

void server_session::commit(const wire::frame_view&) {
    pending_.handle = 0;
    run(&server_session::answer_done, [this](completion done) { session_->commit(std::move(done)); });
}

void server_session::rollback(const wire::frame_view&) {
    pending_.handle = 0;
    run(&server_session::answer_done, [this](completion done) { session_->rollback(std::move(done)); });
}

std::int32_t server_session::transaction_status() const {
    return session_->in_transaction() ? 1 : 0;
}

}  // namespace dmkit::mock

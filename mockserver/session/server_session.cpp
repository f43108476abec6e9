#include "mockserver/session/server_session.hpp"

#include <algorithm>

#include <dmkit/wire/printable.hpp>

#include "mockserver/session/server_session_parts.hpp"
#include "mockserver/session/session_text.hpp"

namespace dmkit::mock {

namespace {
constexpr std::size_t smallest_read = 4U << 10U;
constexpr std::size_t largest_read = 64U << 10U;
/// Memory that an output buffer keeps between answers.
constexpr std::size_t kept_output = 256U << 10U;
/// Where the answer to STARTUP names the character set.
constexpr std::size_t startup_charset_offset = 28;
}  // namespace

server_session::server_session(server_context& server, std::string peer, std::function<void()> ready)
    : server_(server),
      peer_(std::move(peer)),
      ready_(std::move(ready)),
      id_(++server.last_session_id),
      assembler_(server.limits.login_message),
      text_(wire_charset(server.profile.charset)),
      lob_copies_(server.limits.lob_copies),
      spool_budget_{.most_memory = server.limits.session_spool_memory,
                    .most_files = server.limits.session_spool_files} {
    log(log_level::debug, "connected");
    start_login_timer();
}

server_session::~server_session() {
    if (idle_timer_)
        server_.environment.cancel(*idle_timer_);
    statements_.clear();
    open_lob_.reset();
    session_.reset();
    log(log_level::debug, "closed");
}

std::span<std::byte> server_session::receive_buffer() {
    const auto wanted = std::clamp(assembler_.missing(), smallest_read, largest_read);
    const auto room = assembler_.prepare(wanted);
    return room.first(std::min(room.size(), largest_read));
}

void server_session::received(std::size_t size) {
    assembler_.commit(size);
    process();
}

void server_session::sent() {
    output_.clear();
    if (output_.capacity() > kept_output)
        output_.shrink_to_fit();
    process();
}

void server_session::secured(std::string_view how) {
    // What came in clear and ahead of the handshake may be anybody's.
    if (assembler_.pending() > 0)
        return not_secured("the client sent more in clear than STARTUP");
    log(log_level::debug, "TLS: {}", how);
    phase_ = phase::login;
}

void server_session::not_secured(std::string_view why) {
    log(log_level::info, "TLS fails: {}", wire::printable(why));
    closing_ = true;
}

void server_session::process() {
    in_call_ = true;
    while (!busy_ && !closing_ && !securing() && output_.empty()) {
        wire::decode_error error;
        const auto raw = assembler_.next(error);
        if (error) {
            malformed(error);
            break;
        }
        if (!raw)
            break;
        const auto opened = security_.open(*raw);
        if (opened.error) {
            malformed(opened.error);
            break;
        }
        handle({raw->header, opened.body});
    }
    in_call_ = false;
}

void server_session::handle(const wire::frame_view& frame) {
    arena_.clear();
    secret_ = false;
    try {
        dispatch(frame);
    } catch (const sql_error& error) {
        answer_error(error);
    } catch (const malformed_request& request) {
        malformed(request.error);
    } catch (const std::exception& error) {
        answer_failure(error);
    }
}

void server_session::dispatch(const wire::frame_view& frame) {
    using wire::command;
    const auto code = static_cast<command>(frame.code());
    if (phase_ == phase::startup) {
        if (code != command::startup) {
            closing_ = true;
            throw sql_error::unsupported(fmt::format("message {} before STARTUP", frame.code()));
        }
        return startup(frame);
    }
    if (phase_ == phase::login && code != command::login) {
        closing_ = true;
        throw sql_error::unsupported(fmt::format("message {} before LOGIN", frame.code()));
    }
    if (frame.code() == close_cursor_code)
        return close_cursor(frame);
    switch (code) {
        case command::startup:
            throw sql_error::unsupported("STARTUP on a connection that is started");
        case command::login:
            if (phase_ == phase::session)
                throw sql_error::unsupported("LOGIN on a session that is logged in");
            return login(frame);
        case command::allocate:
            return allocate(frame);
        case command::free:
            return free(frame);
        case command::prepare:
            return prepare(frame);
        case command::execute_old:
        case command::execute:
            return execute(frame);
        case command::fetch:
            return fetch(frame);
        case command::commit:
            return commit(frame);
        case command::rollback:
            return rollback(frame);
        case command::put_data:
            return put_data(frame);
        case command::put_data2:
            return put_named_data(frame);
        case command::set_cursor_name:
            return set_cursor_name(frame);
        case command::more_result:
            return more_result(frame);
        case command::set_isolation:
            return set_isolation(frame);
        case command::pre_execute:
            return pre_execute(frame);
        case command::execute_constants:
            return execute_constants(frame);
        case command::lob_length:
            return lob_length(frame);
        case command::lob_write:
            return lob_write(frame);
        case command::lob_truncate:
            return lob_truncate(frame);
        case command::lob_read:
            return lob_read(frame);
        case command::table_timestamps:
            return table_stamps(frame);
    }
    throw sql_error::unsupported(fmt::format("message with command code {}", frame.code()));
}

void server_session::operation_ended(std::optional<sql_error> error) {
    busy_ = false;
    try {
        if (error)
            throw *error;
        (this->*pending_.finish)();
    } catch (const sql_error& failure) {
        if (const auto found = statements_.find(pending_.handle); found != statements_.end())
            found->second.results.clear();
        answer_error(failure);
    } catch (const std::exception& failure) {
        if (const auto found = statements_.find(pending_.handle); found != statements_.end())
            found->second.results.clear();
        answer_failure(failure);
    }
    if (!in_call_)
        ready_();
}

void server_session::seal(std::size_t begin) {
    if (const auto fault = security_.seal(output_, begin); fault != wire::cipher_fault::none) {
        // The body is lost with its cipher: nothing that the client could read can be sent any more.
        log(log_level::error, "an answer cannot be encrypted: {}", wire::to_string(fault));
        output_.clear();
        closing_ = true;
    }
    restart_idle_timer();
}

wire::codec_context server_session::context(const server_statement* statement) const noexcept {
    return {statement != nullptr && statement->base_names, new_lob_, message_version_};
}

void server_session::answer_error(const sql_error& error) {
    output_.clear();
    if (secret_)
        log(log_level::info, "answers error {}", error.code());
    else if (server_.log.enabled(log_level::info))
        log(log_level::info, "answers error {}: {}", error.code(), render_error(error, language::english));
    wire::error_response response;
    response.code = error.code();
    std::vector<std::byte> text;
    append_error_text(text_, render_error(error, language_), language_, text);
    response.text = wire::as_text(text);
    const auto begin = output_.size();
    encode(response, context(), output_);
    // Of a refused STARTUP the client reads the character set first, then the text in it.
    if (phase_ == phase::startup)
        wire::byte_writer(output_).patch(begin + startup_charset_offset, wire::charset_to_wire(text_.set()));
    seal(begin);
}

void server_session::answer_failure(const std::exception& failure) {
    log(log_level::error, "a statement fails inside the server: {}", secret_ ? "(not logged)" : failure.what());
    answer_error(sql_error::unsupported(std::string("a statement that fails inside the server: ") + failure.what()));
}

void server_session::malformed(const wire::decode_error& error) {
    log(log_level::warning, "malformed message: {}", error.to_string());
    closing_ = true;
    answer_error(sql_error::unsupported("malformed message: " + error.to_string()));
}

void server_session::start_login_timer() {
    idle_timer_ = server_.environment.call_after(server_.limits.login_time, [this] {
        idle_timer_.reset();
        log(log_level::info, "no login within {} s", server_.limits.login_time.count());
        closing_ = true;
        ready_();
    });
}

void server_session::restart_idle_timer() {
    if (phase_ != phase::session)
        return;
    if (idle_timer_)
        server_.environment.cancel(*idle_timer_);
    idle_timer_.reset();
    if (idle_limit_.count() == 0)
        return;
    idle_timer_ = server_.environment.call_after(idle_limit_, [this] {
        idle_timer_.reset();
        if (busy_)
            return;
        log(log_level::info, "idle for {} s, the longest allowed", idle_limit_.count());
        closing_ = true;
        ready_();
    });
}

}  // namespace dmkit::mock

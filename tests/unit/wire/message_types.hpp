#pragma once

#include <cstdint>
#include <utility>

#include <dmkit/wire/messages/lob.hpp>
#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>

/// The messages by the numbers under which they travel, for tests that treat all of them alike.
namespace dmkit::wire::test {

/// Calls @p action with a default-made message of the request with that command code. @return false if there is none.
template <class Action>
bool with_request(std::uint16_t code, Action&& action) {
    switch (static_cast<command>(code)) {
        case command::startup:
            action(startup_request{});
            return true;
        case command::login:
            action(login_request{});
            return true;
        case command::allocate:
            action(allocate_request{});
            return true;
        case command::free:
            action(free_request{});
            return true;
        case command::prepare:
            action(prepare_request{});
            return true;
        case command::execute:
        case command::execute_old:
            action(execute_request{});
            return true;
        case command::execute_constants:
            action(execute_constants_request{});
            return true;
        case command::pre_execute:
            action(pre_execute_request{});
            return true;
        case command::put_data:
            action(put_data_request{});
            return true;
        case command::put_data2:
            action(put_data2_request{});
            return true;
        case command::fetch:
            action(fetch_request{});
            return true;
        case command::more_result:
            action(more_result_request{});
            return true;
        case command::commit:
            action(commit_request{});
            return true;
        case command::rollback:
            action(rollback_request{});
            return true;
        case command::set_cursor_name:
            action(set_cursor_name_request{});
            return true;
        case command::table_timestamps:
            action(table_stamps_request{});
            return true;
        case command::set_isolation:
            action(isolation_request{});
            return true;
        case command::lob_length:
            action(lob_length_request{});
            return true;
        case command::lob_read:
            action(lob_read_request{});
            return true;
        case command::lob_write:
            action(lob_write_request{});
            return true;
        case command::lob_truncate:
            action(lob_truncate_request{});
            return true;
        default:
            return false;
    }
}

/// Calls @p action with a default-made message of every response: which one is meant, only the request tells.
template <class Action>
void with_each_response(Action&& action) {
    action(startup_response{});
    action(login_response{});
    action(simple_response{});
    action(error_response{});
    action(allocate_response{});
    action(prepare_response{});
    action(execute_response{});
    action(put_data2_response{});
    action(fetch_response{});
    action(table_stamps_response{});
    action(lob_length_response{});
    action(lob_read_response{});
    action(lob_write_response{});
    action(lob_truncate_response{});
}

}  // namespace dmkit::wire::test

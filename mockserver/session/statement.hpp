#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/value_codec.hpp>

#include "mockserver/backend.hpp"
#include "mockserver/session/result_collector.hpp"

namespace dmkit::mock {

/// DM8's code for an execution without a statement.
inline constexpr int unprepared_statement = -2002;

/// DM8's code for a cursor that is not there, or not where it would have to be.
inline constexpr int invalid_cursor = -4535;

/// Our code for a locator whose value is not there (mockserver/catalog/codes.hpp).
inline constexpr int lob_freed = -7992;

/// The wish for generated keys that a list of identity values answers.
inline constexpr std::uint8_t identity_keys = 1;

/// The message that ends the results of a handle; JDBC sends it when a called statement is closed, nobody else does.
inline constexpr std::uint16_t close_cursor_code = 17;

/// The first message version with PUT_DATA2 (docs/protocol/drivers.md).
inline constexpr std::uint16_t named_values_since = 10;

/// How names of values in PUT_DATA2 are written: as LOB heads of the old form.
inline constexpr wire::lob_form value_name_form{.new_form = false, .wide_row_ids = false};

/// What a value that PUT_DATA2 begins counts beyond its bytes, so that values without any are no free way to fill the
/// memory.
inline constexpr std::size_t value_place = 64;

/// Values that came in pieces ahead of an execution.
struct values_in_pieces {
    std::map<std::size_t, std::vector<std::byte>> by_parameter;  ///< of PUT_DATA
    std::map<std::int64_t, std::vector<std::byte>> by_name;      ///< of PUT_DATA2, by the number that names it
    std::size_t size = 0;                                        ///< what counts against server_limits::put_data
};

/// What a session keeps for one statement handle.
struct server_statement {
    std::int32_t handle = 0;
    bool base_names = false;  ///< descriptors carry base names, as the answer to the allocation said
    std::unique_ptr<backend_statement> prepared;
    bool secret = false;                   ///< its words stay out of the log
    std::size_t announced_parameters = 0;  ///< of the last PRE_EXEC
    values_in_pieces put_data;             ///< the next execution consumes them
    /// Of its cursor, in UTF-8. It stays when the handle is prepared again: the JDBC driver counts on that.
    std::string cursor_name;
    result_collector results;
};

}  // namespace dmkit::mock

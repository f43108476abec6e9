#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <dmkit/structured_type.hpp>
#include <dmkit/wire/charset.hpp>

#include "client/session/state.hpp"

namespace dmkit::session {

/// A type description and what of the session its values depend on.
struct structure_codec {
    type_description description;
    bool in_blob = false;      ///< an object that a BLOB holds
    bytes packed_description;  ///< as the record of a parameter says which type it has
    wire::charset text = wire::charset::utf8;
    std::int16_t session_zone = 0;   ///< minutes east of UTC
    std::int16_t database_zone = 0;  ///< likewise
};

/// Nothing for types without a description. @p encoded has been checked when its message was decoded.
[[nodiscard]] std::shared_ptr<const structured_type> make_structured_type(session_state& state, const data_type& type,
                                                                          std::span<const std::byte> encoded);

}  // namespace dmkit::session

#pragma once

// The machinery behind a message's one declaration. layout<M>::fields lists the fields of M with their places;
// decoding, encoding, the trace and the table in docs/protocol/messages.md all walk that list.

#include "codec.hpp"
#include "forms.hpp"
#include "traces.hpp"
#include "visits.hpp"

/// Defines what DMKIT_WIRE_MESSAGE declares.
// NOLINTBEGIN(bugprone-macro-parentheses): M is a type
#define DMKIT_WIRE_DEFINE_MESSAGE(M)                                                           \
    decode_error decode(const frame_view& frame, const codec_context& context, M& out) {       \
        return detail::decode_message(frame, context, out);                                    \
    }                                                                                          \
    void encode(const M& message, const codec_context& context, std::vector<std::byte>& out) { \
        detail::encode_message(message, context, out);                                         \
    }                                                                                          \
    void trace(const M& message, std::string& out) {                                           \
        detail::trace_message(message, out);                                                   \
    }
// NOLINTEND(bugprone-macro-parentheses)

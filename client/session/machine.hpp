#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include <dmkit/error.hpp>
#include <dmkit/wire/frame.hpp>

#include "client/session/state.hpp"

namespace dmkit::session {

/// What a machine wants to happen now.
enum class action : std::uint8_t {
    write,   ///< session_state::out is to be sent
    read,    ///< the next frame is needed
    secure,  ///< a TLS handshake, with session_state::tls_only_handshake
    done,    ///< the operation has ended; machine::result() says how
};
[[nodiscard]] std::string_view to_string(action value) noexcept;

/// What has happened since the machine's last action.
struct input {
    enum class kind : std::uint8_t {
        start,
        sent,      ///< the request has been handed to the transport completely
        received,  ///< frame is the next message
        secured,   ///< the TLS handshake has succeeded
        failed,    ///< I/O error, time-out or cancellation: error says which
    };
    kind what = kind::start;
    wire::frame_view* frame = nullptr;
    error_code error = {};
    std::size_t written = 0;  ///< on failure: bytes of the request in progress that the transport took
};

/// One operation: a value that is fed with what happened and says what to do next. It does no I/O and reads no clock,
/// so a test can drive it with bytes. After an error for which is_fatal() is true the connection has to be discarded;
/// after any other the session is as usable as before.
class machine {
  public:
    virtual ~machine() = default;
    [[nodiscard]] virtual action resume(session_state& state, const input& what) = 0;
    [[nodiscard]] const failure& result() const noexcept { return result_; }
    [[nodiscard]] failure& result() noexcept { return result_; }

  protected:
    failure result_;
};

/// A machine made of exchanges: request, answer, request, answer. Derived classes say what the first request is and
/// what follows an answer.
class exchange_machine : public machine {
  public:
    [[nodiscard]] action resume(session_state& state, const input& what) final;

  protected:
    explicit exchange_machine(std::string_view operation) { result_.details.operation = operation; }

    enum class step : std::uint8_t { send, secure, finish };

    /// Makes the first request, or finishes at once.
    virtual step begin(session_state& state) = 0;
    /// An answer has come, successful or not.
    virtual void receiving(session_state& state, const wire::frame_view& frame) {
        static_cast<void>(state);
        static_cast<void>(frame);
    }
    /// Takes a successful answer.
    virtual step answer(session_state& state, const wire::frame_view& frame) = 0;
    /// The TLS handshake that was asked for has succeeded.
    virtual step secured(session_state& state) {
        static_cast<void>(state);
        return step::finish;
    }
    /// The server refused the request; result_ tells. By default the operation ends.
    virtual step refused(session_state& state) {
        static_cast<void>(state);
        return step::finish;
    }
    /// An exception was thrown, by code of the user's or for lack of memory; result_ tells. No request is under way.
    virtual void abandoned(session_state& state) { static_cast<void>(state); }
    /// The transport failed; result_ tells.
    virtual void lost(session_state& state) { static_cast<void>(state); }

    /// Encodes @p message as the next request. @p effective: the server changes data or ends a transaction by it, so
    /// that delivery counts from here.
    template <class Message>
    step request(session_state& state, const Message& message, const wire::codec_context& context, bool effective) {
        state.out.clear();
        encode(message, context, state.out);
        return seal(state, effective);
    }
    /// Ends the operation with a fault of ours.
    step fail(client_errc code, std::string message = {});
    /// Ends the operation because an answer cannot be understood.
    step fail(const wire::decode_error& error);
    /// Ends the operation with a fault that was found elsewhere.
    step fail(failure&& fault);
    /// Completes what was encoded into session_state::out.
    step seal(session_state& state, bool effective);

  private:
    action proceed(session_state& state, const input& what);
    action after(session_state& state, step next);
    void take_refusal(session_state& state, const wire::frame_view& frame);

    bool effective_ = false;   ///< the request in progress has effects and is not answered yet
    bool had_effect_ = false;  ///< a request with effects has been answered
};

/// The fault that stands for @p fault in received bytes.
[[nodiscard]] client_errc to_client_error(wire::decode_fault fault) noexcept;
[[nodiscard]] failure failure_of(client_errc code, std::string text);
/// Of an answer that cannot be understood.
[[nodiscard]] failure failure_of(const wire::decode_error& error);
/// Of an exception: its own code if it is a dmkit::error that does not speak of a lost connection, else
/// exception_thrown.
[[nodiscard]] failure failure_of(std::exception_ptr thrown);

}  // namespace dmkit::session

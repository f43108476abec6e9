#include "client/session/lob.hpp"

#include <algorithm>

namespace dmkit::session {

namespace {

failure protocol_fault(std::string text) {
    failure out;
    out.code = make_error_code(client_errc::protocol_violation);
    out.details.client_message = std::move(text);
    return out;
}

/// Positions and lengths have 32 bits on the wire.
constexpr std::int64_t most_units = std::numeric_limits<std::int32_t>::max();

std::int64_t characters_of(std::string_view utf8) noexcept {
    return std::count_if(utf8.begin(), utf8.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

/// The first bytes of @p text, @p most at most, that split no character.
std::string_view whole_characters(std::string_view text, std::size_t most) noexcept {
    if (text.size() <= most)
        return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
        --most;
    return text.substr(0, most);
}

}  // namespace

wire::lob_read_request lob_transfer::next() const noexcept {
    const auto most = target_.text ? lob_piece_characters : lob_piece_bytes;
    return {wire::address_of(target_.locator, target_.text), cursor_, static_cast<std::int32_t>(position_),
            static_cast<std::int32_t>(std::min(left_, most))};
}

failure lob_transfer::take(session_state& state, const wire::frame_view& frame) {
    wire::lob_read_response response;
    if (const auto error = decode(frame, state.codec, response)) {
        failure fault;
        fault.code = make_error_code(to_client_error(error.fault));
        fault.details.client_message = error.to_string();
        return fault;
    }
    if (response.size == 0) {
        left_ = 0;
        return {};
    }
    const auto before = out_->size();
    std::int64_t come = response.size;
    if (target_.text) {
        state.text.append_utf8(response.data, *out_);
        come = characters_of(std::string_view(*out_).substr(before));
        if (response.characters)
            come = *response.characters;
    } else {
        out_->append(wire::as_text(response.data));
    }
    if (come <= 0 || come > left_)
        return protocol_fault("a piece of a LOB holds more than was asked for");
    cursor_ = response;
    position_ += come;
    units_ += come;
    left_ = response.end || position_ >= most_units ? 0 : left_ - come;
    return {};
}

exchange_machine::step lob_length_machine::ready(session_state& state) {
    return request(state, wire::lob_length_request{wire::address_of(target_.locator, target_.text)}, state.codec,
                   false);
}

exchange_machine::step lob_length_machine::reply(session_state& state, const wire::frame_view& frame) {
    wire::lob_length_response response;
    if (const auto error = decode(frame, state.codec, response))
        return fail(error);
    length_ = response.length;
    return step::finish;
}

exchange_machine::step lob_read_machine::ready(session_state& state) {
    if (transfer_.done())
        return step::finish;
    return request(state, transfer_.next(), state.codec, false);
}

exchange_machine::step lob_read_machine::reply(session_state& state, const wire::frame_view& frame) {
    if (auto fault = transfer_.take(state, frame); fault.code)
        return fail(std::move(fault));
    return ready(state);
}

exchange_machine::step lob_write_machine::ready(session_state& state) {
    if (rest_.empty())
        return step::finish;
    return put_next(state);
}

exchange_machine::step lob_write_machine::put_next(session_state& state) {
    std::string_view taken = rest_.substr(0, lob_write_bytes);
    piece_.clear();
    if (target_.text) {
        // A character of two bytes in UTF-8 may have four in GB18030.
        taken =
            whole_characters(rest_, state.text.set() == wire::charset::utf8 ? lob_write_bytes : lob_write_bytes / 2);
        if (!encode_text(state, taken, piece_))
            return fail(client_errc::text_not_encodable, "text for a CLOB");
    } else {
        const auto data = wire::as_bytes(taken);
        piece_.assign(data.begin(), data.end());
    }
    rest_.remove_prefix(taken.size());
    wire::lob_write_request message;
    static_cast<wire::lob_address&>(message) = wire::address_of(target_.locator, target_.text);
    static_cast<wire::lob_cursor&>(message) = cursor_;
    message.part = static_cast<std::uint8_t>((begun_ ? wire::lob_part::middle : wire::lob_part::first) |
                                             (rest_.empty() ? wire::lob_part::last : wire::lob_part::middle));
    message.position = static_cast<std::int32_t>(position_);
    message.data = piece_;
    begun_ = true;
    return request(state, message, state.codec, true);
}

exchange_machine::step lob_write_machine::reply(session_state& state, const wire::frame_view& frame) {
    wire::lob_write_response response;
    if (const auto error = decode(frame, state.codec, response))
        return fail(error);
    if (response.written <= 0)
        return fail(client_errc::protocol_violation, "the server has written nothing of a piece of a LOB");
    cursor_ = response;
    target_.locator.id = response.id;
    target_.locator.file = response.file;
    target_.locator.page = response.page;
    units_ += response.written;
    position_ += response.written;
    return ready(state);
}

exchange_machine::step lob_truncate_machine::ready(session_state& state) {
    return request(state,
                   wire::lob_truncate_request{wire::address_of(target_.locator, target_.text),
                                              static_cast<std::uint32_t>(length_)},
                   state.codec, true);
}

exchange_machine::step lob_truncate_machine::reply(session_state& state, const wire::frame_view& frame) {
    wire::lob_truncate_response response;
    if (const auto error = decode(frame, state.codec, response))
        return fail(error);
    length_ = response.length;
    return step::finish;
}

exchange_machine::step fetch_lobs_machine::ready(session_state& state) {
    return begin_next(state);
}

exchange_machine::step fetch_lobs_machine::begin_next(session_state& state) {
    transfer_.reset();
    if (next_ == end_)
        return step::finish;
    auto& lob = lobs_[next_];
    const auto& target = lob.target;
    if (target.text || target.locator.length < 0) {
        asking_length_ = true;
        return request(state, wire::lob_length_request{wire::address_of(target.locator, target.text)}, state.codec,
                       false);
    }
    transfer_.emplace(target, 0, target.locator.length, lob.data);
    return read_on(state);
}

exchange_machine::step fetch_lobs_machine::read_on(session_state& state) {
    if (transfer_->done()) {
        ++next_;
        return begin_next(state);
    }
    return request(state, transfer_->next(), state.codec, false);
}

exchange_machine::step fetch_lobs_machine::reply(session_state& state, const wire::frame_view& frame) {
    if (asking_length_) {
        asking_length_ = false;
        wire::lob_length_response response;
        if (const auto error = decode(frame, state.codec, response))
            return fail(error);
        transfer_.emplace(lobs_[next_].target, 0, std::min(response.length, most_units), lobs_[next_].data);
        return read_on(state);
    }
    if (auto fault = transfer_->take(state, frame); fault.code)
        return fail(std::move(fault));
    return read_on(state);
}

}  // namespace dmkit::session

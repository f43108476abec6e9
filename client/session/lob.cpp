#include "client/session/lob.hpp"

#include <algorithm>
#include <utility>

namespace dmkit::session {

namespace {

/// A character of any of the character sets has no more bytes.
constexpr std::int64_t most_character_bytes = 4;

constexpr std::string_view replacement = "\xEF\xBF\xBD";  ///< U+FFFD

failure take_length(session_state& state, const wire::frame_view& frame, std::int64_t& length) {
    wire::lob_length_response response;
    if (const auto error = decode(frame, state.codec, response))
        return failure_of(error);
    if (response.length < 0)
        return failure_of(client_errc::protocol_violation, "a LOB of a negative length");
    length = response.length;
    return {};
}

}  // namespace

std::string_view whole_characters(std::string_view text, std::size_t most) noexcept {
    if (text.size() <= most)
        return text;
    while (most > 0 && !begins_character(text[most]))
        --most;
    return text.substr(0, most);
}

std::int64_t characters_of(std::string_view utf8) noexcept {
    return std::count_if(utf8.begin(), utf8.end(), begins_character);
}

lob_target target_of(std::span<const std::byte> locator, type_id type, bool new_form) noexcept {
    wire::lob_value value;
    // decode_value() has found it well formed.
    static_cast<void>(wire::decode_lob(locator, {new_form, false}, value));
    return {type == type_id::clob, value.locator};
}

std::int64_t lob_transfer::wanted() const noexcept {
    return std::min(left_, target_.text ? lob_piece_characters : lob_piece_bytes);
}

wire::lob_read_request lob_transfer::next() const noexcept {
    return {wire::address_of(target_.locator, target_.text), cursor_, static_cast<std::int32_t>(position_),
            static_cast<std::int32_t>(wanted())};
}

std::optional<std::int64_t> lob_transfer::append(session_state& state, const wire::lob_read_response& piece) {
    if (!target_.text) {
        if (piece.size > wanted())
            return {};
        out_->append(wire::as_text(piece.data));
        return piece.size;
    }
    if (piece.size > wanted() * most_character_bytes)
        return {};
    const auto before = out_->size();
    state.text.append_utf8(piece.data, *out_);
    const auto text = std::string_view(*out_).substr(before);
    const auto counted = characters_of(text);
    const std::int64_t told = piece.characters.value_or(static_cast<std::uint32_t>(counted));
    // Of bytes that are no text the server may count otherwise; the positions are its.
    if (told != counted && text.find(replacement) == std::string_view::npos)
        return {};
    if (told > wanted() || told * most_character_bytes < piece.size)
        return {};
    return told;
}

failure lob_transfer::take(session_state& state, const wire::frame_view& frame) {
    wire::lob_read_response response;
    if (const auto error = decode(frame, state.codec, response))
        return failure_of(error);
    if (response.size == 0) {
        left_ = 0;
        ended_ = true;
        return {};
    }
    const auto come = append(state, response);
    if (!come)
        return failure_of(client_errc::protocol_violation,
                          "a piece of a LOB holds more than was asked for, or other than it says");
    cursor_ = response;
    position_ += *come;
    units_ += *come;
    ended_ = response.end;
    left_ = response.end || position_ >= most_lob_units ? 0 : left_ - *come;
    return {};
}

exchange_machine::step lob_length_machine::ready(session_state& state) {
    return request(state, wire::lob_length_request{wire::address_of(target_.locator, target_.text)}, state.codec,
                   false);
}

exchange_machine::step lob_length_machine::reply(session_state& state, const wire::frame_view& frame) {
    if (auto fault = take_length(state, frame, length_); fault.code)
        return fail(std::move(fault));
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

std::int64_t lob_write_machine::units_of(std::string_view data) const noexcept {
    return target_.text ? characters_of(data) : static_cast<std::int64_t>(data.size());
}

std::string_view lob_write_machine::next_piece(const session_state& state, std::string_view rest) const noexcept {
    if (!target_.text)
        return rest.substr(0, lob_write_bytes);
    // A character of two bytes in UTF-8 may have four in GB18030.
    return whole_characters(rest, state.text.set() == wire::charset::utf8 ? lob_write_bytes : lob_write_bytes / 2);
}

bool lob_write_machine::is_encodable(session_state& state) const {
    if (state.text.set() == wire::charset::utf8)
        return wire::is_utf8(wire::as_bytes(rest_));
    for (auto rest = rest_; !rest.empty();) {
        const auto taken = next_piece(state, rest);
        if (taken.empty() || !state.text.encoded_size(taken))
            return false;
        rest.remove_prefix(taken.size());
    }
    return true;
}

exchange_machine::step lob_write_machine::ready(session_state& state) {
    if (rest_.empty())
        return step::finish;
    if (position_ > most_lob_units - units_of(rest_))
        return fail(client_errc::value_out_of_range, "the LOB would become longer than 2147483647");
    // What one message takes is looked at when that is made.
    if (target_.text && next_piece(state, rest_).size() < rest_.size() && !is_encodable(state))
        return fail(client_errc::text_not_encodable, "text for a CLOB");
    return put_next(state);
}

exchange_machine::step lob_write_machine::put_next(session_state& state) {
    const auto taken = next_piece(state, rest_);
    piece_.clear();
    if (target_.text) {
        if (!encode_text(state, taken, piece_))
            return fail(client_errc::text_not_encodable, "text for a CLOB");
    } else {
        const auto data = wire::as_bytes(taken);
        piece_.assign(data.begin(), data.end());
    }
    rest_.remove_prefix(taken.size());
    piece_units_ = units_of(taken);
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
    // What is missing of a short write cannot be told from what was written of it.
    if (response.written != piece_units_)
        return fail(client_errc::protocol_violation, "the server has written " + std::to_string(response.written) +
                                                         " of " + std::to_string(piece_units_) +
                                                         " in a piece of a LOB");
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
    target_.locator.id = response.id;
    return step::finish;
}

exchange_machine::step fetch_lobs_machine::ready(session_state& state) {
    return begin_next(state);
}

exchange_machine::step fetch_lobs_machine::begin_next(session_state& state) {
    transfer_.reset();
    if (next_ == end_)
        return step::finish;
    const auto& target = lobs_[next_].target;
    if (target.text || target.locator.length < 0) {
        asking_length_ = true;
        return request(state, wire::lob_length_request{wire::address_of(target.locator, target.text)}, state.codec,
                       false);
    }
    return begin_transfer(state, target.locator.length);
}

exchange_machine::step fetch_lobs_machine::begin_transfer(session_state& state, std::int64_t length) {
    if (length > most_lob_units)
        return fail(client_errc::value_out_of_range, "a LOB of a length of " + std::to_string(length));
    length_ = length;
    transfer_.emplace(lobs_[next_].target, 0, length, lobs_[next_].data);
    return read_on(state);
}

exchange_machine::step fetch_lobs_machine::read_on(session_state& state) {
    if (transfer_->done()) {
        if (transfer_->units() != length_)
            return fail(client_errc::value_format, "a LOB ends at " + std::to_string(transfer_->units()) +
                                                       ", its length is " + std::to_string(length_));
        ++next_;
        return begin_next(state);
    }
    return request(state, transfer_->next(), state.codec, false);
}

exchange_machine::step fetch_lobs_machine::reply(session_state& state, const wire::frame_view& frame) {
    if (asking_length_) {
        asking_length_ = false;
        std::int64_t length = 0;
        if (auto fault = take_length(state, frame, length); fault.code)
            return fail(std::move(fault));
        return begin_transfer(state, length);
    }
    if (auto fault = transfer_->take(state, frame); fault.code)
        return fail(std::move(fault));
    return read_on(state);
}

}  // namespace dmkit::session

#include "client/session/lob_stream.hpp"

#include <algorithm>
#include <utility>

#include "client/session/lob.hpp"

namespace dmkit::session {

namespace {

/// Bytes that are encoded at a time.
constexpr std::size_t encoded_at_once = 16000;

/// Bytes of the character that begins with @p lead; 1 if none does, which encoding refuses.
std::size_t character_size(char lead) noexcept {
    const auto byte = static_cast<unsigned char>(lead);
    if (byte >= 0xF0)
        return 4;
    if (byte >= 0xE0)
        return 3;
    return byte >= 0xC0 ? 2 : 1;
}

/// Bytes at the end of @p text that are the beginning of a character.
std::size_t split_size(std::string_view text) noexcept {
    for (std::size_t size = 1; size <= std::min<std::size_t>(text.size(), 3); ++size) {
        const char each = text[text.size() - size];
        if (begins_character(each))
            return character_size(each) > size ? size : 0;
    }
    return 0;
}

}  // namespace

bool lob_stream::fill(session_state& state, std::size_t wanted) {
    source_.reader()->begun = true;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(std::exchange(taken_, 0)));
    while (!ended_ && buffer_.size() < wanted) {
        if (rest_.empty())
            rest_ = source_.reader()->next();
        if (rest_.empty()) {
            ended_ = true;
            return split_.empty();
        }
        if (!is_text()) {
            const auto data = wire::as_bytes(rest_.substr(0, encoded_at_once));
            buffer_.insert(buffer_.end(), data.begin(), data.end());
            rest_.remove_prefix(data.size());
        } else if (!add_text(state)) {
            return false;
        }
    }
    return true;
}

bool lob_stream::add_text(session_state& state) {
    if (!split_.empty()) {
        const auto missing = std::min(character_size(split_.front()) - split_.size(), rest_.size());
        split_ += rest_.substr(0, missing);
        rest_.remove_prefix(missing);
        if (split_.size() < character_size(split_.front()))
            return true;
        return state.text.append_encoded(std::exchange(split_, {}), buffer_);
    }
    auto text = whole_characters(rest_, encoded_at_once);
    if (text.size() == rest_.size()) {
        split_ = rest_.substr(rest_.size() - split_size(rest_));
        text.remove_suffix(split_.size());
        rest_ = {};
    } else if (text.empty()) {
        return false;
    } else {
        rest_.remove_prefix(text.size());
    }
    return state.text.append_encoded(text, buffer_);
}

}  // namespace dmkit::session

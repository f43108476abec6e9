#include <dmkit/lob.hpp>

#include <algorithm>
#include <utility>

#include "client/io/async_call.hpp"
#include "client/io/lob_tasks.hpp"

namespace dmkit {

namespace detail {

namespace {

/// Bytes of the first @p units characters.
std::size_t bytes_of_characters(std::string_view text, std::int64_t units) noexcept {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (session::begins_character(text[at]) && units-- == 0)
            break;
    }
    return at;
}

}  // namespace

session::machine* lob_length_task::next(connection_core& core) {
    if (lob_.data) {
        length_ = lob_.target.text ? session::characters_of(*lob_.data) : static_cast<std::int64_t>(lob_.data->size());
        return nullptr;
    }
    if (std::exchange(started_, true)) {
        length_ = machine_.length();
        return nullptr;
    }
    return usable(core, "lob_length") ? &machine_ : nullptr;
}

void lob_read_task::fill(std::string_view from, std::int64_t units, bool last) {
    // Only text that is none can come to this: its bytes are replaced by characters that are longer.
    if (from.size() > out_.size()) {
        fail(client_errc::value_format, "lob_read", "a CLOB holds bytes that are not text of the character set");
        problem().details.delivered = delivery::answered;
        return;
    }
    std::copy(from.begin(), from.end(), reinterpret_cast<char*>(out_.data()));
    piece_ = {from.size(), units, last};
}

void lob_read_task::read_in_row() {
    std::string_view rest = *lob_.data;
    std::size_t taken = out_.size();
    if (lob_.target.text) {
        rest.remove_prefix(bytes_of_characters(rest, position_));
        taken = bytes_of_characters(rest, static_cast<std::int64_t>(out_.size() / 4));
    } else {
        rest.remove_prefix(
            static_cast<std::size_t>(std::min<std::int64_t>(position_, static_cast<std::int64_t>(rest.size()))));
    }
    const auto read = rest.substr(0, taken);
    fill(read, lob_.target.text ? session::characters_of(read) : static_cast<std::int64_t>(read.size()),
         read.size() == rest.size());
}

session::machine* lob_read_task::next(connection_core& core) {
    if (machine_) {
        // As many units were asked for as fit.
        fill(read_, machine_->units(), machine_->ended());
        return nullptr;
    }
    const auto room = static_cast<std::int64_t>(lob_.target.text ? out_.size() / 4 : out_.size());
    if (position_ < 0 || room == 0) {
        fail(client_errc::value_out_of_range, "lob_read", position_ < 0 ? "a position in a LOB" : "an empty buffer");
        return nullptr;
    }
    if (lob_.data) {
        read_in_row();
        return nullptr;
    }
    if (!usable(core, "lob_read"))
        return nullptr;
    // Nothing lies behind what the wire can name.
    if (!fits(position_)) {
        fill({}, 0, true);
        return nullptr;
    }
    const auto most = lob_.target.text ? session::lob_piece_characters : session::lob_piece_bytes;
    machine_.emplace(lob_.target, position_, std::min(room, most), read_);
    return &*machine_;
}

session::machine* lob_write_task::next(connection_core& core) {
    if (machine_)
        return nullptr;
    if (length_)
        position_ = length_->length();
    if (!writable(core, "lob_write", position_.value_or(0)))
        return nullptr;
    if (!position_) {
        length_.emplace(lob_.target);
        return &*length_;
    }
    machine_.emplace(lob_.target, *position_, data_);
    return &*machine_;
}

session::machine* lob_truncate_task::next(connection_core& core) {
    if (machine_ || !writable(core, "lob_truncate", length_))
        return nullptr;
    machine_.emplace(lob_.target, length_);
    return &*machine_;
}

}  // namespace detail

namespace {

template <class Task, class Result, class... Arguments>
Result run_lob(detail::lob_state* state, error_code& code, diagnostics& details, const Arguments&... arguments) {
    if (state == nullptr) {
        code = make_error_code(client_errc::not_connected);
        details.clear();
        return Result();
    }
    Task call(*state, arguments...);
    if (!state->core->run(call, state->core->deadline_of({}), code, details))
        return Result();
    return static_cast<Result>(call.take());
}

template <class Task, class... Results, class... Arguments>
void start_lob(const std::shared_ptr<detail::lob_state>& state, diagnostics* details,
               completion_handler<Results...> handler, const Arguments&... arguments) {
    if (!state) {
        detail::post_refusal<Results...>(nullptr, std::move(handler), make_error_code(client_errc::not_connected),
                                         Results{}...);
        return;
    }
    detail::start_call<Task, Results...>(
        state->core, details, std::move(handler), state->core->deadline_of({}), state,
        [&](const std::shared_ptr<detail::lob_state>& target) { return Task(*target, arguments...); });
}

}  // namespace

lob::lob() noexcept = default;
lob::lob(std::shared_ptr<detail::lob_state> state) noexcept : state_(std::move(state)) {}
lob::lob(lob&&) noexcept = default;
lob& lob::operator=(lob&&) noexcept = default;
lob::~lob() = default;

bool lob::is_text() const noexcept {
    return state_ && state_->target.text;
}

bool lob::in_row() const noexcept {
    return state_ && state_->data.has_value();
}

std::int64_t lob::length(error_code& code, diagnostics& details) {
    return run_lob<detail::lob_length_task, std::int64_t>(state_.get(), code, details);
}

std::int64_t lob::length() {
    error_code code;
    diagnostics details;
    const auto out = length(code, details);
    throw_if(code, std::move(details));
    return out;
}

lob::piece lob::read_some(std::int64_t position, std::span<std::byte> out, error_code& code, diagnostics& details) {
    return run_lob<detail::lob_read_task, piece>(state_.get(), code, details, position, out);
}

lob::piece lob::read_some(std::int64_t position, std::span<std::byte> out) {
    error_code code;
    diagnostics details;
    const auto read = read_some(position, out, code, details);
    throw_if(code, std::move(details));
    return read;
}

std::int64_t lob::write_data(std::optional<std::int64_t> position, std::string_view data, error_code& code,
                             diagnostics& details) {
    return run_lob<detail::lob_write_task, std::int64_t>(state_.get(), code, details, position, data);
}

std::int64_t lob::write_data(std::optional<std::int64_t> position, std::string_view data) {
    error_code code;
    diagnostics details;
    const auto written = write_data(position, data, code, details);
    throw_if(code, std::move(details));
    return written;
}

void lob::truncate(std::int64_t length, error_code& code, diagnostics& details) {
    run_lob<detail::lob_truncate_task, void>(state_.get(), code, details, length);
}

void lob::truncate(std::int64_t length) {
    error_code code;
    diagnostics details;
    truncate(length, code, details);
    throw_if(code, std::move(details));
}

void lob::start_length(diagnostics* details, completion_handler<std::int64_t> handler) {
    start_lob<detail::lob_length_task, std::int64_t>(state_, details, std::move(handler));
}

void lob::start_read(std::int64_t position, std::span<std::byte> out, diagnostics* details,
                     completion_handler<piece> handler) {
    start_lob<detail::lob_read_task, piece>(state_, details, std::move(handler), position, out);
}

void lob::start_write(std::optional<std::int64_t> position, std::string_view data, diagnostics* details,
                      completion_handler<std::int64_t> handler) {
    start_lob<detail::lob_write_task, std::int64_t>(state_, details, std::move(handler), position, data);
}

void lob::start_truncate(std::int64_t length, diagnostics* details, completion_handler<> handler) {
    start_lob<detail::lob_truncate_task>(state_, details, std::move(handler), length);
}

}  // namespace dmkit

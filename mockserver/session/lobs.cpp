#include <algorithm>
#include <limits>

#include "mockserver/session/server_session_parts.hpp"
#include "mockserver/session/session_text.hpp"

namespace dmkit::mock {

namespace {
/// Bytes or characters of one answer; who asks for more goes on asking.
constexpr std::int64_t longest_piece = 1 << 20;
}  // namespace

stored_lobs& server_session::backend_lobs() {
    if (auto* lobs = session_->lobs())
        return *lobs;
    throw sql_error(lob_freed);
}

lob_place server_session::stored_place(const wire::lob_address& address, bool with_row) const {
    const lob_place where{address.page, address.file, address.id};
    const bool same = !with_row || (address.table == where.table && address.column == where.column &&
                                    (!new_lob_ || address.row == where.row));
    if (address.group != stored_lob_group || !same)
        throw sql_error(lob_freed);
    return where;
}

server_session::open_lob& server_session::opened(const wire::lob_address& address, bool with_row) {
    const bool copy = address.group == copied_lob_group;
    const lob_place where = copy ? lob_place{0, 0, address.id} : stored_place(address, with_row);
    if (open_lob_ && open_lob_->text == address.text && open_lob_->group == address.group &&
        open_lob_->where == where && open_lob_->reader->current())
        return *open_lob_;
    open_lob_.reset();
    auto reader = copy ? lob_copies_.open(address.id, address.text) : backend_lobs().open(where, address.text);
    open_lob_.emplace(open_lob{address.text, address.group, where, std::move(reader), {}});
    return *open_lob_;
}

std::pair<std::int64_t, bool> server_session::read_units(open_lob& lob, std::int64_t position, std::int64_t most,
                                                         std::vector<std::byte>& out) {
    lob_reader& reader = *lob.reader;
    const std::int64_t size = reader.size();
    // What is behind the end is sought without adding: nothing overflows.
    const std::int64_t begin = lob.text ? lob.characters.find(reader, position) : std::min(position, size);
    const std::int64_t end = lob.text ? lob.characters.find(reader, position + most) : std::min(begin + most, size);
    const auto length = static_cast<std::size_t>(end - begin);
    out.clear();
    while (out.size() < length) {
        const auto piece = reader.piece(begin + static_cast<std::int64_t>(out.size()));
        const auto taken = piece.first(std::min(piece.size(), length - out.size()));
        out.insert(out.end(), taken.begin(), taken.end());
    }
    return {lob.text ? count_characters(out) : static_cast<std::int64_t>(length), end == size};
}

void server_session::lob_length(const wire::frame_view& frame) {
    wire::lob_length_request request;
    if (!decode_request(frame, request))
        return;
    open_lob& lob = opened(request, new_lob_);
    answer(wire::lob_length_response{request.text ? lob.characters.count(*lob.reader) : lob.reader->size()});
}

void server_session::lob_read(const wire::frame_view& frame) {
    wire::lob_read_request request;
    if (!decode_request(frame, request))
        return;
    if (request.position < 0 || request.length < 0)
        throw sql_error::unsupported(fmt::format("reading {} from {} of a LOB", request.length, request.position));
    open_lob& lob = opened(request, true);
    const auto [units, end] =
        read_units(lob, request.position, std::min<std::int64_t>(request.length, longest_piece), lob_piece_);
    if (lob.text && text_.set() != wire::charset::utf8) {
        message_texts_.clear();
        append_session_text(text_, wire::as_text(lob_piece_), message_texts_);
        std::swap(message_texts_, lob_piece_);
    }
    wire::lob_read_response response{{request.file, request.page, 0}, end, 0, lob_piece_, std::nullopt};
    response.size = static_cast<std::uint32_t>(lob_piece_.size());
    if (lob.text && response.size > 0)
        response.characters = static_cast<std::uint32_t>(units);
    answer(response);
}

void server_session::lob_write(const wire::frame_view& frame) {
    wire::lob_write_request request;
    if (!decode_request(frame, request))
        return;
    if (request.position < 0)
        throw sql_error::unsupported(fmt::format("writing at {} of a LOB", request.position));
    const lob_place where = stored_place(request, true);
    // Kept until the change is done, which may wait for another session.
    lob_piece_.clear();
    if (request.text) {
        const auto utf8 = wire::as_bytes(text_.to_utf8(request.data, arena_));
        lob_piece_.assign(utf8.begin(), utf8.end());
    } else {
        lob_piece_.assign(request.data.begin(), request.data.end());
    }
    const auto units = request.text ? count_characters(lob_piece_) : static_cast<std::int64_t>(lob_piece_.size());
    lob_write_response_ = {
        {request.file, request.page, 0}, static_cast<std::int32_t>(units), request.id, request.file, request.page};
    const bool more = request.part == wire::lob_part::first || request.part == wire::lob_part::middle;
    pending_.handle = 0;
    run(&server_session::answer_lob_write, [&](completion done) {
        backend_lobs().write(where, request.text, request.position, lob_piece_, more, std::move(done));
    });
}

void server_session::answer_lob_write() {
    answer(lob_write_response_);
}

void server_session::lob_truncate(const wire::frame_view& frame) {
    wire::lob_truncate_request request;
    if (!decode_request(frame, request))
        return;
    const lob_place where = stored_place(request, true);
    lob_truncate_response_ = {request.length, request.id};
    pending_.handle = 0;
    run(&server_session::answer_lob_truncate,
        [&](completion done) { backend_lobs().truncate(where, request.text, request.length, std::move(done)); });
}

void server_session::answer_lob_truncate() {
    answer(lob_truncate_response_);
}

field server_session::lob_argument(type_id type, std::span<const std::byte> locator) {
    wire::lob_value value;
    if (!wire::is_lob(type) ||
        wire::decode_lob(locator, value_context(wire::value_place::parameter).lobs(), value) !=
            wire::value_fault::none ||
        value.in_row)
        throw sql_error::unsupported("a LOB locator as a parameter of another type, or one that is none");
    const bool text = type == type_id::clob;
    open_lob& lob = opened(wire::address_of(value.locator, text), new_lob_);
    count_copied(static_cast<std::size_t>(lob.reader->size()));
    bytes whole;
    static_cast<void>(read_units(lob, 0, lob.reader->size(), whole));
    if (!text)
        return field(field::variant_type(std::move(whole)));
    return field(field::variant_type(std::string(wire::as_text(whole))));
}

}  // namespace dmkit::mock

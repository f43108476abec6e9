#include <dmkit/results.hpp>

#include <stdexcept>
#include <utility>

#include "client/session/result_store.hpp"

namespace dmkit {

results::results() noexcept = default;
results::results(std::unique_ptr<detail::result_store> store) noexcept : store_(std::move(store)) {}
results::results(results&&) noexcept = default;
results& results::operator=(results&&) noexcept = default;
results::~results() = default;

std::size_t results::size() const noexcept {
    return store_ ? store_->row_ids.size() : 0;
}

const std::vector<column_metadata>& results::columns() const noexcept {
    static const std::vector<column_metadata> none;
    return store_ && store_->columns ? store_->columns->metadata : none;
}

row_view results::operator[](std::size_t index) const noexcept {
    const auto width = columns().size();
    return {std::span(store_->fields).subspan(index * width, width), columns(), store_->row_ids[index]};
}

row_view results::at(std::size_t index) const {
    if (index >= size())
        throw std::out_of_range("dmkit::results::at");
    return (*this)[index];
}

row results::copy(std::size_t index) const {
    return {at(index), session::user_columns(store_->columns)};
}

const execution_result& results::info() const noexcept {
    static const execution_result none;
    return store_ ? store_->info : none;
}

namespace detail {

void result_store::show_lobs() noexcept {
    for (; lobs_shown < lobs.size(); ++lobs_shown)
        fields[lobs[lobs_shown].field] = lobs[lobs_shown].view();
}

session::failure result_store::take(session::session_state& state, session::cursor& source) {
    session::failure problem;
    columns = source.column_set();
    const auto width = columns->metadata.size();
    auto context = state.values(arena, wire::value_place::row);
    auto rest = source.take_rest();
    batches.push_back(std::move(rest.batch));
    auto& reader = rest.reader;
    for (; rest.count > 0; --rest.count) {
        wire::decode_error error;
        if (!reader.next(error)) {
            problem.code = make_error_code(error ? session::to_client_error(error.fault) : client_errc::frame_format);
            problem.details.client_message =
                error ? error.to_string() : "the answer holds fewer rows than it announces";
            return problem;
        }
        const auto before = fields.size();
        fields.resize(before + width);
        wire::value_fault fault{};
        const auto off_row = [&](std::size_t column, std::span<const std::byte> locator) {
            if (source.streaming())
                return;
            auto& lob = lobs.emplace_back();
            session::note_lob(locator, *columns, column, context.new_lob, lob);
            lob.field = before + column;
        };
        if (const auto bad = session::decode_row(reader, columns->wire_types, context,
                                                 std::span(fields).subspan(before), fault, off_row))
            return session::column_failure(fault, columns->metadata, *bad);
        row_ids.push_back(reader.row_id());
    }
    return problem;
}

}  // namespace detail

}  // namespace dmkit

#include "mockserver/session/result_collector.hpp"

#include <dmkit/wire/byte_reader.hpp>

#include <stdexcept>
#include <string>

namespace dmkit::mock {

namespace {
/// A procedure may yield any number of results; each costs memory of its own.
constexpr std::size_t most_results = 1000;
/// The count of columns in a descriptor list has 16 bits.
constexpr std::size_t most_columns = 32'767;
}  // namespace

void result_collector::start(const wire::value_context& context, std::int64_t most_rows, std::size_t spool_memory,
                             spool_budget& budget, const lob_policy& lobs) {
    clear();
    lobs_ = lobs;
    context_.emplace(context);
    most_rows_ = most_rows;
    spool_memory_ = spool_memory;
    budget_ = &budget;
}

void result_collector::begin(std::span<const column_description> columns) {
    if (used_ == most_results)
        throw sql_error::unsupported("more than 1000 results of one execution");
    if (columns.size() > most_columns)
        throw sql_error::unsupported("a result of more than 32767 columns");
    if (used_ == sets_.size())
        sets_.push_back(std::make_unique<result_set>(spool_memory_, budget_));
    result_set& set = *sets_[used_];
    set.rows.clear();
    set.table = 0;
    set.columns.assign(columns, context_->text);
    columns_.clear();
    lob_rows_.clear();
    row_id_ = 0;
    stored_lobs_ = 0;
    for (const auto& each : columns) {
        columns_.push_back({each.type, each.lob_table, each.lob_column});
        stored_lobs_ += each.lob_table != 0 ? 1 : 0;
    }
    ++used_;
}

void result_collector::row(std::span<const field_view> fields) {
    row_spool& rows = sets_[used_ - 1]->rows;
    if (rows.size() >= most_rows_)
        return;
    if (lob_rows_.size() != stored_lobs_)
        throw std::logic_error("a row whose LOB values rest nobody knows where");
    wire::row_writer writer(rows.begin_row(), columns_.size(), context_->wide_row_ids);
    writer.begin(row_id_);
    std::size_t next_lob = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const result_column& each = columns_[i];
        const std::int64_t row = each.lob_table != 0 ? lob_rows_[next_lob++] : 0;
        const auto size = lobs_.size_out_of_row(each.type, fields[i], context_->text);
        const auto fault =
            size ? add_lob(writer, each, fields[i], *size, row) : writer.add(each.type, fields[i], *context_);
        if (fault != wire::value_fault::none) {
            rows.drop_row();
            refuse(fault, each.type, fields[i]);
        }
    }
    if (const auto fault = writer.end(); fault != wire::value_fault::none) {
        rows.drop_row();
        throw sql_error::unsupported("a row of more than 65535 bytes in a result");
    }
    rows.end_row();
}

wire::value_fault result_collector::add_lob(wire::row_writer& writer, const result_column& column,
                                            const field_view& value, std::size_t size, std::int64_t row) {
    wire::lob_value lob;
    lob.in_row = false;
    lob.locator = column.lob_table != 0 ? stored_locator({column.lob_table, column.lob_column, row})
                                        : lobs_.locator_of_copy(value);
    lob.locator.length = static_cast<std::int32_t>(size);
    return writer.add_lob(lob, context_->lobs());
}

void result_collector::refuse(wire::value_fault fault, const data_type& type, const field_view& value) const {
    if (fault == wire::value_fault::unmappable)
        throw sql_error::unsupported("text with a character that " +
                                     std::string(wire::to_string(context_->text.set())) + " lacks, in a result");
    if (fault == wire::value_fault::too_long)
        throw sql_error::unsupported("a row of more than 65535 bytes in a result");
    throw sql_error::unsupported("a value of kind " + std::string(to_string(value.kind())) + " in a column of type " +
                                 std::string(to_string(type.id)) + ": " + std::string(wire::to_string(fault)));
}

void result_collector::clear() noexcept {
    for (std::size_t i = 0; i < used_; ++i)
        sets_[i]->rows.clear();
    if (sets_.size() > 1)
        sets_.resize(1);
    used_ = 0;
    current_ = 0;
}

bool result_collector::advance() noexcept {
    if (current_ + 1 >= used_)
        return false;
    ++current_;
    return true;
}

}  // namespace dmkit::mock

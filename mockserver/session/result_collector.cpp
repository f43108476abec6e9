#include "mockserver/session/result_collector.hpp"

#include <string>

namespace dmkit::mock {

namespace {
/// A procedure may yield any number of results; each costs memory of its own.
constexpr std::size_t most_results = 1000;
/// The count of columns in a descriptor list has 16 bits.
constexpr std::size_t most_columns = 32'767;
}  // namespace

void result_collector::start(const wire::value_context& context, std::int64_t most_rows, std::size_t spool_memory,
                             spool_budget& budget) {
    clear();
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
    set.columns.assign(columns, context_->text);
    types_.clear();
    for (const auto& column : columns)
        types_.push_back(column.type);
    ++used_;
}

void result_collector::row(std::span<const field_view> fields) {
    row_spool& rows = sets_[used_ - 1]->rows;
    if (rows.size() >= most_rows_)
        return;
    wire::row_writer writer(rows.begin_row(), types_.size());
    writer.begin(0);
    for (std::size_t i = 0; i < types_.size(); ++i) {
        if (const auto fault = writer.add(types_[i], fields[i], *context_); fault != wire::value_fault::none) {
            rows.drop_row();
            refuse(fault, types_[i], fields[i]);
        }
    }
    if (const auto fault = writer.end(); fault != wire::value_fault::none) {
        rows.drop_row();
        throw sql_error::unsupported("a row of more than 65535 bytes in a result");
    }
    rows.end_row();
}

void result_collector::refuse(wire::value_fault fault, const data_type& type, const field_view& value) const {
    if (fault == wire::value_fault::unmappable)
        throw sql_error::unsupported("text with a character that " +
                                     std::string(wire::to_string(context_->text.set())) + " lacks, in a result");
    if (fault == wire::value_fault::too_long && wire::is_lob(type.id))
        throw sql_error::unsupported("LOB value of more than 65000 bytes in a result");
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

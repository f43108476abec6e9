#include "mockserver/engine/counters.hpp"

#include "mockserver/catalog/codes.hpp"

namespace dmkit::mock {

namespace {
/// One step before @p start; wraps at the ends of the range, and the step that undoes it wraps back.
std::int64_t step_before(std::int64_t start, std::int64_t increment) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(increment));
}

std::int64_t wrapping_add(std::int64_t value, std::int64_t increment) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) + static_cast<std::uint64_t>(increment));
}

std::optional<std::int64_t> checked_add(std::int64_t value, std::int64_t increment) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(value, increment, &sum))
        return std::nullopt;
    return sum;
}
}  // namespace

counters::counter& counters::of(const table_info& table) {
    const auto [place, added] = states_.try_emplace(table.id);
    const column_info* column = table.identity_column();
    if (added && column)
        place->second.last = step_before(column->identity->seed, column->identity->increment);
    return place->second;
}

counters::counter& counters::of(const sequence_info& sequence) {
    const auto [place, added] = states_.try_emplace(sequence.id);
    if (added)
        place->second.last = step_before(sequence.start, sequence.increment);
    return place->second;
}

std::int64_t counters::next_identity(const table_info& table) {
    counter& entry = of(table);
    const std::int64_t increment = table.identity_column()->identity->increment;
    const auto next =
        entry.used ? checked_add(entry.last, increment) : std::optional(wrapping_add(entry.last, increment));
    if (!next)
        throw sql_error(codes::sequence_exhausted, {table.name});
    entry = {*next, true};
    changed_.insert(table.id);
    return *next;
}

void counters::note_identity(const table_info& table, std::int64_t value) {
    counter& entry = of(table);
    const bool further = table.identity_column()->identity->increment > 0 ? value > entry.last : value < entry.last;
    if (!further)
        return;
    entry = {value, true};
    changed_.insert(table.id);
}

std::int64_t counters::current_identity(const table_info& table) const {
    const auto found = states_.find(table.id);
    return found == states_.end() || !found->second.used ? table.identity_column()->identity->seed : found->second.last;
}

void counters::restart_identity(const table_info& table, std::int64_t next) {
    of(table) = {step_before(next, table.identity_column()->identity->increment), false};
    changed_.insert(table.id);
}

std::optional<std::int64_t> counters::peek(const sequence_info& sequence) const {
    const auto found = states_.find(sequence.id);
    if (found == states_.end())
        return sequence.start;
    const counter& entry = found->second;
    const auto next = entry.used ? checked_add(entry.last, sequence.increment)
                                 : std::optional(wrapping_add(entry.last, sequence.increment));
    if (next && *next >= sequence.minimum && *next <= sequence.maximum)
        return next;
    if (!sequence.cycle)
        return std::nullopt;
    return sequence.increment > 0 ? sequence.minimum : sequence.maximum;
}

std::int64_t counters::next_value(const sequence_info& sequence) {
    const auto next = peek(sequence);
    if (!next)
        throw sql_error(codes::sequence_exhausted, {sequence.name});
    of(sequence) = {*next, true};
    changed_.insert(sequence.id);
    return *next;
}

void counters::set_current(const sequence_info& sequence, std::int64_t value) {
    of(sequence) = {value, true};
    changed_.insert(sequence.id);
}

void counters::change(const sequence_info& before, const sequence_info& after) {
    of(before);  // fixes where the old options stand
    changed_.insert(after.id);
}

void counters::forget(object_id id) {
    if (states_.erase(id) > 0)
        changed_.insert(id);
}

void counters::save_changed(const std::function<void(object_id id, const std::optional<counter>& state)>& save) const {
    for (const object_id id : changed_) {
        const auto found = states_.find(id);
        save(id, found == states_.end() ? std::nullopt : std::optional(found->second));
    }
}

void counters::save_all(const std::function<void(object_id id, const std::optional<counter>& state)>& save) const {
    for (const auto& [id, state] : states_)
        save(id, state);
}

void counters::load(object_id id, counter state) {
    states_[id] = state;
}

}  // namespace dmkit::mock

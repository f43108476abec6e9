#include "mockserver/session/lob_copies.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <dmkit/wire/byte_reader.hpp>

#include "mockserver/session/statement.hpp"

namespace dmkit::mock {

namespace {

/// Bytes that a copy takes, the memory around it included.
std::size_t cost(std::span<const std::byte> value) {
    constexpr std::size_t around = 128;
    return around + value.size();
}

class copy_reader final : public lob_reader {
  public:
    explicit copy_reader(std::shared_ptr<const std::vector<std::byte>> value) : value_(std::move(value)) {}
    [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(value_->size()); }
    std::span<const std::byte> piece(std::int64_t begin) override {
        // Short enough that an index over the pieces is of use.
        constexpr std::size_t longest = 1U << 20U;
        const auto rest = std::span(*value_).subspan(static_cast<std::size_t>(std::min(begin, size())));
        return rest.first(std::min(rest.size(), longest));
    }
    [[nodiscard]] bool current() override { return true; }

  private:
    std::shared_ptr<const std::vector<std::byte>> value_;
};

}  // namespace

wire::lob_locator stored_locator(const lob_place& where) noexcept {
    wire::lob_locator locator;
    locator.id = where.row;
    locator.group = stored_lob_group;
    locator.file = where.column;
    locator.page = where.table;
    locator.table = where.table;
    locator.column = where.column;
    locator.row = where.row;
    locator.first_group = locator.group;
    locator.first_file = locator.file;
    locator.first_page = locator.page;
    return locator;
}

wire::lob_locator copy_locator(std::int64_t copy) noexcept {
    wire::lob_locator locator;
    locator.id = copy;
    locator.group = copied_lob_group;
    locator.file = 0;
    locator.page = 0;
    locator.first_group = locator.group;
    return locator;
}

std::int64_t lob_copies::add(bool text, std::span<const std::byte> value) {
    while (!copies_.empty() && held_ + cost(value) > most_ && copies_.front().number < first_of_execution_) {
        held_ -= cost(*copies_.front().value);
        copies_.pop_front();
    }
    if (held_ + cost(value) > most_)
        throw sql_error::unsupported("LOB values of more than " + std::to_string(most_) +
                                     " bytes, made by the expressions of one statement");
    copies_.push_back({++last_, text, std::make_shared<std::vector<std::byte>>(value.begin(), value.end())});
    held_ += cost(value);
    return last_;
}

std::optional<std::size_t> lob_policy::size_out_of_row(const data_type& type, const field_view& value,
                                                       wire::charset_converter& text) const {
    if (!wire::is_lob(type.id))
        return std::nullopt;
    std::size_t size = 0;
    if (const auto* data = value.get_if<bytes_view>()) {
        size = data->size();
    } else if (const auto* characters = value.get_if<std::string_view>()) {
        size = characters->size();
        // No character set takes twice the bytes of UTF-8; converting tells what is really taken.
        if (text.set() != wire::charset::utf8 && size * 2 > in_row)
            size = text.encoded_size(*characters).value_or(0);
    }
    return size > in_row ? std::optional(size) : std::nullopt;
}

wire::lob_locator lob_policy::locator_of_copy(const field_view& value) const {
    const auto* text = value.get_if<std::string_view>();
    return copy_locator(text ? copies->add(true, wire::as_bytes(*text)) : copies->add(false, value.get<bytes_view>()));
}

std::unique_ptr<lob_reader> lob_copies::open(std::int64_t number, bool text) const {
    // They are numbered without a gap.
    if (copies_.empty() || number < copies_.front().number || number > copies_.back().number)
        throw sql_error(lob_freed);
    const copy& found = copies_[static_cast<std::size_t>(number - copies_.front().number)];
    if (found.text != text)
        throw sql_error(lob_freed);
    return std::make_unique<copy_reader>(found.value);
}

}  // namespace dmkit::mock

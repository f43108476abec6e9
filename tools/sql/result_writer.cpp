#include "tools/sql/result_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ostream>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <dmkit/wire/printable.hpp>

#include "tools/sql/text_width.hpp"

namespace dmkit::tools {
namespace {

constexpr std::int64_t exact_in_double = std::int64_t{1} << 53U;
/// Rows that are looked at before the widths of a table are settled; longer results are printed in blocks of so many.
constexpr std::size_t table_block = 2000;
constexpr std::size_t widest_cell = 120;  ///< columns of the terminal

std::string hexadecimal(bytes_view value) {
    std::string text;
    text.reserve(2 * value.size());
    for (const auto byte : value)
        fmt::format_to(std::back_inserter(text), "{:02x}", std::to_integer<unsigned>(byte));
    return text;
}

/// Digits of a fraction of a second that the type shows; −1 when the type says nothing about it.
int fraction_digits(const data_type& type) {
    switch (type.id) {
        case type_id::time:
        case type_id::time_tz:
        case type_id::datetime:
        case type_id::datetime_tz:
        case type_id::datetime2:
        case type_id::datetime2_tz:
            return std::clamp(type.scale & 0xF, 0, 9);
        default:
            return -1;
    }
}

template <class Float>
std::string shortest(Float value) {
    char buffer[40];
    const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value).ptr;
    return {buffer, end};
}

std::string json_string(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

}  // namespace

std::string display_text(const field_view& value, const data_type& type) {
    if (const auto* of_day = value.get_if<time>())
        return of_day->to_string(fraction_digits(type));
    if (const auto* instant = value.get_if<timestamp>())
        return instant->to_string(fraction_digits(type));
    return value.to_string();
}

void append_csv(std::string& out, const field_view& value, const data_type& type) {
    if (value.is_null())
        return;
    const auto text = display_text(value, type);
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char character : text) {
        if (character == '"')
            out += '"';
        out += character;
    }
    out += '"';
}

void append_json(std::string& out, const field_view& value, const data_type& type) {
    switch (value.kind()) {
        case field_kind::null:
            out += "null";
            return;
        case field_kind::boolean:
            out += value.get<bool>() ? "true" : "false";
            return;
        case field_kind::int64: {
            const auto number = value.get<std::int64_t>();
            const bool exact = number >= -exact_in_double && number <= exact_in_double;
            out += exact ? std::to_string(number) : fmt::format("\"{}\"", number);
            return;
        }
        case field_kind::float_:
        case field_kind::double_: {
            const bool is_float = value.kind() == field_kind::float_;
            const double number = is_float ? static_cast<double>(value.get<float>()) : value.get<double>();
            if (!std::isfinite(number)) {
                out += json_string(value.to_string());  // JSON has no such numbers
            } else {
                out += is_float ? shortest(value.get<float>()) : shortest(number);
            }
            return;
        }
        case field_kind::binary:
            out += fmt::format(R"({{"hex":"{}"}})", hexadecimal(value.get<bytes_view>()));
            return;
        default:
            out += json_string(display_text(value, type));
            return;
    }
}

namespace {

class csv_writer final : public result_writer {
  public:
    explicit csv_writer(std::ostream& out) : out_(out) {}
    void begin(std::vector<result_column> columns) override {
        columns_ = std::move(columns);
        line_.clear();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i > 0)
                line_ += ',';
            append_csv(line_, field_view(columns_[i].name), {});
        }
        out_ << line_ << '\n';
    }
    void row(std::span<const field_view> fields) override {
        line_.clear();
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (i > 0)
                line_ += ',';
            append_csv(line_, fields[i], columns_[i].type);
        }
        out_ << line_ << '\n';
    }
    void end(std::optional<std::int64_t>) override { out_.flush(); }
    void abandon() override { out_.flush(); }

  private:
    std::ostream& out_;
    std::vector<result_column> columns_;
    std::string line_;
};

class json_writer final : public result_writer {
  public:
    explicit json_writer(std::ostream& out) : out_(out) {}
    void begin(std::vector<result_column> columns) override {
        columns_ = std::move(columns);
        first_row_ = true;
        line_ = R"({"columns":[)";
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i > 0)
                line_ += ',';
            line_ += R"({"name":)" + json_string(columns_[i].name) + R"(,"type":)" +
                     json_string(columns_[i].type_name) + '}';
        }
        line_ += R"(],"rows":[)";
        out_ << line_;
        begun_ = true;
    }
    void row(std::span<const field_view> fields) override {
        line_ = first_row_ ? "[" : ",[";
        first_row_ = false;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (i > 0)
                line_ += ',';
            append_json(line_, fields[i], columns_[i].type);
        }
        line_ += ']';
        out_ << line_;
    }
    void end(std::optional<std::int64_t> affected) override {
        if (!begun_)
            out_ << R"({"columns":[],"rows":[)";
        begun_ = false;
        out_ << R"(],"affected":)" << (affected ? std::to_string(*affected) : "null") << "}\n" << std::flush;
    }
    void abandon() override {
        if (begun_)
            end(std::nullopt);
    }

  private:
    std::ostream& out_;
    std::vector<result_column> columns_;
    std::string line_;
    bool first_row_ = true;
    bool begun_ = false;
};

class table_writer final : public result_writer {
  public:
    table_writer(std::ostream& out, std::string null_text) : out_(out), null_text_(std::move(null_text)) {}
    void begin(std::vector<result_column> columns) override {
        columns_ = std::move(columns);
        for (auto& column : columns_)
            column.name = wire::printable(column.name);
        cells_.clear();
        rows_ = 0;
        header_done_ = false;
        begun_ = true;
    }
    void row(std::span<const field_view> fields) override {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const auto& value = fields[i];
            cells_.push_back(value.is_null()
                                 ? null_text_
                                 : cut_to_width(wire::printable(display_text(value, columns_[i].type)), widest_cell));
        }
        ++rows_;
        if (rows_ % table_block == 0)
            print_block();
    }
    void end(std::optional<std::int64_t> affected) override {
        if (begun_) {
            print_block();
            print_rule();
            out_ << fmt::format("({} row{})\n", rows_, rows_ == 1 ? "" : "s");
        } else if (affected) {
            out_ << fmt::format("{} row{} affected\n", *affected, *affected == 1 ? "" : "s");
        } else {
            out_ << "done\n";
        }
        begun_ = false;
        out_.flush();
    }
    void abandon() override {
        if (begun_) {
            print_block();
            print_rule();
        }
        begun_ = false;
        out_.flush();
    }

  private:
    static bool is_number(const data_type& type) {
        switch (type.id) {
            case type_id::bit:
            case type_id::tinyint:
            case type_id::smallint:
            case type_id::integer:
            case type_id::bigint:
            case type_id::decimal:
            case type_id::real:
            case type_id::double_:
                return true;
            default:
                return false;
        }
    }

    void settle_widths() {
        widths_.assign(columns_.size(), 1);
        for (std::size_t i = 0; i < columns_.size(); ++i)
            widths_[i] = std::max<std::size_t>(1, display_width(columns_[i].name));
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            auto& width = widths_[i % columns_.size()];
            width = std::max(width, display_width(cells_[i]));
        }
    }
    void print_rule() {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            out_ << '+';
            for (std::size_t n = 0; n < widths_[i] + 2; ++n)
                out_ << '-';
        }
        out_ << "+\n";
    }
    void print_line(std::span<const std::string> cells, bool header) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto used = display_width(cells[i]);
            const std::string padding(widths_[i] > used ? widths_[i] - used : 0, ' ');
            const bool right = !header && is_number(columns_[i].type);
            out_ << "| " << (right ? padding : "") << cells[i] << (right ? "" : padding) << ' ';
        }
        out_ << "|\n";
    }
    void print_block() {
        if (!header_done_) {
            settle_widths();
            print_rule();
            std::vector<std::string> names;
            for (const auto& column : columns_)
                names.push_back(column.name);
            print_line(names, true);
            print_rule();
            header_done_ = true;
        }
        for (std::size_t at = 0; at < cells_.size(); at += columns_.size()) {
            print_line(std::span(cells_).subspan(at, columns_.size()), false);
        }
        cells_.clear();
    }

    std::ostream& out_;
    std::string null_text_;
    std::vector<result_column> columns_;
    std::vector<std::string> cells_;
    std::vector<std::size_t> widths_;
    std::size_t rows_ = 0;
    bool header_done_ = false;
    bool begun_ = false;
};

}  // namespace

std::unique_ptr<result_writer> make_result_writer(output_format format, std::ostream& out, std::string null_text) {
    switch (format) {
        case output_format::csv:
            return std::make_unique<csv_writer>(out);
        case output_format::json:
            return std::make_unique<json_writer>(out);
        case output_format::table:
            break;
    }
    return std::make_unique<table_writer>(out, std::move(null_text));
}

}  // namespace dmkit::tools

#include "mockserver/bind/aggregates.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <numeric>
#include <string>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/engine/byte_form.hpp"

namespace dmkit::mock {
namespace {

namespace codes = bind::codes;
using bind::class_of;
using bind::storage_class;

__extension__ typedef __int128 wide_integer;  // NOLINT(modernize-use-using): the pedantic way to name it

[[noreturn]] void refuse(decimal_fault fault) {
    throw sql_error(fault == decimal_fault::divide_by_zero ? codes::divide_by_zero : codes::overflow);
}

decimal checked(std::optional<decimal> value, decimal_fault fault) {
    if (!value)
        refuse(fault);
    return *value;
}

decimal add(const decimal& a, const decimal& b) {
    decimal_fault fault{};
    return checked(decimal::add(a, b, &fault), fault);
}

decimal subtract(const decimal& a, const decimal& b) {
    decimal_fault fault{};
    return checked(decimal::subtract(a, b, &fault), fault);
}

decimal multiply(const decimal& a, const decimal& b) {
    decimal_fault fault{};
    return checked(decimal::multiply(a, b, &fault), fault);
}

decimal divide(const decimal& a, const decimal& b) {
    decimal_fault fault{};
    return checked(decimal::divide(a, b, &fault), fault);
}

double as_double(const field_view& value) {
    if (const float* number = value.get_if<float>())
        return static_cast<double>(*number);
    if (const decimal* number = value.get_if<decimal>())
        return number->to_double();
    if (const std::int64_t* number = value.get_if<std::int64_t>())
        return static_cast<double>(*number);
    return value.get<double>();
}

/// SUM and AVG of integers: exact, and overflow is judged by the result alone.
class integer_sum final : public aggregate {
  public:
    explicit integer_sum(bool average) : average_(average) {}
    void step(std::span<const field_view> arguments) override { move(arguments[0], 1); }
    void inverse(std::span<const field_view> arguments) override { move(arguments[0], -1); }
    field value() override {
        if (count_ == 0)
            return {};
        if (average_)
            return field(divide(exact(sum_), decimal(count_)));
        if (sum_ > INT64_MAX || sum_ < INT64_MIN)
            throw sql_error(codes::overflow);
        return field(static_cast<std::int64_t>(sum_));
    }

  private:
    static decimal exact(wide_integer value) {
        constexpr std::int64_t unit = 1'000'000'000'000'000'000;
        return add(multiply(decimal(static_cast<std::int64_t>(value / unit)), decimal(unit)),
                   decimal(static_cast<std::int64_t>(value % unit)));
    }
    void move(const field_view& value, int direction) {
        if (value.is_null())
            return;
        const bool* flag = value.get_if<bool>();
        sum_ += direction * wide_integer{flag ? std::int64_t{*flag} : value.get<std::int64_t>()};
        count_ += direction;
    }
    bool average_;
    wide_integer sum_ = 0;
    std::int64_t count_ = 0;
};

class decimal_sum final : public aggregate {
  public:
    explicit decimal_sum(bool average) : average_(average) {}
    void step(std::span<const field_view> arguments) override {
        if (arguments[0].is_null())
            return;
        sum_ = add(sum_, arguments[0].get<decimal>());
        ++count_;
    }
    void inverse(std::span<const field_view> arguments) override {
        if (arguments[0].is_null())
            return;
        sum_ = subtract(sum_, arguments[0].get<decimal>());
        --count_;
    }
    field value() override {
        if (count_ == 0)
            return {};
        return field(average_ ? divide(sum_, decimal(count_)) : sum_);
    }

  private:
    bool average_;
    decimal sum_;
    std::int64_t count_ = 0;
};

class double_sum final : public aggregate {
  public:
    explicit double_sum(bool average) : average_(average) {}
    void step(std::span<const field_view> arguments) override {
        if (arguments[0].is_null())
            return;
        sum_ += as_double(arguments[0]);
        ++count_;
    }
    void inverse(std::span<const field_view> arguments) override {
        if (arguments[0].is_null())
            return;
        sum_ -= as_double(arguments[0]);
        --count_;
    }
    field value() override {
        if (count_ == 0)
            return {};
        if (!std::isfinite(sum_))
            throw sql_error(codes::overflow);
        return field(average_ ? sum_ / static_cast<double>(count_) : sum_);
    }

  private:
    bool average_;
    double sum_ = 0;
    std::int64_t count_ = 0;
};

/// What the second moments are used for.
enum class moment : std::uint8_t {
    var_pop,
    var_samp,
    variance,
    stddev,
    stddev_pop,
    stddev_samp,
    covar_pop,
    covar_samp,
    corr
};

std::optional<moment> moment_of(std::string_view name) {
    static constexpr std::pair<std::string_view, moment> names[] = {
        {"VAR_POP", moment::var_pop},     {"VAR_SAMP", moment::var_samp},     {"VARIANCE", moment::variance},
        {"STDDEV", moment::stddev},       {"STDDEV_POP", moment::stddev_pop}, {"STDDEV_SAMP", moment::stddev_samp},
        {"COVAR_POP", moment::covar_pop}, {"COVAR_SAMP", moment::covar_samp}, {"CORR", moment::corr},
    };
    for (const auto& [known, kind] : names)
        if (known == name)
            return kind;
    return {};
}

bool takes_two(moment kind) {
    return kind >= moment::covar_pop;
}

bool is_deviation(moment kind) {
    return kind == moment::stddev || kind == moment::stddev_pop || kind == moment::stddev_samp;
}

/// Deviations of exact numbers are printed with six digits after the point (corpus man-query-5-8, 5-9).
constexpr int deviation_digits = 6;

bool is_sample(moment kind) {
    return kind != moment::var_pop && kind != moment::stddev_pop && kind != moment::covar_pop && kind != moment::corr;
}

/// What the second moments of no value, or of one alone, come to; empty if the values decide.
template <class number>
std::optional<field> degenerate_moment(moment kind, std::int64_t count) {
    if (count == 0)
        return field();
    // One value varies by nothing; only the functions that say SAMP insist on two.
    if (count == 1 && is_sample(kind))
        return kind == moment::variance || kind == moment::stddev ? field(number(0)) : field();
    return {};
}

field correlation(double covariance, double x, double y) {
    return x <= 0 || y <= 0 ? field() : field(covariance / std::sqrt(x * y));
}

/// Variances, covariances and correlation of exact numbers, from sums of products.
class exact_moments final : public aggregate {
  public:
    explicit exact_moments(moment kind) : kind_(kind) {}
    void step(std::span<const field_view> arguments) override { move(arguments, add); }
    void inverse(std::span<const field_view> arguments) override { move(arguments, subtract); }
    field value() override {
        if (auto known = degenerate_moment<decimal>(kind_, count_))
            return std::move(*known);
        const decimal n(count_);
        const auto centred = [&](const decimal& products, const decimal& a, const decimal& b) {
            return subtract(products, divide(multiply(a, b), n));
        };
        const decimal products = centred(xy_, x_, y_);
        if (kind_ == moment::corr)
            return correlation(products.to_double(), centred(xx_, x_, x_).to_double(),
                               centred(yy_, y_, y_).to_double());
        const decimal mean = divide(products, is_sample(kind_) ? decimal(count_ - 1) : n);
        if (!is_deviation(kind_))
            return field(mean);
        const auto root = decimal::from_double(std::sqrt(std::max(0.0, mean.to_double())));
        return field(checked(root, decimal_fault::overflow).rounded(deviation_digits));
    }

  private:
    void move(std::span<const field_view> arguments, decimal (*shift)(const decimal&, const decimal&)) {
        const field_view& second = arguments.size() > 1 ? arguments[1] : arguments[0];
        if (arguments[0].is_null() || second.is_null())
            return;
        const auto x = arguments[0].get<decimal>();
        const auto y = second.get<decimal>();
        x_ = shift(x_, x);
        y_ = shift(y_, y);
        xy_ = shift(xy_, multiply(x, y));
        if (kind_ == moment::corr) {
            xx_ = shift(xx_, multiply(x, x));
            yy_ = shift(yy_, multiply(y, y));
        }
        count_ += shift == add ? 1 : -1;
    }

    moment kind_;
    std::int64_t count_ = 0;
    decimal x_, y_, xx_, yy_, xy_;
};

/// The same of floating numbers, from their distances to the means (Welford): sums of products would lose all digits of
/// values that are large and close to each other.
class floating_moments final : public aggregate {
  public:
    explicit floating_moments(moment kind) : kind_(kind) {}
    void step(std::span<const field_view> arguments) override {
        const auto [x, y, known] = read(arguments);
        if (!known)
            return;
        ++count_;
        const double x_before = x - mean_x_;
        const double y_before = y - mean_y_;
        mean_x_ += x_before / static_cast<double>(count_);
        mean_y_ += y_before / static_cast<double>(count_);
        xy_ += x_before * (y - mean_y_);
        xx_ += x_before * (x - mean_x_);
        yy_ += y_before * (y - mean_y_);
    }
    void inverse(std::span<const field_view> arguments) override {
        const auto [x, y, known] = read(arguments);
        if (!known)
            return;
        if (--count_ == 0) {
            *this = floating_moments(kind_);
            return;
        }
        const double x_after = x - mean_x_;
        const double y_after = y - mean_y_;
        mean_x_ -= x_after / static_cast<double>(count_);
        mean_y_ -= y_after / static_cast<double>(count_);
        xy_ -= (x - mean_x_) * y_after;
        xx_ -= (x - mean_x_) * x_after;
        yy_ -= (y - mean_y_) * y_after;
    }
    field value() override {
        if (auto known = degenerate_moment<double>(kind_, count_))
            return std::move(*known);
        if (kind_ == moment::corr)
            return correlation(xy_, xx_, yy_);
        const double mean = xy_ / static_cast<double>(is_sample(kind_) ? count_ - 1 : count_);
        if (takes_two(kind_))
            return field(mean);
        const double variance = std::max(0.0, mean);  // what left the window may leave less than nothing
        return field(is_deviation(kind_) ? std::sqrt(variance) : variance);
    }

  private:
    struct pair {
        double x = 0;
        double y = 0;
        bool known = false;
    };
    static pair read(std::span<const field_view> arguments) {
        const field_view& second = arguments.size() > 1 ? arguments[1] : arguments[0];
        if (arguments[0].is_null() || second.is_null())
            return {};
        return {as_double(arguments[0]), as_double(second), true};
    }

    moment kind_;
    std::int64_t count_ = 0;
    double mean_x_ = 0;
    double mean_y_ = 0;
    double xx_ = 0;
    double yy_ = 0;
    double xy_ = 0;
};

class median final : public aggregate {
  public:
    void step(std::span<const field_view> arguments) override {
        if (!arguments[0].is_null())
            values_.emplace_back(arguments[0]);
    }
    void inverse(std::span<const field_view> arguments) override {
        if (!arguments[0].is_null())
            values_.pop_front();
    }
    field value() override {
        if (values_.empty())
            return {};
        const bool exact = values_[0].kind() == field_kind::decimal;
        std::vector<field> sorted(values_.begin(), values_.end());
        std::sort(sorted.begin(), sorted.end(), [exact](const field& a, const field& b) {
            return exact ? a.get<decimal>() < b.get<decimal>() : as_double(a) < as_double(b);
        });
        const field& low = sorted[(sorted.size() - 1) / 2];
        const field& high = sorted[sorted.size() / 2];
        if (exact)
            return field(divide(add(low.get<decimal>(), high.get<decimal>()), decimal(2)));
        return field((as_double(low) + as_double(high)) / 2);
    }

  private:
    std::deque<field> values_;
};

int order_of(const field& a, const field& b, letter_case how) {
    const auto compare = [](const auto& left, const auto& right) { return left < right ? -1 : right < left ? 1 : 0; };
    switch (a.kind()) {
        case field_kind::string:
            return compare_text(a.get<std::string>(), b.get<std::string>(), how);
        case field_kind::int64:
            return compare(a.get<std::int64_t>(), b.get<std::int64_t>());
        case field_kind::decimal:
            return compare(a.get<decimal>(), b.get<decimal>());
        case field_kind::boolean:
            return compare(a.get<bool>(), b.get<bool>());
        case field_kind::float_:
        case field_kind::double_:
            return compare(as_double(a), as_double(b));
        case field_kind::binary:
            return compare(a.get<bytes>(), b.get<bytes>());
        case field_kind::date:
            return compare(a.get<date>(), b.get<date>());
        // Of values with zone the instant counts.
        case field_kind::time:
            return std::memcmp(form_of(a.get<time>()).data(), form_of(b.get<time>()).data(), 8);
        case field_kind::timestamp:
            return std::memcmp(form_of(a.get<timestamp>(), true).data(), form_of(b.get<timestamp>(), true).data(), 12);
        case field_kind::interval_ym:
            return compare(a.get<interval_ym>().total_months(), b.get<interval_ym>().total_months());
        case field_kind::interval_ds:
            return compare(a.get<interval_ds>(), b.get<interval_ds>());
        case field_kind::null:
            return 0;
    }
    return 0;
}

/// LISTAGG and WM_CONCAT. After value and separator come the keys to sort by; each letter of the directions says how:
/// A ascending, D descending, small letters with NULL last.
class concatenation final : public aggregate {
  public:
    concatenation(std::string_view directions, bool separated, letter_case how)
        : directions_(directions), separated_(separated), how_(how) {}
    void step(std::span<const field_view> arguments) override {
        if (arguments[0].is_null())
            return;
        entry made;
        made.text = arguments[0].get<std::string_view>();
        if (separated_ && !arguments[1].is_null())
            separator_ = arguments[1].get<std::string_view>();
        for (std::size_t i = 2; i < arguments.size(); ++i)
            made.keys.emplace_back(arguments[i]);
        entries_.push_back(std::move(made));
    }
    void inverse(std::span<const field_view> arguments) override {
        if (!arguments[0].is_null())
            entries_.pop_front();
    }
    field value() override {
        if (entries_.empty())
            return {};
        std::vector<std::size_t> sorted(entries_.size());
        std::iota(sorted.begin(), sorted.end(), std::size_t{0});
        std::sort(sorted.begin(), sorted.end(), [this](std::size_t a, std::size_t b) {
            // Equal keys keep the order in which the rows came.
            return precedes(entries_[a], entries_[b]) || (!precedes(entries_[b], entries_[a]) && a < b);
        });
        std::string text;
        for (const std::size_t each : sorted) {
            if (each != sorted.front())
                text += separator_;
            text += entries_[each].text;
        }
        return field(text);
    }

  private:
    struct entry {
        std::string text;
        std::vector<field> keys;
    };
    [[nodiscard]] bool precedes(const entry& a, const entry& b) const {
        for (std::size_t i = 0; i < directions_.size(); ++i) {
            const char direction = directions_[i];
            if (a.keys[i].is_null() || b.keys[i].is_null()) {
                if (a.keys[i].is_null() == b.keys[i].is_null())
                    continue;
                const bool null_last = direction == 'a' || direction == 'd';
                return a.keys[i].is_null() != null_last;
            }
            const int order = order_of(a.keys[i], b.keys[i], how_);
            if (order != 0)
                return direction == 'A' || direction == 'a' ? order < 0 : order > 0;
        }
        return false;
    }
    std::string directions_;
    bool separated_;
    letter_case how_;
    std::string separator_ = separated_ ? "" : ",";
    std::deque<entry> entries_;
};

class single_row final : public aggregate {
  public:
    void step(std::span<const field_view> arguments) override {
        if (std::exchange(seen_, true))
            throw sql_error(codes::several_rows);
        value_ = field(arguments[0]);
    }
    void inverse(std::span<const field_view>) override { seen_ = false; }
    field value() override { return seen_ ? value_ : field(); }

  private:
    bool seen_ = false;
    field value_;
};

/// What a number is added up as: integers stay integers unless @p exact wants decimals.
data_type summand(const data_type& type, bool exact) {
    switch (class_of(type.id)) {
        case storage_class::integer:
            return type_of(exact ? type_id::decimal : type_id::bigint);
        case storage_class::floating:
            return type_of(type_id::double_);
        case storage_class::decimal:
            return type;
        case storage_class::text:
            return type_of(type_id::decimal);
        default:
            if (type.id == type_id::null)
                return type_of(type_id::decimal);
            throw sql_error(codes::argument_type);
    }
}

bool is_datetime_or_interval(type_id id) {
    const storage_class form = class_of(id);
    return form >= storage_class::date && form <= storage_class::interval_ds;
}

bool concatenates(std::string_view name) {
    return name == "LISTAGG" || name == "LISTAGG2" || name == "WM_CONCAT";
}

}  // namespace

bool is_aggregate(std::string_view name) {
    return name == "COUNT" || name == "MIN" || name == "MAX" || name == "SUM" || name == "AVG" || name == "MEDIAN" ||
           concatenates(name) || moment_of(name);
}

aggregate_resolution resolve_aggregate(std::string_view name, std::span<const typed_argument> arguments) {
    const auto kind = moment_of(name);
    const std::size_t least = kind && takes_two(*kind) ? 2 : 1;
    const std::size_t most = name == "LISTAGG" || name == "LISTAGG2" ? 2 : least;
    if (arguments.size() < least || arguments.size() > most)
        throw sql_error(codes::argument_count);
    const data_type& type = arguments[0].type;
    aggregate_resolution resolved;
    if (name == "COUNT") {
        resolved.converted_argument_types = {type};
        resolved.result = type_of(type_id::bigint);
    } else if (name == "MIN" || name == "MAX") {
        resolved.result = type.id == type_id::null ? type_of(type_id::varchar) : type;
        resolved.converted_argument_types = {resolved.result};
    } else if (concatenates(name)) {
        const data_type text = is_text(type.id) ? type : type_of(type_id::varchar);
        resolved.converted_argument_types = {text, type_of(type_id::varchar)};
        resolved.converted_argument_types.resize(arguments.size());
        resolved.result = type_of(name == "LISTAGG2" || is_lob(type.id) ? type_id::clob : type_id::varchar);
    } else if (kind) {
        data_type common = summand(type, true);
        for (const typed_argument& argument : arguments)
            if (summand(argument.type, true).id == type_id::double_)
                common = type_of(type_id::double_);
        resolved.converted_argument_types.assign(arguments.size(),
                                                 common.id == type_id::double_ ? common : type_of(type_id::decimal));
        resolved.result = *kind == moment::corr ? type_of(type_id::double_) : resolved.converted_argument_types[0];
    } else {
        if (name == "MEDIAN" && is_datetime_or_interval(type.id))
            throw sql_error::unsupported("MEDIAN of dates and intervals");
        const data_type taken = summand(type, name == "MEDIAN");
        resolved.converted_argument_types = {taken};
        resolved.result = taken.id == type_id::double_                   ? taken
                          : taken.id == type_id::bigint && name == "SUM" ? taken
                                                                         : type_of(type_id::decimal);
    }
    return resolved;
}

std::unique_ptr<aggregate> make_aggregate(std::string_view name, std::span<const data_type> arguments, const data_type&,
                                          letter_case how) {
    const storage_class form = class_of(arguments[0].id);
    if (name == "$SINGLE")
        return std::make_unique<single_row>();
    if (name == "MEDIAN")
        return std::make_unique<median>();
    if (name == "WM_CONCAT")
        return std::make_unique<concatenation>("", false, how);
    if (name.starts_with("LISTAGG"))
        return std::make_unique<concatenation>(name.size() > 8 ? name.substr(8) : "", true, how);
    if (const auto moment = moment_of(name)) {
        if (form == storage_class::floating)
            return std::make_unique<floating_moments>(*moment);
        return std::make_unique<exact_moments>(*moment);
    }
    const bool average = name == "AVG";
    if (form == storage_class::integer)
        return std::make_unique<integer_sum>(average);
    if (form == storage_class::floating)
        return std::make_unique<double_sum>(average);
    return std::make_unique<decimal_sum>(average);
}

}  // namespace dmkit::mock

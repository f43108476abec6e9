#include "mockserver/functions/number_format.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "mockserver/functions/nls.hpp"
#include "mockserver/functions/recent.hpp"
#include "mockserver/functions/text.hpp"

namespace dmkit::mock::functions {

namespace {

enum class sign_style : std::uint8_t { floating, leading, trailing, minus_behind, brackets };
enum class shape : std::uint8_t { digits, hexadecimal, roman, minimal, minimal_scientific };

struct number_form {
    std::string whole;     ///< 0, 9, ',' and 'G' before the point
    std::string fraction;  ///< 0 and 9 after it
    bool point = false;    ///< has a point
    bool radix = false;    ///< written as D
    bool shifted = false;  ///< has V
    int shift = 0;         ///< digits after V
    sign_style sign = sign_style::floating;
    shape kind = shape::digits;
    bool lower = false;       ///< x, rn
    bool fill = true;         ///< no FM
    bool blank_zero = false;  ///< B
    bool scientific = false;  ///< EEEE
    char currency = 0;        ///< $, L or C
    bool currency_behind = false;
};

/// Marks before and behind the body of a format, as bits. What conflicts with what is in the manual's tables 8.11 to
/// 8.14.
enum mark : unsigned {
    fill_mark = 1,
    dollar = 2,
    blank_mark = 4,
    sign_mark = 8,
    iso_mark = 16,
    local_mark = 32,
    exponent = 64,
    minus_behind_mark = 128,
    brackets_mark = 256,
};
constexpr unsigned currencies = dollar | iso_mark | local_mark;
constexpr unsigned signs_behind = sign_mark | minus_behind_mark | brackets_mark;

/// Prefixes that may not stand before this one (table 8.11).
constexpr unsigned not_before_prefix(mark prefix) {
    switch (prefix) {
        case dollar:
        case iso_mark:
        case local_mark:
            return currencies;
        case blank_mark:
            return blank_mark;
        case sign_mark:
            return currencies | blank_mark | sign_mark;
        case fill_mark:
            return dollar | blank_mark;
        default:
            return 0;
    }
}

/// Prefixes that do not go with this suffix (table 8.13).
constexpr unsigned prefixes_against(mark suffix) {
    if (suffix == iso_mark || suffix == local_mark)
        return currencies;
    return (suffix & signs_behind) != 0 ? static_cast<unsigned>(sign_mark) : 0U;
}

/// Suffixes that may not stand before this one (table 8.14).
constexpr unsigned not_before_suffix(mark suffix) {
    if (suffix == exponent)
        return exponent | signs_behind;
    if ((suffix & signs_behind) != 0)
        return signs_behind;
    return iso_mark | local_mark | signs_behind | exponent;
}

struct symbols {
    std::string point = ".";
    std::string group = ",";
    std::string currency = "￥";
    std::string iso_currency = "CNY";
};

[[noreturn]] void bad_format() {
    fail(code::invalid_argument);
}

symbols read_symbols(std::string_view nls) {
    symbols result;
    if (const auto characters = nls_setting(nls, "NLS_NUMERIC_CHARACTERS")) {
        const auto parts = split_characters(*characters);
        if (parts.size() != 2 || parts[0] == parts[1])
            bad_format();
        result.point = parts[0];
        result.group = parts[1];
    }
    if (const auto currency = nls_setting(nls, "NLS_CURRENCY")) {
        if (count_characters(*currency) > 10)
            bad_format();
        result.currency = *currency;
    }
    if (const auto country = nls_setting(nls, "NLS_ISO_CURRENCY")) {
        struct entry {
            std::string_view country, code;
        };
        static constexpr entry codes[] = {{"CHINA", "CNY"},          {"TAIWAN", "TWD"}, {"AMERICA", "USD"},
                                          {"UNITED KINGDOM", "GBP"}, {"CANADA", "CAD"}, {"FRANCE", "EUR"},
                                          {"GERMANY", "EUR"},        {"ITALY", "EUR"},  {"JAPAN", "JPY"},
                                          {"KOREA", "KRW"},          {"BRAZIL", "BRL"}, {"PORTUGAL", "EUR"}};
        const auto* const found = std::find_if(std::begin(codes), std::end(codes),
                                               [&](const entry& one) { return same_word(one.country, *country); });
        if (found == std::end(codes))
            bad_format();
        result.iso_currency = found->code;
    }
    return result;
}

class form_reader {
  public:
    explicit form_reader(std::string_view format) : original_(format), upper_(upper_ascii(format)) {}

    number_form read() {
        while (at_ < upper_.size())
            element();
        const bool body = !form_.whole.empty() || !form_.fraction.empty() || form_.kind != shape::digits;
        if (!body)
            bad_format();
        return form_;
    }

  private:
    [[nodiscard]] std::string_view rest() const { return std::string_view(upper_).substr(at_); }
    bool take(std::string_view word) {
        if (!rest().starts_with(word))
            return false;
        at_ += word.size();
        return true;
    }
    [[nodiscard]] bool body_seen() const {
        return !form_.whole.empty() || !form_.fraction.empty() || form_.kind != shape::digits;
    }
    void put_prefix(mark prefix) {
        if ((prefixes_ & not_before_prefix(prefix)) != 0)
            bad_format();
        prefixes_ |= prefix;
    }
    void put_suffix(mark suffix) {
        if (!body_seen() || is_minimal() || (prefixes_ & prefixes_against(suffix)) != 0 ||
            (suffixes_ & not_before_suffix(suffix)) != 0)
            bad_format();
        suffixes_ |= suffix;
    }
    [[nodiscard]] bool is_minimal() const {
        return form_.kind == shape::minimal || form_.kind == shape::minimal_scientific;
    }
    /// S, C and L stand on either side of the body.
    void put_either(mark either) { body_seen() ? put_suffix(either) : put_prefix(either); }
    void put_currency(char sign) {
        if (sign != '$') {
            put_either(sign == 'C' ? iso_mark : local_mark);
            form_.currency_behind = body_seen();
        } else {
            // Behind the body too it is a prefix, and shown before the digits (tables 8.9 and 8.12).
            if (is_minimal() || (suffixes_ & (signs_behind | iso_mark | local_mark)) != 0)
                bad_format();
            put_prefix(dollar);
            body_ended_ = body_seen();
        }
        form_.currency = sign;
    }
    /// TM9 and TME go with the prefixes S, FM, C and L only, and with nothing else (table 8.8).
    void put_minimal(shape kind) {
        if (body_seen() || (prefixes_ & (dollar | blank_mark)) != 0)
            bad_format();
        form_.kind = kind;
    }
    void put_body() {
        if (suffixes_ != 0 || body_ended_ || is_minimal())
            bad_format();
    }
    void element();
    void body_element();

    std::string_view original_;
    std::string upper_;
    std::size_t at_ = 0;
    bool body_ended_ = false;  ///< by a $ behind it
    unsigned prefixes_ = 0, suffixes_ = 0;
    number_form form_;
};

void form_reader::element() {
    if (take("FM")) {
        put_prefix(fill_mark);
        form_.fill = false;
    } else if (take("TM9")) {
        put_minimal(shape::minimal);
    } else if (take("TME")) {
        put_minimal(shape::minimal_scientific);
    } else if (take("EEEE")) {
        put_suffix(exponent);
        form_.scientific = true;
    } else if (take("MI")) {
        put_suffix(minus_behind_mark);
        form_.sign = sign_style::minus_behind;
    } else if (take("PR")) {
        put_suffix(brackets_mark);
        form_.sign = sign_style::brackets;
    } else if (take("S")) {
        put_either(sign_mark);
        form_.sign = body_seen() ? sign_style::trailing : sign_style::leading;
    } else if (take("$")) {
        put_currency('$');
    } else if (take("L")) {
        put_currency('L');
    } else if (take("C")) {
        put_currency('C');
    } else if (take("B")) {
        put_prefix(blank_mark);
        form_.blank_zero = true;
    } else {
        put_body();
        body_element();
    }
}

void form_reader::body_element() {
    const bool lower = original_[at_] >= 'a';
    if (take("RN")) {
        form_.kind = shape::roman;
        form_.lower = lower;
    } else if (take("V")) {
        if (form_.point || form_.shifted)
            bad_format();
        form_.shifted = true;
    } else if (take("X")) {
        form_.kind = shape::hexadecimal;
        form_.lower = form_.lower || lower;
        form_.whole.push_back('X');
    } else if (rest().front() == '0' || rest().front() == '9') {
        (form_.point ? form_.fraction : form_.whole).push_back(rest().front());
        if (form_.shifted)
            ++form_.shift;
        ++at_;
    } else if (rest().front() == ',' || rest().front() == 'G') {
        if (form_.point || form_.whole.empty())
            bad_format();
        form_.whole.push_back(rest().front());
        ++at_;
    } else if (rest().front() == '.' || rest().front() == 'D') {
        if (form_.point || form_.shifted)
            bad_format();
        form_.point = true;
        form_.radix = rest().front() == 'D';
        ++at_;
    } else {
        bad_format();
    }
}

/// A format taken apart, or why it is none: TO_CHAR asks of formats of dates too.
struct read_form {
    number_form form;
    std::optional<sql_error> refusal;
};

/// It lives until the thread has read some other formats.
const read_form& recent_form(std::string_view format) {
    thread_local recent<std::string, read_form> kept;
    return kept.get(format, [&] {
        read_form made;
        try {
            made.form = form_reader(format).read();
        } catch (const sql_error& refusal) {
            made.refusal = refusal;
        }
        return made;
    });
}

const number_form& form_of(std::string_view format) {
    const read_form& known = recent_form(format);
    if (known.refusal)
        throw sql_error(*known.refusal);
    return known.form;
}

std::string roman(std::int64_t number) {
    static constexpr std::array<std::pair<int, std::string_view>, 13> steps{{{1000, "M"},
                                                                             {900, "CM"},
                                                                             {500, "D"},
                                                                             {400, "CD"},
                                                                             {100, "C"},
                                                                             {90, "XC"},
                                                                             {50, "L"},
                                                                             {40, "XL"},
                                                                             {10, "X"},
                                                                             {9, "IX"},
                                                                             {5, "V"},
                                                                             {4, "IV"},
                                                                             {1, "I"}}};
    std::string text;
    for (const auto& [size, letters] : steps)
        for (; number >= size; number -= size)
            text += letters;
    return text;
}

std::string pad_left(const std::string& text, std::size_t width) {
    const std::size_t length = count_characters(text);
    return length >= width ? text : std::string(width - length, ' ') + text;
}

/// Mantissa with @p digits digits behind the point (all of them for −1) and an exponent of at least two.
std::string scientific_text(const decimal& value, int digits, std::string_view point) {
    std::string all = value.absolute().to_string();
    const std::size_t dot = std::min(all.find('.'), all.size());
    std::string significant = all.substr(0, dot) + (dot < all.size() ? all.substr(dot + 1) : "");
    const std::size_t first = significant.find_first_not_of('0');
    if (first == std::string::npos)
        return "0" + (digits > 0 ? std::string(point) + std::string(static_cast<std::size_t>(digits), '0') : "") +
               "E+00";
    int exponent = static_cast<int>(dot) - 1 - static_cast<int>(first);
    significant.erase(0, first);
    auto mantissa = need(decimal::parse(significant.substr(0, 1) + "." + significant.substr(1) + "0"));
    std::string text = digits < 0 ? mantissa.to_string() : mantissa.to_string(digits);
    if (text.starts_with("10")) {
        ++exponent;
        text = decimal(1).to_string(std::max(digits, 0));
    }
    if (const std::size_t at = text.find('.'); at != std::string::npos)
        text.replace(at, 1, point);
    return fmt::format("{}E{}{:02}", text, exponent < 0 ? '-' : '+', std::abs(exponent));
}

std::string format_hexadecimal(const decimal& value, const number_form& form) {
    const auto number = value.to_int64();
    const std::size_t width = form.whole.size();
    if (!number || *number < 0)
        return std::string(width + 1, '#');
    std::string text = form.lower ? fmt::format("{:x}", *number) : fmt::format("{:X}", *number);
    if (text.size() > width)
        return std::string(width + 1, '#');
    if (form.whole.front() == '0')
        text.insert(0, width - text.size(), '0');
    return form.fill ? pad_left(text, width + 1) : text;
}

/// The digits laid out in the format, blanks before the first; empty if they do not fit.
std::optional<std::string> lay_out(const decimal& magnitude, const number_form& form, const symbols& with) {
    const int scale = static_cast<int>(form.fraction.size());
    const std::string all = magnitude.rounded(scale).to_string(scale);
    const std::size_t dot = std::min(all.find('.'), all.size());
    std::string digits = all.substr(0, dot);
    if (digits == "0")
        digits.clear();
    const auto places = static_cast<std::size_t>(
        std::count_if(form.whole.begin(), form.whole.end(), [](char place) { return place == '0' || place == '9'; }));
    if (digits.size() > places)
        return std::nullopt;
    // Zeros are shown from the first 0 of the format on; a number without a fraction shows at least one digit.
    std::size_t shown = digits.size();
    std::size_t place_from_left = 0;
    for (const char place : form.whole) {
        if (place == '0') {
            shown = std::max(shown, places - place_from_left);
            break;
        }
        place_from_left += place == '9' ? 1U : 0U;
    }
    if (shown == 0 && form.fraction.empty() && places > 0)
        shown = 1;
    digits.insert(0, shown - digits.size(), '0');
    std::string text;
    std::size_t left = places;
    for (const char place : form.whole) {
        const bool visible = left < shown;
        if (place == ',' || place == 'G') {
            text += visible ? (place == 'G' ? with.group : std::string(",")) : std::string(1, ' ');
            continue;
        }
        text += left <= shown ? digits[shown - left] : ' ';
        --left;
    }
    if (form.point) {
        std::string fraction = dot < all.size() ? all.substr(dot + 1) : "";
        if (!form.fill) {
            std::size_t keep = fraction.size();
            while (keep > 0 && fraction[keep - 1] == '0' && form.fraction[keep - 1] == '9')
                --keep;
            fraction.resize(keep);
        }
        text += (form.radix ? with.point : std::string(".")) + fraction;
    }
    return text;
}

std::string decorate(std::string body, bool negative, const number_form& form, const symbols& with) {
    const std::size_t first = std::min(body.find_first_not_of(' '), body.size());
    std::string blanks = body.substr(0, first);
    body.erase(0, first);
    const std::string currency = form.currency == 0     ? ""
                                 : form.currency == '$' ? "$"
                                 : form.currency == 'L' ? with.currency
                                                        : with.iso_currency;
    body = form.currency_behind ? body + currency : currency + body;
    switch (form.sign) {
        case sign_style::floating:
            body = (negative ? "-" : form.fill ? " " : "") + body;
            break;
        case sign_style::leading:
            body = (negative ? "-" : "+") + body;
            break;
        case sign_style::trailing:
            body += negative ? "-" : "+";
            break;
        case sign_style::minus_behind:
            body += negative ? "-" : form.fill ? " " : "";
            break;
        case sign_style::brackets:
            body = negative ? "<" + body + ">" : form.fill ? " " + body + " " : body;
            break;
    }
    return form.fill ? blanks + body : body;
}

}  // namespace

bool is_number_format(std::string_view format) {
    return !recent_form(format).refusal;
}

std::string format_number(const decimal& value, std::string_view format, std::string_view nls) {
    const number_form& form = form_of(format);
    const symbols with = read_symbols(nls);
    const bool negative = value.is_negative();
    switch (form.kind) {
        case shape::minimal: {
            std::string text = value.absolute().to_string();
            if (text.size() > 64)
                text = scientific_text(value, -1, with.point);
            number_form plain = form;
            plain.fill = false;
            return decorate(text, negative, plain, with);
        }
        case shape::minimal_scientific: {
            number_form plain = form;
            plain.fill = false;
            return decorate(scientific_text(value, -1, with.point), negative, plain, with);
        }
        case shape::roman: {
            const auto number = value.to_int64();
            if (!number || *number < 1 || *number > 3999)
                return std::string(15, '#');
            std::string text = roman(*number);
            if (form.lower)
                text = to_lower(text);
            return form.fill ? pad_left(text, 15) : text;
        }
        case shape::hexadecimal:
            return format_hexadecimal(value, form);
        case shape::digits:
            break;
    }
    if (form.scientific)
        return decorate(scientific_text(value, static_cast<int>(form.fraction.size()), with.point), negative, form,
                        with);
    decimal magnitude = value.absolute();
    for (int i = 0; i < form.shift; ++i)
        magnitude = need(decimal::multiply(magnitude, decimal(10)));
    const auto body = lay_out(magnitude, form, with);
    if (!body) {
        const std::size_t width = form.whole.size() + (form.point ? 1 + form.fraction.size() : 0);
        return std::string(width + 1, '#');
    }
    std::string text = decorate(*body, negative, form, with);
    if (form.blank_zero && magnitude.truncated(0).is_zero())
        return form.fill ? std::string(count_characters(text), ' ') : "";
    return text;
}

namespace {

decimal parse_hexadecimal(std::string_view text, bool negative, const number_form& form) {
    decimal number;
    std::size_t count = 0;
    for (const char digit : text) {
        if (digit == ',')
            continue;
        const std::size_t value = std::string_view("0123456789ABCDEF").find(upper_ascii({&digit, 1}));
        if (value == std::string_view::npos || ++count > form.whole.size())
            fail(code::not_a_number);
        number = need(decimal::multiply(number, decimal(16)));
        number = need(decimal::add(number, decimal(static_cast<std::int64_t>(value))));
    }
    if (count == 0 || negative)
        fail(code::not_a_number);
    return number;
}

/// Group signs must be where the format has them, counted from the point: only COMPATIBLE_MODE 7 takes others.
decimal parse_digits(std::string_view text, const number_form& form, const symbols& with) {
    const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
    const std::string_view point = form.radix ? std::string_view(with.point) : ".";
    const std::size_t at = form.point ? text.find(point) : std::string_view::npos;
    std::string_view whole = text.substr(0, at);
    const std::string_view fraction =
        at == std::string_view::npos ? std::string_view() : text.substr(at + point.size());
    if (fraction.size() > form.fraction.size() || !std::all_of(fraction.begin(), fraction.end(), is_digit))
        fail(code::not_a_number);
    std::string digits;
    for (std::size_t place = form.whole.size(); place > 0 && !whole.empty(); --place) {
        const char element = form.whole[place - 1];
        if (element == ',' || element == 'G') {
            const std::string_view group = element == 'G' ? std::string_view(with.group) : ",";
            if (!whole.ends_with(group) || whole.size() == group.size())
                fail(code::not_a_number);
            whole.remove_suffix(group.size());
            continue;
        }
        if (!is_digit(whole.back()))
            fail(code::not_a_number);
        digits.push_back(whole.back());
        whole.remove_suffix(1);
    }
    if (!whole.empty() || (digits.empty() && fraction.empty()))
        fail(code::not_a_number);
    std::reverse(digits.begin(), digits.end());
    if (digits.empty())
        digits = "0";
    return need(decimal::parse(fraction.empty() ? digits : digits + "." + std::string(fraction)));
}

}  // namespace

decimal parse_number(std::string_view text, std::string_view format, std::string_view nls) {
    const number_form& form = form_of(format);
    // Of all marks, table 8.7 has these: , . $ 0 9 D G S X C B, and the text L.
    const bool known = form.kind == shape::digits || form.kind == shape::hexadecimal;
    if (!known || form.shifted || form.scientific || !form.fill || form.sign == sign_style::minus_behind ||
        form.sign == sign_style::brackets)
        bad_format();
    const symbols with = read_symbols(nls);
    for (const std::string_view sign :
         {std::string_view(with.point), std::string_view(with.group), std::string_view(with.currency)})
        if (sign.find_first_of("0123456789<>+-Ee") != std::string_view::npos)
            bad_format();
    text = trim_blanks(text);
    bool negative = false;
    const bool sign_behind = form.sign == sign_style::trailing;
    if (sign_behind && (text.ends_with('-') || text.ends_with('+'))) {
        negative = text.back() == '-';
        text.remove_suffix(1);
    } else if (!sign_behind && (text.starts_with('-') || text.starts_with('+'))) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (form.currency != 0) {
        const std::string_view currency = form.currency == '$'   ? std::string_view("$")
                                          : form.currency == 'L' ? std::string_view(with.currency)
                                                                 : std::string_view(with.iso_currency);
        if (text.starts_with(currency))
            text.remove_prefix(currency.size());
        else if (form.currency_behind && text.ends_with(currency))
            text.remove_suffix(currency.size());
    }
    if (form.kind == shape::hexadecimal)
        return parse_hexadecimal(text, negative, form);
    const decimal number = parse_digits(text, form, with);
    return negative ? number.negated() : number;
}

}  // namespace dmkit::mock::functions

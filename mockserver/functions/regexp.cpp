#include <memory>
#include <vector>

#include <fmt/format.h>

#include <unicode/regex.h>
#include <unicode/unistr.h>

#include "mockserver/functions/recent.hpp"
#include "mockserver/functions/regexp_pattern.hpp"
#include "mockserver/functions/support.hpp"
#include "mockserver/functions/text.hpp"

/// REGEXP_LIKE and its family, on ICU's regular expressions. Positions count characters from 1.
namespace dmkit::mock::functions {

namespace {

icu::UnicodeString wide(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string narrow(const icu::UnicodeString& text) {
    std::string result;
    text.toUTF8String(result);
    return result;
}

struct match_flags {
    std::uint32_t icu = UREGEX_UNIX_LINES;  // a line ends with \n alone
    bool skips_blanks = false;
    friend bool operator==(const match_flags&, const match_flags&) = default;
};

match_flags read_flags(std::string_view letters) {
    match_flags flags;
    for (const char letter : letters) {
        switch (letter) {
            case 'i':
                flags.icu |= UREGEX_CASE_INSENSITIVE;
                break;
            case 'c':
                flags.icu &= ~static_cast<std::uint32_t>(UREGEX_CASE_INSENSITIVE);
                break;
            case 'n':
                flags.icu |= UREGEX_DOTALL;
                break;
            case 'm':
                flags.icu |= UREGEX_MULTILINE;
                break;
            case 'x':
                flags.skips_blanks = true;
                break;
            default:
                fail(code::invalid_argument);
        }
    }
    return flags;
}

/// The compiled pattern. It lives until some other patterns have been asked for: the rows of a statement ask for the
/// same few again and again.
const icu::RegexPattern& compiled(std::string_view pattern, const match_flags& flags) {
    struct sought {
        std::string_view pattern;
        match_flags flags;
    };
    struct known {
        explicit known(const sought& key) : pattern(key.pattern), flags(key.flags) {}
        bool operator==(const sought& key) const { return pattern == key.pattern && flags == key.flags; }
        std::string pattern;
        match_flags flags;
    };
    thread_local recent<known, std::unique_ptr<icu::RegexPattern>> kept;
    return *kept.get(sought{pattern, flags}, [&] {
        UErrorCode status = U_ZERO_ERROR;
        UParseError where{};
        std::unique_ptr<icu::RegexPattern> made(
            icu::RegexPattern::compile(wide(translate_pattern(pattern, flags.skips_blanks)), flags.icu, where, status));
        if (U_FAILURE(status))
            fail(code::invalid_argument);
        return made;
    });
}

/// A pattern at work on one text, for one call.
class search {
  public:
    search(call_context& context, std::string_view text, std::string_view pattern, std::string_view flags)
        : context_(context), text_(wide(text)) {
        if (byte_length(pattern, context.charset) > longest_pattern)
            fail(code::invalid_argument);
        UErrorCode status = U_ZERO_ERROR;
        matcher_.reset(compiled(pattern, read_flags(flags)).matcher(text_, status));
        if (U_SUCCESS(status))
            matcher_->setMatchCallback(may_go_on, this, status);
        check(status);
    }
    search(const search&) = delete;
    search& operator=(const search&) = delete;

    /// Goes to the @p occurrence-th match at or behind character @p position.
    bool find(std::int64_t position, std::int64_t occurrence) {
        if (position < 1 || occurrence < 1)
            fail(code::invalid_argument);
        if (position > text_.countChar32() + 1)
            return false;
        UErrorCode status = U_ZERO_ERROR;
        const int32_t start = text_.moveIndex32(0, static_cast<int32_t>(position - 1));
        bool found = matcher_->find(start, status);
        check(status);
        while (found && --occurrence > 0)
            found = find_next();
        return found;
    }
    bool find_next() {
        // ICU asks us only while one match is sought.
        if (++matches_ % matches_between_questions == 0)
            interrupted();
        if (stop_ != 0)
            fail(stop_);
        UErrorCode status = U_ZERO_ERROR;
        const bool found = matcher_->find(status);
        check(status);
        return found;
    }

    [[nodiscard]] int groups() const { return matcher_->groupCount(); }
    [[nodiscard]] int32_t begin(int group) const {
        UErrorCode status = U_ZERO_ERROR;
        const int32_t index = matcher_->start(group, status);
        check(status);
        return index;
    }
    [[nodiscard]] int32_t end(int group) const {
        UErrorCode status = U_ZERO_ERROR;
        const int32_t index = matcher_->end(group, status);
        check(status);
        return index;
    }
    /// Position of the group's begin or of what follows it; 0 if the group took no part.
    [[nodiscard]] std::int64_t place(int group, bool after) const {
        const int32_t index = after ? end(group) : begin(group);
        return index < 0 ? 0 : text_.countChar32(0, index) + 1;
    }
    [[nodiscard]] const icu::UnicodeString& text() const { return text_; }

  private:
    /// ICU's unit of work: about 10,000 saved states. An exponential match ends after some tenths of a second.
    static constexpr int most_ticks = 2500;
    static constexpr std::uint64_t matches_between_questions = 1024;

    void interrupted() { stop_ = context_.interruption ? context_.interruption() : 0; }

    static UBool U_CALLCONV may_go_on(const void* data, int32_t /*ticks of this match*/) {
        // The callback is given as pointer to const; the object is not.
        auto& self = *static_cast<search*>(const_cast<void*>(data));
        self.interrupted();
        return self.stop_ == 0 && ++self.ticks_ <= most_ticks;
    }

    void check(UErrorCode status) const {
        if (U_SUCCESS(status))
            return;
        if (stop_ != 0)
            fail(stop_);
        if (status == U_REGEX_STOPPED_BY_CALLER)
            throw sql_error::unsupported(
                fmt::format("a regular expression that takes more than {} million steps", most_ticks / 100));
        if (status == U_REGEX_STACK_OVERFLOW)
            throw sql_error::unsupported("a regular expression that has too many ways to match this text");
        fail(code::invalid_argument);
    }

    call_context& context_;
    icu::UnicodeString text_;
    std::unique_ptr<icu::RegexMatcher> matcher_;
    std::uint64_t matches_ = 0;
    int ticks_ = 0;
    int stop_ = 0;  ///< the code with which the statement must end
};

std::int64_t number_or(argument_list arguments, std::size_t index, std::int64_t otherwise) {
    return index < arguments.size() ? as_integer(arguments[index]) : otherwise;
}
/// An argument that may be left out or NULL.
std::string_view text_or_none(argument_list arguments, std::size_t index) {
    return index < arguments.size() && !arguments[index].is_null() ? as_text(arguments[index]) : std::string_view();
}

bool empty(const field_view& text) {
    return text.is_null() || as_text(text).empty();
}

/// Is one of these arguments given and NULL?
bool any_null(argument_list arguments, std::initializer_list<std::size_t> indexes) {
    for (const std::size_t index : indexes)
        if (index < arguments.size() && arguments[index].is_null())
            return true;
    return false;
}

/// The number of a group, 0 for the whole match.
int group_number(argument_list arguments, std::size_t index) {
    const std::int64_t group = number_or(arguments, index, 0);
    if (group < 0 || group > 9)
        fail(code::invalid_argument);
    return static_cast<int>(group);
}

field regexp_like(call_context& context, argument_list arguments) {
    if (empty(arguments[0]) || empty(arguments[1]))
        return nullptr;
    search at(context, as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 2));
    return std::int64_t{at.find(1, 1)};
}

field regexp_count(call_context& context, argument_list arguments) {
    if (empty(arguments[0]) || empty(arguments[1]) || any_null(arguments, {2}))
        return nullptr;
    search at(context, as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 3));
    std::int64_t count = 0;
    for (bool found = at.find(number_or(arguments, 2, 1), 1); found; found = at.find_next())
        ++count;
    return count;
}

field regexp_instr(call_context& context, argument_list arguments) {
    if (any_null(arguments, {0, 2, 3, 4, 6}) || empty(arguments[1]))
        return nullptr;
    const int group = group_number(arguments, 6);
    const std::int64_t after = number_or(arguments, 4, 0);
    if (after < 0)
        fail(code::invalid_argument);
    search at(context, as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 5));
    if (group > at.groups())
        return nullptr;
    if (!at.find(number_or(arguments, 2, 1), number_or(arguments, 3, 1)))
        return std::int64_t{0};
    return at.place(group, after != 0);
}

field regexp_substr(call_context& context, argument_list arguments) {
    if (any_null(arguments, {0, 2, 3, 5}) || empty(arguments[1]))
        return nullptr;
    const int group = group_number(arguments, 5);
    search at(context, as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 4));
    if (!at.find(number_or(arguments, 2, 1), number_or(arguments, 3, 1)) || group > at.groups())
        return nullptr;
    // A match of nothing is no match.
    if (at.begin(group) < 0 || at.begin(group) == at.end(group))
        return nullptr;
    return narrow(at.text().tempSubStringBetween(at.begin(group), at.end(group)));
}

/// What is put in the place of a match: text, then the text of a group.
struct replacement_part {
    icu::UnicodeString text;
    int group = -1;  ///< none
};

/// `\1` in the replacement stands for a group.
std::vector<replacement_part> read_replacement(std::string_view replacement) {
    std::vector<replacement_part> parts;
    std::string plain;
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
        if (replacement[i] != '\\' || !((next >= '0' && next <= '9') || next == '\\')) {
            plain.push_back(replacement[i]);
            continue;
        }
        ++i;
        if (next == '\\') {
            plain.push_back('\\');
        } else {
            parts.push_back({wide(plain), next - '0'});
            plain.clear();
        }
    }
    parts.push_back({wide(plain)});
    return parts;
}

field regexp_replace(call_context& context, argument_list arguments) {
    if (any_null(arguments, {0, 3, 4}))
        return nullptr;
    const std::string_view text = as_text(arguments[0]);
    if (arguments[1].is_null())
        return text;
    if (as_text(arguments[1]).empty())
        return nullptr;
    const std::string_view put = text_or_none(arguments, 2);
    const std::int64_t only = number_or(arguments, 4, 0);
    if (only < 0 || byte_length(put, context.charset) > longest_pattern)
        fail(code::invalid_argument);
    search at(context, text, as_text(arguments[1]), text_or_none(arguments, 5));
    const auto parts = read_replacement(put);
    icu::UnicodeString result;
    const auto append = [&](int32_t from, int32_t to) {
        check_text_size(context, static_cast<std::size_t>(result.length()) + static_cast<std::size_t>(to - from));
        result.append(at.text(), from, to - from);
    };
    int32_t copied = 0;
    std::int64_t index = 0;
    for (bool found = at.find(number_or(arguments, 3, 1), 1); found; found = at.find_next()) {
        if (++index != only && only != 0)
            continue;
        append(copied, at.begin(0));
        for (const replacement_part& part : parts) {
            check_text_size(context, static_cast<std::size_t>(result.length() + part.text.length()));
            result += part.text;
            if (part.group >= 0 && part.group <= at.groups() && at.begin(part.group) >= 0)
                append(at.begin(part.group), at.end(part.group));
        }
        copied = at.end(0);
        if (index == only)
            break;
    }
    append(copied, at.text().length());
    if (result.isEmpty() && !text.empty())
        return nullptr;
    return narrow(result);
}

constexpr overload table[] = {
    define("REGEXP_LIKE", {kind::text, kind::text, kind::text}, returns<type_id::integer>, regexp_like, takes_null, 1),
    define("REGEXP_COUNT", {kind::text, kind::text, kind::bigint, kind::text}, returns<type_id::integer>, regexp_count,
           takes_null, 2),
    define("REGEXP_INSTR", {kind::text, kind::text, kind::bigint, kind::bigint, kind::bigint, kind::text, kind::bigint},
           returns<type_id::integer>, regexp_instr, takes_null, 5),
    define("REGEXP_SUBSTR", {kind::text, kind::text, kind::bigint, kind::bigint, kind::text, kind::bigint},
           text_like_first, regexp_substr, takes_null, 4),
    define("REGEXP_REPLACE", {kind::text, kind::text, kind::text, kind::bigint, kind::bigint, kind::text},
           text_of_any_length, regexp_replace, takes_null, 4),
};

}  // namespace

std::span<const overload> regexp_functions() {
    return table;
}

}  // namespace dmkit::mock::functions

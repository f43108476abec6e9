#include <memory>

#include <unicode/regex.h>
#include <unicode/unistr.h>

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

std::uint32_t read_flags(std::string_view letters) {
    std::uint32_t flags = 0;
    for (const char letter : letters) {
        switch (letter) {
            case 'i':
                flags |= UREGEX_CASE_INSENSITIVE;
                break;
            case 'c':
                flags &= ~static_cast<std::uint32_t>(UREGEX_CASE_INSENSITIVE);
                break;
            case 'n':
                flags |= UREGEX_DOTALL;
                break;
            case 'm':
                flags |= UREGEX_MULTILINE;
                break;
            case 'x':
                flags |= UREGEX_COMMENTS;
                break;
            default:
                fail(code::invalid_argument);
        }
    }
    return flags;
}

/// A pattern at work on one text.
class search {
  public:
    search(std::string_view text, std::string_view pattern, std::string_view flags) : text_(wide(text)) {
        UErrorCode status = U_ZERO_ERROR;
        matcher_ = std::make_unique<icu::RegexMatcher>(wide(pattern), read_flags(flags), status);
        if (U_FAILURE(status))
            fail(code::invalid_argument);
        matcher_->reset(text_);
    }

    /// Goes to the @p occurrence-th match at or behind character @p position.
    bool find(std::int64_t position, std::int64_t occurrence) {
        if (position < 1 || occurrence < 1)
            fail(code::invalid_argument);
        if (position > text_.countChar32() + 1)
            return false;
        UErrorCode status = U_ZERO_ERROR;
        const int32_t start = text_.moveIndex32(0, static_cast<int32_t>(position - 1));
        bool found = matcher_->find(start, status);
        while (found && --occurrence > 0)
            found = matcher_->find(status);
        if (U_FAILURE(status))
            fail(code::invalid_argument);
        return found;
    }
    [[nodiscard]] int groups() const { return matcher_->groupCount(); }
    /// Position of the group's begin or of what follows it; 0 if the group took no part.
    [[nodiscard]] std::int64_t place(int group, bool after) const {
        UErrorCode status = U_ZERO_ERROR;
        const int32_t index = after ? matcher_->end(group, status) : matcher_->start(group, status);
        if (U_FAILURE(status) || index < 0)
            return 0;
        return text_.countChar32(0, index) + 1;
    }
    [[nodiscard]] icu::UnicodeString group(int group) const {
        UErrorCode status = U_ZERO_ERROR;
        return matcher_->group(group, status);
    }
    [[nodiscard]] const icu::UnicodeString& text() const { return text_; }
    [[nodiscard]] icu::RegexMatcher& matcher() { return *matcher_; }

  private:
    icu::UnicodeString text_;
    std::unique_ptr<icu::RegexMatcher> matcher_;
};

std::int64_t number_or(argument_list arguments, std::size_t index, std::int64_t otherwise) {
    return index < arguments.size() ? as_integer(arguments[index]) : otherwise;
}
std::string_view text_or_none(argument_list arguments, std::size_t index) {
    return index < arguments.size() ? as_text(arguments[index]) : std::string_view();
}

bool no_pattern(argument_list arguments) {
    return as_text(arguments[1]).empty();
}

field regexp_like(call_context&, argument_list arguments) {
    if (no_pattern(arguments))
        return nullptr;
    search at(as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 2));
    return std::int64_t{at.find(1, 1)};
}

field regexp_count(call_context&, argument_list arguments) {
    if (no_pattern(arguments))
        return nullptr;
    search at(as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 3));
    std::int64_t count = 0;
    UErrorCode status = U_ZERO_ERROR;
    for (bool found = at.find(number_or(arguments, 2, 1), 1); found; found = at.matcher().find(status))
        ++count;
    return count;
}

field regexp_instr(call_context&, argument_list arguments) {
    if (no_pattern(arguments))
        return nullptr;
    search at(as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 5));
    const std::int64_t group = number_or(arguments, 6, 0);
    if (!at.find(number_or(arguments, 2, 1), number_or(arguments, 3, 1)) || group < 0 || group > at.groups())
        return std::int64_t{0};
    return at.place(static_cast<int>(group), number_or(arguments, 4, 0) != 0);
}

field regexp_substr(call_context&, argument_list arguments) {
    if (no_pattern(arguments))
        return nullptr;
    search at(as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 4));
    const std::int64_t group = number_or(arguments, 5, 0);
    if (!at.find(number_or(arguments, 2, 1), number_or(arguments, 3, 1)) || group < 0 || group > at.groups())
        return nullptr;
    const std::string found = narrow(at.group(static_cast<int>(group)));
    // A match of nothing is no match.
    if (found.empty())
        return nullptr;
    return found;
}

/// `\1` in the replacement stands for a group.
icu::UnicodeString expand(const search& at, std::string_view replacement) {
    icu::UnicodeString result;
    std::string plain;
    const auto flush = [&] {
        result += wide(plain);
        plain.clear();
    };
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
        if (replacement[i] != '\\' || !((next >= '0' && next <= '9') || next == '\\')) {
            plain.push_back(replacement[i]);
            continue;
        }
        ++i;
        if (next == '\\') {
            plain.push_back('\\');
        } else if (next - '0' <= at.groups()) {
            flush();
            result += at.group(next - '0');
        }
    }
    flush();
    return result;
}

field regexp_replace(call_context&, argument_list arguments) {
    if (no_pattern(arguments))
        return nullptr;
    search at(as_text(arguments[0]), as_text(arguments[1]), text_or_none(arguments, 5));
    const std::string_view put = text_or_none(arguments, 2);
    const std::int64_t only = number_or(arguments, 4, 0);
    if (only < 0)
        fail(code::invalid_argument);
    icu::UnicodeString result;
    int32_t copied = 0;
    std::int64_t index = 0;
    UErrorCode status = U_ZERO_ERROR;
    for (bool found = at.find(number_or(arguments, 3, 1), 1); found; found = at.matcher().find(status)) {
        if (++index != only && only != 0)
            continue;
        const int32_t begin = at.matcher().start(status);
        result.append(at.text(), copied, begin - copied);
        result += expand(at, put);
        copied = at.matcher().end(status);
    }
    result.append(at.text(), copied, at.text().length() - copied);
    return narrow(result);
}

constexpr overload table[] = {
    define("REGEXP_LIKE", {kind::text, kind::text, kind::text}, returns<type_id::integer>, regexp_like, strict, 1),
    define("REGEXP_COUNT", {kind::text, kind::text, kind::bigint, kind::text}, returns<type_id::integer>, regexp_count,
           strict, 2),
    define("REGEXP_INSTR", {kind::text, kind::text, kind::bigint, kind::bigint, kind::bigint, kind::text, kind::bigint},
           returns<type_id::integer>, regexp_instr, strict, 5),
    define("REGEXP_SUBSTR", {kind::text, kind::text, kind::bigint, kind::bigint, kind::text, kind::bigint},
           text_like_first, regexp_substr, strict, 4),
    define("REGEXP_REPLACE", {kind::text, kind::text, kind::text, kind::bigint, kind::bigint, kind::text},
           text_of_any_length, regexp_replace, strict, 4),
};

}  // namespace

std::span<const overload> regexp_functions() {
    return table;
}

}  // namespace dmkit::mock::functions

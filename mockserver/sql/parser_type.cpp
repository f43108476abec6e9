#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {
namespace {

/// Reserved words that begin a type.
constexpr std::string_view reserved_types[] = {"BINARY", "BOOL",  "BYTE", "CHAR",    "DECIMAL",
                                               "DOUBLE", "FLOAT", "INT",  "INTERVAL"};

bool is_reserved_type(std::string_view word) {
    return std::find(std::begin(reserved_types), std::end(reserved_types), word) != std::end(reserved_types);
}

}  // namespace

bool parser::accept_interval_field(interval_field& field) {
    static constexpr std::string_view names[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
        if (accept_word(names[i])) {
            field = static_cast<interval_field>(i);
            return true;
        }
    }
    return false;
}

interval_qualifier parser::interval_fields() {
    interval_qualifier fields;
    if (!accept_interval_field(fields.first))
        syntax_error();
    fields.last = fields.first;
    if (accept(token_kind::left_paren)) {
        fields.leading_precision = static_cast<int>(std::min<std::int64_t>(unsigned_integer(), 1000));
        if (fields.first == interval_field::second && accept(token_kind::comma))
            fields.second_precision = static_cast<int>(std::min<std::int64_t>(unsigned_integer(), 1000));
        expect(token_kind::right_paren);
    }
    if (accept_word("TO")) {
        interval_field last{};
        const bool named = accept_interval_field(last);
        const bool of_months = fields.first == interval_field::year;
        const bool fits =
            last > fields.first && (of_months ? last == interval_field::month : fields.first >= interval_field::day);
        if (!named || !fits) {
            if (named)
                --position_;
            syntax_error();
        }
        fields.last = last;
        if (last == interval_field::second && accept(token_kind::left_paren)) {
            fields.second_precision = static_cast<int>(std::min<std::int64_t>(unsigned_integer(), 1000));
            expect(token_kind::right_paren);
        }
    }
    return fields;
}

void parser::type_arguments(type_name& type) {
    if (!accept(token_kind::left_paren))
        return;
    if (accept(token_kind::star))
        type.any_precision = true;
    else
        type.precision = unsigned_integer();
    if (accept(token_kind::comma))
        type.scale = signed_integer();
    else if (accept_word("BYTE"))
        type.unit = length_unit::byte;
    else if (accept_word("CHAR"))
        type.unit = length_unit::character;
    expect(token_kind::right_paren);
}

void parser::time_zone_suffix(type_name& type) {
    if (is_word("WITH") && (is_word("TIME", 1) || are_words("WITH", "LOCAL"))) {
        ++position_;
        type.with_local_time_zone = accept_word("LOCAL");
        type.with_time_zone = !type.with_local_time_zone;
        expect_word("TIME");
        expect_word("ZONE");
    } else if (accept_words("WITHOUT", "TIME")) {
        expect_word("ZONE");
    }
}

type_name parser::type() {
    const std::size_t start = position_;
    type_name made;
    if (is_any_word(
            {"SBYTE", "SHORT", "UINT", "ULONG", "USHORT", "VARRAY", "ARRAY", "REF", "TABLE", "RECORD", "CLASS"}))
        unsupported("type " + std::string(word()));
    if (!at_name() && !is_reserved_type(word()))
        syntax_error();
    const bool reserved = look().reserved;
    identifier first = take_name();
    // Types are found whatever the case of names is.
    if (!first.quoted)
        first.name = std::string(tokens_.upper(tokens_.at(start)));
    made.quoted = first.quoted;
    if (!reserved && accept(token_kind::dot)) {
        identifier last = name();
        made.schema = std::move(first.name);
        made.name = std::move(last.name);
        made.quoted = last.quoted;
        if (is(token_kind::dot))
            unsupported("package type");
    } else {
        made.name = std::move(first.name);
    }
    if (made.quoted || !made.schema.empty()) {
        type_arguments(made);
    } else if (made.name == "INTERVAL") {
        made.interval = interval_fields();
    } else if (made.name == "DOUBLE") {
        if (accept_word("PRECISION"))
            made.name += " PRECISION";
        type_arguments(made);
    } else if (made.name == "TIME" || made.name == "TIMESTAMP" || made.name == "DATETIME") {
        type_arguments(made);
        time_zone_suffix(made);
    } else {
        if (made.name == "NATIONAL" && is_any_word({"CHARACTER", "CHAR"})) {
            made.name += " " + std::string(word());
            ++position_;
        }
        if (made.name == "CHARACTER" || made.name == "CHAR" || made.name == "BINARY" || made.name == "BIT" ||
            made.name.starts_with("NATIONAL ")) {
            if (accept_word("VARYING"))
                made.name += " VARYING";
            else if (accept_words("LARGE", "OBJECT"))
                made.name += " LARGE OBJECT";
        } else if (made.name == "LONG" && is_any_word({"RAW", "VARCHAR"})) {
            made.name += " " + std::string(word());
            ++position_;
        }
        type_arguments(made);
    }
    made.where = range_from(start);
    return made;
}

}  // namespace dmkit::mock::sql

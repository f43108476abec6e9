#include <algorithm>
#include <set>

#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

int resolve_error(std::string_view name, std::initializer_list<type_id> types) {
    std::vector<typed_argument> arguments;
    for (const type_id id : types)
        arguments.push_back({type_of(id)});
    try {
        static_cast<void>(resolve(name, arguments));
        return 0;
    } catch (const sql_error& error) {
        return error.code();
    }
}

TEST(resolve, refuses_what_dm8_refuses) {
    EXPECT_EQ(resolve_error("NO_SUCH_FUNCTION", {}), -2207);
    EXPECT_EQ(resolve_error("ABS", {}), -5402);
    EXPECT_EQ(resolve_error("ABS", {type_id::integer, type_id::integer}), -5402);
    EXPECT_EQ(resolve_error("LENGTH", {type_id::blob}), -5403);
    EXPECT_EQ(resolve_error("ABS", {type_id::date}), -5403);
    EXPECT_EQ(resolve_error("+", {type_id::date, type_id::date}), -6105);
    EXPECT_EQ(resolve_error("||", {type_id::blob, type_id::varchar}), -6105);
    try {
        static_cast<void>(resolve("NO_SUCH_FUNCTION", {}));
    } catch (const sql_error& error) {
        EXPECT_EQ(error.arguments(), std::vector<std::string>{"NO_SUCH_FUNCTION"});
    }
}

TEST(resolve, names_functions_of_dm8_that_are_missing) {
    for (const char* const name :
         {"ORA_HASH", "DM_HASH", "NLSSORT", "JSON_VALUE", "CONVERT", "SF_GET_ARCHIVE_SIZE", "TABLEDEF", "CONSDEF",
          "DBMS_LOB.GETLENGTH", "DBMS_RANDOM.VALUE", "UTL_RAW.CAST_TO_RAW", "SP_TABLEDEF"}) {
        EXPECT_EQ(resolve_error(name, {type_id::varchar}), not_supported) << name;
        EXPECT_TRUE(is_function(name)) << name;
    }
}

/// Names of the manual's function index (functions.csv: numeric, string, datetime, null, conversion, misc), without
/// those that the grammar reads itself (CAST) or that name a family (REGEXP).
TEST(resolve, knows_every_documented_function) {
    for (const char* const name : {"ABS",
                                   "ACOS",
                                   "ASIN",
                                   "ATAN",
                                   "ATAN2",
                                   "CEIL",
                                   "CEILING",
                                   "COS",
                                   "COSH",
                                   "COT",
                                   "DEGREES",
                                   "EXP",
                                   "FLOOR",
                                   "GREATEST",
                                   "GREAT",
                                   "LEAST",
                                   "LN",
                                   "LOG",
                                   "LOG10",
                                   "MOD",
                                   "PI",
                                   "POWER",
                                   "POWER2",
                                   "RADIANS",
                                   "RAND",
                                   "ROUND",
                                   "SIGN",
                                   "SIN",
                                   "SINH",
                                   "SQRT",
                                   "TAN",
                                   "TANH",
                                   "TO_NUMBER",
                                   "TRUNC",
                                   "TRUNCATE",
                                   "TO_CHAR",
                                   "BITAND",
                                   "NANVL",
                                   "REMAINDER",
                                   "TO_BINARY_FLOAT",
                                   "TO_BINARY_DOUBLE",
                                   "BIN_TO_NUM",
                                   "FOUND_ROWS",
                                   "ASCII",
                                   "ASCIISTR",
                                   "BIT_LENGTH",
                                   "CHAR",
                                   "CHAR_LENGTH",
                                   "CHARACTER_LENGTH",
                                   "CHR",
                                   "NCHR",
                                   "CONCAT",
                                   "DIFFERENCE",
                                   "INITCAP",
                                   "INS",
                                   "INSERT",
                                   "INSSTR",
                                   "INSTR",
                                   "INSTRB",
                                   "INSTRC",
                                   "LCASE",
                                   "LEFT",
                                   "LEFTSTR",
                                   "LEN",
                                   "LENGTH",
                                   "LENGTHC",
                                   "LENGTH2",
                                   "LENGTH4",
                                   "OCTET_LENGTH",
                                   "LOCATE",
                                   "LOWER",
                                   "LPAD",
                                   "LTRIM",
                                   "POSITION",
                                   "REPEAT",
                                   "REPEATSTR",
                                   "REPLACE",
                                   "REPLICATE",
                                   "REVERSE",
                                   "RIGHT",
                                   "RIGHTSTR",
                                   "RPAD",
                                   "RTRIM",
                                   "SOUNDEX",
                                   "SPACE",
                                   "STRPOSDEC",
                                   "STRPOSINC",
                                   "STUFF",
                                   "SUBSTR",
                                   "SUBSTRING",
                                   "SUBSTRB",
                                   "TRANSLATE",
                                   "TRIM",
                                   "UCASE",
                                   "UPPER",
                                   "NLS_UPPER",
                                   "NLS_LOWER",
                                   "REGEXP_LIKE",
                                   "REGEXP_COUNT",
                                   "REGEXP_INSTR",
                                   "REGEXP_SUBSTR",
                                   "REGEXP_REPLACE",
                                   "OVERLAY",
                                   "TEXT_EQUAL",
                                   "BLOB_EQUAL",
                                   "NLSSORT",
                                   "TO_SINGLE_BYTE",
                                   "TO_MULTI_BYTE",
                                   "EMPTY_CLOB",
                                   "EMPTY_BLOB",
                                   "UNISTR",
                                   "ISNULL",
                                   "CONCAT_WS",
                                   "SUBSTRING_INDEX",
                                   "COMPOSE",
                                   "FIND_IN_SET",
                                   "TO_BASE64",
                                   "FROM_BASE64",
                                   "ADD_DAYS",
                                   "ADD_MONTHS",
                                   "ADD_WEEKS",
                                   "CURDATE",
                                   "CURTIME",
                                   "CURRENT_DATE",
                                   "CURRENT_TIME",
                                   "CURRENT_TIMESTAMP",
                                   "DATEADD",
                                   "DATEDIFF",
                                   "BIGDATEDIFF",
                                   "DATEPART",
                                   "DATE_PART",
                                   "DAY",
                                   "DAYNAME",
                                   "DAYOFMONTH",
                                   "DAYOFWEEK",
                                   "DAYOFYEAR",
                                   "DAYS_BETWEEN",
                                   "EXTRACT",
                                   "GETDATE",
                                   "HOUR",
                                   "LAST_DAY",
                                   "MINUTE",
                                   "MONTH",
                                   "MONTHNAME",
                                   "MONTHS_BETWEEN",
                                   "NEXT_DAY",
                                   "NOW",
                                   "QUARTER",
                                   "SECOND",
                                   "TIMESTAMPADD",
                                   "TIMESTAMPDIFF",
                                   "SYSDATE",
                                   "TO_DATE",
                                   "TO_TIMESTAMP",
                                   "TO_TIMESTAMP_TZ",
                                   "FROM_TZ",
                                   "TZ_OFFSET",
                                   "WEEK",
                                   "WEEKDAY",
                                   "WEEKS_BETWEEN",
                                   "YEAR",
                                   "YEARS_BETWEEN",
                                   "LOCALTIME",
                                   "LOCALTIMESTAMP",
                                   "OVERLAPS",
                                   "SYSTIMESTAMP",
                                   "NUMTODSINTERVAL",
                                   "NUMTOYMINTERVAL",
                                   "UNIX_TIMESTAMP",
                                   "FROM_UNIXTIME",
                                   "SESSIONTIMEZONE",
                                   "DBTIMEZONE",
                                   "DATE_FORMAT",
                                   "TIME_TO_SEC",
                                   "SEC_TO_TIME",
                                   "TO_DAYS",
                                   "DATE_ADD",
                                   "DATE_SUB",
                                   "SYS_EXTRACT_UTC",
                                   "TO_DSINTERVAL",
                                   "TO_YMINTERVAL",
                                   "COALESCE",
                                   "IFNULL",
                                   "NULLIF",
                                   "NVL",
                                   "NULL_EQU",
                                   "CONVERT",
                                   "HEXTORAW",
                                   "RAWTOHEX",
                                   "BINTOCHAR",
                                   "TO_BLOB",
                                   "UNHEX",
                                   "HEX",
                                   "CHARTOBIN",
                                   "DECODE",
                                   "ISDATE",
                                   "ISNUMERIC",
                                   "DM_HASH",
                                   "LNNVL",
                                   "LENGTHB",
                                   "FIELD",
                                   "ORA_HASH",
                                   "IF",
                                   "WIDTH_BUCKET",
                                   "OBJECT_ID"})
        EXPECT_TRUE(is_function(name)) << name;
    EXPECT_FALSE(is_function("NO_SUCH_FUNCTION"));
}

TEST(resolve, gives_untyped_parameters_the_type_beside_them) {
    const typed_argument open{type_of(type_id::unknown)};
    const typed_argument number{type_of(type_id::integer)};
    const typed_argument arguments[] = {number, open};
    const resolution sum = resolve("+", arguments);
    EXPECT_EQ(sum.converted_argument_types[1], type_of(type_id::integer));
    EXPECT_EQ(sum.result, type_of(type_id::integer));
    const typed_argument both[] = {open, open};
    EXPECT_EQ(resolve("*", both).result, type_of(type_id::decimal));
    const typed_argument text[] = {open};
    EXPECT_EQ(resolve("UPPER", text).converted_argument_types[0], type_of(type_id::varchar));
    const typed_argument dated[] = {{type_of(type_id::date)}, open};
    EXPECT_EQ(resolve("+", dated).result, type_of(type_id::date));
}

TEST(resolve, tells_names_apart) {
    EXPECT_TRUE(callable_without_parentheses("SYSDATE"));
    EXPECT_TRUE(callable_without_parentheses("GUID"));
    EXPECT_FALSE(callable_without_parentheses("ABS"));
    EXPECT_TRUE(first_argument_is_date_part("DATEADD"));
    EXPECT_TRUE(first_argument_is_date_part("EXTRACT"));
    EXPECT_FALSE(first_argument_is_date_part("DATE_PART"));
}

TEST(resolve, keeps_a_table_that_holds_together) {
    std::set<std::uint16_t> ids;
    for (const overload& one : all_overloads()) {
        EXPECT_TRUE(ids.insert(one.id).second) << one.name;
        EXPECT_NE(one.call, nullptr) << one.name;
        EXPECT_NE(one.result, nullptr) << one.name;
        EXPECT_LE(one.minimum_arguments, one.maximum_arguments) << one.name;
    }
    for (const char* const name : {"NVL", "COALESCE", "DECODE", "IF", "NVL2", "IFNULL", "NULLIF"}) {
        const bool lazy = std::any_of(all_overloads().begin(), all_overloads().end(),
                                      [&](const overload& one) { return one.name == name && one.lazy; });
        EXPECT_TRUE(lazy) << name;
    }
}

}  // namespace

}  // namespace dmkit::mock::functions_test

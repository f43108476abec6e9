#include <algorithm>

#include "mockserver/functions/support.hpp"

namespace dmkit::mock::functions {

namespace {

// Sorted. Families with a prefix of their own (SF_, JSON_ …) are told by it.
constexpr std::string_view names[] = {
    "APPENDCHILDXML",
    "BFILENAME",
    "BLOBTOCLOB",
    "BUILD_VERSION",
    "CHARTOROWID",
    "CHECKDEF",
    "CONSDEF",
    "CONVERT",
    "CP_TABLE_HASH",
    "CUR_TICK_TIME",
    "DELETEXML",
    "DM_BIT_TEST",
    "DM_HASH",
    "DUMP",
    "EXISTSNODE",
    "EXTRACTVALUE",
    "GETUTCDATE",
    "HUGE_TABLE_USED_SPACE",
    "ID_CODE",
    "INDEXDEF",
    "INDEX_USED_PAGES",
    "INDEX_USED_SPACE",
    "INSERTCHILDXML",
    "LSN_TO_TIMESTAMP",
    "MD5",
    "NLSSORT",
    "OPERATORDEF",
    "ORA_HASH",
    "PERMANENT_MAGIC",
    "PROCDEF",
    "ROWIDTOCHAR",
    "SEQDEF",
    "SESS_CASE_SENSITIVE",
    "SVR_VERSION",
    "SYNONYMDEF",
    "SYS_XMLAGG",
    "TABLEDEF",
    "TABLE_ROWCOUNT",
    "TABLE_USED_PAGES",
    "TABLE_USED_SPACE",
    "TIMESTAMP_TO_LSN",
    "TO_DATETIME",
    "TO_JSON",
    "TO_JSONB",
    "TRIGDEF",
    "TS_FREE_SPACE",
    "TS_RESERVED_SPACE",
    "TS_USED_SPACE",
    "UPDATEXML",
    "USER_USED_SPACE",
    "VIEWDEF",
};
static_assert(std::is_sorted(std::begin(names), std::end(names)));

}  // namespace

std::span<const std::string_view> unsupported_functions() {
    return names;
}

}  // namespace dmkit::mock::functions

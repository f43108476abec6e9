#include "mockserver/sql/heading.hpp"

#include <gtest/gtest.h>

namespace dmkit::mock::sql {
namespace {

// Headings as the SQL manual prints them in its results.
TEST(Heading, IsWhatTheManualPrints) {
    EXPECT_EQ(heading("mod(ROUND(NOWPRICE),10)"), "\"MOD\"(ROUND(NOWPRICE),10)");
    EXPECT_EQ(heading("SQRT (ROUND(NOWPRICE))"), "SQRT(ROUND(NOWPRICE))");
    EXPECT_EQ(heading("LEFT(NAME,2)"), "\"LEFT\"(NAME,2)");
    EXPECT_EQ(heading("RIGHT (NAME,2)"), "\"RIGHT\"(NAME,2)");
    EXPECT_EQ(heading("OVERLAY(NAME PLACING '口' FROM 3 FOR 2)"), "\"OVERLAY\"(NAME,'口',3,2)");
    EXPECT_EQ(heading("TO_CHAR('01110' + 1)"), "TO_CHAR('01110'+1)");
    EXPECT_EQ(heading("nanvl(1e-1, 2e-1)"), "NANVL(1E-1,2E-1)");
    EXPECT_EQ(heading("nanvl(cast('Nan' as double), 2e-1)"), "NANVL(CAST('Nan'ASDOUBLE),2E-1)");
    EXPECT_EQ(heading("CHAR_LENGTH(TRIM(BOTH ' ' FROM NAME))"), "CHAR_LENGTH(TRIM(BOTH''FROMNAME))");
    EXPECT_EQ(heading("REPLACE(NAME, '地址', '地点')"), "REPLACE(NAME,'地址','地点')");
    EXPECT_EQ(heading("trunc('2010-09-01 10:59:59','yyyy')"), "TRUNC('2010-09-0110:59:59','yyyy')");
}

TEST(Heading, LeavesCommentsOutAndQuotedNamesAlone) {
    EXPECT_EQ(heading("max ( \"id\" ) /* the last */ + 1"), "MAX(\"id\")+1");
    EXPECT_EQ(heading("COUNT(*)"), "COUNT(*)");
}

}  // namespace
}  // namespace dmkit::mock::sql

#include "tree_text.hpp"

namespace dmkit::mock::sql {
namespace {

TEST(Expression, RanksOperatorsAsTheManualDoes) {
    EXPECT_EQ(tree("1 + 2 * 3"), "(+ 1 (* 2 3))");
    EXPECT_EQ(tree("1 - 2 - 3"), "(- (- 1 2) 3)");
    EXPECT_EQ(tree("-a * ~b % 2"), "(% (* (- A) (~ B)) 2)");
    EXPECT_EQ(tree("'a' || 1 + 2"), "(|| 'a' (+ 1 2))");
    EXPECT_EQ(tree("1 | 2 ^ 3 & 4 << 5 || 6"), "(| 1 (^ 2 (& 3 (<< 4 (|| 5 6)))))");
    EXPECT_EQ(tree("INFO2 & 0x01 = 0x01"), "(= (& INFO2 0x#1) 0x#1)");
    EXPECT_EQ(tree("(1 + 2) * 3"), "(* (+ 1 2) 3)");
}

TEST(Expression, RanksLogic) {
    EXPECT_EQ(tree("a = 1 OR b = 2 AND NOT c = 3"), "(or (= A 1) (and (= B 2) (not (= C 3))))");
    EXPECT_EQ(tree("a AND b AND c"), "(and A B C)");
    EXPECT_EQ(tree("(a OR b) AND c"), "(and (or A B) C)");
    EXPECT_EQ(tree("!a && b"), "(and (not A) B)");
    EXPECT_EQ(tree("NOT NOT a"), "(not (not A))");
}

TEST(Expression, ReadsComparisons) {
    EXPECT_EQ(tree("a <> 1"), "(<> A 1)");
    EXPECT_EQ(tree("a != 1"), "(<> A 1)");
    EXPECT_EQ(tree("a ^= 1"), "(<> A 1)");
    EXPECT_EQ(tree("a >= ALL (SELECT 1)"), "(>=all A query)");
    EXPECT_EQ(tree("a = SOME (1, 2)"), "(=any A 1 2)");
    EXPECT_EQ(tree("(a, b) = (1, 2)"), "(= (row A B) (row 1 2))");
}

TEST(Expression, ReadsPredicates) {
    EXPECT_EQ(tree("a IS NULL"), "(is-null A)");
    EXPECT_EQ(tree("a + 1 IS NOT NULL"), "(is-not-null (+ A 1))");
    EXPECT_EQ(tree("a BETWEEN 1 AND 2 AND b"), "(and (between A 1 2) B)");
    EXPECT_EQ(tree("a NOT BETWEEN 1 AND 2"), "(not-between A 1 2)");
    EXPECT_EQ(tree("a LIKE 'x' || 'y' ESCAPE '\\'"), "(like A (|| 'x' 'y') '\\')");
    EXPECT_EQ(tree("a NOT LIKE 'x'"), "(not-like A 'x')");
    EXPECT_EQ(tree("a IN (1, 2 + 3)"), "(in A 1 (+ 2 3))");
    EXPECT_EQ(tree("a NOT IN (SELECT 1)"), "(not-in A query)");
    EXPECT_EQ(tree("(a, b) IN ((1, 2), (3, 4))"), "(in (row A B) (row 1 2) (row 3 4))");
    EXPECT_EQ(tree("EXISTS (SELECT 1) AND NOT EXISTS (SELECT 2)"), "(and (exists query) (not (exists query)))");
    EXPECT_EQ(tree("a IS NOT JSON (STRICT)"), "(is-not-json A strict)");
    EXPECT_EQ(tree("a IS JSON LAX WITH UNIQUE KEYS"), "(is-json A lax unique)");
}

TEST(Expression, ReadsLiterals) {
    EXPECT_EQ(tree("'it''s'"), "'it's'");
    EXPECT_EQ(tree("N'x'"), "N'x'");
    EXPECT_EQ(tree("q'[it's]'"), "'it's'");
    EXPECT_EQ(tree("007.50"), "007.50");
    EXPECT_EQ(tree("1.5E-3"), "1.5E-3");
    EXPECT_EQ(tree("NULL"), "NULL");
    EXPECT_EQ(tree("date'1999-10-01'"), "(date '1999-10-01')");
    EXPECT_EQ(tree("TIME '10:00:00'"), "(time '10:00:00')");
    EXPECT_EQ(tree("DATETIME '2000-01-01 00:00:00'"), "(timestamp '2000-01-01 00:00:00')");
    EXPECT_EQ(tree("INTERVAL '1-2' YEAR(4) TO MONTH"), "(interval '1-2' YEAR(4)-MONTH)");
    EXPECT_EQ(tree("INTERVAL'10:10'MINUTE TO SECOND(2)"), "(interval '10:10' MINUTE-SECOND.2)");
    EXPECT_EQ(tree("INTERVAL - '5' SECOND(3, 2)"), "(interval -'5' SECOND(3).2)");
}

TEST(Expression, PadsBinaryLiteralsOnTheLeft) {
    const auto even = parse_expression("0x4142");
    EXPECT_EQ(std::get<binary_literal>(even->node).bytes, "AB");
    const auto odd = parse_expression("0x142");
    EXPECT_EQ(std::get<binary_literal>(odd->node).bytes, "\x01\x42");
}

TEST(Expression, ReadsNames) {
    EXPECT_EQ(tree("s.t.c"), "S.T.C");
    EXPECT_EQ(tree("\"t\".\"c\""), "t.c");
    EXPECT_EQ(tree("t.id (+) = s.id"), "(= T.ID(+) S.ID)");
    EXPECT_EQ(tree("s.seq.NEXTVAL + seq.currval"), "(+ (nextval S.SEQ) (currval SEQ))");
    EXPECT_EQ(tree("seq.\"NEXTVAL\""), "SEQ.NEXTVAL");
    EXPECT_EQ(tree("ROWNUM <= USER"), "(<= ROWNUM USER)");
    EXPECT_EQ(tree("SYSDATE - LEVEL"), "(- SYSDATE LEVEL)");
    EXPECT_EQ(tree("SQL%ROWCOUNT = 1"), "(= SQL%0 1)");
    EXPECT_EQ(tree("a % rowcount"), "(% A ROWCOUNT)");
    EXPECT_EQ(tree("@@identity"), "@@IDENTITY");
    EXPECT_EQ(tree("PRIOR a = b"), "(= (prior A) B)");
    EXPECT_EQ(tree("CONNECT_BY_ROOT a"), "(root A)");
    EXPECT_EQ(tree("BINARY a = 'x'"), "(= (binary A) 'x')");
}

TEST(Expression, KeepsNamesWhenTheyAreNotFolded) {
    parse_options options;
    options.fold_names = false;
    EXPECT_EQ(tree(*parse_expression("Sales.nextVal + Name + Cast(x as Int)", options)),
              "(+ (+ (nextval Sales) Name) (cast x INT))");
    EXPECT_EQ(tree(*parse_expression("Length(\"Upper\"(Name)) + @@identity", options)),
              tree(*parse_expression("LENGTH(UPPER(\"Name\")) + @@IDENTITY", {})))
        << "functions have no case";
}

TEST(Expression, ReadsCase) {
    EXPECT_EQ(tree("CASE a WHEN 1 THEN 'x' ELSE 'y' END"), "(case A (when 1 'x') else 'y')");
    EXPECT_EQ(tree("CASE WHEN a > 1 THEN 2 WHEN b THEN 3 END"), "(case (when (> A 1) 2) (when B 3))");
}

TEST(Expression, ReadsConversions) {
    EXPECT_EQ(tree("CAST(a AS DEC(10, 2))"), "(cast A DEC:10:2)");
    EXPECT_EQ(tree("CONVERT(VARCHAR(20 CHAR), a)"), "(convert A VARCHAR:20:CHAR)");
    EXPECT_EQ(tree("'{}'::jsonb"), "(cast '{}' JSONB)");
    EXPECT_EQ(tree("CAST(a AS TIMESTAMP(3) WITH TIME ZONE)"), "(cast A TIMESTAMP:3:TZ)");
    EXPECT_EQ(tree("CAST(a AS TIMESTAMP WITH LOCAL TIME ZONE)"), "(cast A TIMESTAMP:LTZ)");
    EXPECT_EQ(tree("CAST(a AS INTERVAL DAY(3) TO SECOND(2))"), "(cast A INTERVAL:DAY(3)-SECOND.2)");
    EXPECT_EQ(tree("CAST(a AS double precision)"), "(cast A DOUBLE PRECISION)");
    EXPECT_EQ(tree("CONVERT('x', 'UTF8', 'GBK')"), "(CONVERT 'x' 'UTF8' 'GBK')");
    EXPECT_EQ(tree("(a - b) DAY"), "(to-interval (- A B) DAY)");
    EXPECT_EQ(tree("(a - b)YEAR(9) TO MONTH"), "(to-interval (- A B) YEAR(9)-MONTH)");
    EXPECT_EQ(tree("a AT TIME ZONE '+8:00'"), "(at A '+8:00')");
    EXPECT_EQ(tree("a AT LOCAL"), "(at A local)");
}

TEST(Expression, ReadsSpecialCalls) {
    EXPECT_EQ(tree("EXTRACT(YEAR FROM a)"), "(extract YEAR A)");
    EXPECT_EQ(tree("TRIM(a)"), "(trim both A)");
    EXPECT_EQ(tree("TRIM('x' FROM a)"), "(trim both 'x' A)");
    EXPECT_EQ(tree("TRIM(LEADING FROM a)"), "(trim leading A)");
    EXPECT_EQ(tree("TRIM(TRAILING 'x' FROM a)"), "(trim trailing 'x' A)");
    EXPECT_EQ(tree("SUBSTRING(a FROM 2 FOR 3)"), "(SUBSTRING A 2 3)");
    EXPECT_EQ(tree("SUBSTRING(a, 2)"), "(SUBSTRING A 2)");
    EXPECT_EQ(tree("POSITION('x' IN a)"), "(POSITION 'x' A)");
    EXPECT_EQ(tree("OVERLAY(a PLACING 'b' FROM 1 FOR 2)"), "(OVERLAY A 'b' 1 2)");
    EXPECT_EQ(tree("OVERLAY(a PLACING 'b' FROM 1)"), "(OVERLAY A 'b' 1)");
    EXPECT_EQ(tree("DATEADD(DAY, 1, d)"), "(DATEADD DAY 1 D)");
    EXPECT_EQ(tree("LEFT(a, 2) || INSERT('a', 1, 2, 'b')"), "(|| (LEFT A 2) (INSERT 'a' 1 2 'b'))");
    EXPECT_EQ(tree("LNNVL(a <> 1)"), "(LNNVL (<> A 1))");
}

TEST(Expression, ReadsCalls) {
    EXPECT_EQ(tree("sysdate()"), "(SYSDATE)");
    EXPECT_EQ(tree("dbms_lob.getlength(a)"), "(DBMS_LOB.GETLENGTH A)");
    EXPECT_EQ(tree("COUNT(*)"), "(COUNT *)");
    EXPECT_EQ(tree("COUNT(DISTINCT a)"), "(COUNT distinct A)");
    EXPECT_EQ(tree("SUM(ALL a)"), "(SUM all A)");
    EXPECT_EQ(tree("f(1, b => 2)"), "(F 1 2 names:-,B)");
    EXPECT_EQ(tree("MAX(a) KEEP (DENSE_RANK FIRST ORDER BY b DESC)"), "(MAX A (keep-first B desc))");
    EXPECT_EQ(tree("LISTAGG(a, ',') WITHIN GROUP (ORDER BY a)"), "(LISTAGG A ',' (within A))");
    EXPECT_EQ(tree("GROUP_CONCAT(DISTINCT a ORDER BY b SEPARATOR ';')"), "(GROUP_CONCAT distinct A (order B) sep ';')");
}

TEST(Expression, ReadsWindows) {
    EXPECT_EQ(tree("RANK() OVER (PARTITION BY a, b ORDER BY c DESC NULLS LAST)"),
              "(RANK (over (by A B) (order C desc nulls-last)))");
    EXPECT_EQ(tree("SUM(a) OVER (ORDER BY b ROWS 2 PRECEDING)"), "(SUM A (over (order B) rows 2-preceding))");
    EXPECT_EQ(tree("SUM(a) OVER (ORDER BY b RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"),
              "(SUM A (over (order B) range unbounded-preceding current))");
    EXPECT_EQ(tree("LAG(a) IGNORE NULLS OVER (ORDER BY b)"), "(LAG A ignore-nulls (over (order B)))");
    EXPECT_EQ(tree("LAST_VALUE(a IGNORE NULLS) OVER ()"), "(LAST_VALUE A ignore-nulls (over))");
    EXPECT_EQ(tree("NTH_VALUE(a, 2) FROM LAST RESPECT NULLS OVER ()"),
              "(NTH_VALUE A 2 from-last respect-nulls (over))");
}

TEST(Expression, KnowsItsPlace) {
    const std::string_view text = "a +\n  f( 1 , b )";
    const auto sum = parse_expression(text);
    const auto& call = std::get<binary_expression>(sum->node).right;
    EXPECT_EQ(call->where.line, 2U);
    EXPECT_EQ(call->where.column, 3U);
    EXPECT_EQ(call->where.in(text), "f( 1 , b )");
    EXPECT_EQ(sum->where.in(text), text);
}

TEST(Expression, KeepsParenthesesInItsPlace) {
    const auto parsed = parse_expression("( a )");
    EXPECT_TRUE(parsed->parenthesized);
    EXPECT_EQ(parsed->where.length, 5U);
}

}  // namespace
}  // namespace dmkit::mock::sql

#include "tree_text.hpp"

namespace dmkit::mock::sql {
namespace {

const named_table& named(const table_ptr& table) {
    return std::get<named_table>(table->node);
}
const joined_table& joined(const table_ptr& table) {
    return std::get<joined_table>(table->node);
}

TEST(Query, ReadsTheSelectList) {
    const one_select parsed("SELECT DISTINCT *, t.*, s.t.*, a b, c AS \"d\", e FROM t");
    EXPECT_EQ(parsed.core.quantifier, set_quantifier::distinct);
    ASSERT_EQ(parsed.core.items.size(), 6U);
    EXPECT_TRUE(parsed.core.items[0].star->parts.empty());
    EXPECT_EQ(dotted(*parsed.core.items[1].star), "T");
    EXPECT_EQ(dotted(*parsed.core.items[2].star), "S.T");
    EXPECT_EQ(parsed.core.items[3].alias->name, "B");
    EXPECT_EQ(parsed.core.items[4].alias->name, "d");
    EXPECT_FALSE(parsed.core.items[5].alias);
}

TEST(Query, NeedsNoFrom) {
    EXPECT_TRUE(one_select("SELECT 1").core.from.empty());
}

TEST(Query, TakesKeywordsAsAliases) {
    const one_select parsed("SELECT COUNT(*) count, (a + b) year, x level FROM t name");
    EXPECT_EQ(parsed.core.items[0].alias->name, "COUNT");
    EXPECT_EQ(parsed.core.items[1].alias->name, "YEAR");
    EXPECT_EQ(parsed.core.items[2].alias->name, "LEVEL");
    EXPECT_EQ(named(parsed.core.from[0]).alias->name, "NAME");
}

TEST(Query, ReadsTop) {
    EXPECT_EQ(tree(*one_select("SELECT TOP 2* FROM t").core.top->count), "2");
    const one_select skipping("SELECT DISTINCT TOP 1, ? a FROM t");
    EXPECT_EQ(tree(*skipping.core.top->offset), "1");
    EXPECT_EQ(tree(*skipping.core.top->count), "?0");
    const one_select share("SELECT TOP 5 PERCENT WITH TIES a FROM t");
    EXPECT_TRUE(share.core.top->percent);
    EXPECT_TRUE(share.core.top->with_ties);
}

TEST(Query, ReadsLimits) {
    const auto check = [](std::string_view tail, std::string_view offset, std::string_view count) {
        const query_ptr parsed = one_query("SELECT a FROM t " + std::string(tail));
        ASSERT_TRUE(parsed->limit) << tail;
        EXPECT_EQ(parsed->limit->offset ? tree(*parsed->limit->offset) : "", offset) << tail;
        EXPECT_EQ(parsed->limit->count ? tree(*parsed->limit->count) : "", count) << tail;
    };
    check("LIMIT 3", "", "3");
    check("LIMIT 2, 3", "2", "3");
    check("LIMIT 3 OFFSET 2", "2", "3");
    check("OFFSET 2 LIMIT 3", "2", "3");
    check("OFFSET 2 ROWS", "2", "");
    check("OFFSET 2 ROW FETCH NEXT 3 ROWS ONLY", "2", "3");
    check("FETCH FIRST 3 ROWS ONLY", "", "3");
    check("FETCH FIRST ROW ONLY", "", "1");
    check("ORDER BY a LIMIT ?", "", "?0");
    const query_ptr share = one_query("SELECT a FROM t FETCH FIRST 3 PERCENT ROWS WITH TIES");
    EXPECT_TRUE(share->limit->percent);
    EXPECT_TRUE(share->limit->with_ties);
}

TEST(Query, ReadsTables) {
    const one_select parsed(
        "SELECT 1 FROM s.t AS x, (SELECT 1), LATERAL (SELECT 2) y (a, b), f(1) z, TABLE(g()), u INDEX i");
    const auto& from = parsed.core.from;
    ASSERT_EQ(from.size(), 6U);
    EXPECT_EQ(dotted(named(from[0]).name), "S.T");
    EXPECT_EQ(named(from[0]).alias->name, "X");
    EXPECT_FALSE(std::get<derived_table>(from[1]->node).alias);
    EXPECT_TRUE(std::get<derived_table>(from[2]->node).lateral);
    EXPECT_EQ(std::get<derived_table>(from[2]->node).columns.size(), 2U);
    EXPECT_EQ(tree(*std::get<table_function>(from[3]->node).call), "(F 1)");
    EXPECT_EQ(tree(*std::get<table_function>(from[4]->node).call), "(G)");
    EXPECT_EQ(named(from[5]).index_hints[0].name, "I");
}

TEST(Query, ReadsJoins) {
    const one_select parsed(
        "SELECT 1 FROM a LEFT OUTER JOIN b ON a.x = b.x NATURAL JOIN c CROSS JOIN d FULL JOIN e USING (x, y)");
    const auto& full = joined(parsed.core.from[0]);
    EXPECT_EQ(full.kind, join_kind::full);
    EXPECT_EQ(full.using_columns.size(), 2U);
    const auto& cross = joined(full.left);
    EXPECT_EQ(cross.kind, join_kind::cross);
    const auto& natural = joined(cross.left);
    EXPECT_TRUE(natural.natural);
    EXPECT_EQ(natural.kind, join_kind::inner);
    const auto& left = joined(natural.left);
    EXPECT_EQ(left.kind, join_kind::left);
    EXPECT_EQ(tree(*left.condition), "(= A.X B.X)");
}

TEST(Query, ReadsNestedJoins) {
    const one_select late("SELECT 1 FROM a JOIN b JOIN c ON 1 = 1 ON 2 = 2");
    const auto& outer = joined(late.core.from[0]);
    EXPECT_EQ(tree(*outer.condition), "(= 2 2)");
    EXPECT_EQ(tree(*joined(outer.right).condition), "(= 1 1)");
    const one_select grouped("SELECT 1 FROM a JOIN (b JOIN c ON 1 = 1) ON 2 = 2");
    EXPECT_EQ(tree(*joined(joined(grouped.core.from[0]).right).condition), "(= 1 1)");
}

TEST(Query, ReadsApply) {
    const one_select parsed("SELECT 1 FROM a CROSS APPLY (SELECT 1) b OUTER APPLY (SELECT 2) c");
    EXPECT_EQ(joined(parsed.core.from[0]).kind, join_kind::outer_apply);
    EXPECT_EQ(joined(joined(parsed.core.from[0]).left).kind, join_kind::cross_apply);
}

TEST(Query, ReadsGrouping) {
    const one_select parsed(
        "SELECT 1 FROM t GROUP BY a, (b, c), (), ROLLUP(d, (e, f)), CUBE(g), GROUPING SETS((h), ROLLUP(i)) HAVING "
        "COUNT(*) > 1");
    const auto& keys = parsed.core.group_by;
    ASSERT_EQ(keys.size(), 6U);
    EXPECT_EQ(keys[0].expressions.size(), 1U);
    EXPECT_EQ(keys[1].expressions.size(), 2U);
    EXPECT_TRUE(keys[2].expressions.empty());
    EXPECT_EQ(keys[3].kind, grouping_kind::rollup);
    EXPECT_EQ(keys[3].elements[1].expressions.size(), 2U);
    EXPECT_EQ(keys[4].kind, grouping_kind::cube);
    EXPECT_EQ(keys[5].elements[1].kind, grouping_kind::rollup);
    EXPECT_EQ(tree(*parsed.core.having), "(> (COUNT *) 1)");
}

TEST(Query, ReadsSetOperations) {
    const query_ptr parsed =
        one_query("SELECT 1 UNION ALL SELECT 2 MINUS (SELECT 3 ORDER BY 1) INTERSECT SELECT 4 ORDER BY 1 DESC");
    ASSERT_EQ(parsed->rest.size(), 3U);
    EXPECT_TRUE(parsed->rest[0].all);
    EXPECT_EQ(parsed->rest[1].op, set_operator::except);
    EXPECT_TRUE(std::holds_alternative<query_ptr>(parsed->rest[1].right.node));
    EXPECT_EQ(parsed->rest[2].op, set_operator::intersect);
    EXPECT_TRUE(parsed->order_by[0].descending);
}

TEST(Query, TellsQueriesInParenthesesFromValues) {
    EXPECT_EQ(one_query("(SELECT 1) UNION (SELECT 2)")->rest.size(), 1U);
    EXPECT_EQ(tree("((SELECT 1) + 2)"), "(+ (query) 2)");
    EXPECT_EQ(tree("((SELECT 1) UNION SELECT 2)"), "(query)");
    EXPECT_EQ(tree("((SELECT 1))"), "(query)");
    EXPECT_EQ(tree("a IN ((SELECT 1), 2)"), "(in A (query) 2)");
}

TEST(Query, ReadsCommonTables) {
    const query_ptr parsed = one_query("WITH RECURSIVE a (x, y) AS (SELECT 1, 2), b AS (SELECT 3) SELECT * FROM a, b");
    EXPECT_TRUE(parsed->recursive_written);
    ASSERT_EQ(parsed->with.size(), 2U);
    EXPECT_EQ(parsed->with[0].columns.size(), 2U);
    EXPECT_EQ(parsed->with[1].name.name, "B");
    EXPECT_EQ(one_query("WITH recursive AS (SELECT 1) SELECT 1")->with[0].name.name, "RECURSIVE");
}

TEST(Query, ReadsHierarchies) {
    const one_select first(
        "SELECT LEVEL FROM t WHERE a = 1 START WITH b IS NULL CONNECT BY NOCYCLE PRIOR c = d ORDER SIBLINGS BY e");
    EXPECT_TRUE(first.core.hierarchy->nocycle);
    EXPECT_EQ(tree(*first.core.hierarchy->start_with), "(is-null B)");
    EXPECT_EQ(tree(*first.core.hierarchy->connect_by), "(= (prior C) D)");
    EXPECT_TRUE(first.query->order_siblings);
    const one_select last("SELECT 1 FROM t CONNECT BY a = PRIOR b START WITH c = 1");
    EXPECT_EQ(tree(*last.core.hierarchy->start_with), "(= C 1)");
}

TEST(Query, ReadsOrder) {
    const query_ptr parsed = one_query("SELECT a FROM t ORDER BY 1, a DESC NULLS LAST, b ASC NULLS FIRST");
    ASSERT_EQ(parsed->order_by.size(), 3U);
    EXPECT_EQ(parsed->order_by[0].nulls, nulls_order::unspecified);
    EXPECT_EQ(parsed->order_by[1].nulls, nulls_order::last);
    EXPECT_FALSE(parsed->order_by[2].descending);
}

TEST(Query, ReadsLocks) {
    EXPECT_EQ(one_query("SELECT a FROM t FOR UPDATE")->locking->wait, lock_wait::unspecified);
    EXPECT_EQ(one_query("SELECT a FROM t FOR UPDATE OF t.a, b NOWAIT")->locking->columns.size(), 2U);
    EXPECT_EQ(tree(*one_query("SELECT a FROM t FOR UPDATE WAIT 5")->locking->seconds), "5");
    EXPECT_EQ(one_query("SELECT a FROM t FOR UPDATE 3 SKIP LOCKED")->locking->wait, lock_wait::skip_locked);
    EXPECT_TRUE(one_query("SELECT a FROM t FOR READ ONLY")->locking->read_only);
    EXPECT_TRUE(one_query("SELECT a FROM t LIMIT 1 FOR UPDATE")->locking);
    EXPECT_TRUE(one_query("SELECT a FROM t FOR UPDATE LIMIT 1")->limit);
    EXPECT_TRUE(one_query("SELECT a FROM t WITH UR")->uncommitted_read);
}

TEST(Query, NumbersParametersThroughTheText) {
    const auto statements = parse("SELECT ? FROM t WHERE a = :Low; SELECT :1, :low");
    ASSERT_EQ(statements.size(), 2U);
    ASSERT_EQ(statements[0].parameters.size(), 2U);
    EXPECT_EQ(statements[0].parameters[0].name, "");
    EXPECT_EQ(statements[0].parameters[1].name, "LOW");
    ASSERT_EQ(statements[1].parameters.size(), 2U);
    EXPECT_EQ(statements[1].parameters[0].index, 2U);
    EXPECT_EQ(statements[1].parameters[0].name, "1");
    EXPECT_EQ(statements[1].parameters[1].index, 3U);
}

TEST(Query, SkipsHints) {
    EXPECT_EQ(one_select("SELECT /*+ MAX_OPT_N_TABLES(5) */ a FROM t").core.items.size(), 1U);
}

}  // namespace
}  // namespace dmkit::mock::sql

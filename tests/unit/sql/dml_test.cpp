#include "tree_text.hpp"

namespace dmkit::mock::sql {
namespace {

TEST(Insert, ReadsRows) {
    const auto parsed = one_of<insert_statement>("INSERT INTO s.t (a, \"b\")VALUES (1, DEFAULT), (?, (SELECT 1))");
    EXPECT_EQ(dotted(parsed.target.name), "S.T");
    ASSERT_EQ(parsed.columns.size(), 2U);
    EXPECT_EQ(dotted(parsed.columns[1]), "b");
    const auto& rows = std::get<insert_values>(parsed.source).rows;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(tree(*rows[0][1]), "DEFAULT");
    EXPECT_EQ(tree(*rows[1][1]), "(query)");
}

TEST(Insert, NeedsNoInto) {
    EXPECT_EQ(one_of<insert_statement>("insert \"t\" values(1)").target.name.last().name, "t");
}

TEST(Insert, ReadsQueries) {
    const auto plain = one_of<insert_statement>("INSERT INTO t SELECT * FROM u");
    EXPECT_TRUE(std::holds_alternative<query_ptr>(plain.source));
    const auto columns = one_of<insert_statement>("INSERT INTO t (a) (SELECT 1)");
    EXPECT_EQ(columns.columns.size(), 1U);
    const auto wrapped = one_of<insert_statement>("INSERT INTO t (SELECT 1)");
    EXPECT_TRUE(wrapped.columns.empty());
    const auto table = one_of<insert_statement>("INSERT INTO t TABLE s.u");
    const auto& core = *std::get<std::unique_ptr<select_core>>(std::get<query_ptr>(table.source)->first.node);
    EXPECT_EQ(dotted(std::get<named_table>(core.from[0]->node).name), "S.U");
}

TEST(Insert, ReadsDefaultsAndReturning) {
    const auto parsed = one_of<insert_statement>("INSERT INTO t DEFAULT VALUES RETURNING a, b + 1 INTO ?, :x");
    EXPECT_TRUE(std::holds_alternative<insert_default_values>(parsed.source));
    ASSERT_TRUE(parsed.returning);
    EXPECT_EQ(tree(*parsed.returning->values[1]), "(+ B 1)");
    EXPECT_EQ(parsed.returning->targets[1].name, "X");
    EXPECT_EQ(one("INSERT INTO t VALUES (?) RETURN a INTO ?").parameters.size(), 2U);
}

TEST(Insert, ReadsSeveralTargets) {
    const auto parsed = one_of<multi_insert_statement>(
        "INSERT FIRST WHEN a > 1 THEN INTO t (x) VALUES (a) INTO u WHEN a > 0 THEN INTO v ELSE INTO w SELECT a FROM z");
    EXPECT_TRUE(parsed.first);
    ASSERT_EQ(parsed.branches.size(), 2U);
    EXPECT_EQ(parsed.branches[0].targets.size(), 2U);
    EXPECT_EQ(parsed.otherwise.size(), 1U);
    const auto all = one_of<multi_insert_statement>("INSERT ALL INTO t VALUES (a) INTO u SELECT a FROM z");
    EXPECT_FALSE(all.branches[0].when);
    EXPECT_EQ(all.branches[0].targets.size(), 2U);
}

TEST(Update, ReadsAssignments) {
    const auto parsed = one_of<update_statement>(
        "update \"S\".\"T\" as \"_T\" set \"_T\".\"f\" = 1, (b, c) = (SELECT 1, 2), d = DEFAULT where a = 1 LIMIT 3");
    EXPECT_EQ(parsed.target.alias->name, "_T");
    ASSERT_EQ(parsed.assignments.size(), 3U);
    EXPECT_EQ(dotted(parsed.assignments[0].targets[0]), "_T.f");
    EXPECT_EQ(parsed.assignments[1].targets.size(), 2U);
    EXPECT_EQ(tree(*parsed.assignments[2].value), "DEFAULT");
    EXPECT_EQ(tree(*parsed.where_condition), "(= A 1)");
    EXPECT_TRUE(parsed.limit);
}

TEST(Update, ReadsFromAndReturning) {
    const auto parsed =
        one_of<update_statement>("UPDATE t SET a = u.b FROM u JOIN v ON u.x = v.x WHERE t.y = u.y RETURNING a INTO ?");
    EXPECT_EQ(parsed.from.size(), 1U);
    EXPECT_TRUE(parsed.returning);
    EXPECT_TRUE(one_of<update_statement>("UPDATE (SELECT a FROM t) SET a = 1").target.query);
}

TEST(Delete, ReadsItsForms) {
    EXPECT_EQ(dotted(one_of<delete_statement>("DELETE t").target.name), "T");
    const auto aliased = one_of<delete_statement>("delete from \"T\" as \"_T\" where \"_T\".\"a\" = 1");
    EXPECT_EQ(aliased.target.alias->name, "_T");
    EXPECT_TRUE(aliased.where_condition);
    EXPECT_EQ(one_of<delete_statement>("DELETE FROM t FROM u, v WHERE u.a = t.a").from.size(), 2U);
    EXPECT_EQ(one_of<delete_statement>("DELETE TOP 3 FROM t").limit->form, row_limit_form::top);
    EXPECT_EQ(one_of<delete_statement>("DELETE FROM t LIMIT 3").limit->form, row_limit_form::limit);
}

TEST(Merge, ReadsBothPartsInEitherOrder) {
    const auto parsed = one_of<merge_statement>(
        "MERGE INTO a x USING (SELECT ? AS id FROM DUAL) AS y (\"id\") ON x.id = y.\"id\" "
        "WHEN NOT MATCHED THEN INSERT (id) VALUES (y.\"id\")WHERE y.\"id\" > 0 "
        "WHEN MATCHED THEN UPDATE SET x.n = DEFAULT WHERE x.n > 1 DELETE WHERE x.n = 2");
    EXPECT_EQ(parsed.target.alias->name, "X");
    EXPECT_EQ(std::get<derived_table>(parsed.source->node).columns[0].name, "id");
    ASSERT_TRUE(parsed.matched && parsed.not_matched);
    EXPECT_EQ(tree(*parsed.matched->delete_where), "(= X.N 2)");
    EXPECT_EQ(parsed.not_matched->values.size(), 1U);
    EXPECT_TRUE(parsed.not_matched->where_condition);
}

TEST(Merge, TakesOnePart) {
    EXPECT_FALSE(
        one_of<merge_statement>("MERGE INTO a USING b ON (a.x = b.x) WHEN MATCHED THEN UPDATE SET y = 1").not_matched);
    EXPECT_EQ(refusal("MERGE INTO a USING b ON (a.x = b.x)"), "-2007 1:35 []");
}

}  // namespace
}  // namespace dmkit::mock::sql

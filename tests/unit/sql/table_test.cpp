#include "tree_text.hpp"

namespace dmkit::mock::sql {
namespace {

template <class Action>
Action alter(std::string_view action) {
    auto parsed = one_of<alter_table_statement>("ALTER TABLE t " + std::string(action));
    EXPECT_TRUE(std::holds_alternative<Action>(parsed.action)) << action;
    return std::get<Action>(std::move(parsed.action));
}

column_definition column(std::string_view text) {
    auto parsed = one_of<create_table_statement>("CREATE TABLE t (" + std::string(text) + ")");
    EXPECT_EQ(parsed.columns.size(), 1U) << text;
    return std::move(parsed.columns.front());
}

TEST(CreateTable, ReadsTypes) {
    EXPECT_EQ(column("c VARCHAR2(64 CHAR)").type->unit, length_unit::character);
    EXPECT_EQ(column("c NUMBER(*, 2)").type->any_precision, true);
    EXPECT_EQ(column("c NUMBER(10,-2)").type->scale, -2);
    EXPECT_EQ(column("c CHARACTER VARYING(5)").type->name, "CHARACTER VARYING");
    EXPECT_EQ(column("c timestamp (6) with time zone").type->with_time_zone, true);
    EXPECT_EQ(column("c INTERVAL YEAR TO MONTH").type->interval->last, interval_field::month);
    EXPECT_EQ(column("c s.d").type->schema, "S");
    EXPECT_EQ(column("c LONGVARCHAR").type->name, "LONGVARCHAR");
}

TEST(CreateTable, ReadsColumnClausesInAnyOrder) {
    const auto id = column("\"id\" BIGINT NOT NULL PRIMARY KEY IDENTITY(10, -1) COMMENT 'key'");
    EXPECT_EQ(id.nullable, false);
    EXPECT_EQ(id.identity->seed, 10);
    EXPECT_EQ(id.identity->step, -1);
    EXPECT_EQ(id.comment, "key");
    ASSERT_EQ(id.constraints.size(), 1U);
    EXPECT_EQ(id.constraints[0].kind, constraint_kind::primary_key);
    const auto defaulted = column("c VARCHAR(5) DEFAULT ''\nNULL");
    EXPECT_EQ(defaulted.nullable, true);
    EXPECT_EQ(defaulted.default_value->text, "''");
    const auto computed = column("c INT NOT NULL DEFAULT (1 + 2) * 3 UNIQUE CHECK (c > 0) COLLATE utf8");
    EXPECT_EQ(computed.default_value->text, "(1 + 2) * 3");
    ASSERT_EQ(computed.constraints.size(), 2U);
    EXPECT_EQ(computed.constraints[1].condition.text, "c > 0");
    EXPECT_EQ(computed.physical[0].name, "COLLATE");
    EXPECT_TRUE(column("c INT DEFAULT ON NULL 3").default_on_null);
    EXPECT_TRUE(column("c INT AUTO_INCREMENT").auto_increment);
    EXPECT_FALSE(column("c INT IDENTITY").identity->numbers_written);
    EXPECT_EQ(column("c INT GENERATED ALWAYS AS (a * 2) VIRTUAL").generated->text, "a * 2");
    EXPECT_FALSE(column("c AS (a * 2)").type);
    EXPECT_EQ(column("c TIMESTAMP DEFAULT SYSDATE ON UPDATE SYSDATE").on_update->text, "SYSDATE");
    EXPECT_FALSE(column("c INT NOT VISIBLE").visible);
    EXPECT_EQ(column("c INT CLUSTER PRIMARY KEY").constraints[0].cluster, clustering::cluster);
    EXPECT_EQ(column("c INT CLUSTER UNIQUE KEY").constraints[0].kind, constraint_kind::cluster_key);
}

TEST(CreateTable, ReadsReferences) {
    const auto parsed =
        column("c INT CONSTRAINT f REFERENCES s.u (a) ON DELETE SET NULL ON UPDATE CASCADE WITH INDEX DISABLE");
    const auto& foreign = parsed.constraints[0];
    EXPECT_EQ(foreign.name->name, "F");
    EXPECT_EQ(dotted(foreign.reference->table), "S.U");
    EXPECT_EQ(foreign.reference->on_delete, referential_action::set_null);
    EXPECT_EQ(foreign.reference->on_update, referential_action::cascade);
    EXPECT_TRUE(foreign.reference->with_index);
    EXPECT_TRUE(foreign.disabled);
}

TEST(CreateTable, ReadsTableConstraints) {
    const auto parsed = one_of<create_table_statement>(
        "CREATE TABLE t (a INT, b INT, CONSTRAINT k NOT CLUSTER PRIMARY KEY (a, b), UNIQUE (b) USING INDEX TABLESPACE "
        "x, "
        "FOREIGN KEY (a) REFERENCES u, CHECK (a > b) ENABLE NOVALIDATE, CLUSTER KEY (b))");
    ASSERT_EQ(parsed.constraints.size(), 5U);
    EXPECT_EQ(parsed.constraints[0].cluster, clustering::not_cluster);
    EXPECT_EQ(parsed.constraints[0].columns.size(), 2U);
    EXPECT_EQ(parsed.constraints[1].kind, constraint_kind::unique);
    EXPECT_TRUE(parsed.constraints[2].reference->columns.empty());
    EXPECT_TRUE(parsed.constraints[3].novalidate);
    EXPECT_EQ(parsed.constraints[4].kind, constraint_kind::cluster_key);
}

TEST(CreateTable, PassesOverStorage) {
    const auto parsed = one_of<create_table_statement>(
        "CREATE TABLE t (a INT) PARTITION BY RANGE (a) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH')) SUBPARTITION BY LIST (b) "
        "(PARTITION p VALUES LESS THAN (MAXVALUE)) STORAGE (ON \"MAIN\", CLUSTERBTR) TABLESPACE x SEGMENT CREATION "
        "DEFERRED "
        "COMPRESS PARALLEL 4 NOLOGGING DISKSPACE UNLIMITED ENABLE ROW MOVEMENT AUTO_INCREMENT = 20 COMMENT 'x'");
    std::string names;
    for (const auto& clause : parsed.physical)
        names += clause.name + ";";
    EXPECT_EQ(names, "PARTITION BY;STORAGE;TABLESPACE;SEGMENT;COMPRESS;PARALLEL;NOLOGGING;DISKSPACE;ROW MOVEMENT;");
    EXPECT_EQ(parsed.auto_increment, 20);
    EXPECT_EQ(parsed.comment, "x");
}

TEST(CreateTable, ReadsItsOtherForms) {
    const auto selected = one_of<create_table_statement>("CREATE TABLE IF NOT EXISTS t (x, y) AS SELECT 1, 2");
    EXPECT_TRUE(selected.if_not_exists);
    EXPECT_EQ(selected.columns.size(), 2U);
    EXPECT_TRUE(selected.query);
    EXPECT_EQ(dotted(*one_of<create_table_statement>("CREATE TABLE a LIKE s.b").like), "S.B");
    EXPECT_EQ(
        one_of<create_table_statement>("CREATE GLOBAL TEMPORARY TABLE t (a INT) ON COMMIT PRESERVE ROWS").temporary,
        temporary_kind::preserve_rows);
    EXPECT_EQ(one_of<create_table_statement>("CREATE TEMPORARY TABLE t (a INT)").temporary,
              temporary_kind::delete_rows);
}

TEST(AlterTable, Adds) {
    EXPECT_EQ(alter<add_columns>("ADD c INT DEFAULT 1 NOT NULL").columns[0].nullable, false);
    EXPECT_TRUE(alter<add_columns>("ADD COLUMN IF NOT EXISTS c INT").if_not_exists);
    EXPECT_EQ(alter<add_columns>("ADD (a INT, b INT)").columns.size(), 2U);
    EXPECT_EQ(alter<add_constraint>("ADD CONSTRAINT k UNIQUE (a)").constraint.name->name, "K");
    EXPECT_EQ(alter<add_constraint>("ADD PRIMARY KEY (a)").constraint.kind, constraint_kind::primary_key);
    EXPECT_EQ(alter<add_constraint>("ADD FOREIGN KEY (a) REFERENCES u (b)").constraint.kind,
              constraint_kind::foreign_key);
}

TEST(AlterTable, Modifies) {
    EXPECT_EQ(alter<modify_columns>("MODIFY c VARCHAR(8) DEFAULT 'x' NOT NULL").columns[0].type->precision, 8);
    const auto untyped = alter<modify_columns>("MODIFY \"c\" NULL");
    EXPECT_FALSE(untyped.columns[0].type);
    EXPECT_EQ(untyped.columns[0].nullable, true);
    EXPECT_EQ(alter<modify_columns>("MODIFY (a INT, b NOT NULL)").columns.size(), 2U);
    EXPECT_FALSE(alter<enable_constraint>("MODIFY CONSTRAINT k DISABLE").enable);
    EXPECT_EQ(alter<modify_constraint>("MODIFY CONSTRAINT k TO CHECK (a > 1)").definition.kind, constraint_kind::check);
}

TEST(AlterTable, Drops) {
    EXPECT_TRUE(alter<drop_columns>("DROP COLUMN IF EXISTS c CASCADE").cascade);
    EXPECT_EQ(alter<drop_columns>("DROP c").columns[0].name, "C");
    EXPECT_TRUE(alter<drop_constraint>("DROP CONSTRAINT k CASCADE").cascade);
    alter<drop_primary_key>("DROP PRIMARY KEY");
    alter<drop_identity>("DROP IDENTITY");
}

TEST(AlterTable, ChangesColumns) {
    EXPECT_EQ(alter<set_column_default>("ALTER COLUMN c SET DEFAULT 'x'").value->text, "'x'");
    EXPECT_FALSE(alter<set_column_default>("ALTER c DROP DEFAULT").value);
    EXPECT_FALSE(alter<set_column_nullable>("ALTER COLUMN c SET NOT NULL").nullable);
    EXPECT_TRUE(alter<set_column_nullable>("ALTER COLUMN c SET NULL").nullable);
    EXPECT_EQ(alter<rename_column>("ALTER COLUMN c RENAME TO d").to.name, "D");
    EXPECT_EQ(alter<rename_column>("RENAME COLUMN c TO d").from.name, "C");
}

TEST(AlterTable, ChangesTheTable) {
    EXPECT_EQ(alter<rename_table>("RENAME TO u").name.name, "U");
    EXPECT_EQ(alter<rename_constraint>("RENAME CONSTRAINT a TO b").to.name, "B");
    EXPECT_TRUE(alter<enable_constraint>("ENABLE CONSTRAINT k").enable);
    EXPECT_FALSE(alter<enable_triggers>("DISABLE ALL TRIGGERS").enable);
    EXPECT_EQ(alter<set_auto_increment>("AUTO_INCREMENT = 7").value, 7);
    EXPECT_FALSE(alter<set_table_writable>("READ ONLY").writable);
    EXPECT_EQ(alter<physical_clause>("ENABLE USING LONG ROW").name, "USING LONG ROW");
    EXPECT_EQ(alter<physical_clause>("MOVE TABLESPACE x").name, "MOVE");
    EXPECT_EQ(alter<physical_clause>("REBUILD COLUMNS").name, "REBUILD");
}

TEST(Truncate, ReadsPartitions) {
    EXPECT_FALSE(one_of<truncate_statement>("TRUNCATE TABLE s.t").partition);
    EXPECT_EQ(one_of<truncate_statement>("TRUNCATE TABLE t PARTITION (p)").partition->name, "P");
}

}  // namespace
}  // namespace dmkit::mock::sql

#include "tree_text.hpp"

namespace dmkit::mock::sql {
namespace {

TEST(Index, ReadsKeys) {
    const auto parsed = one_of<create_index_statement>(
        "CREATE UNIQUE INDEX IF NOT EXISTS s.i ON s.t (a DESC, UPPER(b), c - d ASC) STORAGE (ON MAIN) UNUSABLE");
    EXPECT_EQ(parsed.kind, index_kind::unique);
    EXPECT_TRUE(parsed.if_not_exists);
    ASSERT_EQ(parsed.keys.size(), 3U);
    EXPECT_TRUE(parsed.keys[0].descending);
    EXPECT_EQ(parsed.keys[1].value.text, "UPPER(b)");
    EXPECT_EQ(tree(*parsed.keys[2].value.value), "(- C D)");
    EXPECT_TRUE(parsed.unusable);
}

TEST(Index, KnowsItsKinds) {
    EXPECT_EQ(one_of<create_index_statement>("create bitmap index i on t(a)").kind, index_kind::bitmap);
    EXPECT_EQ(one_of<create_index_statement>("CREATE CLUSTER INDEX i ON t(a)").kind, index_kind::cluster);
    EXPECT_EQ(one_of<create_index_statement>("CREATE CONTEXT INDEX i ON t(a) LEXER DEFAULT_LEXER").kind,
              index_kind::context);
    EXPECT_EQ(one_of<create_index_statement>("CREATE SPATIAL INDEX i ON t(a)").kind, index_kind::spatial);
}

TEST(Index, IsAltered) {
    EXPECT_EQ(dotted(one_of<alter_index_statement>("ALTER INDEX s.a RENAME TO s.b").new_name), "S.B");
    EXPECT_EQ(one_of<alter_index_statement>("ALTER INDEX a REBUILD ONLINE").action, index_action::rebuild);
    EXPECT_EQ(one_of<alter_index_statement>("ALTER INDEX a UNUSABLE").action, index_action::unusable);
    EXPECT_EQ(one_of<alter_index_statement>("ALTER INDEX a INVISIBLE").action, index_action::invisible);
}

TEST(View, KeepsTheTextOfItsQuery) {
    const auto parsed = one_of<create_view_statement>(
        "CREATE OR REPLACE FORCE VIEW v (a, b) AS SELECT 1 , 2 FROM t WITH LOCAL CHECK OPTION;");
    EXPECT_TRUE(parsed.or_replace && parsed.force);
    EXPECT_EQ(parsed.columns.size(), 2U);
    EXPECT_EQ(parsed.query_text, "SELECT 1 , 2 FROM t");
    EXPECT_EQ(parsed.check, check_option::local);
    EXPECT_TRUE(one_of<create_view_statement>("CREATE VIEW v AS SELECT 1 WITH READ ONLY").read_only);
    EXPECT_EQ(one_of<create_view_statement>("CREATE VIEW v AS SELECT 1 WITH CHECK OPTION").check,
              check_option::cascaded);
}

TEST(Sequence, ReadsOptions) {
    const auto parsed = one_of<create_sequence_statement>(
        "CREATE SEQUENCE IF NOT EXISTS s INCREMENT BY -2 START WITH 5 MAXVALUE 9223372036854775807 MINVALUE "
        "-9223372036854775808 CYCLE CACHE 10 NOORDER");
    EXPECT_EQ(parsed.options.start_with, 5);
    EXPECT_EQ(parsed.options.increment_by, -2);
    EXPECT_EQ(parsed.options.max_value, INT64_MAX);
    EXPECT_EQ(parsed.options.min_value, INT64_MIN);
    EXPECT_EQ(parsed.options.cycle, true);
    EXPECT_EQ(parsed.options.cache, 10);
    EXPECT_EQ(parsed.options.order, false);
    EXPECT_EQ(one_of<create_sequence_statement>("CREATE SEQUENCE s NOCACHE NOMAXVALUE").options.cache, 0);
    EXPECT_EQ(one_of<alter_sequence_statement>("ALTER SEQUENCE s CURRENT VALUE 300").current_value, 300);
    EXPECT_EQ(dotted(*one_of<alter_sequence_statement>("ALTER SEQUENCE s RENAME TO u").new_name), "U");
}

TEST(Schema, IsCreated) {
    EXPECT_EQ(one_of<create_schema_statement>("CREATE SCHEMA s AUTHORIZATION u").owner->name, "U");
    EXPECT_EQ(one_of<create_schema_statement>("CREATE SCHEMA AUTHORIZATION u").name.name, "U");
    EXPECT_FALSE(one_of<create_schema_statement>("CREATE SCHEMA \"s\"").owner);
}

TEST(Synonym, IsCreated) {
    const auto parsed = one_of<create_synonym_statement>("CREATE OR REPLACE PUBLIC SYNONYM a FOR s.b");
    EXPECT_TRUE(parsed.is_public && parsed.or_replace);
    EXPECT_EQ(dotted(parsed.target), "S.B");
}

TEST(Comment, NamesItsSubject) {
    const auto parsed = one_of<comment_statement>("COMMENT ON COLUMN s.t.\"c\" IS 'it''s'");
    EXPECT_EQ(parsed.subject, comment_subject::column);
    EXPECT_EQ(dotted(parsed.name), "S.T.c");
    EXPECT_EQ(parsed.text, "it's");
    EXPECT_EQ(refusal("COMMENT ON TABLE t IS NULL"), "-2007 1:22 [NULL]");
}

TEST(Drop, KnowsItsKinds) {
    const auto table = one_of<drop_statement>("DROP TABLE IF EXISTS s.t CASCADE CONSTRAINTS PURGE");
    EXPECT_TRUE(table.if_exists && table.cascade_constraints && table.purge);
    EXPECT_EQ(table.behaviour, drop_behaviour::cascade);
    EXPECT_EQ(one_of<drop_statement>("DROP SCHEMA s RESTRICT").behaviour, drop_behaviour::restrict);
    EXPECT_EQ(one_of<drop_statement>("DROP PUBLIC SYNONYM s").kind, object_kind::public_synonym);
    EXPECT_EQ(one_of<drop_statement>("DROP PACKAGE BODY s.p").kind, object_kind::package_body);
    EXPECT_EQ(one_of<drop_statement>("DROP USER u CASCADE").kind, object_kind::user);
    EXPECT_EQ(one_of<drop_statement>("DROP INDEX s.i").kind, object_kind::index);
    EXPECT_EQ(refusal("DROP INDEX i ON t"), "-2007 1:13 [ON]");
}

TEST(User, ReadsPasswordAndOptions) {
    const auto quoted = one_of<user_statement>(
        "create user \"u\" identified by \"Dameng@123\" hash with SHA512 salt encrypt by \"123456\" default tablespace "
        "\"T\" "
        "default index tablespace \"T\"");
    EXPECT_EQ(quoted.name.name, "u");
    EXPECT_EQ(quoted.password, "Dameng@123");
    EXPECT_TRUE(quoted.password_quoted);
    const auto plain = one_of<user_statement>(
        "CREATE USER u IDENTIFIED BY Secret_1 LIMIT CONNECT_TIME 30 ACCOUNT LOCK DEFAULT SCHEMA s");
    EXPECT_EQ(plain.password, "SECRET_1");
    EXPECT_EQ(plain.locked, true);
    EXPECT_EQ(plain.default_schema->name, "S");
    EXPECT_TRUE(one_of<user_statement>("ALTER USER u ACCOUNT UNLOCK").alter);
    EXPECT_EQ(one_of<create_role_statement>("CREATE ROLE r").name.name, "R");
}

TEST(Grant, ReadsPrivileges) {
    const auto object = one_of<grant_statement>(
        "GRANT SELECT, UPDATE (a, b), ALL PRIVILEGES ON TABLE s.t TO u, PUBLIC WITH GRANT OPTION");
    ASSERT_EQ(object.privileges.size(), 3U);
    EXPECT_EQ(object.privileges[1].columns.size(), 2U);
    EXPECT_EQ(object.privileges[2].words, "ALL");
    EXPECT_EQ(object.object_type, "TABLE");
    EXPECT_EQ(object.grantees[1].name, "PUBLIC");
    EXPECT_TRUE(object.with_option);
    const auto system = one_of<grant_statement>("GRANT CREATE TABLE, \"DBA\" TO u WITH ADMIN OPTION");
    EXPECT_EQ(system.privileges[0].words, "CREATE TABLE");
    EXPECT_TRUE(system.privileges[1].quoted);
    EXPECT_FALSE(system.object);
    const auto revoked = one_of<grant_statement>("REVOKE ADMIN OPTION FOR CREATE VIEW FROM u CASCADE");
    EXPECT_TRUE(revoked.revoke && revoked.with_option);
    EXPECT_EQ(revoked.behaviour, drop_behaviour::cascade);
}

}  // namespace
}  // namespace dmkit::mock::sql

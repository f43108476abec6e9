#include "mockserver/catalog/fresh_database.hpp"

#include "mockserver/catalog/catalog.hpp"
#include "mockserver/catalog/system_tables.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock {

namespace {
// The ids of SYSDBA's user and schema are those that documents print (dialect/catalog.md).
constexpr object_id user_sysdba = 50331649;
constexpr object_id schema_sys = 150994944;
constexpr object_id role_dba = 67108864;
constexpr object_id first_system_view = 16777300;

struct system_view {
    std::string_view name;
    std::string_view query;
    std::vector<view_column> columns;
};

std::vector<system_view> system_views() {
    constexpr data_type integer{type_id::integer, 4, 0};
    constexpr data_type banner{type_id::varchar, 80, 0};
    const auto name = [](const char* column) {
        return view_column{.name = column, .type = {type_id::varchar, 128, 0}, .type_name = "VARCHAR", .comment = {}};
    };
    const auto number = [&](const char* column) {
        return view_column{.name = column, .type = integer, .type_name = "INTEGER", .comment = {}};
    };
    return {
        {"SYSDUAL", "SELECT 1", {{.name = "ID", .type = integer, .type_name = "INTEGER", .comment = {}}}},
        {"V$VERSION",
         "SELECT CAST('DM Database Server 64 V8' AS VARCHAR(80)) UNION ALL SELECT 'DB Version: 0x7000c'",
         {{.name = "BANNER", .type = banner, .type_name = "VARCHAR", .comment = {}}}},
        // What a server knows of its machine and build is NULL.
        {"V$INSTANCE",
         "SELECT CAST(SYS_CONTEXT('USERENV', 'INSTANCE_NAME') AS VARCHAR(128)), "
         "CAST(SYS_CONTEXT('USERENV', 'INSTANCE_NAME') AS VARCHAR(128)), 1, CAST(NULL AS VARCHAR(128)), "
         "CAST('DM Database Server 64 V8' AS VARCHAR(128)), CAST('DB Version: 0x7000c' AS VARCHAR(40)), "
         "CAST(NULL AS DATETIME(0)), CAST('OPEN' AS VARCHAR(128)), CAST('NORMAL' AS VARCHAR(128)), 0, 0, "
         "CAST(NULL AS VARCHAR(32)), CAST(NULL AS VARCHAR(128)), CAST(NULL AS VARCHAR(32))",
         {name("NAME"),
          name("INSTANCE_NAME"),
          number("INSTANCE_NUMBER"),
          name("HOST_NAME"),
          name("SVR_VERSION"),
          name("DB_VERSION"),
          {.name = "START_TIME", .type = {type_id::datetime, 8, 0}, .type_name = "DATETIME", .comment = {}},
          name("STATUS$"),
          name("MODE$"),
          number("OGUID"),
          number("DSC_SEQNO"),
          name("DSC_ROLE"),
          name("BUILD_VERSION"),
          name("BUILD_TIME")}},
    };
}

catalog make_fresh_database() {
    catalog made{catalog::empty_t{}};
    object_id id = user_sysdba;
    for (const char* name : {"SYSDBA", "SYSAUDITOR", "SYSSSO"}) {
        user_info user{.id = id++, .name = name, .default_schema = {}, .password = {}, .locked = true, .roles = {}};
        if (user.name == "SYSDBA")
            user.roles.insert("DBA");
        made.put(std::move(user));
    }
    id = schema_sys;
    for (const char* name : {"SYS", "SYSDBA", "SYSAUDITOR", "SYSSSO", "CTISYS"}) {
        const std::string_view schema = name;
        const bool system = schema == "SYS" || schema == "CTISYS";
        made.put(schema_info{.id = id++, .name = name, .owner = system ? "SYS" : name, .system = system});
    }
    id = role_dba;
    for (const char* name : {"DBA", "RESOURCE", "PUBLIC", "VTI", "SOI", "SVI", "DB_AUDIT_ADMIN", "DB_AUDIT_OPER",
                             "DB_AUDIT_PUBLIC", "DB_POLICY_ADMIN", "DB_POLICY_OPER", "DB_POLICY_PUBLIC"})
        made.put(role_info{.id = id++, .name = name, .predefined = true, .roles = {}});
    for (const char* privilege : {"CREATE SCHEMA", "CREATE TABLE", "CREATE VIEW", "CREATE PROCEDURE", "CREATE SEQUENCE",
                                  "CREATE TRIGGER", "CREATE INDEX", "CREATE SYNONYM"})
        made.put(system_grant{.grantee = "RESOURCE", .privilege = privilege});
    id = first_system_view;
    for (system_view& view : system_views()) {
        auto info = std::make_shared<view_info>();
        info->id = id++;
        info->schema = "SYS";
        info->name = view.name;
        info->text = view.query;
        info->query = sql::parse_query(view.query);
        info->columns = std::move(view.columns);
        info->read_only = true;
        info->system = true;
        made.put(std::shared_ptr<const view_info>(std::move(info)));
    }
    for (const system_relation& which : system_relations()) {
        auto info = std::make_shared<view_info>();
        info->id = id_of(which);
        info->schema = "SYS";
        info->name = which.name;
        info->columns = which.columns;
        info->read_only = true;
        info->system = true;
        made.put(std::shared_ptr<const view_info>(std::move(info)));
    }
    made.put(std::make_shared<const synonym_info>(
        synonym_info{.id = 268435456, .schema = {}, .name = "DUAL", .target_schema = "SYS", .target_name = "SYSDUAL"}));
    return made;
}
}  // namespace

const catalog& fresh_database() {
    static const catalog made = make_fresh_database();
    return made;
}

}  // namespace dmkit::mock

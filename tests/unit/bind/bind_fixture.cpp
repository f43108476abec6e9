#include "bind_fixture.hpp"

#include <sqlite3.h>

#include "mockserver/catalog/fresh_database.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::bind_test {
namespace {

column_info column(column_id id, std::string name, data_type type, std::string type_name, bool nullable = true) {
    column_info made;
    made.id = id;
    made.name = std::move(name);
    made.type = type;
    made.type_name = std::move(type_name);
    made.nullable = nullable;
    return made;
}

void nothing(sqlite3_context*, int, sqlite3_value**) {}
void nothing_final(sqlite3_context*) {}

int equal(void*, int, const void*, int, const void*) {
    return 0;
}

}  // namespace

bind_test::bind_test() : catalog_(fresh_database()) {
    table_info book;
    book_ = book.id = catalog_.next_id(catalog::id_range::table);
    book.schema = "SYSDBA";
    book.name = "BOOK";
    book.columns = {
        column(1, "ID", type_of(type_id::integer), "INT", false),
        column(2, "TITLE", {type_id::varchar, 20, 0}, "VARCHAR", false),
        column(3, "PRICE", {type_id::decimal, 10, 2}, "DECIMAL"),
        column(4, "QTY", type_of(type_id::integer), "INT"),
        column(5, "PUBLISHED", type_of(type_id::date), "DATE"),
        column(6, "CREATED", type_of(type_id::datetime), "TIMESTAMP"),
        column(7, "NOTE", type_of(type_id::clob), "CLOB"),
        column(8, "CODE", {type_id::char_, 5, 0}, "CHAR"),
        column(9, "AUTHOR_ID", type_of(type_id::integer), "INT"),
        column(10, "WEIGHT", type_of(type_id::double_), "DOUBLE"),
        column(11, "lower", type_of(type_id::integer), "INT"),
    };
    book.columns[0].identity = identity_info{};
    book.columns[3].default_text = "1";
    book.columns[3].default_value = sql::parse_expression("1");
    book.next_column = 12;
    table_info author;
    author.id = catalog_.next_id(catalog::id_range::table);
    author.schema = "SYSDBA";
    author.name = "AUTHOR";
    author.columns = {column(1, "ID", type_of(type_id::integer), "INT", false),
                      column(2, "NAME", {type_id::varchar, 20, 0}, "VARCHAR")};
    author.next_column = 3;
    view_info cheap;
    cheap.id = catalog_.next_id(catalog::id_range::view);
    cheap.schema = "SYSDBA";
    cheap.name = "CHEAP";
    cheap.text = "SELECT ID, TITLE, PRICE FROM BOOK WHERE PRICE < 10";
    cheap.query = sql::parse_query(cheap.text);
    cheap.columns = {{"ID", book.columns[0].type, "INT", false, ""},
                     {"TITLE", book.columns[1].type, "VARCHAR", false, ""},
                     {"PRICE", book.columns[2].type, "DECIMAL", true, ""}};
    sequence_info sequence;
    sequence.id = catalog_.next_id(catalog::id_range::sequence);
    sequence.schema = "SYSDBA";
    sequence.name = "S";

    sqlite3_open(":memory:", &database_);
    sqlite3_create_collation(database_, "DM", SQLITE_UTF8, nullptr, equal);
    for (const auto& [name, count] : {std::pair{"dmkit_identity", 1},
                                      {"dmkit_identity_given", 2},
                                      {"dmkit_identity_or_given", 3},
                                      {"dmkit_nextval", 1},
                                      {"dmkit_nextval", 3},
                                      {"dmkit_currval", 1},
                                      {"dmkit_rowcount", 0},
                                      {"dmkit_last_identity", 0},
                                      {"dmkit_raise", -1},
                                      {"dmkit_first_equal", -1}})
        sqlite3_create_function(database_, name, count, SQLITE_UTF8, nullptr, nothing, nullptr, nullptr);
    for (const table_info* table : {&book, &author}) {
        std::string sql;
        for (const column_info& each : table->columns)
            sql += (sql.empty() ? "" : ", ") + each.storage_name();
        sql = "CREATE TABLE " + table->storage_name() + " (" + sql + ")";
        EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    }
    catalog_.put(std::make_shared<const table_info>(std::move(book)));
    catalog_.put(std::make_shared<const table_info>(std::move(author)));
    catalog_.put(std::make_shared<const view_info>(std::move(cheap)));
    catalog_.put(std::make_shared<const sequence_info>(std::move(sequence)));
}

bind_test::~bind_test() {
    sqlite3_close(database_);
}

plan bind_test::bind(std::string_view text, std::vector<data_type> argument_types) {
    const auto statements = sql::parse(text);
    EXPECT_EQ(statements.size(), 1U);
    const bind_context context{.catalog = catalog_,
                               .profile = profile_,
                               .user = "SYSDBA",
                               .schema = "SYSDBA",
                               .identity_insert = identity_insert_,
                               .argument_types = argument_types};
    plan made = bind_statement(statements[0], text, context);
    prepare(made);
    return made;
}

void bind_test::prepare(const plan& plan) {
    for (const function_use& use : plan.functions) {
        const std::string name = use.sqlite_name();
        const int count = static_cast<int>(use.arguments.size());
        if (use.kind == function_use::what::aggregate)
            sqlite3_create_window_function(database_, name.c_str(), count, SQLITE_UTF8, nullptr, nothing, nothing_final,
                                           nothing_final, nothing, nullptr);
        else
            sqlite3_create_function(database_, name.c_str(), count, SQLITE_UTF8, nullptr, nothing, nullptr, nullptr);
    }
    for (const step& step : plan.steps) {
        sqlite3_stmt* statement = nullptr;
        const int status = sqlite3_prepare_v2(database_, step.sql.c_str(), -1, &statement, nullptr);
        EXPECT_EQ(status, SQLITE_OK) << sqlite3_errmsg(database_) << "\n" << step.sql;
        EXPECT_LE(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)), step.slots.size());
        // What a MERGE notes must be there for its next steps.
        if (step.role == step_role::helper && !step.sql.starts_with("SELECT"))
            sqlite3_step(statement);
        sqlite3_finalize(statement);
    }
}

sql_error bind_test::error_of(std::string_view text) {
    try {
        const plan made = bind(text);
        ADD_FAILURE() << "not refused: " << text << "\n" << made.steps[0].sql;
    } catch (const sql_error& error) {
        return error;
    }
    return sql_error(0);
}

data_type bind_test::type_of_value(std::string_view expression) {
    const plan made = bind("SELECT " + std::string(expression) + " FROM BOOK");
    return made.columns.at(0).type;
}

std::vector<std::string> bind_test::headings(std::string_view text) {
    std::vector<std::string> names;
    for (const column_description& column : bind(text).columns)
        names.push_back(column.name);
    return names;
}

}  // namespace dmkit::mock::bind_test

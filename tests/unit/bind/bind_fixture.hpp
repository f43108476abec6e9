#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mockserver/catalog/catalog.hpp"
#include "mockserver/engine/binder.hpp"

struct sqlite3;

namespace dmkit::mock::bind_test {

/// A catalog of two tables, a view and a sequence in the schema SYSDBA:
///
///     BOOK(ID INT IDENTITY, TITLE VARCHAR(20) NOT NULL, PRICE DECIMAL(10,2), QTY INT DEFAULT 1, PUBLISHED DATE,
///          CREATED TIMESTAMP(6), NOTE CLOB, CODE CHAR(5), AUTHOR_ID INT, WEIGHT DOUBLE, "lower" INT)
///     AUTHOR(ID INT NOT NULL, NAME VARCHAR(20))
///     CHEAP: SELECT ID, TITLE, PRICE FROM BOOK WHERE PRICE < 10
///     S: a sequence
///
/// Every plan is also prepared by SQLite, over tables of the same storage names: what the emitter writes is SQL.
class bind_test : public ::testing::Test {
  protected:
    bind_test();
    ~bind_test() override;

    /// Binds and lets SQLite prepare each step that reads no temporary table.
    plan bind(std::string_view text, std::vector<data_type> argument_types = {});
    /// The error of binding @p text; a test failure if there is none.
    sql_error error_of(std::string_view text);
    int code_of(std::string_view text) { return error_of(text).code(); }
    /// Type of the only result column.
    data_type type_of_value(std::string_view expression);
    /// Names of result columns.
    std::vector<std::string> headings(std::string_view text);

    catalog catalog_;
    profile profile_;
    object_id identity_insert_ = 0;
    object_id book_ = 0;

  private:
    void prepare(const plan& plan);
    sqlite3* database_ = nullptr;
};

}  // namespace dmkit::mock::bind_test

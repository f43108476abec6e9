// What a short text may not do: fill the memory, take forever, or exhaust the stack.
#include "bind_fixture.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::bind_test {
namespace {

class nesting_test : public bind_test {
  protected:
    /// @p inner put into @p outer, at its `@`s, @p times times.
    static std::string nested(std::string inner, const std::string& outer, int times) {
        for (int i = 0; i < times; ++i) {
            std::string made;
            for (const char c : outer)
                made += c == '@' ? inner : std::string(1, c);
            inner = std::move(made);
        }
        return inner;
    }
    std::size_t emitted(const std::string& text) { return bind(text).steps[0].sql.size(); }
    view_info view_of(const std::string& name, const std::string& text) {
        view_info view;
        view.id = catalog_.next_id(catalog::id_range::view);
        view.schema = "SYSDBA";
        view.name = name;
        view.text = text;
        view.query = sql::parse_query(text);
        view.columns = {{"ID", type_of(type_id::integer), "INT", false, ""}};
        return view;
    }
};

TEST_F(nesting_test, operands_are_said_once) {
    for (const char* outer : {"NULLIF(@, 1)", "DECODE(ABS(@), 1, 2, 3, 4, 5, 6)"})
        EXPECT_LT(emitted("SELECT " + nested("qty", outer, 10) + " FROM book"), 2000U) << outer;
    EXPECT_LT(emitted("SELECT 1 FROM book WHERE " +
                      nested("qty", "(SELECT COUNT(*) FROM author WHERE @ = ANY (SELECT id FROM author))", 4) + " = 1"),
              2000U);
}

TEST_F(nesting_test, text_that_grows_beyond_measure_is_refused) {
    EXPECT_EQ(
        code_of("SELECT 1 FROM book WHERE " +
                nested("qty", "(SELECT COUNT(*) FROM author WHERE @ > ANY (1, 2, 3, 4, 5, 6, 7, 8))", 20) + " = 1"),
        -3528);
    EXPECT_EQ(
        code_of("SELECT (" +
                nested("SELECT COUNT(*) FROM book",
                       "SELECT COUNT((@)) FROM book GROUP BY CUBE(id, title, price, qty, code, weight, created)", 4) +
                ") FROM DUAL"),
        -3528);
    // A long statement is none.
    std::string list = "SELECT 1 FROM book WHERE id IN (0";
    for (int i = 0; i < 100'000; ++i)
        list += ", " + std::to_string(i);
    bind(list + ")");
}

TEST_F(nesting_test, long_chains_of_conditions_are_taken) {
    std::string any = "SELECT 1 FROM book WHERE id = 0";
    std::string rows = "SELECT 1 FROM book WHERE (id, qty) IN ((0, 0)";
    for (int i = 1; i < 3000; ++i) {
        any += (i % 2 ? " OR id = " : " AND qty = ") + std::to_string(i);
        rows += ", (" + std::to_string(i) + ", 1)";
    }
    bind(any);
    bind(rows + ")");
}

TEST_F(nesting_test, views_within_views_have_an_end) {
    std::string below = "AUTHOR";
    for (int i = 0; i < 40; ++i) {
        const std::string name = "V" + std::to_string(i);
        catalog_.put(std::make_shared<const view_info>(view_of(name, "SELECT ID FROM " + below)));
        below = name;
    }
    EXPECT_EQ(code_of("SELECT * FROM V39"), -3528);
    // Each holds what one text may hold; all of them together are too deep.
    const std::string deep = nested("ID", "(SELECT MAX(ID) FROM AUTHOR WHERE ID = @)", 100);
    below = "AUTHOR";
    for (int i = 0; i < 30; ++i) {
        const std::string name = "W" + std::to_string(i);
        catalog_.put(std::make_shared<const view_info>(
            view_of(name, nested("SELECT ID FROM " + below, "SELECT ID FROM (@)", 60))));
        below = name;
    }
    EXPECT_EQ(code_of("SELECT * FROM W29"), -3528);
    EXPECT_EQ(code_of("SELECT " + deep + " FROM W9"), -3528);
}

TEST_F(nesting_test, a_view_of_itself_is_invalid) {
    catalog_.put(std::make_shared<const view_info>(view_of("A", "SELECT ID FROM B")));
    catalog_.put(std::make_shared<const view_info>(view_of("B", "SELECT ID FROM A")));
    EXPECT_EQ(code_of("SELECT * FROM A"), -7106);
}

}  // namespace
}  // namespace dmkit::mock::bind_test

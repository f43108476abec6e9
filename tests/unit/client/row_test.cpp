#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe/class.hpp>

#include <dmkit/batch.hpp>
#include <dmkit/mapping.hpp>
#include <dmkit/row.hpp>

namespace dmkit {

struct base_item {
    int id = 0;
};
BOOST_DESCRIBE_STRUCT(base_item, (), (id))
struct shop_item : base_item {
    std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(shop_item, (base_item), (name))

namespace {

struct plain_item {
    int id = 0;
    std::string name;
};

std::vector<column_metadata> columns() {
    std::vector<column_metadata> out(2);
    out[0].name = "NAME";
    out[0].type.id = type_id::varchar;
    out[0].type_name = "VARCHAR";
    out[1].name = "ID";
    out[1].type.id = type_id::integer;
    out[1].type_name = "INTEGER";
    return out;
}

template <class Work>
error_code code_of(Work work, std::string_view text) {
    try {
        work();
    } catch (const error& problem) {
        EXPECT_NE(problem.details().client_message.find(text), std::string::npos) << problem.what();
        return problem.code();
    }
    return {};
}

TEST(Row, FindsColumnsByName) {
    const auto all = columns();
    EXPECT_EQ(find_column(all, "ID"), 1U);
    EXPECT_EQ(find_column(all, "id"), 1U);
    EXPECT_EQ(find_column(all, "nope"), std::nullopt);
    const std::vector<field_view> fields = {"x", 5};
    const row_view view(fields, all, 9);
    EXPECT_EQ(view.at("name").get<std::string_view>(), "x");
    EXPECT_EQ(view.row_id(), 9);
    EXPECT_EQ(code_of([&] { static_cast<void>(view.at("nope")); }, "nope"), client_errc::no_such_column);
    EXPECT_EQ(code_of([&] { static_cast<void>(view.at(2)); }, "index 2"), client_errc::no_such_column);
}

TEST(Row, OwnsItsFields) {
    row kept;
    {
        const auto shared = std::make_shared<const std::vector<column_metadata>>(columns());
        std::string text = "a rather long text that lies on the heap";
        const std::vector<field_view> fields = {text, 5};
        kept = row(row_view(fields, *shared, 1), shared);
        text.assign(text.size(), '-');
    }
    EXPECT_EQ(kept.at("NAME").get<std::string>(), "a rather long text that lies on the heap");
    EXPECT_EQ(kept[1].get<std::int64_t>(), 5);
}

TEST(Mapping, MatchesDescribedStructsByName) {
    const auto all = columns();
    const std::vector<field_view> fields = {nullptr, 5};
    const detail::row_reader_for<shop_item> reader(all);
    const auto one = reader.read(row_view(fields, all));
    EXPECT_EQ(one.id, 5);
    EXPECT_FALSE(one.name);
    const std::vector<column_metadata> only_name(all.begin(), all.begin() + 1);
    EXPECT_EQ(code_of([&] { detail::row_reader_for<shop_item> bad(only_name); }, "id"), client_errc::no_such_column);
}

TEST(Mapping, MatchesOtherStructsByPosition) {
    auto all = columns();
    std::swap(all[0], all[1]);
    const std::vector<field_view> fields = {5, "x"};
    const detail::row_reader_for<plain_item> reader(all);
    const auto one = reader.read(row_view(fields, all));
    EXPECT_EQ(one.id, 5);
    EXPECT_EQ(one.name, "x");
    const auto wrong = columns();
    EXPECT_EQ(code_of([&] { detail::row_reader_for<plain_item> bad(wrong); }, "NAME"),
              client_errc::column_type_mismatch);
    const std::vector<field_view> with_null = {5, nullptr};
    EXPECT_EQ(code_of([&] { static_cast<void>(reader.read(row_view(with_null, all))); }, "NAME"),
              client_errc::null_value);
}

TEST(Mapping, RowsOfParametersComeFromTuplesStructsAndRanges) {
    const auto fields_of = [](const auto& range) {
        const detail::range_source source(range);
        std::vector<field_view> out;
        source.row(0, out);
        EXPECT_EQ(source.size(), 1U);
        return out;
    };
    const std::vector<std::tuple<int, std::optional<int>>> tuples = {{1, std::nullopt}};
    EXPECT_TRUE(fields_of(tuples)[1].is_null());
    const std::vector<plain_item> structs = {{7, "x"}};
    EXPECT_EQ(fields_of(structs)[1].get<std::string_view>(), "x");
    shop_item item;
    item.id = 3;
    const std::vector<shop_item> described = {item};
    ASSERT_EQ(fields_of(described).size(), 2U);
    EXPECT_EQ(fields_of(described)[0].get<std::int64_t>(), 3);
    const std::vector<std::vector<field>> ranges = {{field(1), field("y")}};
    EXPECT_EQ(fields_of(ranges)[1].get<std::string_view>(), "y");
    const std::vector<int> scalars = {5};
    EXPECT_EQ(fields_of(scalars).size(), 1U);
}

}  // namespace
}  // namespace dmkit

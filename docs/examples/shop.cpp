// A small shop on a DM8 server: creates its table, inserts with parameters, prints a query, rolls a transaction back
// and shows what the server says to data that it refuses.
//
//     example_shop dm://SYSDBA:SYSDBA@127.0.0.1:5236

#include <dmkit/dmkit.hpp>

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

struct item {
    std::int64_t id;
    std::string name;
    std::optional<dmkit::decimal> price;
};

void print_items(dmkit::connection& db) {
    for (const item& i : db.query<item>("SELECT ID, NAME, PRICE FROM ITEM ORDER BY ID")) {
        std::cout << "  " << i.id << "  " << i.name << "  " << (i.price ? i.price->to_string(2) : "no price") << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "use: example_shop DSN\n";
        return 2;
    }
    dmkit::connection db{dmkit::parse_dsn(argv[1])};
    std::cout << "connected to DM8 " << db.server().version << '\n';

    db.execute("DROP TABLE IF EXISTS ITEM");
    db.execute(
        "CREATE TABLE ITEM(ID INT PRIMARY KEY, NAME VARCHAR(60) NOT NULL, PRICE DECIMAL(10,2) CHECK (PRICE > 0))");
    std::cout << "table ITEM created\n";

    db.execute("INSERT INTO ITEM VALUES(?, ?, ?)", 1, "达梦数据库手册", dmkit::decimal("59.90"));
    const std::vector<item> more{{2, "铅笔", dmkit::decimal("1.50")}, {3, "notebook", std::nullopt}};
    const auto inserted = db.execute_many("INSERT INTO ITEM VALUES(?, ?, ?)", more);
    std::cout << 1 + inserted.affected_rows << " rows inserted with parameters:\n";
    print_items(db);

    {
        auto sale = db.begin();
        sale.execute("UPDATE ITEM SET PRICE = PRICE * 2");
        sale.rollback();
    }
    std::cout << "a transaction that doubled the prices was rolled back:\n";
    print_items(db);

    try {
        db.execute("INSERT INTO ITEM VALUES(?, ?, ?)", 1, "again", nullptr);
    } catch (const dmkit::error& refusal) {
        std::cout << "the same key again is refused: [" << refusal.code().value() << "] "
                  << refusal.details().server_message << '\n';
    }
    return 0;
} catch (const dmkit::error& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
}

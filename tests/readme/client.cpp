#include <dmkit/dmkit.hpp>

#include <iostream>

struct book {
    std::int64_t id;
    std::string name;
    dmkit::decimal price;
};

int main(int, char** argv) {
    dmkit::connection db{dmkit::parse_dsn(argv[1])};
    db.execute("CREATE TABLE BOOK(ID INT PRIMARY KEY, NAME VARCHAR(60), PRICE DECIMAL(8,2))");
    db.execute("INSERT INTO BOOK VALUES(?, ?, ?)", 1, "红楼梦", dmkit::decimal("59.90"));
    for (const book& b : db.query<book>("SELECT ID, NAME, PRICE FROM BOOK WHERE PRICE > ?", 50)) {
        std::cout << b.id << ' ' << b.name << ' ' << b.price.to_string(2) << '\n';
    }
}

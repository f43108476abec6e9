#include <dmkit/dmkit.hpp>
#include <dmkit/mock/server.hpp>
#include <dmkit/version.hpp>

#include <iostream>

int main() {
    dmkit::mock::server server;
    dmkit::connection db{dmkit::parse_dsn(server.dsn())};
    db.execute("CREATE TABLE T(ID INT, NAME VARCHAR(20))");
    db.execute("INSERT INTO T VALUES(?, ?)", 7, "达梦");
    for (const auto row : db.query("SELECT NAME FROM T WHERE ID = 7")) {
        std::cout << DMKIT_VERSION_STRING << ' ' << row[0] << '\n';
        return row[0] == dmkit::field_view("达梦") ? 0 : 1;
    }
    return 1;
}

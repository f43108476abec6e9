#include <dmkit/dmkit.hpp>
#include <dmkit/mock/server.hpp>

#include <gtest/gtest.h>

TEST(Books, AreCounted) {
    dmkit::mock::server server;
    server.execute("CREATE TABLE BOOK(ID INT PRIMARY KEY); INSERT INTO BOOK VALUES(1), (2)");
    dmkit::connection db{dmkit::parse_dsn(server.dsn())};
    EXPECT_EQ(db.execute("DELETE FROM BOOK").affected_rows, 2);
}

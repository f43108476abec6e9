#include <dmkit/dmkit.hpp>
#include <dmkit/fixtures/recording_proxy.hpp>
#include <dmkit/fixtures/show.hpp>
#include <dmkit/mock/server.hpp>
#include <dmkit/version.hpp>

#include <iostream>

int main() {
    dmkit::mock::server server;
    dmkit::fixtures::recording_params recording;
    recording.upstream_port = server.port();
    recording.file = "consumer.conv";
    dmkit::fixtures::recording_proxy proxy(recording);
    auto params = dmkit::parse_dsn(server.dsn());
    params.port = proxy.port();
    dmkit::connection db{params};
    db.execute("CREATE TABLE T(ID INT, NAME VARCHAR(20))");
    db.execute("INSERT INTO T VALUES(?, ?)", 7, "达梦");
    for (const auto row : db.query("SELECT NAME FROM T WHERE ID = 7")) {
        std::cout << DMKIT_VERSION_STRING << ' ' << row[0] << '\n';
        if (row[0] != dmkit::field_view("达梦"))
            return 1;
    }
    proxy.stop();
    const auto recorded = dmkit::fixtures::load_conversation(recording.file);
    dmkit::fixtures::show(recorded, std::cout);
    return recorded.messages.empty() ? 1 : 0;
}

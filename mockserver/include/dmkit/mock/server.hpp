#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/mock/error_code.hpp>
#include <dmkit/mock/log_level.hpp>
#include <dmkit/mock/profile.hpp>

/// The in-process mock of a DM8 server.
namespace dmkit::mock {

/// A statement that the server refused, with DM8's code (negative; not_supported for what the mock lacks) and
/// text.
class server_error : public std::runtime_error {
  public:
    /// @param place in front of the message: `FILE:LINE: `, or nothing
    server_error(int code, std::string text, std::string_view place = {});
    [[nodiscard]] int code() const noexcept { return code_; }
    /// As DM8 words it, without the code.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

  private:
    int code_;
    std::string text_;
};

/// Somebody who may log in.
struct account {
    std::string name;      ///< folds like an identifier
    std::string password;  ///< compared byte for byte
};

/// What a server needs for TLS: PEM files, read by its constructor. Nothing set: no TLS.
struct tls_files {
    std::filesystem::path certificate;  ///< its chain may stand behind it
    std::filesystem::path key;
    std::string key_password;         ///< of an encrypted key
    std::filesystem::path client_ca;  ///< whose certificates clients must show; empty: clients need none
};

/// How a server is set up. A plain value, read once by the constructor.
struct server_params {
    std::string address = "127.0.0.1";  ///< numeric IPv4 or IPv6 address to listen on
    std::uint16_t port = 0;             ///< 0: any free one
    /// The first is the one that execute() and scripts run as and that dsn() names. Must not be empty.
    std::vector<account> users{{"SYSDBA", "SYSDBA"}};
    dmkit::mock::profile profile = {};
    /// Empty: data lives in memory and goes with the server. A file serves one server at a time and keeps passwords as
    /// they are.
    std::filesystem::path database_file = {};
    std::filesystem::path init_script = {};  ///< run before the server listens; empty: none
    tls_files tls = {};                      ///< profile::tls says how it is used
    std::uint64_t random_seed = 0;           ///< of RAND and its kind: equal seeds give equal sequences
    bool english = false;                    ///< language of errors thrown by the server object itself
    log_level log = log_level::off;          ///< what is written to standard error
};

class engine_snapshot;

/// What a server held at one moment. A cheap value: copies share it. It may outlive its server and be restored into any
/// number of others, from several threads; so a schema that is costly to build is built once.
class snapshot {
  public:
    snapshot() noexcept = default;
    [[nodiscard]] explicit operator bool() const noexcept { return data_ != nullptr; }

  private:
    friend class server;
    std::shared_ptr<const engine_snapshot> data_;
};

/// A server that listens while the object lives. Every server has its own data, its own thread and at most four
/// descriptors when nobody is connected; any number may live in one process. Members may be called from any thread.
///
/// After fork() the server belongs to the parent: it has no thread in the child. There the destructor closes the
/// child's copy of the listening socket and touches nothing else, and the members that speak to the server throw
/// std::logic_error.
///
///     dmkit::mock::server server;
///     server.execute("CREATE TABLE T(ID INT, NAME VARCHAR(20))");
///     run_code_under_test(server.dsn());
class server {
  public:
    /// Returns when the port accepts connections.
    /// @throws std::invalid_argument for parameters that make no sense and TLS files that cannot be used,
    /// std::system_error if the address cannot be bound, server_error for a failing statement of the init script (then
    /// nothing has ever listened)
    explicit server(const server_params& params = {});
    /// Interrupts the running statement, closes all connections, rolls back what they had open and waits for the
    /// thread: some tens of milliseconds at most, but for one long call of a function.
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept;
    /// The address given in the parameters.
    [[nodiscard]] const std::string& address() const noexcept;
    /// `dm://USER:PASSWORD@HOST:PORT` of the first user, ready for the client library. With TLS for the session it
    /// requires that, and this very certificate (`?tls=require&tlsVerify=ca&tlsCaFile=…`); a client's certificate is
    /// for the caller to add.
    [[nodiscard]] std::string dsn() const;

    /// Runs statements separated by `;` one after the other, each committed at once, and waits for the last. One
    /// waits for the statement of a client that runs, however long that takes (a client's time-out ends it). One that
    /// changes data waits for open transactions of others, for `profile.lock_timeout` at most (-6407); so do query()
    /// and load_script().
    /// @return rows that the last one affected, or yielded
    /// @throws server_error with DM8's code and text; the statements before the failing one have been done
    std::int64_t execute(std::string_view sql);
    /// Runs one statement and gives the rows that it yields.
    /// @throws server_error
    std::vector<std::vector<field>> query(std::string_view sql);
    /// Runs the statements of a file in UTF-8.
    /// @throws server_error whose message begins with `FILE:LINE: [CODE] `, std::system_error for a file that cannot be
    /// read
    void load_script(const std::filesystem::path& file);

    /// As if the server had just been made: closes all connections, forgets all data, definitions, users made since and
    /// counters (with a database file, the file's contents), and runs the init script again. Clock and profile stay.
    /// A statement that runs is interrupted. Connections are closed first, and new ones wait until the init script is
    /// through, so no session sees the change; a client finds its connection closed by the peer.
    /// @throws server_error for the init script; what its statements before the failing one did is there
    void reset();
    /// What is committed now; nobody is disturbed: it waits for the statement that runs. Open transactions of others
    /// are not in it, and values that sequences and identities have given are.
    [[nodiscard]] mock::snapshot snapshot();
    /// Puts @p what in the place of all data, definitions, users and counters, with a database file in that file.
    /// Connections are closed first, as by reset(), but not for a snapshot that is refused.
    /// @throws std::invalid_argument for an empty snapshot, and one of a server whose profile differs in
    /// case_sensitive, compatible_mode, length_in_char or page_size
    void restore(const mock::snapshot& what);

    /// SYSDATE and its kind, and all else that shows a time, stand at @p moment from the next statement on. Time-outs
    /// of locks, statements and idle sessions go by real time all the same.
    void set_time(std::chrono::system_clock::time_point moment);
    /// Moves the clock that set_time() has stopped; one that runs goes ahead of the system's from here on. May be
    /// negative.
    void advance(std::chrono::system_clock::duration by);
    /// The clock follows the system's again.
    void follow_system_clock();
    /// RAND and its kind begin anew with this seed, for all sessions.
    void seed_random(std::uint64_t seed);

  private:
    struct implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace dmkit::mock

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;

/// TLS over bytes: contexts hold certificates and trust, channels (dmkit/tls/channel.hpp) turn plain bytes into
/// records and back. Both are used by one thread at a time; contexts may be shared by channels of several threads.
namespace dmkit::tls {

enum class version : std::uint8_t { tls_1_2, tls_1_3 };

/// What can be wrong with a TLS connection.
enum class errc : std::uint8_t {
    none,
    configuration,            ///< a file cannot be read, or a key does not fit its certificate
    unknown_authority,        ///< nobody whom we trust has signed the peer's certificate
    wrong_host,               ///< the certificate is another host's
    expired,                  ///< the certificate is not valid yet, or not any more
    bad_certificate,          ///< any other fault of the peer's certificate
    no_certificate,           ///< the peer gave none where one is demanded
    own_certificate_refused,  ///< the peer refused our certificate, or wants one that we lack
    closed,                   ///< the peer ended the connection
    failed,                   ///< no common version or suite, bytes that are no TLS, any other fault
};

struct fault {
    errc code = errc::none;
    std::string detail;  ///< English; never a secret
    explicit operator bool() const noexcept { return code != errc::none; }
};

/// A certificate with the key to it, in PEM files. The certificate's file may hold its chain behind it.
struct identity {
    std::string certificate_file;
    std::string key_file;
    std::string_view key_password;  ///< of an encrypted key; nobody is ever asked for it. Used by the call alone
};

struct client_options {
    std::string ca_file;  ///< PEM; a certificate in it is trusted whether or not it is an authority's
    std::string ca_path;  ///< folder with hashed names; if both are empty, the system's authorities are trusted
    identity own;         ///< files empty: none
    bool check_certificate = true;
    bool check_host = true;  ///< only together with check_certificate
    std::string host;        ///< name or address that the certificate has to carry; a name is sent as SNI as well
    version least = version::tls_1_2;
    version most = version::tls_1_3;
};

struct server_options {
    identity own;
    std::string client_ca_file;  ///< PEM; empty: clients are not asked for a certificate, else each must have one
};

/// Settings of one side, made once, shared by its channels.
class context {
  public:
    /// @return nullptr with @p problem set
    [[nodiscard]] static std::shared_ptr<const context> client(const client_options& options, fault& problem);
    [[nodiscard]] static std::shared_ptr<const context> server(const server_options& options, fault& problem);

    context(const context&) = delete;
    context& operator=(const context&) = delete;
    ~context();

    [[nodiscard]] ssl_ctx_st* native() const noexcept { return native_; }
    [[nodiscard]] bool is_server() const noexcept { return server_; }
    /// Of a client: what is checked, and sent as SNI. Empty: nothing.
    [[nodiscard]] const std::string& host() const noexcept { return host_; }
    [[nodiscard]] bool checks_host() const noexcept { return checks_host_; }

  private:
    context(bool server, fault& problem);
    void load_identity(const identity& own, fault& problem);
    void trust(const std::string& file, const std::string& path, fault& problem);

    ssl_ctx_st* native_ = nullptr;
    bool server_;
    std::string host_;
    bool checks_host_ = false;
};

}  // namespace dmkit::tls

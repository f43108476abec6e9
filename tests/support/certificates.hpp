#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dmkit::test {

/// A certificate and its key, in PEM files.
struct issued_certificate {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

/// What a certificate says.
struct certificate_wish {
    std::string common_name = "dmkit test";
    std::vector<std::string> names = {};  ///< as OpenSSL writes them: `DNS:localhost`, `IP:127.0.0.1`
    int begins_in_days = -1;
    int ends_in_days = 1;
    bool authority = false;
    std::string key_password = {};  ///< empty: the key is not encrypted
};

/// A certificate authority of a test's own, made anew by each: nothing of it outlives the object but for a temporary
/// folder's name.
class certificate_authority {
  public:
    explicit certificate_authority(const std::string& name = "dmkit test authority");
    ~certificate_authority();
    certificate_authority(const certificate_authority&) = delete;
    certificate_authority& operator=(const certificate_authority&) = delete;

    /// The authority's own certificate.
    [[nodiscard]] const std::filesystem::path& certificate() const noexcept { return own_.certificate; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Files `NAME-cert.pem` and `NAME-key.pem` in the folder.
    [[nodiscard]] issued_certificate issue(const std::string& name, const certificate_wish& wish = {}) const;

  private:
    std::filesystem::path folder_;
    issued_certificate own_;
};

}  // namespace dmkit::test

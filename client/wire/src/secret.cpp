#include <dmkit/wire/secret.hpp>

#include <algorithm>

#include <openssl/crypto.h>

namespace dmkit::wire {

void wipe(std::span<std::byte> bytes) noexcept {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

secret::secret(std::span<const std::byte> bytes) noexcept : size_(std::min(bytes.size(), capacity)) {
    std::copy_n(bytes.begin(), size_, data_.begin());
}

secret& secret::operator=(const secret& other) noexcept {
    if (this != &other) {
        wipe(data_);
        data_ = other.data_;
        size_ = other.size_;
    }
    return *this;
}

secret::~secret() {
    wipe(data_);
}

}  // namespace dmkit::wire

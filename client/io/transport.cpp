#include "client/io/transport.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <dmkit/tls/channel.hpp>

namespace dmkit::io {

namespace {

/// Data that is encrypted at a time.
constexpr std::size_t largest_piece = std::size_t{1} << 20U;

client_errc to_client_error(tls::errc code) noexcept {
    switch (code) {
        case tls::errc::configuration:
            return client_errc::tls_configuration;
        case tls::errc::unknown_authority:
            return client_errc::tls_unknown_authority;
        case tls::errc::wrong_host:
            return client_errc::tls_wrong_host;
        case tls::errc::expired:
            return client_errc::tls_expired;
        case tls::errc::bad_certificate:
        case tls::errc::no_certificate:
            return client_errc::tls_bad_certificate;
        case tls::errc::own_certificate_refused:
            return client_errc::tls_certificate_refused;
        case tls::errc::closed:
            return client_errc::peer_closed;
        case tls::errc::none:
        case tls::errc::failed:
            break;
    }
    return client_errc::tls_failure;
}

tls::version to_version(tls_version value) noexcept {
    return value == tls_version::tls_1_3 ? tls::version::tls_1_3 : tls::version::tls_1_2;
}

/// What the parameters say, DM8's folder of files included.
tls::client_options options_of(const connect_params& params, bool only_handshake) {
    tls::client_options out;
    out.ca_file = params.tls_ca_file;
    out.ca_path = params.tls_ca_path;
    out.own = {params.tls_certificate_file, params.tls_key_file, params.tls_key_password};
    if (!params.tls_files_path.empty()) {
        const std::filesystem::path folder = params.tls_files_path;
        const auto authorities = folder / "ca-cert.pem";
        std::error_code none;
        if (out.ca_file.empty() && out.ca_path.empty() && std::filesystem::exists(authorities, none))
            out.ca_file = authorities.string();
        if (out.own.certificate_file.empty())
            out.own.certificate_file = (folder / "client-cert.pem").string();
        if (out.own.key_file.empty())
            out.own.key_file = (folder / "client-key.pem").string();
    }
    out.check_certificate = params.tls_verify != tls_verification::none;
    out.check_host = params.tls_verify == tls_verification::full;
    out.host = params.tls_server_name.empty() ? params.host : params.tls_server_name;
    out.least = to_version(params.tls_min_version);
    // A server that leaves TLS after the handshake may send a ticket of TLS 1.3 behind it, which would stand in front
    // of its next answer.
    if (only_handshake)
        out.most = out.least;
    return out;
}

}  // namespace

transport::transport() noexcept = default;
transport::~transport() = default;

void transport::close() noexcept {
    // Without a last word of TLS: in a child after fork() it would end the parent's session, and no message of DM8 is
    // left open at its end.
    tls_.reset();
    securing_ = false;
    encrypted_ = 0;
    socket_.close();
}

bool transport::start(bool only_handshake, socket_fault& fault) {
    tls::fault problem;
    auto settings = tls::context::client(options_of(*params_, only_handshake), problem);
    if (!settings) {
        fault = {to_client_error(problem.code), std::move(problem.detail)};
        return false;
    }
    tls_ = std::make_unique<tls::channel>(std::move(settings));
    securing_ = true;
    return true;
}

readiness transport::secure(bool only_handshake, socket_fault& fault) {
    using progress = tls::channel::progress;
    if (!securing_ && !start(only_handshake, fault))
        return readiness::none;
    while (true) {
        const auto step = tls_->handshake();
        if (!flush(fault)) {
            // What the peer has against us may be known already, and says more than the socket.
            if (step == progress::failed)
                fault = tls_fault();
            else if (fault)
                find_alert(fault);
            return fault ? readiness::none : readiness::writable;
        }
        switch (step) {
            case progress::done:
                break;
            case progress::starved: {
                const auto got = fill(fault);
                if (fault)
                    return readiness::none;
                if (!got)
                    return readiness::readable;
                if (*got == 0) {
                    fault = {client_errc::peer_closed, "during the TLS handshake"};
                    return readiness::none;
                }
                continue;
            }
            case progress::closed:
                fault = {client_errc::peer_closed, "during the TLS handshake"};
                return readiness::none;
            case progress::failed:
                fault = tls_fault();
                return readiness::none;
        }
        break;
    }
    securing_ = false;
    tls_version_ = tls_->protocol();
    tls_cipher_ = tls_->cipher();
    if (only_handshake) {
        if (tls_->has_input())
            fault = {client_errc::protocol_violation, "the server sent more than its TLS handshake"};
        tls_.reset();
    }
    return readiness::none;
}

bool transport::flush(socket_fault& fault) {
    while (!tls_->output().empty()) {
        const auto sent = socket_.send(tls_->output(), fault);
        if (!sent)
            return false;
        tls_->sent(*sent);
    }
    return true;
}

std::optional<std::size_t> transport::fill(socket_fault& fault) {
    const auto got = socket_.receive(tls_->room(), fault);
    if (got)
        tls_->received(*got);
    return got;
}

socket_fault transport::tls_fault() const {
    const auto& problem = tls_->problem();
    return {to_client_error(problem.code), problem.detail};
}

void transport::find_alert(socket_fault& fault) {
    socket_fault ignored;
    while (true) {
        if (tls_->peek() == tls::channel::progress::failed) {
            fault = tls_fault();
            return;
        }
        const auto got = fill(ignored);
        if (!got || *got == 0)
            return;
    }
}

std::optional<std::size_t> transport::send(std::span<const std::byte> data, socket_fault& fault, readiness& wanted) {
    if (!tls_) {
        const auto sent = socket_.send(data, fault);
        if (!sent && !fault)
            wanted = readiness::writable;
        return sent;
    }
    if (encrypted_ == 0) {
        const auto piece = data.first(std::min(data.size(), largest_piece));
        if (tls_->write(piece) != tls::channel::progress::done) {
            fault = tls_fault();
            return {};
        }
        encrypted_ = piece.size();
    }
    if (!flush(fault)) {
        if (!fault)
            wanted = readiness::writable;
        else
            find_alert(fault);
        return {};
    }
    return std::exchange(encrypted_, 0);
}

std::optional<std::size_t> transport::receive(std::span<std::byte> room, socket_fault& fault, readiness& wanted) {
    using progress = tls::channel::progress;
    if (!tls_) {
        const auto got = socket_.receive(room, fault);
        if (!got && !fault)
            wanted = readiness::readable;
        return got;
    }
    while (true) {
        std::size_t size = 0;
        switch (tls_->read(room, size)) {
            case progress::done:
                return size;
            case progress::closed:
                return 0;
            case progress::failed:
                fault = tls_fault();
                return {};
            case progress::starved:
                break;
        }
        // What TLS itself has to answer may wait until the socket takes it.
        if (!flush(fault) && fault)
            return {};
        const auto got = fill(fault);
        if (!got) {
            if (!fault)
                wanted = readiness::readable;
            return {};
        }
        if (*got == 0)
            return 0;
    }
}

bool transport::has_input() const noexcept {
    return tls_ && tls_->has_input();
}

bool transport::is_alive(bool busy) noexcept {
    if (!tls_ || busy)
        return socket_.is_alive();
    try {
        socket_fault fault;
        while (true) {
            if (tls_->peek() != tls::channel::progress::starved)
                return false;
            const auto got = fill(fault);
            if (!got)
                return !fault && socket_.is_alive();
            if (*got == 0)
                return false;
        }
    } catch (...) {
        return false;
    }
}

}  // namespace dmkit::io

#include <dmkit/structured_type.hpp>

#include <map>
#include <string>
#include <utility>

#include <dmkit/error.hpp>
#include <dmkit/wire/structure_codec.hpp>

#include "client/session/structure_codec.hpp"

namespace dmkit {

namespace {

client_errc encoding_error(wire::value_fault fault) noexcept {
    switch (fault) {
        case wire::value_fault::unmappable:
            return client_errc::text_not_encodable;
        case wire::value_fault::too_long:
            return client_errc::parameter_too_long;
        case wire::value_fault::unsupported:
            return client_errc::unsupported_type;
        default:
            return client_errc::parameter_type;
    }
}

std::string describe(const type_description& type, wire::value_fault fault) {
    return std::string(to_string(type.type.id)) + " " + type.name + ": " + std::string(to_string(fault));
}

/// This thread's converter: to open one costs more than to convert the texts of a value.
wire::charset_converter& converter_of(wire::charset set) {
    thread_local std::map<wire::charset, wire::charset_converter> converters;
    return converters.try_emplace(set, set).first->second;
}

/// What values of a structure are decoded and encoded with.
struct value_session {
    explicit value_session(const session::structure_codec& codec)
        : context{converter_of(codec.text), arena, wire::value_place::parameter, true, codec.session_zone,
                  codec.database_zone} {}
    wire::text_arena arena;
    wire::value_context context;
};

}  // namespace

structured_type::structured_type(std::unique_ptr<const session::structure_codec> codec) noexcept
    : codec_(std::move(codec)) {}
structured_type::~structured_type() = default;

bool same_structure(const std::shared_ptr<const structured_type>& a,
                    const std::shared_ptr<const structured_type>& b) noexcept {
    return a == b || (a && b && a->description() == b->description());
}

const type_description& structured_type::description() const noexcept {
    return codec_->description;
}

structured_value structured_type::decode(bytes_view encoded) const {
    value_session values(*codec_);
    structured_value out;
    const auto fault = wire::decode_structure(codec_->description, encoded, values.context, out);
    if (fault != wire::value_fault::none)
        throw error(fault == wire::value_fault::unsupported ? client_errc::unsupported_type : client_errc::value_format,
                    describe(codec_->description, fault));
    return out;
}

bytes structured_type::encode(const structured_value& value) const {
    value_session values(*codec_);
    bytes out;
    const auto fault = codec_->in_blob ? wire::encode_object_blob(codec_->description, value, values.context, out)
                                       : wire::encode_structure(codec_->description, value, values.context, out);
    if (fault != wire::value_fault::none)
        throw error(encoding_error(fault), describe(codec_->description, fault));
    return out;
}

namespace session {

std::shared_ptr<const structured_type> make_structured_type(session_state& state, const data_type& type,
                                                            std::span<const std::byte> encoded) {
    if (!has_type_description(type.id, type.scale))
        return nullptr;
    auto codec = std::make_unique<structure_codec>();
    wire::byte_reader in(encoded);
    wire::decode_type_description(in, state.text, codec->description);
    codec->in_blob = type.id == type_id::blob;
    codec->text = state.text.set();
    codec->session_zone = state.session_zone;
    codec->database_zone = state.server.database_time_zone;
    // A name that the server has sent can be sent back, unless it was not valid text; then the type has no parameters.
    if (wire::encode_packed_description(codec->description, state.text, codec->packed_description) !=
        wire::value_fault::none)
        codec->packed_description.clear();
    return std::make_shared<const structured_type>(std::move(codec));
}

}  // namespace session
}  // namespace dmkit

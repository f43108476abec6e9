#include <dmkit/wire/structure_codec.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/messages/statement.hpp>

namespace dmkit::wire {

namespace {

/// What every description and every member takes at least; they bound counts that come from the network.
constexpr std::size_t smallest_description = 12;
constexpr std::size_t smallest_member = 2;
/// An object kept in a BLOB begins with it.
constexpr std::int32_t object_magic = 0x04A7E4FF;
constexpr std::size_t object_head_size = 8;

// ---- descriptions ----------------------------------------------------------------------------------------------

/// Walks a description. Without @p out it only finds the end, without memory.
class description_reader {
  public:
    description_reader(byte_reader& in, charset_converter* text) noexcept : in_(in), text_(text) {}

    void read(type_description* out, bool packed, int depth = 0) {
        type_description here;
        if (depth > max_structure_depth) {
            in_.fail(decode_fault::bad_value);
            return;
        }
        here.type.id = static_cast<type_id>(in_.number<std::int32_t>());
        if (!is_structured(here.type.id)) {
            here.type.precision = in_.number<std::int32_t>();
            here.type.scale = in_.number<std::int32_t>();
            take(out, std::move(here));
            return;
        }
        const auto name = in_.counted<std::uint16_t>();
        if (out != nullptr && !in_.failed())
            text_->append_utf8(name, here.name);
        if (!packed) {
            here.schema_id = in_.number<std::int32_t>();
            here.package_id = in_.number<std::int32_t>();
        }
        here.object_id = in_.number<std::int32_t>();
        here.object_version = in_.number<std::int32_t>();
        std::size_t members = 1;
        if (here.type.id == type_id::array || here.type.id == type_id::static_array) {
            here.length = in_.number<std::int32_t>();
        } else if (here.type.id == type_id::record) {
            members = in_.number<std::uint16_t>();
        } else if (is_collection(here)) {
            here.outer_id = in_.number<std::int32_t>();
            here.outer_version = in_.number<std::int32_t>();
            here.sub_id = in_.number<std::uint16_t>();
            if (packed)
                members = 0;
            else
                read_collection(here);
        } else {
            members = packed ? 0 : in_.number<std::uint16_t>();
        }
        if (members * smallest_description > in_.remaining()) {
            in_.fail(decode_fault::bad_count);
            return;
        }
        if (out != nullptr)
            here.members.resize(members);
        for (std::size_t i = 0; i < members && !in_.failed(); ++i)
            read(out != nullptr ? &here.members[i] : nullptr, packed, depth + 1);
        take(out, std::move(here));
    }

  private:
    void read_collection(type_description& here) noexcept {
        const auto kind = in_.number<std::uint16_t>();
        here.collection = static_cast<collection_kind>(kind);
        if (here.collection == collection_kind::varray || here.collection == collection_kind::nested_table)
            here.max_count = in_.number<std::int32_t>();
        else
            in_.fail(decode_fault::unsupported);
    }
    static void take(type_description* out, type_description&& here) {
        if (out != nullptr)
            *out = std::move(here);
    }

    byte_reader& in_;
    charset_converter* text_;
};

class description_writer {
  public:
    description_writer(byte_writer& out, charset_converter& text, bool packed) noexcept
        : out_(out), text_(text), packed_(packed) {}

    value_fault write(const type_description& type, int depth = 0) {
        if (depth > max_structure_depth)
            return value_fault::too_long;
        out_.number(static_cast<std::int32_t>(type.type.id));
        if (!is_structured(type.type.id)) {
            out_.number(type.type.precision);
            out_.number(type.type.scale);
            return value_fault::none;
        }
        if (const auto fault = write_name(type.name); fault != value_fault::none)
            return fault;
        if (!packed_) {
            out_.number(type.schema_id);
            out_.number(type.package_id);
        }
        out_.number(type.object_id);
        out_.number(type.object_version);
        if (type.type.id == type_id::array || type.type.id == type_id::static_array) {
            if (type.members.size() != 1)
                return value_fault::wrong_kind;
            out_.number(type.length);
        } else if (is_collection(type)) {
            out_.number(type.outer_id);
            out_.number(type.outer_version);
            out_.number(type.sub_id);
            if (packed_)
                return value_fault::none;
            if (type.members.size() != 1 || type.collection == collection_kind::none ||
                type.collection == collection_kind::index_table)
                return value_fault::unsupported;
            out_.number(static_cast<std::uint16_t>(type.collection));
            out_.number(type.max_count);
        } else {
            if (packed_ && type.type.id == type_id::class_)
                return value_fault::none;
            if (type.members.size() > std::numeric_limits<std::uint16_t>::max())
                return value_fault::too_long;
            out_.number(static_cast<std::uint16_t>(type.members.size()));
        }
        for (const auto& member : type.members)
            if (const auto fault = write(member, depth + 1); fault != value_fault::none)
                return fault;
        return value_fault::none;
    }

  private:
    value_fault write_name(const std::string& name) {
        const auto at = out_.size();
        out_.number(std::uint16_t{0});
        if (!text_.append_encoded(name, out_.buffer()))
            return value_fault::unmappable;
        const auto size = out_.size() - at - sizeof(std::uint16_t);
        if (size > std::numeric_limits<std::uint16_t>::max())
            return value_fault::too_long;
        out_.patch(at, static_cast<std::uint16_t>(size));
        return value_fault::none;
    }

    byte_writer& out_;
    charset_converter& text_;
    bool packed_;
};

/// Writes with @p write and takes back what a fault left.
template <class Write>
value_fault all_or_nothing(std::vector<std::byte>& out, Write write) {
    const auto begin = out.size();
    const value_fault fault = write();
    if (fault != value_fault::none)
        out.resize(begin);
    return fault;
}

// ---- values ----------------------------------------------------------------------------------------------------

class structure_reader {
  public:
    structure_reader(byte_reader& in, value_context& context) noexcept
        : in_(in), context_(context), members_left_(in.remaining() / smallest_member) {}

    value_fault read(const type_description& type, structured_value& out, int depth) {
        if (depth > max_structure_depth)
            return value_fault::bad_value;
        switch (type.type.id) {
            case type_id::static_array: {
                const auto end = read_size(in_.offset());
                const auto length = in_.number<std::int32_t>();
                return read_elements(type, length, end, out, depth);
            }
            case type_id::array:
                return read_array(type, out, depth);
            case type_id::record: {
                const auto end = read_size(in_.offset());
                return read_fields(type, end, out, depth);
            }
            case type_id::class_:
                return read_object(type, out, depth);
            default:
                return value_fault::unsupported;
        }
    }

  private:
    /// Reads the size that a value that began at @p begin has. @return offset of its end
    std::size_t read_size(std::size_t begin) noexcept {
        const auto size = in_.number<std::int32_t>();
        if (size < 0 || static_cast<std::size_t>(size) > in_.remaining() + (in_.offset() - begin))
            in_.fail(decode_fault::bad_length);
        return begin + static_cast<std::size_t>(size);
    }

    value_fault read_array(const type_description& type, structured_value& out, int depth) {
        const auto begin = in_.offset();
        const auto end = read_size(begin);
        const auto count = in_.number<std::int32_t>();
        in_.number<std::int32_t>();  // size of an item: 0
        const auto objects = in_.number<std::int32_t>();
        const auto strings = in_.number<std::int32_t>();
        if (objects < 0 || strings < 0)
            return value_fault::bad_value;
        if (objects == 0 && strings == 0)
            return read_elements(type, count, end, out, depth);
        // The vendor's driver counts two bytes for each offset in the size and writes four: the size says nothing then.
        in_.bytes((static_cast<std::size_t>(objects) + static_cast<std::size_t>(strings)) * sizeof(std::int32_t));
        return read_elements(type, count, no_end, out, depth);
    }

    value_fault read_object(const type_description& type, structured_value& out, int depth) {
        const auto begin = in_.offset();
        const auto reference = in_.number<std::uint8_t>();
        if (in_.failed())
            return value_fault::bad_size;
        if (reference != 0)
            return value_fault::unsupported;
        const auto end = read_size(begin);
        if (!is_collection(type))
            return read_fields(type, end, out, depth);
        in_.number<std::int16_t>();  // kind and element type are the description's
        in_.number<std::int16_t>();
        const auto count = in_.number<std::int32_t>();
        return read_elements(type, count, end, out, depth);
    }

    value_fault read_elements(const type_description& type, std::int32_t count, std::size_t end, structured_value& out,
                              int depth) {
        if (in_.failed())
            return value_fault::bad_size;
        if (type.members.size() != 1 || count < 0 || !claim(static_cast<std::size_t>(count)))
            return value_fault::bad_value;
        structured_value::list members(static_cast<std::size_t>(count));
        for (auto& member : members)
            if (const auto fault = read_member(type.members.front(), member, depth); fault != value_fault::none)
                return fault;
        return finish(std::move(members), end, out);
    }

    value_fault read_fields(const type_description& type, std::size_t end, structured_value& out, int depth) {
        if (in_.failed())
            return value_fault::bad_size;
        if (!claim(type.members.size()))
            return value_fault::bad_size;
        structured_value::list members(type.members.size());
        for (std::size_t i = 0; i < members.size(); ++i)
            if (const auto fault = read_member(type.members[i], members[i], depth); fault != value_fault::none)
                return fault;
        return finish(std::move(members), end, out);
    }

    /// Takes @p count members out of what the bytes can hold. Members inside of members share it: each takes bytes of
    /// its own, so that no nesting makes more of them than the bytes allow.
    bool claim(std::size_t count) noexcept {
        if (count > members_left_ || count > in_.remaining() / smallest_member)
            return false;
        members_left_ -= count;
        return true;
    }

    value_fault finish(structured_value::list members, std::size_t end, structured_value& out) const {
        if (in_.failed() || (end != no_end && in_.offset() != end))
            return value_fault::bad_size;
        out = structured_value(std::move(members));
        return value_fault::none;
    }

    value_fault read_member(const type_description& type, structured_value& out, int depth) {
        in_.number<std::uint8_t>();
        const auto flag = in_.number<std::uint8_t>();
        if (in_.failed())
            return value_fault::bad_size;
        if (type.type.id == type_id::boolean) {
            out = structured_value(flag != 0);
            return value_fault::none;
        }
        if (flag == 0) {
            out = {};
            return value_fault::none;
        }
        if (is_structured(type.type.id))
            return read(type, out, depth + 1);
        std::span<const std::byte> bytes;
        if (is_lob(type.type.id)) {
            bytes = in_.counted<std::int32_t>();
        } else {
            const auto size = in_.number<std::uint16_t>();
            if (size == length_marker::null) {
                out = {};
                return value_fault::none;
            }
            bytes = in_.bytes(size);
        }
        if (in_.failed())
            return value_fault::bad_size;
        field_view value;
        const auto fault = decode_value(type.type, bytes, context_, value);
        if (fault == value_fault::none)
            out = structured_value(value);
        return fault;
    }

    static constexpr std::size_t no_end = std::numeric_limits<std::size_t>::max();
    byte_reader& in_;
    value_context& context_;
    std::size_t members_left_;
};

class structure_writer {
  public:
    structure_writer(byte_writer& out, value_context& context) noexcept : out_(out), context_(context) {}

    value_fault write(const type_description& type, const structured_value& value, int depth = 0) {
        if (depth > max_structure_depth)
            return value_fault::too_long;
        if (!value.has_members())
            return value_fault::wrong_kind;
        const auto& members = value.members();
        if (members.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
            return value_fault::too_long;
        const auto count = static_cast<std::int32_t>(members.size());
        const auto begin = out_.size();
        if (type.type.id == type_id::class_)
            out_.number(std::uint8_t{0});
        const auto size_at = out_.size();
        out_.number(std::int32_t{0});
        const bool one_type =
            type.type.id == type_id::static_array || type.type.id == type_id::array || is_collection(type);
        if (one_type ? type.members.size() != 1 : type.members.size() != members.size())
            return value_fault::wrong_kind;
        if (type.type.id == type_id::static_array) {
            // The reader takes as many elements as the type declares; fewer would be misread.
            if (count != type.length)
                return value_fault::out_of_range;
            out_.number(type.length);
        } else if (type.type.id == type_id::array) {
            out_.number(count);
            out_.zeros(3 * sizeof(std::int32_t));
        } else if (is_collection(type)) {
            if (type.collection == collection_kind::varray && count > type.max_count)
                return value_fault::out_of_range;
            out_.number(static_cast<std::int16_t>(type.collection));
            out_.number(static_cast<std::int16_t>(type.members.front().type.id));
            out_.number(count);
        } else if (!is_structured(type.type.id)) {
            return value_fault::unsupported;
        }
        for (std::size_t i = 0; i < members.size(); ++i) {
            const auto fault = write_member(type.members[one_type ? 0 : i], members[i], depth);
            if (fault != value_fault::none)
                return fault;
        }
        const auto size = out_.size() - begin;
        if (size > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
            return value_fault::too_long;
        out_.patch(size_at, static_cast<std::int32_t>(size));
        return value_fault::none;
    }

  private:
    value_fault write_member(const type_description& type, const structured_value& value, int depth) {
        out_.number(std::uint8_t{0});
        if (type.type.id == type_id::boolean) {
            if (value.has_members())
                return value_fault::wrong_kind;
            // NULL has no form of its own here and would come back as false.
            const auto* flag = value.simple().get_if<bool>();
            if (flag == nullptr)
                return value_fault::wrong_kind;
            out_.number(static_cast<std::uint8_t>(*flag ? 1 : 0));
            return value_fault::none;
        }
        if (value.is_null()) {
            out_.number(std::uint8_t{0});
            return value_fault::none;
        }
        out_.number(std::uint8_t{1});
        if (is_structured(type.type.id))
            return write(type, value, depth + 1);
        if (value.has_members())
            return value_fault::wrong_kind;
        if (!is_lob(type.type.id))
            return encode_counted_value(type.type, value.simple(), context_, out_.buffer());
        const auto at = out_.size();
        out_.number(std::int32_t{0});
        const auto fault = encode_value(type.type, value.simple(), context_, out_.buffer());
        if (fault == value_fault::none)
            out_.patch(at, static_cast<std::int32_t>(out_.size() - at - sizeof(std::int32_t)));
        return fault;
    }

    byte_writer& out_;
    value_context& context_;
};

/// The values inside of a structure are those of parameters: LOBs without heads.
class bare_place {
  public:
    explicit bare_place(value_context& context) noexcept : context_(context), before_(context.place) {
        context.place = value_place::parameter;
    }
    ~bare_place() { context_.place = before_; }
    bare_place(const bare_place&) = delete;
    bare_place& operator=(const bare_place&) = delete;

  private:
    value_context& context_;
    value_place before_;
};

/// The description that stands in an object kept in a BLOB, for checking.
value_fault write_check(byte_writer& out, const type_description& type, int depth = 0) {
    if (depth > max_structure_depth)
        return value_fault::too_long;
    out.number(static_cast<std::uint16_t>(type.type.id));
    switch (type.type.id) {
        case type_id::record:
            out.number(static_cast<std::uint16_t>(type.members.size()));
            break;
        case type_id::class_:
            out.number(static_cast<std::uint8_t>(is_collection(type) ? 1 : 0));
            if (is_collection(type)) {
                out.number(static_cast<std::uint16_t>(type.collection));
                out.number(type.max_count);
            } else {
                out.number(static_cast<std::uint16_t>(type.members.size()));
            }
            break;
        case type_id::array:
        case type_id::static_array:
            // No driver has ever written one: theirs would recurse without end.
            return value_fault::unsupported;
        default: {
            const bool blob = type.type.id == type_id::blob;
            out.number(static_cast<std::uint16_t>(blob ? 0 : type.type.precision));
            out.number(static_cast<std::uint16_t>(blob ? 0 : type.type.scale));
            return value_fault::none;
        }
    }
    for (const auto& member : type.members)
        if (const auto fault = write_check(out, member, depth + 1); fault != value_fault::none)
            return fault;
    return value_fault::none;
}

}  // namespace

std::span<const std::byte> skip_type_description(byte_reader& in) noexcept {
    const auto before = in.left();
    description_reader(in, nullptr).read(nullptr, false);
    return before.first(in.failed() ? 0 : before.size() - in.remaining());
}

void decode_type_description(byte_reader& in, charset_converter& text, type_description& out) {
    description_reader(in, &text).read(&out, false);
}

void decode_packed_description(byte_reader& in, charset_converter& text, type_description& out) {
    description_reader(in, &text).read(&out, true);
}

value_fault encode_type_description(const type_description& type, charset_converter& text,
                                    std::vector<std::byte>& out) {
    byte_writer writer(out);
    return all_or_nothing(out, [&] { return description_writer(writer, text, false).write(type); });
}

value_fault encode_packed_description(const type_description& type, charset_converter& text,
                                      std::vector<std::byte>& out) {
    byte_writer writer(out);
    return all_or_nothing(out, [&] { return description_writer(writer, text, true).write(type); });
}

value_fault decode_structure(const type_description& type, std::span<const std::byte> bytes, value_context& context,
                             structured_value& out) {
    if (type.type.id == type_id::class_ && bytes.size() >= object_head_size &&
        load<std::int32_t>(bytes) == object_magic) {
        byte_reader head(bytes.subspan(sizeof(std::int32_t)));
        head.counted<std::int32_t>();  // the description for checking
        if (head.failed())
            return value_fault::bad_size;
        bytes = head.left();
    }
    const bare_place place(context);
    byte_reader in(bytes);
    structured_value value;
    const auto fault = structure_reader(in, context).read(type, value, 0);
    if (fault != value_fault::none)
        return fault;
    if (in.remaining() != 0)
        return value_fault::bad_size;
    out = std::move(value);
    return value_fault::none;
}

value_fault encode_structure(const type_description& type, const structured_value& value, value_context& context,
                             std::vector<std::byte>& out) {
    const bare_place place(context);
    byte_writer writer(out);
    return all_or_nothing(out, [&] { return structure_writer(writer, context).write(type, value); });
}

value_fault encode_object_blob(const type_description& type, const structured_value& value, value_context& context,
                               std::vector<std::byte>& out) {
    byte_writer writer(out);
    return all_or_nothing(out, [&] {
        writer.number(object_magic);
        const auto at = writer.size();
        writer.number(std::int32_t{0});
        if (const auto fault = write_check(writer, type); fault != value_fault::none)
            return fault;
        writer.patch(at, static_cast<std::int32_t>(writer.size() - at - sizeof(std::int32_t)));
        return encode_structure(type, value, context, out);
    });
}

}  // namespace dmkit::wire

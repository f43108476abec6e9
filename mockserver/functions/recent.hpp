#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace dmkit::mock::functions {

/// The last few results of something costly, such as taking a format apart: the rows of a statement ask for the same
/// ones again and again. Used by one thread.
template <class Key, class Value, std::size_t size = 8>
class recent {
  public:
    /// The value of @p key, made by @p make unless it is there; what it throws goes through. The reference lives until
    /// @p size other values have been made. Key is compared with @p key and made of it.
    template <class Sought, class Make>
    const Value& get(const Sought& key, Make make) {
        for (const std::optional<entry>& known : entries_)
            if (known && known->first == key)
                return known->second;
        Value made = make();
        std::optional<entry>& place = entries_[next_++ % size];
        place.emplace(Key(key), std::move(made));
        return place->second;
    }

  private:
    using entry = std::pair<Key, Value>;
    std::array<std::optional<entry>, size> entries_;
    std::size_t next_ = 0;
};

}  // namespace dmkit::mock::functions

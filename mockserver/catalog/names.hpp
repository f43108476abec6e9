#pragma once

#include <map>
#include <string>
#include <string_view>

namespace dmkit::mock {

/// Which names are one name, and their order. With CASE_SENSITIVE=Y names differ by every byte (unquoted ones have been
/// folded to upper case before). With CASE_SENSITIVE=N names keep the spelling of whoever made them, and letters of
/// both cases are the same, in double quotes too. Letters are those of ASCII: of others no document speaks.
class name_order {
  public:
    using is_transparent = void;

    constexpr explicit name_order(bool case_sensitive = true) noexcept : ignores_case_(!case_sensitive) {}

    [[nodiscard]] bool ignores_case() const noexcept { return ignores_case_; }
    [[nodiscard]] bool same(std::string_view a, std::string_view b) const noexcept;
    /// What the spellings of one name have in common.
    [[nodiscard]] std::string key(std::string_view name) const;
    /// True if @p a comes before @p b.
    [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const noexcept;

  private:
    bool ignores_case_;
};

/// Things by their names.
template <class T>
using by_name = std::map<std::string, T, name_order>;

}  // namespace dmkit::mock

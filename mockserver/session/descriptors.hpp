#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <dmkit/wire/charset.hpp>
#include <dmkit/wire/messages/statement.hpp>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

/// Precision and scale as descriptors carry them (docs/protocol: precision and scale a server should send): the widths
/// of fixed types are the wire's, whatever the engine keeps.
[[nodiscard]] data_type described_type(const data_type& type) noexcept;

/// Column descriptors in the session's character set, with the text they point to.
class column_descriptors {
  public:
    /// Executing a statement again mostly finds the same columns: then nothing is done.
    /// @throws sql_error when a name cannot be said in the session's character set
    void assign(std::span<const column_description> columns, wire::charset_converter& session);
    [[nodiscard]] const std::vector<wire::column_descriptor>& get() const noexcept { return descriptors_; }

  private:
    std::vector<column_description> described_;  ///< what the descriptors were made of
    std::vector<wire::column_descriptor> descriptors_;
    std::vector<std::byte> names_;
};

/// The same for parameters.
class parameter_descriptors {
  public:
    /// @throws sql_error when a name cannot be said in the session's character set
    void assign(std::span<const parameter_description> parameters, wire::charset_converter& session);
    [[nodiscard]] const std::vector<wire::parameter_descriptor>& get() const noexcept { return descriptors_; }

  private:
    std::vector<wire::parameter_descriptor> descriptors_;
    std::vector<std::byte> names_;
};

}  // namespace dmkit::mock

// The schema file of a trace: its attributes, a line each (docs/trace-format.md).
#ifndef DATOMBENCH_WORKLOADS_TRACE_SCHEMA_H_
#define DATOMBENCH_WORKLOADS_TRACE_SCHEMA_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "workloads/schema_transaction.h"

namespace datombench {

// Immutable.
class TraceSchema {
 public:
  // REQUIRES: idents differ.
  explicit TraceSchema(std::vector<AttributeDeclaration> attributes);

  // Throws WorkloadError where the file isn't there or isn't in the format.
  static TraceSchema Read(const std::filesystem::path& path);
  // The bytes of the file that Read takes.
  std::string Text() const;

  const std::vector<AttributeDeclaration>& attributes() const { return attributes_; }
  const AttributeDeclaration& operator[](uint32_t attribute) const {
    return attributes_[attribute];
  }
  std::optional<uint32_t> Find(std::string_view ident) const {
    const auto found = by_ident_.find(ident);
    if (found == by_ident_.end()) return std::nullopt;
    return found->second;
  }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::vector<AttributeDeclaration> attributes_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> by_ident_;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_TRACE_SCHEMA_H_

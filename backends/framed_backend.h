// A FramedBackend frames what is put and verifies what is read, so that nothing above it sees a
// byte that wasn't written: the outermost layer of every store.
#ifndef DATOMBENCH_BACKENDS_FRAMED_BACKEND_H_
#define DATOMBENCH_BACKENDS_FRAMED_BACKEND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/backend.h"
#include "backends/forwarding_backend.h"

namespace datombench {

// Thread safety: the target's. Get and Scan throw CorruptionError on an object that isn't what was
// put under its key, and StorageError on one of another version.
class FramedBackend : public ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;

  std::optional<std::string> Get(std::string_view key) override;
  uint64_t Write(const Batch& batch, Durability durability) override;
  void Scan(std::string_view prefix, const Visitor& visit) override;
};

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_FRAMED_BACKEND_H_

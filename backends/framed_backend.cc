#include "backends/framed_backend.h"

#include "backends/frame.h"

namespace datombench {

std::optional<std::string> FramedBackend::Get(std::string_view key) {
  std::optional<std::string> value = target().Get(key);
  if (value) {
    Unframe(key, *value);
    value->erase(0, kFrameHeaderBytes);
  }
  return value;
}

uint64_t FramedBackend::Write(const Batch& batch, Durability durability) {
  Batch framed;
  framed.operations().reserve(batch.operations().size());
  for (const Batch::Operation& operation : batch.operations()) {
    if (operation.is_delete) {
      framed.Delete(operation.key);
    } else {
      framed.Put(operation.key, Frame(operation.key, operation.value));
    }
  }
  return target().Write(framed, durability);
}

void FramedBackend::Scan(std::string_view prefix, const Visitor& visit) {
  target().Scan(prefix, [&](std::string_view key, std::string_view value) {
    visit(key, Unframe(key, value));
  });
}

}  // namespace datombench

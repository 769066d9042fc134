// A Backend that hands every call on; decorators override what they care about.
#ifndef DATOMBENCH_BACKENDS_FORWARDING_BACKEND_H_
#define DATOMBENCH_BACKENDS_FORWARDING_BACKEND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/backend.h"

namespace datombench {

class ForwardingBackend : public Backend {
 public:
  // `target` must outlive this.
  explicit ForwardingBackend(Backend& target) : target_(target) {}

  std::optional<std::string> Get(std::string_view key) override { return target_.Get(key); }
  uint64_t Write(const Batch& batch, Durability durability) override {
    return target_.Write(batch, durability);
  }
  void Scan(std::string_view prefix, const Visitor& visit) override { target_.Scan(prefix, visit); }
  void ScanKeys(std::string_view prefix, const KeyVisitor& visit) override {
    target_.ScanKeys(prefix, visit);
  }
  bool has_atomic_batches() const override { return target_.has_atomic_batches(); }
  Durability strongest_durability() const override { return target_.strongest_durability(); }
  void Quiesce() override { target_.Quiesce(); }

 protected:
  Backend& target() { return target_; }

 private:
  Backend& target_;
};

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_FORWARDING_BACKEND_H_

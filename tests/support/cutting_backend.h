// A CuttingBackend crashes: after a given number of operations nothing is written any more.
#ifndef DATOMBENCH_TESTS_SUPPORT_CUTTING_BACKEND_H_
#define DATOMBENCH_TESTS_SUPPORT_CUTTING_BACKEND_H_

#include <algorithm>
#include <cstdint>
#include <limits>

#include "backends/error.h"
#include "backends/forwarding_backend.h"

namespace datombench {

class CuttingBackend : public ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;

  // The next `operations` puts and deletes are applied; the Write that reaches the last of them,
  // even with its own last one, throws, and every Write after it.
  void CutAfter(uint64_t operations) { left_ = operations; }
  void Heal() { left_ = kUncut; }
  // Puts and deletes applied so far.
  uint64_t applied() const { return applied_; }
  uint64_t largest_batch_bytes() const { return largest_batch_bytes_; }

  uint64_t Write(const Batch& batch, Durability durability) override {
    const auto& operations = batch.operations();
    uint64_t bytes = 0;
    for (const Batch::Operation& operation : operations) bytes += operation.value.size();
    largest_batch_bytes_ = std::max(largest_batch_bytes_, bytes);
    if (operations.size() < left_) {
      if (left_ != kUncut) left_ -= operations.size();
      applied_ += operations.size();
      return ForwardingBackend::Write(batch, durability);
    }
    Batch prefix;
    prefix.operations().assign(operations.begin(),
                               operations.begin() + static_cast<ptrdiff_t>(left_));
    if (!prefix.empty()) ForwardingBackend::Write(prefix, durability);
    applied_ += left_;
    left_ = 0;
    throw StorageError("cut by the test");
  }

 private:
  static constexpr uint64_t kUncut = std::numeric_limits<uint64_t>::max();

  uint64_t left_ = kUncut;
  uint64_t applied_ = 0;
  uint64_t largest_batch_bytes_ = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_CUTTING_BACKEND_H_

// SHA-256 of a stream of bytes.
#ifndef DATOMBENCH_HARNESS_SHA256_H_
#define DATOMBENCH_HARNESS_SHA256_H_

#include <memory>
#include <string>
#include <string_view>

namespace datombench {

// Thread safety: one thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(std::string_view bytes);
  // The digest in lower-case hex. REQUIRES: called once, last.
  std::string Hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_SHA256_H_

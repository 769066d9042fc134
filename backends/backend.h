// A Backend keeps bytes under keys beyond the life of the process.
//
// Keys are non-empty byte strings of at most kMaxKeyBytes. The first byte of a key is the
// ObjectClass of what is stored there, so every layer below the strategies can account by class
// without knowing any strategy. Keys are ordered bytewise, unsigned.
//
// Thread safety: Get and Scan may run on several threads beside one writer.
#ifndef DATOMBENCH_BACKENDS_BACKEND_H_
#define DATOMBENCH_BACKENDS_BACKEND_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datombench {

enum class ObjectClass : char {
  kCheckpoint = 'c',
  kLog = 'l',
  kNode = 'n',
  kRecord = 'r',
  kSnapshot = 's',
};
inline constexpr std::array kObjectClasses = {ObjectClass::kNode, ObjectClass::kRecord,
                                              ObjectClass::kLog, ObjectClass::kCheckpoint,
                                              ObjectClass::kSnapshot};
inline constexpr size_t kMaxKeyBytes = 64;

// "node", "record", "log", "checkpoint", "snapshot".
std::string_view ObjectClassName(ObjectClass object_class);

// The class that a key's first byte names; nullopt for a byte that names none.
std::optional<ObjectClass> ObjectClassOf(std::string_view key);

// How much an acknowledged write survives.
enum class Durability : uint8_t {
  kVolatile,  // nothing: the data die with the process
  kProcess,   // a killed process
  kPower,     // power loss: data and directory entries are synced before the call returns
};
std::string_view DurabilityName(Durability durability);  // "volatile", "process", "power"
std::optional<Durability> ParseDurability(std::string_view name);

// An ordered list of puts and deletes. The last operation is the commit point: after a crash, if it
// took effect then so did all before it.
class Batch {
 public:
  struct Operation {
    bool is_delete;
    std::string key;
    std::string value;  // empty for a delete
  };

  // REQUIRES: `key` is 1 to kMaxKeyBytes bytes long and its first byte is an ObjectClass.
  void Put(std::string key, std::string value);
  void Delete(std::string key);  // of an absent key: nothing happens

  const std::vector<Operation>& operations() const { return operations_; }
  std::vector<Operation>& operations() { return operations_; }
  bool empty() const { return operations_.empty(); }

 private:
  std::vector<Operation> operations_;
};

class Backend {
 public:
  virtual ~Backend() = default;

  // The value under `key`, or nullopt. Throws StorageError.
  virtual std::optional<std::string> Get(std::string_view key) = 0;

  // Applies `batch` in order and returns when it is durable as asked, *and with it every earlier
  // write through this backend*: a store may be written in several cheap batches and committed by
  // the last. With kPower the earlier writes are durable before the commit point can be, so no
  // crash leaves a commit without what it refers to. Returns the number of syncs that the caller
  // waited for. Throws StorageError; then any prefix of the batch may have been applied (nothing or
  // everything if has_atomic_batches()), and after a failed sync every further Write throws too:
  // the store is fenced, and only reopening it tells what it holds. REQUIRES: `durability` <=
  // strongest_durability().
  virtual uint64_t Write(const Batch& batch, Durability durability) = 0;

  // Calls `visit(key, value)` for every key that starts with `prefix`, ascending. Throws
  // StorageError.
  using Visitor = std::function<void(std::string_view key, std::string_view value)>;
  virtual void Scan(std::string_view prefix, const Visitor& visit) = 0;

  // The same without reading values. Throws StorageError.
  using KeyVisitor = std::function<void(std::string_view key)>;
  virtual void ScanKeys(std::string_view prefix, const KeyVisitor& visit) = 0;

  // Whether a crash leaves a batch wholly applied or not at all. Else some of its operations may
  // remain: a prefix after a killed process, any of those before the commit point after power loss.
  virtual bool has_atomic_batches() const = 0;
  virtual Durability strongest_durability() const = 0;

  // Finishes background work (compaction) so that disk figures are comparable. Throws StorageError.
  virtual void Quiesce() = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_BACKEND_H_

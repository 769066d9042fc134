// IndexMachine does what a fuzzer's bytes say to the versions of one index and to their models.
#ifndef DATOMBENCH_TESTS_FUZZ_INDEX_MACHINE_H_
#define DATOMBENCH_TESTS_FUZZ_INDEX_MACHINE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/node_cache.h"
#include "index/registry.h"
#include "tests/fuzz/checks.h"
#include "tests/fuzz/facts.h"
#include "tests/fuzz/universe.h"
#include "tests/support/memory_node_storage.h"

namespace datombench {

// The first bytes of an input.
struct IndexSettings {
  const IndexKind* kind;
  uint32_t branching_factor;
  OrderKind order;
  StringOrder strings;
  bool has_storage;
  size_t cache_bytes;
  bool stores_each_version;  // when it is made, as a database does
};
IndexSettings ReadSettings(Input& input);
std::string Describe(const IndexSettings& settings);

// All that Store returns and Restore takes of a version.
struct StoredVersion {
  StoredRoot root;
  uint64_t size;
};

class IndexMachine {
 public:
  // The input's next bytes make the universe; it must outlive the machine.
  IndexMachine(const IndexSettings& settings, Input& input);

  // Operations until the input, or the work allowed, is at its end; then compares every version
  // that is kept with its model. Throws Mismatch, whose message says in which step.
  void Run();

 private:
  // A transient and what it must hold as of now.
  struct Editing {
    std::unique_ptr<TransientIndex> transient;
    FactSet facts;
  };
  // A datom found in a version some steps ago.
  struct Held {
    Version version;
    Found found;
    Fact from;
  };
  struct Operation {
    const char* name;
    void (IndexMachine::*run)();
  };
  static const std::array<Operation, 32>& Operations();

  void Step(const Operation& operation);
  void AfterStep();
  void AfterFailure();
  void Finish();

  void Insert();
  void Erase();
  void EraseNear();
  void InsertRun();
  void EraseRun();
  void Apply();
  void ApplyAndCompareTrees();
  void SeekInTransient();
  void SeekInVersion();
  void WalkSlice();
  void Persist();
  void Fork();
  void GiveUp();
  void Discard();
  void DropVersion();
  void BuildInBulk();
  void Store();
  void StoreAndRestore();
  void FailRestore();
  void FailStore();
  void OpenCursor();
  void AdvanceCursor();
  void HoldFound();
  void AddAttribute();
  void MeasureAndTrim();

  void InsertOne(const Fact& fact);
  void EraseOne(const Fact& fact);
  void CheckSeek(const Version& version, const Fact& from);
  void CheckGaps(const Version& version);
  void CheckSeek(const Editing& editing, const Fact& from);
  // The one place where Store is called, and the one where Restore is.
  StoredVersion StoreOnce(const NodeAddressableIndex& index);
  IndexPtr Restored(const StoredVersion& stored) const;
  StoredVersion StoreCompletely(const NodeAddressableIndex& index);
  // Where they have nodes.
  void RequireSameTree(const Version& x, const Version& y, const char* otherwise);
  void CheckAddresses(const NodeAddressableIndex& index);
  void CheckBranch(const NodeContents& node);

  FactSet SetOf(const Facts& facts) const {
    return {facts.begin(), facts.end(), universe_.order()};
  }
  static Version Frozen(std::optional<Editing>* editing);
  Datom ToDatom(const Fact& fact) { return universe_.ToDatom(fact, &values_); }
  // Of a slice or a seek: every second one is in the version.
  Fact ReadBound(const Version& version);
  Bounds ReadBounds(const Version& version);
  size_t ReadVersion() { return input_.Below(versions_.size()); }
  // The transient that is edited; a new one of the newest version where there is none.
  Editing& Current();
  void Keep(Version version);
  // Null where the index has no nodes to store.
  const NodeAddressableIndex* Nodes(const Version& version) const;

  const IndexSettings settings_;
  Input& input_;
  Universe universe_;
  const DatomOrder order_;
  ValueArena values_;  // the database's
  MemoryNodeStorage storage_;
  NodeCache cache_;
  const IndexOptions options_;
  const size_t most_facts_;

  std::vector<Version> versions_;  // never empty
  std::array<std::optional<Editing>, 2> editings_;
  size_t current_ = 0;
  bool is_editing_ = false;  // in this step
  std::optional<CheckedCursor> cursor_;
  std::optional<Held> held_;
  Fact touched_;  // the last fact that was inserted, erased or sought
  uint64_t steps_ = 0;
  uint64_t work_ = 0;  // about the datoms that were touched
};

// One run over all bytes; `kind` in place of the one they name, if any.
void RunIndexInput(std::span<const uint8_t> bytes, const IndexKind* kind = nullptr);

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_FUZZ_INDEX_MACHINE_H_

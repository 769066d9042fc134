#include "tests/fuzz/index_machine.h"

#include <algorithm>
#include <set>
#include <utility>

#include "backends/error.h"

namespace datombench {
namespace {

constexpr uint64_t kMostWork = 60'000;
constexpr size_t kMostVersions = 6;

}  // namespace

IndexSettings ReadSettings(Input& input) {
  constexpr uint32_t kBranchingFactors[] = {4, 8, 4, 8, 16, 32, 64, 512};
  constexpr size_t kCacheBytes[] = {
      0, NodeCache::kUnlimited, NodeCache::kUnlimited, 1, 1024, 4096, 16 * 1024, 64 * 1024};
  IndexSettings settings;
  settings.kind = AllIndexes()[input.Below(AllIndexes().size())];
  settings.branching_factor = kBranchingFactors[input.Below(std::size(kBranchingFactors))];
  settings.order = static_cast<OrderKind>(input.Below(3));
  settings.strings = static_cast<StringOrder>(input.Below(2));
  settings.cache_bytes = kCacheBytes[input.Below(std::size(kCacheBytes))];
  settings.has_storage = settings.cache_bytes > 0;
  return settings;
}

std::string Describe(const IndexSettings& settings) {
  constexpr const char* kOrders[] = {"eavt", "aevt", "avet"};
  std::string text(settings.kind->name());
  text += ", branching factor " + std::to_string(settings.branching_factor) + ", ";
  text += kOrders[static_cast<size_t>(settings.order)];
  if (!settings.has_storage) return text + ", no storage";
  if (settings.cache_bytes == NodeCache::kUnlimited) return text + ", unlimited cache";
  return text + ", cache of " + std::to_string(settings.cache_bytes) + " bytes";
}

IndexMachine::IndexMachine(const IndexSettings& settings, Input& input)
    : settings_(settings),
      input_(input),
      universe_(settings.order, settings.strings, input),
      order_(settings.order, universe_.attributes()),
      cache_(settings.cache_bytes),
      options_{.branching_factor = settings.branching_factor,
               .storage = settings.has_storage ? &storage_ : nullptr,
               .cache = settings.has_storage ? &cache_ : nullptr},
      most_facts_(settings.branching_factor <= 32 ? 2000 : 5000) {
  Keep({settings.kind->Empty(order_, options_), std::make_shared<Facts>()});
}

// A byte of the input names an operation by its place here: a new one goes to the end, in the place
// of one that is there twice, or the corpus changes its meaning.
const std::array<IndexMachine::Operation, 32>& IndexMachine::Operations() {
  static constexpr std::array<Operation, 32> kOperations = {{
      {"Insert", &IndexMachine::Insert},
      {"Erase", &IndexMachine::Erase},
      {"EraseNear", &IndexMachine::EraseNear},
      {"InsertRun", &IndexMachine::InsertRun},
      {"EraseRun", &IndexMachine::EraseRun},
      {"Apply", &IndexMachine::Apply},
      {"ApplyAndCompareTrees", &IndexMachine::ApplyAndCompareTrees},
      {"SeekInTransient", &IndexMachine::SeekInTransient},
      {"SeekInVersion", &IndexMachine::SeekInVersion},
      {"WalkSlice", &IndexMachine::WalkSlice},
      {"Persist", &IndexMachine::Persist},
      {"Fork", &IndexMachine::Fork},
      {"Discard", &IndexMachine::Discard},
      {"DropVersion", &IndexMachine::DropVersion},
      {"BuildInBulk", &IndexMachine::BuildInBulk},
      {"Store", &IndexMachine::Store},
      {"StoreAndRestore", &IndexMachine::StoreAndRestore},
      {"FailRestore", &IndexMachine::FailRestore},
      {"FailStore", &IndexMachine::FailStore},
      {"OpenCursor", &IndexMachine::OpenCursor},
      {"AdvanceCursor", &IndexMachine::AdvanceCursor},
      {"HoldFound", &IndexMachine::HoldFound},
      {"AddAttribute", &IndexMachine::AddAttribute},
      {"MeasureAndTrim", &IndexMachine::MeasureAndTrim},
      {"InsertRun", &IndexMachine::InsertRun},
      {"Apply", &IndexMachine::Apply},
      {"EraseRun", &IndexMachine::EraseRun},
      {"Persist", &IndexMachine::Persist},
      {"WalkSlice", &IndexMachine::WalkSlice},
      {"StoreAndRestore", &IndexMachine::StoreAndRestore},
      {"Insert", &IndexMachine::Insert},
      {"EraseNear", &IndexMachine::EraseNear},
  }};
  return kOperations;
}

void IndexMachine::Run() {
  const Operation* operation = nullptr;
  try {
    while (!input_.is_at_end() && work_ < kMostWork) {
      operation = &Operations()[input_.Below(Operations().size())];
      ++steps_;
      Step(*operation);
    }
    operation = nullptr;
    Finish();
  } catch (const Mismatch& mismatch) {
    throw Mismatch(Describe(settings_) + ", " +
                   (operation == nullptr ? "at the end, after step " : "step ") +
                   std::to_string(steps_) +
                   (operation == nullptr ? std::string() : std::string(" ") + operation->name) +
                   ": " + mismatch.what());
  }
}

void IndexMachine::Step(const Operation& operation) {
  ++work_;
  is_editing_ = false;
  try {
    (this->*operation.run)();
    is_editing_ = false;
    AfterStep();
  } catch (const StorageError&) {
    AfterFailure();
  }
}

// The cheap check of every step.
void IndexMachine::AfterStep() {
  const Version& version = versions_[steps_ % versions_.size()];
  CheckFound(universe_, version.index->Seek(ToDatom(touched_)), *version.facts, touched_);
  if (const auto& editing = editings_[current_]) {
    Require(editing->transient->size() == editing->facts.size(), "a transient's size is wrong");
    CheckFound(universe_, editing->transient->Seek(ToDatom(touched_)), editing->facts, touched_);
  }
}

// A transient whose change failed is thrown away, a failed cursor too; nothing else is lost.
void IndexMachine::AfterFailure() {
  if (is_editing_) editings_[current_].reset();
  for (const Version& version : versions_) {
    CheckAll(universe_, version);
    work_ += 2 * version.facts->size();
  }
}

void IndexMachine::Finish() {
  storage_.Heal();
  for (const Version& version : versions_) CheckAll(universe_, version);
  for (auto& editing : editings_) {
    if (!editing) continue;
    Version version{editing->transient->Persist(),
                    std::make_shared<Facts>(std::move(editing->facts))};
    editing.reset();
    CheckAll(universe_, version);
  }
  cursor_.reset();
  held_.reset();
  versions_.clear();
  Require(cache_.resident_bytes() == 0, "bytes of nodes stay when the last version is gone");
}

IndexMachine::Editing& IndexMachine::Current() {
  auto& editing = editings_[current_];
  if (!editing) editing = {versions_.back().index->Transient(), *versions_.back().facts};
  is_editing_ = true;
  return *editing;
}

void IndexMachine::InsertOne(const Fact& fact) {
  Editing& editing = Current();
  if (editing.facts.size() >= most_facts_) return;
  touched_ = fact;
  const bool is_new = InsertFact(universe_.order(), fact, &editing.facts);
  Require(editing.transient->Insert(ToDatom(fact)) == is_new, "Insert says the wrong thing");
  ++work_;
}

// By value: it may be one of the facts.
void IndexMachine::EraseOne(Fact fact) {
  Editing& editing = Current();
  touched_ = fact;
  const bool was_there = EraseFact(universe_.order(), fact, &editing.facts);
  Require(editing.transient->Erase(ToDatom(fact)) == was_there, "Erase says the wrong thing");
  ++work_;
}

void IndexMachine::Insert() { InsertOne(universe_.ReadFact(input_)); }

void IndexMachine::Erase() { EraseOne(universe_.ReadFact(input_)); }

void IndexMachine::EraseNear() {
  const Fact fact = universe_.ReadFact(input_);
  const Facts& facts = Current().facts;
  if (!facts.empty()) EraseOne(facts[LowerBound(facts, universe_.order(), fact) % facts.size()]);
}

void IndexMachine::InsertRun() {
  const size_t count = ReadCount(input_);
  FactRun run(universe_, input_);
  for (size_t i = 0; i < count; ++i) InsertOne(run.Next());
}

// Every datom, or every second one, from a place on.
void IndexMachine::EraseRun() {
  const size_t count = ReadCount(input_);
  const size_t stride = input_.Below(3);
  const Fact from = universe_.ReadFact(input_);
  size_t place = LowerBound(Current().facts, universe_.order(), from);
  for (size_t i = 0; i < count; ++i, place += stride) {
    const Facts& facts = Current().facts;
    if (facts.empty()) return;
    EraseOne(facts[place % facts.size()]);
  }
}

void IndexMachine::Apply() {
  Editing& editing = Current();
  const auto edits = ReadEdits(universe_, most_facts_, input_, &values_, &editing.facts);
  editing.transient->Apply(edits);
  work_ += edits.size();
}

// A batch leaves the tree that its edits leave one by one.
void IndexMachine::ApplyAndCompareTrees() {
  const Version base = versions_[ReadVersion()];
  auto facts = std::make_shared<Facts>(*base.facts);
  const auto edits = ReadEdits(universe_, most_facts_, input_, &values_, facts.get());
  work_ += 3 * edits.size() + facts->size();
  const auto batch = base.index->Transient();
  batch->Apply(edits);
  const auto one_by_one = base.index->Transient();
  for (const IndexEdit& edit : edits) {
    Require(edit.kind == IndexEdit::Kind::kInsert ? one_by_one->Insert(edit.datom)
                                                  : one_by_one->Erase(edit.datom),
            "an edit took no effect");
  }
  const Version version{batch->Persist(), facts};
  const Version same{one_by_one->Persist(), facts};
  CheckAll(universe_, version);
  if (const NodeAddressableIndex* nodes = Nodes(version)) {
    const Address root = StoreCompletely(*nodes).root;
    Require(storage_.IsSameTree(root, StoreCompletely(*Nodes(same)).root),
            "a batch leaves another tree than its edits one by one");
  }
  Keep(version);
}

void IndexMachine::SeekInTransient() {
  const Editing& editing = Current();
  is_editing_ = false;
  const Fact from = universe_.ReadBound(input_);
  CheckFound(universe_, editing.transient->Seek(ToDatom(from)), editing.facts, from);
}

void IndexMachine::SeekInVersion() {
  const Version& version = versions_[ReadVersion()];
  const Fact from = universe_.ReadBound(input_);
  CheckFound(universe_, version.index->Seek(ToDatom(from)), *version.facts, from);
}

Bounds IndexMachine::ReadBounds() {
  const bool is_backward = input_.Below(2) == 1;
  const Fact from = universe_.ReadBound(input_);
  return {from, universe_.ReadBound(input_), is_backward};
}

void IndexMachine::WalkSlice() {
  const Version& version = versions_[ReadVersion()];
  CheckedCursor cursor(universe_, version, ReadBounds(), &values_);
  work_ += version.facts->size() / 4;
  while (cursor.Advance()) {
  }
}

void IndexMachine::Persist() {
  auto& editing = editings_[current_];
  if (!editing) return;
  Version version{editing->transient->Persist(),
                  std::make_shared<Facts>(std::move(editing->facts))};
  editing.reset();
  Keep(std::move(version));
}

// A transient of any version, beside the other one.
void IndexMachine::Fork() {
  const Version& version = versions_[ReadVersion()];
  current_ = input_.Below(2);
  editings_[current_] = {version.index->Transient(), *version.facts};
  work_ += version.facts->size() / 64;
}

void IndexMachine::Discard() {
  current_ = input_.Below(2);
  editings_[current_].reset();
}

void IndexMachine::Keep(Version version) {
  if (versions_.size() == kMostVersions) versions_.erase(versions_.begin());
  versions_.push_back(std::move(version));
}

void IndexMachine::DropVersion() {
  const size_t i = ReadVersion();
  if (versions_.size() > 1) versions_.erase(versions_.begin() + static_cast<ptrdiff_t>(i));
}

void IndexMachine::BuildInBulk() {
  const auto facts = versions_[ReadVersion()].facts;
  // Any number of them: what is built must be right at every size.
  const size_t size = input_.Below(2) == 0 ? facts->size() : input_.Below(facts->size() + 1);
  auto kept =
      std::make_shared<Facts>(facts->begin(), facts->begin() + static_cast<ptrdiff_t>(size));
  std::vector<Datom> datoms;
  datoms.reserve(size);
  for (const Fact& fact : *kept) datoms.push_back(ToDatom(fact));
  work_ += size;
  Keep({settings_.kind->FromSorted(order_, options_, datoms), std::move(kept)});
}

const NodeAddressableIndex* IndexMachine::Nodes(const Version& version) const {
  if (!settings_.has_storage || !settings_.kind->is_node_addressable()) return nullptr;
  return dynamic_cast<const NodeAddressableIndex*>(version.index.get());
}

// Stores until it succeeds, as a store that failed may be repeated.
StoredVersion IndexMachine::StoreCompletely(const NodeAddressableIndex& index) {
  const uint64_t dirty = index.DirtyNodes();
  const size_t stored_before = storage_.size();
  StoredVersion stored;
  try {
    stored = StoreVersion(index, storage_);
  } catch (const StorageError&) {
    Require(index.DirtyNodes() + (storage_.size() - stored_before) == dirty,
            "a failed Store forgot what it had stored");
    stored = StoreVersion(index, storage_);
  }
  Require(storage_.size() - stored_before == dirty, "Store wrote other nodes than the dirty ones");
  Require(index.DirtyNodes() == 0, "nodes are dirty after Store");
  return stored;
}

void IndexMachine::Store() {
  const NodeAddressableIndex* nodes = Nodes(versions_[ReadVersion()]);
  if (nodes == nullptr) return;
  const StoredVersion stored = StoreCompletely(*nodes);
  Require(StoreVersion(*nodes, storage_).root == stored.root, "a second Store moved the root");
  CheckAddresses(*nodes);
}

void IndexMachine::CheckAddresses(const NodeAddressableIndex& index) {
  std::set<Address> seen;
  index.VisitAddresses([&](Address address, uint32_t level) {
    Require(seen.insert(address).second, "a node was visited twice");
    const NodeContents& node = storage_.node(address);
    Require(node.level == level, "a node was visited with a wrong level");
    for (const Address child : node.children) {
      Require(!seen.contains(child), "a node was visited before its parent");
    }
  });
  work_ += seen.size();
}

// The restored version takes the place of the one in memory, or stands beside it.
void IndexMachine::StoreAndRestore() {
  const size_t i = ReadVersion();
  const bool replaces = input_.Below(2) == 0;
  const NodeAddressableIndex* nodes = Nodes(versions_[i]);
  if (nodes == nullptr) return;
  const StoredVersion stored = StoreCompletely(*nodes);
  Version restored{RestoreVersion(*settings_.kind, order_, options_, stored), versions_[i].facts};
  if (replaces) {
    versions_[i] = std::move(restored);
  } else {
    Keep(std::move(restored));
  }
}

void IndexMachine::FailRestore() { storage_.FailRestore(1 + input_.Byte()); }

void IndexMachine::FailStore() {
  storage_.FailStore(1 + input_.Byte());
  Store();
  storage_.FailStore(0);
}

void IndexMachine::OpenCursor() {
  const Version& version = versions_[ReadVersion()];
  cursor_.reset();
  cursor_.emplace(universe_, version, ReadBounds(), &values_);
}

void IndexMachine::AdvanceCursor() {
  if (!cursor_) return;
  try {
    if (!cursor_->Advance()) cursor_.reset();
  } catch (const StorageError&) {
    cursor_.reset();
    throw;
  }
}

// What was found some steps ago is still what it was; then finds anew.
void IndexMachine::HoldFound() {
  if (held_) CheckFound(universe_, held_->found, *held_->version.facts, held_->from);
  held_.reset();
  const Version& version = versions_[ReadVersion()];
  const Fact from = universe_.ReadBound(input_);
  if (auto found = version.index->Seek(ToDatom(from))) held_ = {version, std::move(*found), from};
}

void IndexMachine::AddAttribute() { universe_.AddAttribute(); }

void IndexMachine::MeasureAndTrim() {
  for (const Version& version : versions_) {
    Require(version.index->MemoryBytes() > 0, "a version takes no memory");
  }
  cache_.Trim();
}

void RunIndexInput(std::span<const uint8_t> bytes, const IndexKind* kind) {
  Input input(bytes);
  IndexSettings settings = ReadSettings(input);
  if (kind != nullptr) settings.kind = kind;
  IndexMachine(settings, input).Run();
}

}  // namespace datombench

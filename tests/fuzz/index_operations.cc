// The operations of IndexMachine, in the order of its table.
#include <set>
#include <utility>

#include "backends/error.h"
#include "tests/fuzz/index_machine.h"

namespace datombench {

void IndexMachine::InsertOne(const Fact& fact) {
  Editing& editing = Current();
  if (editing.facts.size() >= most_facts_) return;
  touched_ = fact;
  const bool is_new = editing.facts.insert(fact).second;
  Require(editing.transient->Insert(ToDatom(fact)) == is_new, "Insert says the wrong thing");
  ++work_;
}

void IndexMachine::EraseOne(const Fact& fact) {
  Editing& editing = Current();
  touched_ = fact;
  const bool was_there = editing.facts.contains(fact);
  Require(editing.transient->Erase(ToDatom(fact)) == was_there, "Erase says the wrong thing");
  editing.facts.erase(touched_);
  ++work_;
}

void IndexMachine::Insert() { InsertOne(universe_.ReadFact(input_)); }

void IndexMachine::Erase() { EraseOne(universe_.ReadFact(input_)); }

void IndexMachine::EraseNear() {
  const Fact fact = universe_.ReadFact(input_);
  const FactSet& facts = Current().facts;
  if (!facts.empty()) EraseOne(*NearestFrom(facts, fact));
}

void IndexMachine::InsertRun() {
  const size_t count = ReadCount(input_);
  FactRun run(universe_, input_);
  for (size_t i = 0; i < count; ++i) InsertOne(run.Next());
}

// Every datom from a place on, or every second or third one.
void IndexMachine::EraseRun() {
  const size_t count = ReadCount(input_);
  const size_t kept = input_.Below(3);
  const FactSet& facts = Current().facts;
  Fact next = universe_.ReadFact(input_);
  for (size_t i = 0; i < count && !facts.empty(); ++i) {
    auto doomed = NearestFrom(facts, next);
    const Fact fact = *doomed;
    for (size_t k = 0; k <= kept && doomed != facts.end(); ++k) ++doomed;
    next = doomed == facts.end() ? *facts.begin() : *doomed;
    EraseOne(fact);
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
  FactSet set = SetOf(*base.facts);
  const auto edits = ReadEdits(universe_, most_facts_, input_, &values_, &set);
  const auto facts = std::make_shared<Facts>(set.begin(), set.end());
  work_ += 6 * edits.size() + facts->size();
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
  RequireSameTree(version, same, "a batch leaves another tree than its edits one by one");
  Keep(version);
  // In two transactions, the second of which may change in place what the first one has made.
  const std::span<const IndexEdit> first(edits.data(), edits.size() / 2);
  const auto rest = std::span(edits).subspan(first.size());
  const auto after_first = [&] {
    const auto transient = base.index->Transient();
    transient->Apply(first);
    return transient->Persist();
  };
  const IndexPtr kept = after_first();
  const auto copy = kept->Transient();
  copy->Apply(rest);
  const auto in_place = Index::TransientOf(after_first());
  in_place->Apply(rest);
  RequireSameTree({in_place->Persist(), facts}, {copy->Persist(), facts},
                  "a batch in place leaves another tree than one that copies");
}

void IndexMachine::RequireSameTree(const Version& x, const Version& y, const char* otherwise) {
  if (Nodes(x) == nullptr) return;
  const StoredVersion stored = StoreCompletely(*Nodes(x));
  Require(storage_.IsSameTree(stored.root, StoreCompletely(*Nodes(y)).root), otherwise);
}

void IndexMachine::CheckSeek(const Version& version, const Fact& from) {
  CheckFound(universe_, version.index->Seek(ToDatom(from)),
             FirstFrom(*version.facts, universe_.order(), from));
}

// Reads around a few facts all over the version: at each, and in the gaps before and behind it,
// where a node may end. Slices begin there in both directions; what follows is compared elsewhere.
void IndexMachine::CheckGaps(const Version& version) {
  constexpr size_t kPlaces = 24;
  for (size_t i = 0; i < version.facts->size(); i += 1 + version.facts->size() / kPlaces) {
    Fact before = (*version.facts)[i];
    Fact behind = before;
    CheckSeek(version, before);
    before.tx = 0;
    behind.tx = kMaxTx;
    for (const Fact& gap : {before, behind}) {
      CheckSeek(version, gap);
      for (const bool is_backward : {false, true}) {
        const Bounds bounds =
            is_backward ? Bounds{LowestFact(), gap, true} : Bounds{gap, HighestFact(), false};
        CheckedCursor cursor(universe_, version, bounds, &values_);
        if (cursor.Advance()) cursor.Advance();
      }
    }
  }
}

void IndexMachine::CheckSeek(const Editing& editing, const Fact& from) {
  CheckFound(universe_, editing.transient->Seek(ToDatom(from)), FirstFrom(editing.facts, from));
}

void IndexMachine::SeekInTransient() {
  const Editing& editing = Current();
  is_editing_ = false;
  const Fact from = universe_.ReadBound(input_);
  CheckSeek(editing, from);
}

void IndexMachine::SeekInVersion() {
  const Version& version = versions_[ReadVersion()];
  CheckSeek(version, ReadBound(version));
}

Fact IndexMachine::ReadBound(const Version& version) {
  if (input_.Below(2) == 1) return universe_.ReadBound(input_);
  const Fact fact = universe_.ReadFact(input_);
  const Fact* const nearest = FirstFrom(*version.facts, universe_.order(), fact);
  return nearest != nullptr ? *nearest : fact;
}

Bounds IndexMachine::ReadBounds(const Version& version) {
  const bool is_backward = input_.Below(2) == 1;
  const Fact from = ReadBound(version);
  return {from, ReadBound(version), is_backward};
}

void IndexMachine::WalkSlice() {
  const Version& version = versions_[ReadVersion()];
  CheckedCursor cursor(universe_, version, ReadBounds(version), &values_);
  work_ += version.facts->size() / 4;
  while (cursor.Advance()) {
  }
}

void IndexMachine::Persist() {
  if (editings_[current_]) Keep(Frozen(&editings_[current_]));
}

// A transient of any version, beside the other one.
void IndexMachine::Fork() {
  const Version& version = versions_[ReadVersion()];
  current_ = input_.Below(2);
  editings_[current_].emplace(Editing{version.index->Transient(), SetOf(*version.facts)});
  work_ += version.facts->size() / 8;
}

// A transient in the place of any version, unless something else still has that one.
void IndexMachine::GiveUp() {
  if (versions_.size() == 1) return;
  const size_t i = ReadVersion();
  Version version = std::move(versions_[i]);
  versions_.erase(versions_.begin() + static_cast<ptrdiff_t>(i));
  editings_[current_].reset();
  editings_[current_].emplace(
      Editing{Index::TransientOf(std::move(version.index)), SetOf(*version.facts)});
  work_ += version.facts->size() / 8;
}

void IndexMachine::Discard() {
  current_ = input_.Below(2);
  editings_[current_].reset();
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

StoredVersion IndexMachine::StoreOnce(const NodeAddressableIndex& index) {
  return {index.Store(storage_), index.size()};
}

// As from a record that was read: with values of its own.
IndexPtr IndexMachine::Restored(const StoredVersion& stored) const {
  const StoredRoot& root = stored.root;
  StoredRoot reread = root.node ? StoredRoot(CopyOf(root.node->View())) : StoredRoot(root.address);
  return settings_.kind->Restore(order_, options_, std::move(reread), stored.size);
}

// Stores until it succeeds, as a store that failed may be repeated.
StoredVersion IndexMachine::StoreCompletely(const NodeAddressableIndex& index) {
  const uint64_t dirty = index.DirtyNodes();
  const size_t stored_before = storage_.stored();
  std::optional<StoredVersion> stored;
  try {
    stored = StoreOnce(index);
  } catch (const StorageError&) {
    Require(index.DirtyNodes() + (storage_.stored() - stored_before) == dirty,
            "a failed Store forgot what it had stored");
    stored = StoreOnce(index);
  }
  Require(storage_.stored() - stored_before == dirty,
          "Store wrote other nodes than the dirty ones");
  Require(index.DirtyNodes() == 0, "nodes are dirty after Store");
  return std::move(*stored);
}

void IndexMachine::Store() {
  const NodeAddressableIndex* nodes = Nodes(versions_[ReadVersion()]);
  if (nodes == nullptr) return;
  const StoredVersion stored = StoreCompletely(*nodes);
  Require(storage_.IsSameTree(StoreOnce(*nodes).root, stored.root),
          "a second Store gave another root");
  CheckAddresses(*nodes);
}

// Visited are all nodes below the root, each once, and they make a tree.
void IndexMachine::CheckAddresses(const NodeAddressableIndex& index) {
  std::set<Address> seen;
  index.VisitAddresses([&](Address address, uint32_t level) {
    Require(seen.insert(address).second, "a node was visited twice");
    const NodeContents& node = storage_.node(address);
    Require(node.level == level, "a node was visited with a wrong level");
    for (const Address child : node.children) {
      Require(!seen.contains(child), "a node was visited before its parent");
      Require(storage_.node(child).level + 1 == level, "a child has a wrong level");
    }
    if (settings_.kind->name() == "sorted_set") CheckBranch(node);
  });
  work_ += seen.size();
}

// What makes a B+-tree of it: nodes neither overfull nor less than half full, and right keys.
void IndexMachine::CheckBranch(const NodeContents& node) {
  Require(node.keys.size() <= settings_.branching_factor, "a node is overfull");
  for (size_t i = 0; i < node.children.size(); ++i) {
    const NodeContents& child = storage_.node(node.children[i]);
    Require(child.keys.size() >= settings_.branching_factor / 2, "a node is less than half full");
    Require(order_.Compare(child.keys.back(), node.keys[i]) == 0,
            "a branch's key is not the greatest below it");
  }
}

// The restored version takes the place of the one in memory, or stands beside it.
void IndexMachine::StoreAndRestore() {
  const size_t i = ReadVersion();
  const bool replaces = input_.Below(2) == 0;
  const NodeAddressableIndex* nodes = Nodes(versions_[i]);
  if (nodes == nullptr) return;
  const StoredVersion stored = StoreCompletely(*nodes);
  Version restored{Restored(stored), versions_[i].facts};
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
  cursor_.emplace(universe_, version, ReadBounds(version), &values_);
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
  if (held_) {
    CheckFound(universe_, held_->found,
               FirstFrom(*held_->version.facts, universe_.order(), held_->from));
  }
  held_.reset();
  const Version& version = versions_[ReadVersion()];
  const Fact from = ReadBound(version);
  if (auto found = version.index->Seek(ToDatom(from))) held_ = {version, std::move(*found), from};
}

void IndexMachine::AddAttribute() { universe_.AddAttribute(); }

void IndexMachine::MeasureAndTrim() {
  for (const Version& version : versions_) {
    Require(version.index->MemoryBytes() > 0, "a version takes no memory");
  }
  cache_.Trim();
}

}  // namespace datombench

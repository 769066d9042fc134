#include "tests/fuzz/index_machine.h"

#include <stdexcept>
#include <utility>

#include "backends/error.h"

namespace datombench {
namespace {

constexpr uint64_t kMostWork = 30'000;
constexpr size_t kMostVersions = 6;

}  // namespace

IndexSettings ReadSettings(Input& input) {
  constexpr uint32_t kBranchingFactors[] = {4, 8, 4, 8, 130, 32, 64, 512};
  constexpr size_t kCacheBytes[] = {
      0, NodeCache::kUnlimited, NodeCache::kUnlimited, 1, 1024, 4096, 16 * 1024, 64 * 1024};
  IndexSettings settings;
  settings.kind = AllIndexes()[input.Below(AllIndexes().size())];
  settings.branching_factor = kBranchingFactors[input.Below(std::size(kBranchingFactors))];
  settings.order = static_cast<OrderKind>(input.Below(3));
  settings.strings = static_cast<StringOrder>(input.Below(2));
  settings.cache_bytes = kCacheBytes[input.Below(std::size(kCacheBytes))];
  settings.has_storage = settings.cache_bytes > 0;
  settings.stores_each_version = input.Below(2) == 1;
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
      // At least five levels of the smallest nodes, two of the largest.
      most_facts_(settings.branching_factor <= 8    ? 800
                  : settings.branching_factor <= 64 ? 2000
                                                    : 5000) {
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
      {"GiveUp", &IndexMachine::GiveUp},
      {"StoreAndRestore", &IndexMachine::StoreAndRestore},
      {"GiveUp", &IndexMachine::GiveUp},
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
  } catch (const std::logic_error& mismatch) {
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
  CheckSeek(version, touched_);
  if (const auto& editing = editings_[current_]) {
    Require(editing->transient->size() == editing->facts.size(), "a transient's size is wrong");
    CheckSeek(*editing, touched_);
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
  for (auto& editing : editings_) {
    if (editing) versions_.push_back(Frozen(&editing));
  }
  for (const Version& version : versions_) CheckAll(universe_, version);
  // Once more when every node may be evicted.
  for (const Version& version : versions_) {
    if (const NodeAddressableIndex* nodes = Nodes(version)) StoreCompletely(*nodes);
  }
  for (const Version& version : versions_) {
    CheckAll(universe_, version);
    CheckGaps(version);
  }
  cursor_.reset();
  held_.reset();
  versions_.clear();
  Require(cache_.resident_bytes() == 0, "bytes of nodes stay when the last version is gone");
}

// Persists the transient, which is gone afterwards.
Version IndexMachine::Frozen(std::optional<Editing>* editing) {
  Version version{(*editing)->transient->Persist(),
                  std::make_shared<Facts>((*editing)->facts.begin(), (*editing)->facts.end())};
  editing->reset();
  return version;
}

IndexMachine::Editing& IndexMachine::Current() {
  auto& editing = editings_[current_];
  if (!editing)
    editing.emplace(Editing{versions_.back().index->Transient(), SetOf(*versions_.back().facts)});
  is_editing_ = true;
  return *editing;
}

void IndexMachine::Keep(Version version) {
  if (versions_.size() == kMostVersions) versions_.erase(versions_.begin());
  versions_.push_back(std::move(version));
  if (!settings_.stores_each_version) return;
  if (const NodeAddressableIndex* nodes = Nodes(versions_.back())) StoreCompletely(*nodes);
}

void RunIndexInput(std::span<const uint8_t> bytes, const IndexKind* kind) {
  Input input(bytes);
  IndexSettings settings = ReadSettings(input);
  if (kind != nullptr) settings.kind = kind;
  IndexMachine(settings, input).Run();
}

}  // namespace datombench

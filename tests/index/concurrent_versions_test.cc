// Old versions read, and let go, by several threads while one writes. Under the thread sanitizer
// this is the proof that versions share nodes safely.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "index/node_cache.h"
#include "index/registry.h"
#include "tests/index/datom_factory.h"
#include "tests/support/memory_node_storage.h"

namespace datombench {
namespace {

constexpr int kReaders = 3;
constexpr int kTransactions = 90;

struct Variant {
  const IndexKind* kind;
  uint32_t branching_factor;
  size_t cache_bytes;  // 0: neither cache nor storage
};

std::vector<Variant> AllVariants() {
  std::vector<Variant> variants;
  for (const IndexKind* kind : AllIndexes()) {
    variants.push_back({kind, 8, 0});
    if (!kind->is_node_addressable()) continue;
    for (const uint32_t branching_factor : {4, 64}) {
      // All in memory; some evicted now and then; every node evicted as soon as it was read.
      for (const size_t cache_bytes : {NodeCache::kUnlimited, size_t{24 * 1024}, size_t{1}}) {
        variants.push_back({kind, branching_factor, cache_bytes});
      }
    }
  }
  return variants;
}

std::string VariantName(const testing::TestParamInfo<Variant>& info) {
  const Variant& v = info.param;
  return std::string(v.kind->name()) + "_" + std::to_string(v.branching_factor) +
         (v.cache_bytes == 0                       ? "_no_storage"
          : v.cache_bytes == NodeCache::kUnlimited ? "_unlimited_cache"
                                                   : "_cache_" + std::to_string(v.cache_bytes));
}

void PrintTo(const Variant& variant, std::ostream* out) {
  *out << variant.kind->name() << ", branching factor " << variant.branching_factor << ", cache of "
       << variant.cache_bytes << " bytes";
}

// A version and what it holds.
struct Version {
  IndexPtr index;
  std::vector<Datom> datoms;
};

// Versions on their way from the writer to one reader.
class Mailbox {
 public:
  void Put(Version version) {
    const std::lock_guard lock(mutex_);
    versions_.push_back(std::move(version));
    changed_.notify_one();
  }
  void Close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_one();
  }
  // Nothing when it is closed and empty.
  std::optional<Version> Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_closed_ || !versions_.empty(); });
    if (versions_.empty()) return std::nullopt;
    Version version = std::move(versions_.front());
    versions_.pop_front();
    return version;
  }

 private:
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<Version> versions_;
  bool is_closed_ = false;
};

bool HoldsBackward(const Version& version) {
  const auto cursor = version.index->SliceBackward(LowestDatom({}), HighestDatom({}));
  auto next = version.datoms.rbegin();
  for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
    if (static_cast<size_t>(version.datoms.rend() - next) < run.size()) return false;
    if (!std::equal(run.rbegin(), run.rend(), next, SameDatom)) return false;
    next += static_cast<ptrdiff_t>(run.size());
  }
  return next == version.datoms.rend();
}

bool SeeksFind(const Version& version) {
  for (size_t i = 0; i < version.datoms.size(); i += 7) {
    const auto found = version.index->Seek(version.datoms[i]);
    if (!found || !SameDatom(*found, version.datoms[i])) return false;
  }
  return true;
}

bool IsWhole(const Version& version) {
  return version.index->size() == version.datoms.size() &&
         SameDatoms(*version.index->All(), version.datoms) && HoldsBackward(version) &&
         SeeksFind(version) && version.index->MemoryBytes() > 0;
}

class ConcurrentVersionsTest : public testing::TestWithParam<Variant> {
 protected:
  ConcurrentVersionsTest() : cache_(GetParam().cache_bytes) {
    options_.branching_factor = GetParam().branching_factor;
    if (GetParam().cache_bytes == 0) return;
    options_.storage = &storage_;
    options_.cache = &cache_;
  }

  // A transaction on `index` and on the model of it; its nodes are stored.
  IndexPtr Transact(IndexPtr index) {
    const auto transient = Index::TransientOf(std::move(index));
    for (int i = 0; i < 24; ++i) {
      const Datom datom = factory_.Random(random_);
      const auto near = model_.lower_bound(datom);
      if (i % 2 == 0 && near != model_.end() && model_.size() > 200) {
        EXPECT_TRUE(transient->Erase(*near));
        model_.erase(near);
      } else {
        EXPECT_EQ(transient->Insert(datom), model_.insert(datom).second);
      }
    }
    IndexPtr after = transient->Persist();
    Store(after);
    return after;
  }

  void Store(const IndexPtr& index) {
    if (options_.storage == nullptr) return;
    const auto* nodes = dynamic_cast<const NodeAddressableIndex*>(index.get());
    if (nodes != nullptr) nodes->Store(storage_);
  }

  std::mt19937_64 random_{20260104};
  DatomFactory factory_;
  DatomOrder order_{OrderKind::kAevt, factory_.attributes()};
  MemoryNodeStorage storage_;
  NodeCache cache_;
  IndexOptions options_;
  std::set<Datom, std::function<bool(const Datom&, const Datom&)>> model_{
      [this](const Datom& x, const Datom& y) { return order_.Compare(x, y) < 0; }};
};

// The writer keeps the newest version only, a reader a few: the last reference to nearly every
// version, and to the nodes that it alone has, goes on a reader's thread.
TEST_P(ConcurrentVersionsTest, ReadersReadAndDropOldVersionsBesideOneWriter) {
  constexpr size_t kMostHeld = 4;
  std::vector<Mailbox> mailboxes(kReaders);
  std::atomic<int> broken{0};
  std::vector<std::thread> readers;
  for (Mailbox& mailbox : mailboxes) {
    readers.emplace_back([&mailbox, &broken] {
      std::deque<Version> held;
      while (auto version = mailbox.Take()) {
        held.push_back(std::move(*version));
        // The oldest one it has, which most other versions have grown away from.
        if (!IsWhole(held.front())) ++broken;
        if (held.size() > kMostHeld) held.pop_front();
      }
      for (; !held.empty(); held.pop_back()) broken += IsWhole(held.back()) ? 0 : 1;
    });
  }
  IndexPtr index = GetParam().kind->Empty(order_, options_);
  for (int i = 0; i < kTransactions; ++i) {
    index = Transact(index);
    mailboxes[static_cast<size_t>(i) % kReaders].Put({index, {model_.begin(), model_.end()}});
  }
  for (Mailbox& mailbox : mailboxes) mailbox.Close();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(broken, 0);
  EXPECT_TRUE(IsWhole({index, {model_.begin(), model_.end()}}));
  index.reset();
  EXPECT_EQ(cache_.resident_bytes(), 0u);
}

// Each version goes to one reader, and the writer has none but the newest: it changes in place what
// the readers have let go, and has to see that they have done with it.
TEST_P(ConcurrentVersionsTest, AWriterChangesInPlaceWhatReadersHaveLetGo) {
  Mailbox mailbox;
  std::atomic<int> broken{0};
  std::thread reader([&mailbox, &broken] {
    while (const auto version = mailbox.Take()) broken += IsWhole(*version) ? 0 : 1;
  });
  IndexPtr index = GetParam().kind->Empty(order_, options_);
  for (int i = 0; i < 4 * kTransactions; ++i) {
    index = Transact(std::move(index));
    if (i % 4 == 0) mailbox.Put({index, {model_.begin(), model_.end()}});
    // Without this the reader would be behind all the time.
    if (i % 16 == 0) {
      while (!IsSoleOwner(index)) std::this_thread::yield();
    }
  }
  mailbox.Close();
  reader.join();
  EXPECT_EQ(broken, 0);
  EXPECT_TRUE(IsWhole({index, {model_.begin(), model_.end()}}));
  index.reset();
  EXPECT_EQ(cache_.resident_bytes(), 0u);
}

// Readers meet in the same nodes, all of which have to be restored, some again and again.
TEST_P(ConcurrentVersionsTest, ReadersOfOneVersionAllSeeItWholeBesideOneWriter) {
  constexpr int kPasses = 8;
  const std::vector<Datom> datoms = factory_.RandomSorted(random_, order_, 600);
  model_.insert(datoms.begin(), datoms.end());
  const IndexPtr first = GetParam().kind->FromSorted(order_, options_, datoms);
  Store(first);
  const Version version{first, datoms};
  std::atomic<int> broken{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&version, &broken] {
      for (int pass = 0; pass < kPasses; ++pass) broken += IsWhole(version) ? 0 : 1;
    });
  }
  IndexPtr index = first;
  for (int i = 0; i < kTransactions / 3; ++i) index = Transact(index);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(broken, 0);
  EXPECT_TRUE(IsWhole({index, {model_.begin(), model_.end()}}));
}

// Small transactions, in which a writer copies branches most of the time, whose children readers of
// the newest version restore and evict.
TEST_P(ConcurrentVersionsTest, ReadersOfTheNewestVersionEvictBesideAWriterThatCopies) {
  // Many where nodes come and go: a reference taken without the slot's lock is lost in one of some
  // thousand copies.
  const bool comes_and_goes =
      GetParam().cache_bytes > 1 && GetParam().cache_bytes != NodeCache::kUnlimited;
  const int transactions = comes_and_goes ? 3000 : 300;
  const std::vector<Datom> datoms = factory_.RandomSorted(random_, order_, 800);
  std::mutex mutex;  // guards `newest`
  IndexPtr newest = GetParam().kind->FromSorted(order_, options_, datoms);
  Store(newest);
  std::atomic<bool> is_done{false};
  std::atomic<int> broken{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, next = static_cast<size_t>(i)]() mutable {
      for (; !is_done; next += 41) {
        IndexPtr index;
        {
          const std::lock_guard lock(mutex);
          index = newest;
        }
        // Only tx changes: the fact itself is always there.
        const Datom& fact = datoms[next % datoms.size()];
        const auto found = index->Seek(fact.WithTx(0, false));
        broken += found && found->e() == fact.e() && found->a() == fact.a() ? 0 : 1;
      }
    });
  }
  IndexPtr index = newest;
  for (int i = 0; i < transactions; ++i) {
    const Datom& fact = datoms[static_cast<size_t>(i) * 7 % datoms.size()];
    const auto transient = index->Transient();
    transient->Insert(fact.WithTx(kMaxTx - static_cast<TxId>(i), true));
    index = transient->Persist();
    Store(index);
    const std::lock_guard lock(mutex);
    newest = index;
  }
  is_done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(broken, 0);
}

INSTANTIATE_TEST_SUITE_P(AllIndexes, ConcurrentVersionsTest, testing::ValuesIn(AllVariants()),
                         VariantName);

}  // namespace
}  // namespace datombench

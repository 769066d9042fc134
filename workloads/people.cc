// `people`: inserts, updates, retractions of all kinds on 20,000 people, draw by draw the workload
// for which the original's counts are known (docs/fidelity.md).
#include <array>
#include <unordered_set>

#include "workloads/catalog.h"
#include "workloads/parameters.h"
#include "workloads/random.h"
#include "workloads/schema_transaction.h"
#include "workloads/value_buffer.h"

namespace datombench {
namespace {

// Part of the definition, like every order and number below; the cell's seed has no say.
constexpr uint64_t kSeed = 42;
constexpr int64_t kSchemaInstant = 1600000000000;
constexpr int64_t kInstantStep = 1000;

constexpr auto kFirstNames = std::to_array<std::string_view>(
    {"Ivan", "Petr", "Sergei", "Oleg", "Yuri", "Dmitry", "Fedor", "Denis"});
constexpr auto kLastNames = std::to_array<std::string_view>(
    {"Ivanov", "Petrov", "Sidorov", "Kovalev", "Kuznetsov", "Voronoi"});
constexpr auto kSexes = std::to_array<std::string_view>({":male", ":female"});
constexpr uint64_t kAges = 100;
constexpr uint64_t kSalaries = 100'000;
constexpr size_t kRetractedAges = 20;

constexpr std::string_view kAge = ":age";
constexpr std::string_view kSalary = ":salary";

std::vector<AttributeDeclaration> PeopleAttributes() {
  const auto attribute = [](std::string_view ident, ValueType type) {
    AttributeDeclaration declaration;
    declaration.ident = ident;
    declaration.properties.value_type = type;
    return declaration;
  };
  std::vector<AttributeDeclaration> attributes = {
      attribute(":name", ValueType::kString), attribute(":last-name", ValueType::kString),
      attribute(":sex", ValueType::kKeyword), attribute(kAge, ValueType::kLong),
      attribute(kSalary, ValueType::kLong),   attribute(":pid", ValueType::kLong)};
  attributes.back().properties.unique = Unique::kIdentity;
  attributes.back().properties.index = true;
  return attributes;
}

class People : public Workload {
 public:
  explicit People(uint64_t entities)
      : entities_(entities), phases_(Phases()), random_(kSeed), next_removed_(entities / 4 + 1) {}

  const Transaction* Next() override {
    values_.Clear();
    transaction_.operations.clear();
    transaction_.instant = kSchemaInstant + kInstantStep * static_cast<int64_t>(transactions_);
    if (transactions_ == 0) {
      AppendSchemaOperations(PeopleAttributes(), values_, &transaction_.operations);
    } else if (!FillNext()) {
      return nullptr;
    }
    ++transactions_;
    return &transaction_;
  }

 private:
  // A phase is so many transactions of so many times the same step.
  struct Phase {
    uint64_t transactions;
    uint64_t steps;
    void (People::*step)();
  };

  std::array<Phase, 11> Phases() const {
    return {{{20, entities_ / 20, &People::InsertEntity},
             {60, 1, &People::InsertEntity},
             {60, 1, &People::UpdateSalary},
             {20, entities_ / 200, &People::InsertEntity},
             {20, 1, &People::RetractEntity},
             {10, entities_ / 200, &People::UpdateSalary},
             {5, 20, &People::ReassertAge},
             {1, 1, &People::RetractAges},
             {1, 1, &People::AddAgesAgain},
             {5, entities_ / 40, &People::RetractNextLiveEntity},
             {20, 1, &People::InsertEntity}}};
  }

  bool FillNext() {
    while (phase_ < phases_.size() && done_in_phase_ == phases_[phase_].transactions) {
      ++phase_;
      done_in_phase_ = 0;
    }
    if (phase_ == phases_.size()) return false;
    ++done_in_phase_;
    for (uint64_t i = 0; i < phases_[phase_].steps; ++i) (this->*phases_[phase_].step)();
    return true;
  }

  void Add(EntityId e, std::string_view attribute, const Value& v) {
    transaction_.operations.push_back({Operation::Kind::kAdd, e, attribute, v});
  }
  void AddLong(EntityId e, std::string_view attribute, uint64_t v) {
    Add(e, attribute, Value::Long(static_cast<int64_t>(v)));
  }

  void InsertEntity() {
    const uint64_t i = ages_.size();
    const EntityId e = i + 1;
    const uint64_t first_name = random_.Below(kFirstNames.size());
    const uint64_t last_name = random_.Below(kLastNames.size());
    const uint64_t sex = random_.Below(kSexes.size());
    const uint64_t age = random_.Below(kAges);
    const uint64_t salary = random_.Below(kSalaries);
    Add(e, ":name", values_.Copy(ValueType::kString, kFirstNames[first_name]));
    Add(e, ":last-name", values_.Copy(ValueType::kString, kLastNames[last_name]));
    Add(e, ":sex", values_.Copy(ValueType::kKeyword, KeywordBytes(kSexes[sex])));
    AddLong(e, kAge, age);
    AddLong(e, kSalary, salary);
    AddLong(e, ":pid", i);
    ages_.push_back(age);
    is_dead_.push_back(false);
  }

  bool IsDead(EntityId e) const { return is_dead_[e - 1]; }

  EntityId PickLive() {
    EntityId e = 0;
    do {
      e = 1 + random_.Below(ages_.size());
    } while (IsDead(e));
    return e;
  }

  void UpdateSalary() {
    const EntityId e = PickLive();
    AddLong(e, kSalary, random_.Below(kSalaries));
  }

  void Retract(EntityId e) {
    is_dead_[e - 1] = true;
    transaction_.operations.push_back({Operation::Kind::kRetractEntity, e, {}, {}});
  }

  void RetractEntity() { Retract(PickLive()); }

  void ReassertAge() {
    const EntityId e = PickLive();
    AddLong(e, kAge, ages_[e - 1]);
  }

  void RetractAges() {
    std::unordered_set<EntityId> chosen;
    while (ageless_.size() < kRetractedAges) {
      const EntityId e = PickLive();
      if (chosen.insert(e).second) ageless_.push_back(e);
    }
    for (const EntityId e : ageless_) {
      transaction_.operations.push_back(
          {Operation::Kind::kRetract, e, kAge, Value::Long(static_cast<int64_t>(ages_[e - 1]))});
    }
  }

  void AddAgesAgain() {
    for (const EntityId e : ageless_) AddLong(e, kAge, ages_[e - 1]);
  }

  void RetractNextLiveEntity() {
    while (IsDead(next_removed_)) ++next_removed_;
    Retract(next_removed_++);
  }

  const uint64_t entities_;
  const std::array<Phase, 11> phases_;
  SplitMix64 random_;
  ValueBuffer values_;
  Transaction transaction_;
  uint64_t transactions_ = 0;
  size_t phase_ = 0;
  uint64_t done_in_phase_ = 0;
  std::vector<uint64_t> ages_;  // by e - 1; an age never changes
  std::vector<bool> is_dead_;   // by e - 1
  std::vector<EntityId> ageless_;
  EntityId next_removed_;
};

std::unique_ptr<Workload> Make(const WorkloadParameters& given) {
  const ParameterReader parameters(*FindWorkload("people"), given);
  // From 200 on every phase has something to do; below 10 million all ids are user entities' own.
  return std::make_unique<People>(parameters.Unsigned("entities", 200, 10'000'000));
}

}  // namespace

WorkloadKind PeopleWorkload() {
  return {"people",
          "the reference workload: inserts, updates and retractions of all kinds; ignores the seed",
          {{"entities", "20000", "people imported at first; 2000 is the reference's people-small"}},
          0,
          Make};
}

}  // namespace datombench

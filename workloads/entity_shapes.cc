// The entities of the synthetic workloads, and where their values come from.
#include <algorithm>
#include <array>
#include <string>

#include "workloads/generator.h"

namespace datombench {
namespace {

constexpr auto kFirstNames = std::to_array<std::string_view>(
    {"Ada",     "Alan",    "Barbara", "Dennis", "Donald", "Edsger", "Frances", "Grace",
     "Haskell", "Jean",    "Jim",     "John",   "Ken",    "Leslie", "Lynn",    "Margaret",
     "Michael", "Niklaus", "Pat",     "Radia",  "Robin",  "Shafi",  "Tony",    "Tova"});
constexpr auto kLastNames = std::to_array<std::string_view>(
    {"Abel",     "Berger",  "Castro", "Dubois",   "Eriksen",   "Fischer", "Garcia",
     "Hansen",   "Ibrahim", "Jansen", "Kowalski", "Larsen",    "Moreau",  "Novak",
     "Okafor",   "Pereira", "Quispe", "Rossi",    "Sato",      "Tanaka",  "Usman",
     "Virtanen", "Weber",   "Xu",     "Yilmaz",   "Zimmermann"});
constexpr auto kWords = std::to_array<std::string_view>(
    {"amber",  "answer", "basket", "branch",  "button",   "candle", "castle",  "circle",
     "copper", "corner", "dinner", "double",  "engine",   "fabric", "family",  "flower",
     "forest", "garden", "golden", "harbor",  "island",   "jacket", "kitchen", "ladder",
     "letter", "market", "mirror", "morning", "mountain", "needle", "number",  "ocean",
     "office", "orange", "palace", "paper",   "pencil",   "pepper", "pillow",  "planet",
     "pocket", "prince", "purple", "rabbit",  "ribbon",   "river",  "saddle",  "school",
     "shadow", "silver", "simple", "spring",  "station",  "summer", "temple",  "thunder",
     "ticket", "timber", "travel", "velvet",  "village",  "window", "winter",  "yellow"});
constexpr auto kTags = std::to_array<std::string_view>(
    {"business", "export", "family", "import", "newsletter", "online", "partner", "private",
     "reseller", "returning", "school", "student", "trial", "verified", "vip", "wholesale"});
constexpr auto kStatuses = std::to_array<std::string_view>(
    {":status/active", ":status/blocked", ":status/closed", ":status/new", ":status/paused"});

template <size_t kSize>
std::string_view Pick(const std::array<std::string_view, kSize>& words, SplitMix64& random) {
  return words[random.Below(kSize)];
}

Value String(const ValueContext& context, std::string_view text) {
  return context.values.Copy(ValueType::kString, text);
}

Value Number(const ValueContext& context) { return Value::Long(static_cast<int64_t>(context.e)); }

Value Holder(const ValueContext& context) {
  std::string name(Pick(kFirstNames, context.random));
  name.append(" ").append(Pick(kLastNames, context.random));
  return String(context, name);
}

Value Opened(const ValueContext& context) {
  constexpr int64_t kYear2000 = 946684800000;
  constexpr uint64_t kSecondsOfTwentyYears = uint64_t{20} * 365 * 24 * 3600;
  return Value::Instant(kYear2000 +
                        static_cast<int64_t>(context.random.Below(kSecondsOfTwentyYears)) * 1000);
}

Value Status(const ValueContext& context) {
  return context.values.Copy(ValueType::kKeyword, KeywordBytes(Pick(kStatuses, context.random)));
}

// Cents, so that the text is short.
Value Balance(const ValueContext& context) {
  return Value::Double(static_cast<double>(context.random.Below(100'000'000)) / 100);
}

Value Referrer(const ValueContext& context) {
  const uint64_t earlier = std::min<uint64_t>(context.referable, context.e - 1);
  return Value::Ref(earlier == 0 ? context.e : 1 + context.random.Below(earlier));
}

Value Million(const ValueContext& context) {
  return Value::Long(static_cast<int64_t>(context.random.Below(1'000'000)));
}

Value Note(const ValueContext& context) {
  std::string note;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) note += ' ';
    note += Pick(kWords, context.random);
  }
  return String(context, note);
}

// The two tags of an entity come from two halves, so they differ.
Value LowerTag(const ValueContext& context) {
  return String(context, kTags[context.random.Below(kTags.size() / 2)]);
}
Value UpperTag(const ValueContext& context) {
  return String(context, kTags[kTags.size() / 2 + context.random.Below(kTags.size() / 2)]);
}

AttributeDeclaration Attribute(std::string_view ident, ValueType type, bool index = false) {
  AttributeDeclaration attribute;
  attribute.ident = ident;
  attribute.properties.value_type = type;
  attribute.properties.index = index;
  return attribute;
}

AttributeDeclaration Identity(std::string_view ident) {
  AttributeDeclaration attribute = Attribute(ident, ValueType::kLong, true);
  attribute.properties.unique = Unique::kIdentity;
  return attribute;
}

EntityShape Complete(EntityShape shape) {
  assert(shape.facts.size() == EntityShape::kFacts);
  for (uint32_t i = 0; i < shape.facts.size(); ++i) {
    if (shape.facts[i].is_updatable) shape.updatable.push_back(i);
  }
  return shape;
}

}  // namespace

EntityShape MixedShape() {
  EntityShape shape;
  shape.attributes = {Identity(":account/number"),
                      Attribute(":account/holder", ValueType::kString, true),
                      Attribute(":account/opened", ValueType::kInstant, true),
                      Attribute(":account/status", ValueType::kKeyword, true),
                      Attribute(":account/balance", ValueType::kDouble),
                      Attribute(":account/referrer", ValueType::kRef),
                      Attribute(":account/visits", ValueType::kLong),
                      Attribute(":account/note", ValueType::kString),
                      Attribute(":account/tag", ValueType::kString)};
  shape.attributes.back().properties.cardinality = Cardinality::kMany;
  shape.facts = {{0, Number, false},   {1, Holder, false},   {2, Opened, false}, {3, Status, false},
                 {4, Balance, true},   {5, Referrer, false}, {6, Million, true}, {7, Note, true},
                 {8, LowerTag, false}, {8, UpperTag, false}};
  return Complete(std::move(shape));
}

EntityShape IntegerShape() {
  EntityShape shape;
  shape.attributes = {Identity(":record/number"),
                      Attribute(":record/indexed", ValueType::kLong, true)};
  for (const char c : std::string_view("abcdefgh")) {
    shape.attributes.push_back(Attribute(std::string(":record/") + c, ValueType::kLong));
  }
  shape.facts.push_back({0, Number, false});
  for (uint32_t i = 1; i < EntityShape::kFacts; ++i) shape.facts.push_back({i, Million, true});
  return Complete(std::move(shape));
}

}  // namespace datombench

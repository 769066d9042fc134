#include "workloads/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "index/nearest_names.h"
#include "index/parse_number.h"
#include "workloads/workload.h"

namespace datombench {
namespace {

constexpr std::string_view kFirstLine = "#dtl 1";
constexpr std::string_view kTxInstant = ":db/txInstant";

uint32_t FindTxInstant(const TraceSchema& schema, const LineReader& lines) {
  const std::optional<uint32_t> found = schema.Find(kTxInstant);
  if (!found) lines.Fail("expected a schema that declares :db/txInstant, got one that doesn't");
  const AttributeProperties& properties = schema[*found].properties;
  if (properties.value_type != ValueType::kInstant || properties.cardinality != Cardinality::kOne) {
    lines.Fail("expected a schema where :db/txInstant is one instant, got another declaration");
  }
  return *found;
}

std::string TypeInWords(ValueType type) {
  if (type == ValueType::kBytes) return "bytes in hex";
  return fmt::format("{} {}", type == ValueType::kInstant ? "an" : "a", ValueTypeName(type));
}

std::string NearestAttributes(const TraceSchema& schema, std::string_view ident) {
  std::vector<std::string_view> idents;
  for (const AttributeDeclaration& attribute : schema.attributes()) {
    idents.push_back(attribute.ident);
  }
  return NearestNames(ident, idents);
}

}  // namespace

TraceReader::TraceReader(const std::filesystem::path& path)
    : lines_(path),
      schema_(ReadHeader()),
      tx_instant_(FindTxInstant(schema_, lines_)),
      successors_(schema_.attributes().size()) {
  while (NextLine() && line_.starts_with('#') && !line_.starts_with("#end")) {
    remarks_.emplace_back(line_.substr(1));
  }
}

TraceSchema TraceReader::ReadHeader() {
  if (!NextLine()) {
    throw WorkloadError(
        fmt::format("{}:1: expected \"{}\", got an empty file", path().string(), kFirstLine));
  }
  if (line_ != kFirstLine) {
    uint64_t version = 0;
    const bool is_other_version =
        line_.starts_with("#dtl ") && ParseNumber(line_.substr(5), &version) && version > 1;
    lines_.Fail(fmt::format("expected \"{}\", got {}{}", kFirstLine, Quoted(line_),
                            is_other_version ? ", a version that this program can't read" : ""));
  }
  name_ = HeaderField("#name ");
  const std::string schema = HeaderField("#schema ");
  if (std::filesystem::path(schema).filename() != schema) {
    lines_.Fail(
        fmt::format("expected the name of a schema file beside the trace, got \"{}\"", schema));
  }
  const std::filesystem::path schema_path = path().parent_path() / schema;
  if (!std::filesystem::is_regular_file(schema_path)) {
    lines_.Fail(fmt::format("expected the schema file beside the trace, got no file {}",
                            schema_path.string()));
  }
  return TraceSchema::Read(schema_path);
}

std::string TraceReader::HeaderField(std::string_view key) {
  RequireLine();
  if (!line_.starts_with(key) || line_.size() == key.size()) {
    lines_.Fail(fmt::format("expected \"{}...\", got {}", key, Quoted(line_)));
  }
  return std::string(line_.substr(key.size()));
}

bool TraceReader::NextLine() {
  has_line_ = lines_.Next(&line_);
  return has_line_;
}

void TraceReader::RequireLine() {
  if (NextLine()) return;
  FailAt(lines_.line() + 1,
         "expected more lines and \"#end tx=N datoms=N live=N\" as the last, got "
         "the end of the file: the trace is cut off");
}

const TraceTransaction* TraceReader::Next() {
  if (ended_) return nullptr;
  values_.Clear();
  transaction_.datoms.clear();
  if (!has_line_) RequireLine();
  if (line_.starts_with("#end")) {
    ReadEnd();
    return nullptr;
  }
  Fields fields = Split();
  BeginTransaction(fields);
  // Comparing texts first saves parsing all but the first line's id.
  const std::string tx_text(fields.tx);
  for (;;) {
    RequireLine();
    if (line_.starts_with('#')) {
      if (line_.starts_with("#end")) break;
      continue;
    }
    fields = Split();
    if (fields.tx != tx_text && ParseTx(fields.tx) != transaction_.id) break;
    ReadDatom(fields);
  }
  return &transaction_;
}

TraceReader::Fields TraceReader::Split() const {
  std::array<std::string_view, 5> fields;
  const char* begin = line_.data();
  const char* const end = begin + line_.size();
  size_t count = 0;
  for (; count < fields.size() - 1; ++count) {
    const auto* tab =
        static_cast<const char*>(std::memchr(begin, '\t', static_cast<size_t>(end - begin)));
    if (tab == nullptr) break;
    fields[count] = {begin, static_cast<size_t>(tab - begin)};
    begin = tab + 1;
  }
  const auto more = std::count(begin, end, '\t');
  if (count != fields.size() - 1 || more != 0) {
    lines_.Fail(fmt::format("expected 5 fields (tx, op, e, a, v) with a TAB between them, got {}",
                            count + 1 + static_cast<size_t>(more)));
  }
  fields.back() = {begin, static_cast<size_t>(end - begin)};
  return {fields[0], fields[1], fields[2], fields[3], fields[4]};
}

TxId TraceReader::ParseTx(std::string_view text) const {
  TxId tx = 0;
  if (!ParseNumber(text, &tx) || tx <= kTx0 || tx >= kMaxTx) {
    lines_.FailField(1, "tx", fmt::format("a transaction id above {}", kTx0), text);
  }
  if (transaction_.number > 0 && tx < transaction_.id) {
    lines_.FailField(1, "tx", fmt::format("an id of at least {}", transaction_.id), text);
  }
  return tx;
}

void TraceReader::BeginTransaction(const Fields& fields) {
  const TxId id = ParseTx(fields.tx);
  const bool is_next = transaction_.number > 0 && id == transaction_.id + 1;
  transaction_.id = id;
  ++transaction_.number;
  if (!is_next) runs_.push_back({id, transaction_.number});
  ReadInstant(fields);
}

void TraceReader::ReadInstant(const Fields& fields) {
  if (fields.a != kTxInstant) {
    lines_.FailField(4, "a", ":db/txInstant as the first line of a transaction", fields.a);
  }
  if (fields.op != "+") lines_.FailField(2, "op", "+ for a :db/txInstant", fields.op);
  if (ParseEntity(fields.e) != transaction_.id) {
    lines_.FailField(3, "e", "the transaction's own id for its :db/txInstant", fields.e);
  }
  const int64_t instant = ParseValue(tx_instant_, fields.v).AsInstant();
  if (transaction_.number > 1 && instant < transaction_.instant) {
    lines_.FailField(5, "v",
                     fmt::format("an instant that doesn't fall below {}", transaction_.instant),
                     fields.v);
  }
  transaction_.instant = instant;
  last_attribute_ = tx_instant_;
  ++datoms_;
  ++live_datoms_;
}

void TraceReader::ReadDatom(const Fields& fields) {
  TraceDatom& datom = transaction_.datoms.emplace_back();
  datom.line = lines_.line();
  datom.added = ParseOperation(fields.op);
  datom.e = ParseEntity(fields.e);
  datom.attribute = FindAttribute(fields.a);
  if (datom.attribute == tx_instant_) {
    lines_.FailField(4, "a", "one :db/txInstant a transaction, as its first line", fields.a);
  }
  datom.v = ParseValue(datom.attribute, fields.v);
  ++datoms_;
  if (!datom.added && live_datoms_ == 0) {
    lines_.FailField(2, "op", "+, because no datom is left to retract", fields.op);
  }
  live_datoms_ += datom.added ? 1 : -uint64_t{1};
}

bool TraceReader::ParseOperation(std::string_view text) const {
  if (text != "+" && text != "-") lines_.FailField(2, "op", "+ or -", text);
  return text == "+";
}

EntityId TraceReader::ParseEntity(std::string_view text) const {
  EntityId e = 0;
  const bool is_number = ParseNumber(text, &e);
  if (!is_number || e == 0 || (e >= kTx0 && e != transaction_.id)) {
    lines_.FailField(
        3, "e", fmt::format("an entity id from 1 to {} or the transaction's own", kTx0 - 1), text);
  }
  return e;
}

uint32_t TraceReader::FindAttribute(std::string_view text) {
  uint32_t& expected = successors_[last_attribute_];
  if (schema_[expected].ident != text) {
    const std::optional<uint32_t> found = schema_.Find(text);
    if (!found) {
      lines_.FailField(
          4, "a",
          fmt::format("an attribute of the schema file ({})", NearestAttributes(schema_, text)),
          text);
    }
    expected = *found;
  }
  last_attribute_ = expected;
  return expected;
}

Value TraceReader::ParseValue(uint32_t attribute, std::string_view text) {
  const ValueType type = schema_[attribute].properties.value_type;
  if (type == ValueType::kString && text.find('\\') == std::string_view::npos) {
    return values_.Copy(type, text);
  }
  if (!ParseValueText(type, text, &parsed_)) {
    lines_.FailField(5, "v", fmt::format("{} for {}", TypeInWords(type), schema_[attribute].ident),
                     text);
  }
  if (type == ValueType::kRef) RequireReferable(parsed_.bits, text);
  return values_.Parsed(parsed_);
}

void TraceReader::RequireReferable(EntityId e, std::string_view text) const {
  if (e > 0 && e < kTx0) return;
  if (NumberOf(e)) return;
  lines_.FailField(
      5, "v", fmt::format("an entity id from 1 to {} or a transaction so far", kTx0 - 1), text);
}

std::optional<uint64_t> TraceReader::NumberOf(TxId id) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), id,
                                      [](TxId x, const Run& run) { return x < run.first_id; });
  if (after == runs_.begin()) return std::nullopt;
  const Run& run = *(after - 1);
  const uint64_t number = run.first_number + (id - run.first_id);
  const uint64_t end = after == runs_.end() ? transaction_.number + 1 : after->first_number;
  if (number >= end) return std::nullopt;
  return number;
}

void TraceReader::ReadEnd() {
  const std::string expected =
      fmt::format("#end tx={} datoms={} live={}", transaction_.number, datoms_, live_datoms_);
  if (line_ != expected) {
    lines_.Fail(fmt::format("expected \"{}\", which is what the lines add up to, got {}", expected,
                            Quoted(line_)));
  }
  if (NextLine()) {
    lines_.Fail(fmt::format("expected the end of the file after #end, got {}", Quoted(line_)));
  }
  ended_ = true;
}

void TraceReader::FailAt(uint64_t line, std::string_view message) const {
  throw WorkloadError(fmt::format("{}:{}: {}", path().string(), line, message));
}

}  // namespace datombench

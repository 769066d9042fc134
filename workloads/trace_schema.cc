#include "workloads/trace_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "workloads/line_reader.h"
#include "workloads/workload.h"

namespace datombench {
namespace {

constexpr std::string_view kHeader =
    "#attr\tvalueType\tcardinality\tunique\tindex\tisComponent\tdoc";
constexpr std::array<std::string_view, 7> kColumns = {
    "attr", "valueType", "cardinality", "unique", "index", "isComponent", "doc"};
using Fields = std::array<std::string_view, kColumns.size()>;

// Reads one line of the file; `lines` says where an error is.
class AttributeLine {
 public:
  AttributeLine(const LineReader& lines, std::string_view line) : lines_(lines) { Split(line); }

  AttributeDeclaration Parse() const {
    AttributeDeclaration attribute;
    attribute.ident = fields_[0];
    if (fields_[0].size() < 2 || fields_[0].front() != ':') Fail(0, "an ident like :person/name");
    const std::optional<ValueType> type = ParseValueType(fields_[1]);
    if (!type) {
      Fail(1, "long, double, boolean, instant, ref, keyword, uuid, string or bytes");
    }
    AttributeProperties& properties = attribute.properties;
    properties.value_type = *type;
    properties.cardinality = OneOf<Cardinality, 2>(
        2, {{{"one", Cardinality::kOne}, {"many", Cardinality::kMany}}}, "one or many");
    properties.unique = OneOf<Unique, 3>(
        3, {{{"-", Unique::kNone}, {"identity", Unique::kIdentity}, {"value", Unique::kValue}}},
        "-, identity or value");
    properties.index = Boolean(4);
    if (properties.unique != Unique::kNone && !properties.index) {
      Fail(4, "true, because the attribute is unique");
    }
    properties.is_component = Boolean(5);
    ParsedValue doc;
    if (!ParseValueText(ValueType::kString, fields_[6], &doc)) {
      Fail(6, "text with the escapes \\\\ \\t \\n \\r \\0");
    }
    attribute.doc = std::move(doc.bytes);
    return attribute;
  }

 private:
  void Split(std::string_view line) {
    size_t count = 0;
    for (size_t begin = 0; begin <= line.size(); ++count) {
      const size_t end = std::min(line.find('\t', begin), line.size());
      if (count < fields_.size()) fields_[count] = line.substr(begin, end - begin);
      begin = end + 1;
    }
    if (count != fields_.size()) {
      lines_.Fail(
          fmt::format("expected {} fields with a TAB between them, got {}", fields_.size(), count));
    }
  }

  template <typename T, size_t kSize>
  T OneOf(size_t field, const std::array<std::pair<std::string_view, T>, kSize>& choices,
          std::string_view expected) const {
    for (const auto& [text, meaning] : choices) {
      if (fields_[field] == text) return meaning;
    }
    Fail(field, expected);
  }

  bool Boolean(size_t field) const {
    return OneOf<bool, 2>(field, {{{"true", true}, {"false", false}}}, "true or false");
  }

  [[noreturn]] void Fail(size_t field, std::string_view expected) const {
    lines_.FailField(static_cast<int>(field) + 1, kColumns[field], expected, fields_[field]);
  }

  const LineReader& lines_;
  Fields fields_;
};

std::string_view UniqueText(Unique unique) {
  switch (unique) {
    case Unique::kNone:
      return "-";
    case Unique::kIdentity:
      return "identity";
    case Unique::kValue:
      return "value";
  }
  return "-";
}

}  // namespace

TraceSchema::TraceSchema(std::vector<AttributeDeclaration> attributes)
    : attributes_(std::move(attributes)) {
  for (uint32_t i = 0; i < attributes_.size(); ++i) {
    [[maybe_unused]] const bool is_new = by_ident_.emplace(attributes_[i].ident, i).second;
    assert(is_new);
  }
}

TraceSchema TraceSchema::Read(const std::filesystem::path& path) {
  LineReader lines(path);
  std::string_view line;
  if (!lines.Next(&line)) {
    throw WorkloadError(
        fmt::format("{}:1: expected a schema file, got an empty file", path.string()));
  }
  if (line != kHeader) {
    lines.Fail(
        fmt::format("expected the header \"#attr valueType cardinality unique index "
                    "isComponent doc\" with TABs, got {}",
                    Quoted(line)));
  }
  std::vector<AttributeDeclaration> attributes;
  std::unordered_map<std::string, uint64_t> lines_of_idents;
  while (lines.Next(&line)) {
    AttributeDeclaration attribute = AttributeLine(lines, line).Parse();
    const auto [first, is_new] = lines_of_idents.emplace(attribute.ident, lines.line());
    if (!is_new) {
      lines.FailField(1, "attr",
                      fmt::format("an attribute that line {} doesn't declare", first->second),
                      attribute.ident);
    }
    attributes.push_back(std::move(attribute));
  }
  return TraceSchema(std::move(attributes));
}

std::string TraceSchema::Text() const {
  std::string text(kHeader);
  text += '\n';
  ValueBuffer values;
  for (const AttributeDeclaration& attribute : attributes_) {
    const AttributeProperties& properties = attribute.properties;
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}\t{}\t{}\t", attribute.ident,
                   ValueTypeName(properties.value_type),
                   properties.cardinality == Cardinality::kMany ? "many" : "one",
                   UniqueText(properties.unique),
                   properties.index || properties.unique != Unique::kNone, properties.is_component);
    AppendValueText(values.Copy(ValueType::kString, attribute.doc), &text);
    text += '\n';
  }
  return text;
}

}  // namespace datombench

#include "harness/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "harness/builtin_suites.h"
#include "harness/input_error.h"
#include "harness/sha256.h"
#include "index/nearest_names.h"

namespace datombench {
namespace {

using nlohmann::json;

// Reads a suite's JSON; errors say where in the file.
class SuiteReader {
 public:
  SuiteReader(const json& document, const std::string& origin)
      : document_(document), origin_(origin) {}

  Suite Read() {
    Suite suite;
    CheckMembers(document_, "the suite", {"name", "summary", "repetitions", "connects", "groups"});
    suite.name = Text(document_, "the suite", "name");
    suite.summary = Text(document_, "the suite", "summary");
    suite.repetitions = Count("repetitions", suite.repetitions);
    suite.connects = Count("connects", suite.connects);
    const json& groups = Array(document_, "the suite", "groups");
    for (size_t i = 0; i < groups.size(); ++i) {
      ReadGroup(groups[i], fmt::format("groups[{}]", i), suite);
    }
    if (suite.cells.empty()) Fail("groups", "at least one cell");
    return suite;
  }

 private:
  // A group is one workload on one index and backend, for each of its strategies.
  void ReadGroup(const json& group, const std::string& where, Suite& suite) {
    CheckMembers(group, where, {"strategies", "index", "backend", "workload", "seconds"});
    const std::string index = Text(group, where, "index");
    const std::string backend = Text(group, where, "backend");
    const std::string workload = Text(group, where, "workload");
    const json& strategies = Array(group, where, "strategies");
    for (size_t i = 0; i < strategies.size(); ++i) {
      const std::string place = fmt::format("{}.strategies[{}]", where, i);
      if (!strategies[i].is_string()) Fail(place, "a strategy's name");
      const std::string strategy = strategies[i].get<std::string>();
      SuiteCell entry;
      try {
        entry.cell = ParseCell(fmt::format("{}/{}/{}/{}", strategy, index, backend, workload));
      } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}: {}", origin_, place, error.what()));
      }
      entry.estimated_seconds = Seconds(group, where, strategy);
      if (!names_.insert(CellName(entry.cell)).second) {
        Fail(place, fmt::format("each cell once, {} is there twice", CellName(entry.cell)));
      }
      suite.cells.push_back(std::move(entry));
    }
  }

  std::optional<double> Seconds(const json& group, const std::string& where,
                                const std::string& strategy) const {
    if (!group.contains("seconds")) return std::nullopt;
    const json& all = group["seconds"];
    if (!all.is_object()) Fail(where + ".seconds", "an object: seconds by strategy");
    if (!all.contains(strategy)) return std::nullopt;
    const json& seconds = all[strategy];
    if (!seconds.is_number() || seconds.get<double>() < 0) {
      Fail(fmt::format("{}.seconds.{}", where, strategy), "a number of seconds");
    }
    return seconds.get<double>();
  }

  uint32_t Count(const char* member, uint32_t default_value) const {
    if (!document_.contains(member)) return default_value;
    const json& value = document_[member];
    if (!value.is_number_unsigned() || value.get<uint64_t>() < 1 ||
        value.get<uint64_t>() > 1'000'000) {
      Fail(member, "a number from 1 to 1000000");
    }
    return value.get<uint32_t>();
  }

  std::string Text(const json& object, const std::string& where, const char* member) const {
    if (!object.contains(member) || !object[member].is_string() ||
        object[member].get_ref<const std::string&>().empty()) {
      Fail(where, fmt::format("a member \"{}\" with a text", member));
    }
    return object[member].get<std::string>();
  }

  const json& Array(const json& object, const std::string& where, const char* member) const {
    if (!object.contains(member) || !object[member].is_array()) {
      Fail(where, fmt::format("a member \"{}\" with a list", member));
    }
    return object[member];
  }

  void CheckMembers(const json& object, const std::string& where,
                    const std::vector<std::string_view>& known) const {
    if (!object.is_object()) Fail(where, "an object");
    for (const auto& [member, value] : object.items()) {
      if (std::find(known.begin(), known.end(), member) == known.end()) {
        Fail(where, fmt::format("no member \"{}\" ({})", member, NearestNames(member, known)));
      }
    }
  }

  [[noreturn]] void Fail(const std::string& where, const std::string& expected) const {
    throw InputError(fmt::format("{}: {}: expected {}", origin_, where, expected));
  }

  const json& document_;
  const std::string& origin_;
  std::set<std::string> names_;
};

std::string Hash(std::string_view text) {
  Sha256 hash;
  hash.Update(text);
  return hash.Hex();
}

}  // namespace

std::vector<std::string_view> SuiteNames() {
  std::vector<std::string_view> names;
  for (const BuiltinSuite& suite : BuiltinSuites()) names.push_back(suite.name);
  std::sort(names.begin(), names.end());
  return names;
}

Suite LoadSuite(const std::string& name_or_path) {
  for (const BuiltinSuite& suite : BuiltinSuites()) {
    if (suite.name == name_or_path)
      return ParseSuite(suite.text, fmt::format("suite {}", suite.name));
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(name_or_path, error)) {
    throw InputError(fmt::format("unknown suite '{}' ({}), and no file of that path", name_or_path,
                                 NearestNames(name_or_path, SuiteNames())));
  }
  std::ifstream file(name_or_path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw InputError(fmt::format("suite '{}' can't be read", name_or_path));
  return ParseSuite(text.str(), name_or_path);
}

Suite ParseSuite(std::string_view text, const std::string& origin) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    throw InputError(fmt::format("{}: byte {}: this is no JSON", origin, error.byte));
  }
  Suite suite = SuiteReader(document, origin).Read();
  suite.hash = Hash(text);
  return suite;
}

std::vector<SuiteCell> FilterCells(const std::vector<SuiteCell>& cells,
                                   const std::string& regular_expression) {
  std::regex expression;
  try {
    expression.assign(regular_expression, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error&) {
    throw InputError(fmt::format("'{}' is no regular expression (ECMAScript)", regular_expression));
  }
  std::vector<SuiteCell> kept;
  for (const SuiteCell& entry : cells) {
    if (std::regex_search(CellName(entry.cell), expression) ||
        std::regex_search(FullCellName(entry.cell), expression)) {
      kept.push_back(entry);
    }
  }
  return kept;
}

}  // namespace datombench

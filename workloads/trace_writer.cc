#include "workloads/trace_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <string_view>
#include <system_error>
#include <tuple>

#include "workloads/workload.h"

namespace datombench {

TracePaths::TracePaths(const std::filesystem::path& folder, const std::string& name,
                       bool compressed)
    : log(folder / (name + (compressed ? ".dtl.zst" : ".dtl"))),
      schema(folder / (name + ".schema.tsv")),
      stats(folder / (name + ".stats.json")) {}

void TracePaths::RequireAbsent() const {
  std::error_code error;
  for (const std::filesystem::path& path : {log, schema, stats}) {
    if (!std::filesystem::exists(path, error)) continue;
    throw WorkloadError(fmt::format(
        "{}: is there already; remove it, or choose another --name or --out", path.string()));
  }
}

TraceWriter::TraceWriter(const TracePaths& paths, const std::string& name,
                         const std::vector<std::string>& remarks, const TraceSchema& schema)
    : schema_(schema), log_(paths.log), schema_file_(paths.schema) {
  assert(schema.Find(":db/txInstant"));
  schema_file_.Write(schema.Text());
  out_ = fmt::format("#dtl 1\n#name {}\n#schema {}\n", name, paths.schema.filename().string());
  for (const std::string& remark : remarks) out_ += fmt::format("#{}\n", remark);
  log_.Write(out_);
}

void TraceWriter::Write(const TraceTransaction& transaction) {
  RenderValues(transaction);
  std::sort(lines_.begin(), lines_.end(),
            [this](const Line& x, const Line& y) { return IsBefore(x, y); });
  out_.clear();
  AppendLine(transaction.id, true, transaction.id, ":db/txInstant",
             fmt::format("{}", transaction.instant));
  for (const auto& [datom, begin, end] : lines_) {
    AppendLine(transaction.id, datom->added, datom->e, schema_[datom->attribute].ident,
               std::string_view(texts_).substr(begin, end - begin));
  }
  log_.Write(out_);
  ++transactions_;
}

void TraceWriter::RenderValues(const TraceTransaction& transaction) {
  lines_.clear();
  texts_.clear();
  for (const TraceDatom& datom : transaction.datoms) {
    const size_t begin = texts_.size();
    AppendValueText(datom.v, &texts_);
    lines_.push_back({&datom, begin, texts_.size()});
  }
}

bool TraceWriter::IsBefore(const Line& x, const Line& y) const {
  const auto value = [this](const Line& line) {
    return std::string_view(texts_).substr(line.begin, line.end - line.begin);
  };
  const auto ident = [this](const Line& line) -> std::string_view {
    return schema_[line.datom->attribute].ident;
  };
  if (x.datom->e != y.datom->e) return x.datom->e < y.datom->e;
  if (x.datom->attribute != y.datom->attribute) return ident(x) < ident(y);
  return std::tuple(x.datom->added, value(x)) < std::tuple(y.datom->added, value(y));
}

void TraceWriter::AppendLine(TxId tx, bool added, EntityId e, const std::string& ident,
                             std::string_view value) {
  fmt::format_to(std::back_inserter(out_), "{}\t{}\t{}\t{}\t{}\n", tx, added ? '+' : '-', e, ident,
                 value);
  ++datoms_;
  live_datoms_ += added ? 1 : -uint64_t{1};
}

void TraceWriter::Finish() {
  log_.Write(fmt::format("#end tx={} datoms={} live={}\n", transactions_, datoms_, live_datoms_));
  schema_file_.Finish();
  log_.Finish();
}

}  // namespace datombench

#include "harness/context.h"

#include <benchmark/benchmark.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

#include "harness/build_info.h"
#include "harness/meter.h"
#include "harness/result.h"

namespace datombench {
namespace {

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// The first line of `path` that starts with `key`, from behind its colon; "" if there is none.
std::string LineOf(const char* path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const size_t value = line.find_first_not_of(" \t", line.find(':') + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "";
}

// The members that Google Benchmark's own reporter writes.
void AddStandardMembers(Json& context) {
  const std::time_t now = std::time(nullptr);
  context["date"] = fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(now));
  context["host_name"] = HostName();
  context["executable"] = "datombench";
  const benchmark::CPUInfo& cpu = benchmark::CPUInfo::Get();
  context["num_cpus"] = cpu.num_cpus;
  context["mhz_per_cpu"] = std::llround(cpu.cycles_per_second / 1e6);
  if (cpu.scaling != benchmark::CPUInfo::UNKNOWN) {
    context["cpu_scaling_enabled"] = cpu.scaling == benchmark::CPUInfo::ENABLED;
  }
  Json caches = Json::array();
  for (const benchmark::CPUInfo::CacheInfo& cache : cpu.caches) {
    caches.push_back({{"type", cache.type},
                      {"level", cache.level},
                      {"size", cache.size},
                      {"num_sharing", cache.num_sharing}});
  }
  context["caches"] = std::move(caches);
  context["load_avg"] = cpu.load_avg;
#ifdef NDEBUG
  context["library_build_type"] = "release";
#else
  context["library_build_type"] = "debug";
#endif
}

Json BuildMember() {
  const BuildInfo& build = ThisBuild();
  Json member = {{"version", build.version},       {"commit", build.commit},
                 {"build_type", build.build_type}, {"flags", build.flags},
                 {"sanitizers", build.sanitizers}, {"compiler", build.compiler}};
  for (const LibraryVersion& library : build.libraries) {
    member["libraries"][std::string(library.name)] = library.version;
  }
  return member;
}

Json MachineMember() {
  utsname system{};
  uname(&system);
  const auto memory_bytes = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  return {{"cpu", LineOf("/proc/cpuinfo", "model name")},
          {"memory_bytes", memory_bytes},
          {"architecture", system.machine},
          {"system", system.sysname},
          {"kernel", system.release}};
}

// proc(5), mountinfo: "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": device
// numbers are field 3, the type follows a lone hyphen.
Json StorageMember(const std::filesystem::path& out) {
  Json member;
  struct stat status {};
  if (stat(out.c_str(), &status) == 0) {
    const std::string device = fmt::format("{}:{}", major(status.st_dev), minor(status.st_dev));
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
      std::istringstream fields(line);
      std::string id, parent, numbers, word;
      fields >> id >> parent >> numbers;
      if (numbers != device) continue;
      while (fields >> word && word != "-") {
      }
      std::string type, source;
      fields >> type >> source;
      member["file_system"] = type;
      member["device"] = source;
    }
  }
  constexpr int kTries = 20;
  member["sync_ms"] = ProbeSyncSeconds(out, kTries) * 1000;
  return member;
}

Json RunMember(const RunOptions& options) {
  Json member = {{"suite", options.suite_name},
                 {"suite_hash", options.suite_hash},
                 {"seed", options.seed},
                 {"repetitions", options.repetitions},
                 {"connects", options.connects}};
  member["cells"] = Json::object();
  for (const SuiteCell& entry : options.cells) {
    member["cells"][CellName(entry.cell)] = FullCellName(entry.cell);
  }
  return member;
}

}  // namespace

Json MakeContext(const RunOptions& options) {
  Json context;
  AddStandardMembers(context);
  context["build"] = BuildMember();
  context["machine"] = MachineMember();
  context["storage"] = StorageMember(options.out);
  context["run"] = RunMember(options);
  context["metrics"] = MetricsJson();
  return context;
}

}  // namespace datombench

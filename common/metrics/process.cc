#include "common/metrics/process.h"

#include <dirent.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "common/metrics/version.h"
#include <sys/resource.h>

namespace vg::metrics {
namespace {

prometheus::MetricFamily Family(std::string name, std::string help, prometheus::MetricType type,
                                double value) {
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  if (type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return family;
}

// Fields of /proc/self/stat that are of interest, see proc(5).
struct Stat {
  double cpu_ticks = 0;
  double threads = 0;
  double start_ticks = 0;  // After boot.
  double virtual_bytes = 0;
  double resident_pages = 0;
};

Stat ReadStat() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  // The program's name, in parentheses, may hold blanks and parentheses itself.
  const size_t name_end = text.rfind(')');
  Stat stat;
  if (name_end == std::string::npos) return stat;
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  for (int number = 3; fields >> field; ++number) {
    const auto value = [&] { return std::strtod(field.c_str(), nullptr); };
    if (number == 14 || number == 15) stat.cpu_ticks += value();
    if (number == 20) stat.threads = value();
    if (number == 22) stat.start_ticks = value();
    if (number == 23) stat.virtual_bytes = value();
    if (number == 24) stat.resident_pages = value();
  }
  return stat;
}

double BootTime() {
  std::ifstream file("/proc/stat");
  std::string word;
  double time = 0;
  while (file >> word) {
    if (word == "btime" && file >> time) break;
  }
  return time;
}

double OpenFiles() {
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  int entries = -3;  // Itself, "." and "..".
  while (readdir(folder) != nullptr) ++entries;
  closedir(folder);
  return entries;
}

double MaxFiles() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessCollector::Collect() const {
  using prometheus::MetricType;
  const Stat stat = ReadStat();
  const double hertz = static_cast<double>(sysconf(_SC_CLK_TCK));
  const double page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return {
      Family("process_cpu_seconds_total", "CPU time spent, user and system.", MetricType::Counter,
             stat.cpu_ticks / hertz),
      Family("process_resident_memory_bytes", "Memory in RAM.", MetricType::Gauge,
             stat.resident_pages * page),
      Family("process_virtual_memory_bytes", "Memory mapped.", MetricType::Gauge,
             stat.virtual_bytes),
      Family("process_open_fds", "Open file descriptors.", MetricType::Gauge, OpenFiles()),
      Family("process_max_fds", "File descriptors allowed.", MetricType::Gauge, MaxFiles()),
      Family("process_threads", "Threads.", MetricType::Gauge, stat.threads),
      Family("process_start_time_seconds", "Start, in seconds since 1970.", MetricType::Gauge,
             BootTime() + stat.start_ticks / hertz),
  };
}

void SetBuildInfo(Registry& registry, const std::string& grpc_version) {
  registry
      .Gauge("voortgang_build_info", "The build that runs, always 1.",
             {{"version", kVersion}, {"revision", kRevision}, {"grpc", grpc_version}})
      .Set(1);
}

}  // namespace vg::metrics

// Asks every dependency how it is, again and again.

#ifndef VG_COMMON_APP_HEALTH_MONITOR_H_
#define VG_COMMON_APP_HEALTH_MONITOR_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/app/health.h"
#include "common/app/module.h"
#include "common/concurrency/repeater.h"
#include "common/metrics/metrics.h"

namespace vg {

// A module as health sees it.
struct Patient {
  std::string module;
  std::vector<std::string> grpc_services;
  std::vector<Dependency> dependencies;
};

// Writes what it finds on the board and into voortgang_dependency_up{service,dependency}, and logs
// what changes. A module is ready when all its required dependencies are well, the process when all
// its modules are. Board and registry must outlive it.
class HealthMonitor {
 public:
  HealthMonitor(std::vector<Patient> patients, HealthBoard& board, metrics::Registry& registry);

  // Asks everybody once, in this thread.
  void CheckAll();

  // Repeats that every `interval`.
  void Start(absl::Duration interval);
  void Stop() { repeater_.Stop(); }

 private:
  bool CheckOne(const Patient& patient);

  const std::vector<Patient> patients_;
  HealthBoard& board_;
  metrics::Registry& registry_;
  std::map<std::string, bool> known_;  // Touched by one CheckAll() at a time.
  Repeater repeater_;
};

}  // namespace vg

#endif  // VG_COMMON_APP_HEALTH_MONITOR_H_

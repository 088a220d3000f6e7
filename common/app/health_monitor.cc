#include "common/app/health_monitor.h"

#include <utility>

#include "common/log/log.h"

namespace vg {

HealthMonitor::HealthMonitor(std::vector<Patient> patients, HealthBoard& board,
                             metrics::Registry& registry)
    : patients_(std::move(patients)), board_(board), registry_(registry) {
  board_.Set("liveness", true);
}

bool HealthMonitor::CheckOne(const Patient& patient) {
  bool ready = true;
  for (const Dependency& dependency : patient.dependencies) {
    const std::string name = patient.module + "/" + dependency.name;
    const absl::Status status = dependency.check();
    if (dependency.required && !status.ok()) ready = false;
    const auto [known, first] = known_.emplace(name, true);
    if (known->second != status.ok()) {
      known->second = status.ok();
      if (status.ok()) {
        LOG(INFO) << name << " is well again";
      } else {
        LOG(WARNING) << name << " is not well: " << status.message();
      }
    }
    board_.Set(name, status.ok());
    registry_
        .Gauge("voortgang_dependency_up", "Whether what a service depends on is well.",
               {{"service", patient.module}, {"dependency", dependency.name}})
        .Set(status.ok() ? 1 : 0);
  }
  for (const std::string& service : patient.grpc_services) board_.Set(service, ready);
  board_.Set(patient.module, ready);
  return ready;
}

void HealthMonitor::CheckAll() {
  bool ready = true;
  for (const Patient& patient : patients_) {
    if (!CheckOne(patient)) ready = false;
  }
  board_.Set("", ready);
  board_.Set("readiness", ready);
  registry_.Gauge("voortgang_ready", "Whether the process is ready to serve.").Set(ready ? 1 : 0);
}

void HealthMonitor::Start(absl::Duration interval) {
  repeater_.Start(interval, [this, interval] {
    CheckAll();
    return interval;
  });
}

}  // namespace vg

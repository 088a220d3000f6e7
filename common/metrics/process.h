// What every process tells about itself: CPU, memory, files, threads, and which build it is.

#ifndef VG_COMMON_METRICS_PROCESS_H_
#define VG_COMMON_METRICS_PROCESS_H_

#include <string>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"

#include "common/metrics/metrics.h"

namespace vg::metrics {

// The standard process_* families, read from /proc/self at every scrape. Thread-safe.
class ProcessCollector final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

// Sets voortgang_build_info{version,revision,grpc} to 1.
void SetBuildInfo(Registry& registry, const std::string& grpc_version);

}  // namespace vg::metrics

#endif  // VG_COMMON_METRICS_PROCESS_H_

// The numbers a process shows to Prometheus.

#ifndef VG_COMMON_METRICS_METRICS_H_
#define VG_COMMON_METRICS_METRICS_H_

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "prometheus/collectable.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace vg::metrics {

using Labels = std::map<std::string, std::string>;

enum class Kind { kCounter, kGauge };

class Observation;

// All metrics of one process. Thread-safe. What it hands out lives as long as it does.
//
// Finding a series takes a lock and a hash: find it once, keep the reference. Series that exist
// before their first event let `rate()` see the first event, so make them at start.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // The series `name{labels}`, made if there is none yet. `help` must be the same for every series
  // of a name. Counters end in `_total`; units are base units (seconds, bytes).
  prometheus::Counter& Counter(std::string_view name, std::string_view help,
                               const Labels& labels = {});
  prometheus::Gauge& Gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  // `buckets`: ascending upper bounds, +Inf left out.
  prometheus::Histogram& Histogram(std::string_view name, std::string_view help,
                                   const Labels& labels, const std::vector<double>& buckets);

  // A series whose value `read` tells at every scrape, for as long as the returned observation
  // lives. `read` must be quick, thread-safe and must not use this registry.
  [[nodiscard]] Observation Observe(Kind kind, std::string_view name, std::string_view help,
                                    const Labels& labels, std::function<double()> read);

  // For families that a source builds itself. `source` must outlive this registry.
  void AddSource(const prometheus::Collectable& source);

  // Everything in the text exposition format, version 0.0.4.
  std::string Text() const;

 private:
  friend class Observation;
  struct Reading {
    Kind kind;
    std::string name;
    std::string help;
    Labels labels;
    std::function<double()> read;
  };

  prometheus::Registry registry_;
  mutable absl::Mutex mutex_;
  std::list<Reading> readings_ ABSL_GUARDED_BY(mutex_);
  std::vector<const prometheus::Collectable*> sources_ ABSL_GUARDED_BY(mutex_);
};

// Keeps one observed series in its registry. Movable. The registry must outlive it.
class Observation {
 public:
  Observation() = default;
  ~Observation();
  Observation(Observation&& other) noexcept;
  Observation& operator=(Observation&& other) noexcept;

 private:
  friend class Registry;
  Observation(Registry* registry, std::list<Registry::Reading>::iterator reading)
      : registry_(registry), reading_(reading) {}
  void Release();

  Registry* registry_ = nullptr;
  std::list<Registry::Reading>::iterator reading_;
};

// Buckets for the time a call takes: 1 ms to 10 s.
const std::vector<double>& LatencyBuckets();

}  // namespace vg::metrics

#endif  // VG_COMMON_METRICS_METRICS_H_

#include "common/metrics/metrics.h"

#include <iterator>
#include <utility>

#include "prometheus/family.h"
#include "prometheus/metric_family.h"
#include "prometheus/text_serializer.h"

namespace vg::metrics {
namespace {

template <typename Builder>
auto& FamilyOf(Builder builder, std::string_view name, std::string_view help,
               prometheus::Registry& registry) {
  return builder.Name(std::string(name)).Help(std::string(help)).Register(registry);
}

}  // namespace

Registry::Registry() = default;
Registry::~Registry() = default;

prometheus::Counter& Registry::Counter(std::string_view name, std::string_view help,
                                       const Labels& labels) {
  return FamilyOf(prometheus::BuildCounter(), name, help, registry_).Add(labels);
}

prometheus::Gauge& Registry::Gauge(std::string_view name, std::string_view help,
                                   const Labels& labels) {
  return FamilyOf(prometheus::BuildGauge(), name, help, registry_).Add(labels);
}

prometheus::Histogram& Registry::Histogram(std::string_view name, std::string_view help,
                                           const Labels& labels,
                                           const std::vector<double>& buckets) {
  return FamilyOf(prometheus::BuildHistogram(), name, help, registry_).Add(labels, buckets);
}

Observation Registry::Observe(Kind kind, std::string_view name, std::string_view help,
                              const Labels& labels, std::function<double()> read) {
  absl::MutexLock lock(&mutex_);
  readings_.push_back({kind, std::string(name), std::string(help), labels, std::move(read)});
  return Observation(this, std::prev(readings_.end()));
}

void Registry::AddSource(const prometheus::Collectable& source) {
  absl::MutexLock lock(&mutex_);
  sources_.push_back(&source);
}

std::string Registry::Text() const {
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  absl::MutexLock lock(&mutex_);
  for (const prometheus::Collectable* source : sources_) {
    std::vector<prometheus::MetricFamily> more = source->Collect();
    std::move(more.begin(), more.end(), std::back_inserter(families));
  }
  std::map<std::string, prometheus::MetricFamily> observed;
  for (const Reading& reading : readings_) {
    prometheus::MetricFamily& family = observed[reading.name];
    family.name = reading.name;
    family.help = reading.help;
    family.type = reading.kind == Kind::kCounter ? prometheus::MetricType::Counter
                                                 : prometheus::MetricType::Gauge;
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    for (const auto& [name, value] : reading.labels) metric.label.push_back({name, value});
    const double value = reading.read();
    if (reading.kind == Kind::kCounter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
  }
  for (auto& [name, family] : observed) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

Observation::~Observation() { Release(); }

Observation::Observation(Observation&& other) noexcept
    : registry_(std::exchange(other.registry_, nullptr)), reading_(other.reading_) {}

Observation& Observation::operator=(Observation&& other) noexcept {
  if (this != &other) {
    Release();
    registry_ = std::exchange(other.registry_, nullptr);
    reading_ = other.reading_;
  }
  return *this;
}

void Observation::Release() {
  if (registry_ == nullptr) return;
  absl::MutexLock lock(&registry_->mutex_);
  registry_->readings_.erase(reading_);
  registry_ = nullptr;
}

const std::vector<double>& LatencyBuckets() {
  static const std::vector<double>& buckets = *new std::vector<double>{
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return buckets;
}

}  // namespace vg::metrics

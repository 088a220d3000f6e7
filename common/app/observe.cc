#include "common/app/observe.h"

#include <functional>
#include <utility>

namespace vg {
namespace {

using metrics::Kind;

// Observes several numbers under the same labels.
class Series {
 public:
  Series(metrics::Registry& registry, metrics::Labels labels)
      : registry_(registry), labels_(std::move(labels)) {}

  void Gauge(const char* name, const char* help, std::function<double()> read) {
    all_.push_back(registry_.Observe(Kind::kGauge, name, help, labels_, std::move(read)));
  }
  void Counter(const char* name, const char* help, std::function<double()> read) {
    all_.push_back(registry_.Observe(Kind::kCounter, name, help, labels_, std::move(read)));
  }

  Observations Take() { return std::move(all_); }

 private:
  metrics::Registry& registry_;
  const metrics::Labels labels_;
  Observations all_;
};

double AsDouble(int64_t number) { return static_cast<double>(number); }

template <typename Executor>
Observations ObserveExecutor(metrics::Registry& registry, const std::string& name,
                             const Executor& executor) {
  Series series(registry, {{"executor", name}});
  series.Gauge("voortgang_executor_threads", "Threads allowed.",
               [&] { return executor.stats().threads; });
  series.Gauge("voortgang_executor_active", "Threads at work.",
               [&] { return executor.stats().active; });
  series.Gauge("voortgang_executor_queue_length", "Tasks that wait.",
               [&] { return executor.stats().queued; });
  series.Gauge("voortgang_executor_queue_capacity", "Tasks that may wait.",
               [&] { return executor.stats().queue_depth; });
  series.Counter("voortgang_executor_completed_total", "Tasks done.",
                 [&] { return AsDouble(executor.stats().completed); });
  series.Counter("voortgang_executor_rejected_total", "Tasks refused because the queue was full.",
                 [&] { return AsDouble(executor.stats().rejected); });
  series.Counter("voortgang_executor_wait_seconds_total", "Time that tasks waited for a thread.",
                 [&] { return absl::ToDoubleSeconds(executor.stats().waited); });
  return series.Take();
}

}  // namespace

Observations Observe(metrics::Registry& registry, const BoundedExecutor& executor) {
  return ObserveExecutor(registry, executor.name(), executor);
}

Observations Observe(metrics::Registry& registry, const rpc::MethodQueue& queue) {
  return ObserveExecutor(registry, queue.path(), queue);
}

Observations Observe(metrics::Registry& registry, std::string_view service,
                     const sql::Database& database) {
  Series series(registry, {{"service", std::string(service)}});
  series.Gauge("voortgang_database_connections_limit", "Connections allowed.",
               [&] { return database.Stats().limit; });
  series.Gauge("voortgang_database_connections_in_use", "Connections in use.",
               [&] { return database.Stats().in_use; });
  series.Gauge("voortgang_database_connections_idle", "Connections open and not in use.",
               [&] { return database.Stats().idle; });
  series.Gauge("voortgang_database_waiting", "Callers that wait for a connection.",
               [&] { return database.Stats().waiting; });
  series.Counter("voortgang_database_retries_total",
                 "Transactions run again because they lost a race or a connection.",
                 [&] { return AsDouble(database.Stats().retries); });
  series.Counter("voortgang_database_connections_lost_total", "Connections that broke.",
                 [&] { return AsDouble(database.Stats().connections_lost); });
  series.Counter("voortgang_database_wait_seconds_total",
                 "Time that callers waited for a connection.",
                 [&] { return absl::ToDoubleSeconds(database.Stats().waited); });
  return series.Take();
}

Observations Observe(metrics::Registry& registry, const cache::Cache& cache) {
  Observations all;
  const auto add = [&](const char* result, int64_t cache::Stats::*number) {
    all.push_back(registry.Observe(Kind::kCounter, "voortgang_cache_requests_total",
                                   "Questions to the cache by outcome.", {{"result", result}},
                                   [&cache, number] { return AsDouble(cache.stats().*number); }));
  };
  add("hit", &cache::Stats::hits);
  add("miss", &cache::Stats::misses);
  add("error", &cache::Stats::errors);
  add("bypass", &cache::Stats::bypasses);
  Series series(registry, {});
  series.Gauge("voortgang_cache_entries", "Entries in memory.",
               [&] { return AsDouble(cache.stats().entries); });
  series.Gauge("voortgang_cache_bytes", "Memory of the cache.",
               [&] { return AsDouble(cache.stats().bytes); });
  series.Gauge("voortgang_cache_degraded", "Whether the shared cache cannot be reached.",
               [&] { return cache.stats().broken ? 1 : 0; });
  for (metrics::Observation& one : series.Take()) all.push_back(std::move(one));
  return all;
}

Observations Observe(metrics::Registry& registry, std::string_view consumer, std::string_view feed,
                     const feed::Tailer& tailer) {
  Series series(registry, {{"consumer", std::string(consumer)}, {"feed", std::string(feed)}});
  series.Gauge("voortgang_feed_lag_entries", "Entries known and not yet taken in.",
               [&] { return AsDouble(tailer.stats().lag); });
  series.Gauge("voortgang_feed_connected", "Whether the feed's stream is open.",
               [&] { return tailer.stats().connected ? 1 : 0; });
  series.Counter("voortgang_feed_entries_total", "Entries taken in.",
                 [&] { return AsDouble(tailer.stats().entries); });
  series.Counter("voortgang_feed_breaks_total", "Times the feed's stream broke.",
                 [&] { return AsDouble(tailer.stats().breaks); });
  return series.Take();
}

}  // namespace vg

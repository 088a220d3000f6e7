// Series for the parts that do not know Prometheus: executors, database pools, feed tailers.

#ifndef VG_COMMON_APP_OBSERVE_H_
#define VG_COMMON_APP_OBSERVE_H_

#include <string>
#include <string_view>
#include <vector>

#include "common/cache/cache.h"
#include "common/concurrency/executor.h"
#include "common/feed/tailer.h"
#include "common/grpc/method_queue.h"
#include "common/metrics/metrics.h"
#include "common/sql/database.h"

namespace vg {

// Each keeps its series for as long as the returned observations live; what they read must outlive
// them. Declare the observations after it.
using Observations = std::vector<metrics::Observation>;

// voortgang_executor_{threads,active,queue_depth,queue_capacity,rejected_total,…}{executor}.
Observations Observe(metrics::Registry& registry, const BoundedExecutor& executor);
// The same; the executor is "/voortgang.survey.v1.SurveyService/SubmitResponse".
Observations Observe(metrics::Registry& registry, const rpc::MethodQueue& queue);

// voortgang_database_{connections,…}{service}.
Observations Observe(metrics::Registry& registry, std::string_view service,
                     const sql::Database& database);

// voortgang_cache_{requests_total{result},entries,bytes,degraded}.
Observations Observe(metrics::Registry& registry, const cache::Cache& cache);

// voortgang_feed_{lag_entries,entries_total,breaks_total,connected}{consumer,feed}: a module that
// follows a feed calls this for its tailer.
Observations Observe(metrics::Registry& registry, std::string_view consumer, std::string_view feed,
                     const feed::Tailer& tailer);

}  // namespace vg

#endif  // VG_COMMON_APP_OBSERVE_H_

// How many figures were answered, for who watches the service.

#ifndef VG_SERVICES_INDICATORS_API_FIGURE_COUNTS_H_
#define VG_SERVICES_INDICATORS_API_FIGURE_COUNTS_H_

#include "common/metrics/metrics.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

// Counts figures of tables by whether they are shown. Thread-safe; all of one registry count
// together.
class FigureCounts {
 public:
  explicit FigureCounts(metrics::Registry& metrics)
      : shown_(Counter(metrics, "published")), suppressed_(Counter(metrics, "suppressed")) {}

  void Add(const voortgang::indicators::v1::EstimateTable& table) {
    namespace v1 = voortgang::indicators::v1;
    for (const v1::Estimate& estimate : table.estimates()) {
      if (estimate.state() == v1::ESTIMATE_STATE_PUBLISHED) shown_.Increment();
      if (estimate.state() == v1::ESTIMATE_STATE_SUPPRESSED) suppressed_.Increment();
    }
  }

 private:
  static prometheus::Counter& Counter(metrics::Registry& metrics, const char* outcome) {
    return metrics.Counter("voortgang_indicators_cells_total",
                           "Figures of tables that were asked for, by whether they are shown.",
                           {{"outcome", outcome}});
  }

  prometheus::Counter& shown_;
  prometheus::Counter& suppressed_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_FIGURE_COUNTS_H_

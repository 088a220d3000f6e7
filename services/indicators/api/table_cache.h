// Tables that are dear to make, shared by the replicas.

#ifndef VG_SERVICES_INDICATORS_API_TABLE_CACHE_H_
#define VG_SERVICES_INDICATORS_API_TABLE_CACHE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

#include "common/cache/cache.h"
#include "common/cache/read_through.h"
#include "services/indicators/api/memo.h"
#include "services/indicators/api/tables.h"

namespace vg::indicators {

// A table is kept under a digest of all that it follows from, as the database holds it when it is
// asked for. So what is found is what would be made, whoever made it and when, and nothing has to
// be dropped when answers come. Only what is dear is looked up: a jackknife, calibrated weights,
// crossings. Other tables are kept as they were answered last, and brought up to date. Borrows
// everything; thread-safe.
class TableCache {
 public:
  TableCache(Tables& tables, cache::Cache& cache) : tables_(tables), read_(cache, {}) {}

  // As Tables::Make.
  absl::Status Answer(const StoredIndicator& stored,
                      const voortgang::indicators::v1::QueryEstimatesRequest& request,
                      const Viewer& viewer, voortgang::indicators::v1::EstimateTable& response);

 private:
  // The same table for the same viewer, of the sums that were asked for last.
  struct Standing {
    absl::Mutex mutex;
    uint64_t sums = 0, respondents = 0;  // Their content; 0: there is no table yet.
    MadeTable made;
    voortgang::indicators::v1::EstimateTable table;
  };
  absl::Status AnswerStanding(Tables::Query query, const Viewer& viewer, Standing& standing,
                              voortgang::indicators::v1::EstimateTable& response);

  Tables& tables_;
  cache::ReadThrough read_;
  Memo<Standing> standing_{64};  // By all that they follow from but the sums.
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TABLE_CACHE_H_

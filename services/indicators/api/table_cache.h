// Tables that are dear to make, shared by the replicas.

#ifndef VG_SERVICES_INDICATORS_API_TABLE_CACHE_H_
#define VG_SERVICES_INDICATORS_API_TABLE_CACHE_H_

#include "absl/status/status.h"

#include "common/cache/cache.h"
#include "common/cache/read_through.h"
#include "services/indicators/api/tables.h"

namespace vg::indicators {

// A table is kept under a digest of all that it follows from, as the database holds it when it is
// asked for. So what is found is what would be made, whoever made it and when, and nothing has to
// be dropped when answers come. Only what is dear is looked up: a jackknife, calibrated weights,
// crossings. Borrows everything; thread-safe.
class TableCache {
 public:
  TableCache(Tables& tables, cache::Cache& cache) : tables_(tables), read_(cache, {}) {}

  // As Tables::Make.
  absl::Status Answer(const StoredIndicator& stored,
                      const voortgang::indicators::v1::QueryEstimatesRequest& request,
                      const Viewer& viewer, voortgang::indicators::v1::EstimateTable& response);

 private:
  Tables& tables_;
  cache::ReadThrough read_;
  Memo<voortgang::indicators::v1::EstimateTable> made_{64};  // By stamp and request.
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TABLE_CACHE_H_

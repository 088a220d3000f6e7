// Tables of figures, made from sums.

#ifndef VG_SERVICES_INDICATORS_API_TABLES_H_
#define VG_SERVICES_INDICATORS_API_TABLES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/api/measures.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/domain/estimate.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/sums_store.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

voortgang::indicators::v1::EstimateState StateToProto(EstimateState state);
// A value or difference as the API gives it: rounded half to even to 6 decimals.
voortgang::type::v1::Decimal RoundedToProto(const Exact& value);

// Borrows everything; thread-safe.
class Tables {
 public:
  Tables(SumsStore& sums, Measures& measures, Peers& peers)
      : sums_(sums), measures_(measures), peers_(peers) {}

  // Fills `response` and returns its figures as they are before rounding. Refuses as the API says
  // of QueryEstimates.
  absl::StatusOr<std::vector<Estimate>> Make(
      const StoredIndicator& stored,
      const voortgang::indicators::v1::QueryEstimatesRequest& request,
      voortgang::indicators::v1::EstimateTable& response);

 private:
  // What a table of an indicator needs to know of its source.
  struct Source {
    voortgang::survey::v1::Role role = voortgang::survey::v1::ROLE_UNSPECIFIED;
    std::vector<std::string> categories;  // In the order of the questionnaires.
    std::string snapshot;
  };
  absl::StatusOr<Source> SourceOf(const StoredIndicator& stored,
                                  const voortgang::indicators::v1::QueryEstimatesRequest& request);

  SumsStore& sums_;
  Measures& measures_;
  Peers& peers_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TABLES_H_

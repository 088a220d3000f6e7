// Tables of figures, made from sums.

#ifndef VG_SERVICES_INDICATORS_API_TABLES_H_
#define VG_SERVICES_INDICATORS_API_TABLES_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/api/measures.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/domain/estimate.h"
#include "services/indicators/domain/weighted_table.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/sums_store.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

voortgang::indicators::v1::EstimateState StateToProto(EstimateState state);
// A value or difference as the API gives it: rounded half to even to 6 decimals.
voortgang::type::v1::Decimal RoundedToProto(const Exact& value);

// A table as it is before rounding.
struct MadeTable {
  std::vector<Estimate> estimates;
  // With estimation only; shared, because a change is told from two of them.
  std::shared_ptr<const WeightedTable> weighted;
};

// Borrows everything; thread-safe.
class Tables {
 public:
  Tables(SumsStore& sums, Measures& measures, Peers& peers)
      : sums_(sums), measures_(measures), peers_(peers) {}

  // Fills `response` and returns its figures as they are before rounding. Refuses as the API says
  // of QueryEstimates.
  absl::StatusOr<MadeTable> Make(const StoredIndicator& stored,
                                 const voortgang::indicators::v1::QueryEstimatesRequest& request,
                                 voortgang::indicators::v1::EstimateTable& response);

 private:
  // What a table of an indicator needs to know of its source.
  struct Source {
    voortgang::survey::v1::Role role = voortgang::survey::v1::ROLE_UNSPECIFIED;
    std::vector<std::string> categories;  // In the order of the questionnaires.
    std::string snapshot;
    std::string frame;              // The snapshot of those who were asked.
    std::set<std::string> sectors;  // Of the schools that were asked; empty: all.
    // What responses of the indicator are counted under among respondents.
    std::set<std::string> counted_as;
    std::shared_ptr<const WaveSample> sample;  // Null: a census, or nothing needs it.
  };
  absl::StatusOr<Source> SourceOf(const StoredIndicator& stored,
                                  const voortgang::indicators::v1::QueryEstimatesRequest& request);

  // Whom figures are to stand for, and with what weights those who answered do.
  absl::StatusOr<std::shared_ptr<WeightedTable>> Weights(
      const voortgang::indicators::v1::EstimationOptions& options, const Source& source,
      const Figures& figures);
  // Whether the weights of `plan` would give hidden groups away. `rows` are those of the figures.
  absl::StatusOr<bool> GivesAway(const WeightingPlan& plan, const Source& source,
                                 const Rules& rules, const Figures& figures,
                                 const std::vector<GroupedSums>& rows);

  SumsStore& sums_;
  Measures& measures_;
  Peers& peers_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TABLES_H_

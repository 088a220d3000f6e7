// Tables of figures, made from sums.

#ifndef VG_SERVICES_INDICATORS_API_TABLES_H_
#define VG_SERVICES_INDICATORS_API_TABLES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/api/breakdowns.h"
#include "services/indicators/api/measures.h"
#include "services/indicators/api/memo.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/api/table_source.h"
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
  std::shared_ptr<const std::vector<Estimate>> estimates;
  // With estimation only; shared, because a change is told from two of them.
  std::shared_ptr<const WeightedTable> weighted;
};

// Borrows everything; thread-safe. What follows from what never changes, or from sums that have not
// changed since, is made once: the groups of units, the schools that pass a filter, weights, and
// what is hidden.
class Tables {
 public:
  Tables(SumsStore& sums, Measures& measures, Peers& peers)
      : sums_(sums), measures_(measures), peers_(peers) {}

  // Weights, and where the units are in their design.
  struct Weights {
    WeightingPlan plan;
    std::shared_ptr<const Weighting> weighting;
    std::vector<int> design_rows;  // By unit.
    std::string key;
  };
  // What one query is about.
  struct Query {
    const StoredIndicator& stored;
    const voortgang::indicators::v1::QueryEstimatesRequest& request;
    TableSource source;
    std::vector<Breakdown> breakdowns;
    LiveSums sums;
    std::shared_ptr<const TableIndex> index;
    std::string index_key;
    std::shared_ptr<const std::vector<char>> left_out;  // Null without a filter.
    std::shared_ptr<const Weights> weights;             // Null without estimation.

    UnitFigures figures() const;
  };

  // What a query is about, as of now. Borrows `stored` and `request`. Refuses as the API says of
  // QueryEstimates.
  absl::StatusOr<Query> Prepare(const StoredIndicator& stored,
                                const voortgang::indicators::v1::QueryEstimatesRequest& request);
  // Fills `response` and returns its figures as they are before rounding.
  absl::StatusOr<MadeTable> Make(Query query, voortgang::indicators::v1::EstimateTable& response);
  absl::StatusOr<MadeTable> Make(const StoredIndicator& stored,
                                 const voortgang::indicators::v1::QueryEstimatesRequest& request,
                                 voortgang::indicators::v1::EstimateTable& response);
  // A digest of all that the answer follows from besides the request: sums, definition, snapshots,
  // sample. In every process the same; how far folding is is not in it.
  std::string ContentOf(const Query& query);
  // The same for this process only, at once: sums are named by the number of their content.
  static std::string StampOf(const Query& query);

 private:
  // The groups of all units that have a number so far, by attributes of a snapshot or sample.
  std::shared_ptr<const TableIndex> Index(const std::vector<Breakdown>& breakdowns,
                                          const SnapshotUnits& units, const WaveSample* sample,
                                          int size, std::string* key);
  void NumberUnits(const UnitTable& units);
  absl::StatusOr<std::shared_ptr<const std::vector<char>>> LeftOut(const Query& query);
  // Whom figures are to stand for, and with what weights those who answered do.
  absl::StatusOr<std::shared_ptr<const Weights>> WeightsOf(const Query& query);
  // Figures with what may not be shown hidden.
  std::shared_ptr<const std::vector<Estimate>> Protected(const Query& query);
  std::string DigestOf(const SumsColumns& sums);
  static std::string ContentWith(const Query& query, const std::string& sums,
                                 const std::string& respondents);
  // Whether weights would give hidden groups away.
  absl::StatusOr<bool> GivesAway(const Query& query);

  SumsStore& sums_;
  Measures& measures_;
  Peers& peers_;
  Memo<TableIndex> indexes_{32};
  Memo<std::vector<char>> left_out_{32};
  Memo<Weights> weights_{32};
  Memo<std::vector<Estimate>> protected_{64};
  Memo<bool> give_away_{64};
  Memo<std::string> digests_{64};  // Of sums, by their content's number.
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TABLES_H_

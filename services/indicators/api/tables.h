// Tables of figures, made from sums.

#ifndef VG_SERVICES_INDICATORS_API_TABLES_H_
#define VG_SERVICES_INDICATORS_API_TABLES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "common/time/clock.h"
#include "services/indicators/api/breakdowns.h"
#include "services/indicators/api/measures.h"
#include "services/indicators/api/memo.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/api/policy_proto.h"
#include "services/indicators/api/table_source.h"
#include "services/indicators/domain/estimate.h"
#include "services/indicators/domain/weighted_table.h"
#include "services/indicators/storage/disclosure_store.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/sums_store.h"
#include "voortgang/indicators/v1/disclosure_service.pb.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

voortgang::indicators::v1::EstimateState StateToProto(EstimateState state);
// A value or difference as the API gives it: rounded half to even to 6 decimals.
voortgang::type::v1::Decimal RoundedToProto(const Exact& value);

// Who sees a table.
struct Viewer {
  // What was answered to the same audience is held against what it asks next: "caller/users/a".
  std::string audience;
  bool unprotected = false;      // Sees figures as they are.
  bool tells_secondary = false;  // May know which groups are hidden for the sake of others.
  absl::Status may_see_more;     // Else what is told where it would see what it has not seen yet.
};
// Rounds of hiding more for the guard; what would be given away after them hides the whole table.
inline constexpr int kGuardRounds = 5;
inline constexpr char kPublic[] = "public";  // The audience of what is published.

// A table as it is before rounding.
struct MadeTable {
  std::shared_ptr<const std::vector<Estimate>> estimates;
  // With estimation only; shared, because a change is told from two of them.
  std::shared_ptr<const WeightedTable> weighted;

  // Null where there is none.
  const WeightedFigure* FigureAt(size_t i) const {
    return weighted == nullptr ? nullptr : weighted->figures[i].get();
  }
};

// Borrows everything; thread-safe. What follows from what never changes, or from sums that have not
// changed since, is made once: the groups of units, the schools that pass a filter, weights, and
// what is hidden.
class Tables {
 public:
  Tables(SumsStore& sums, DisclosureStore& disclosures, Measures& measures, Peers& peers,
         const Clock& clock)
      : sums_(sums), disclosures_(disclosures), measures_(measures), peers_(peers), clock_(clock) {}

  // What can be worked out about what the table hides, as `viewer` is answered it. Refuses as Make,
  // and with NOT_APPLICABLE if the policy hides nothing.
  absl::Status Audit(const StoredIndicator& stored,
                     const voortgang::indicators::v1::QueryEstimatesRequest& request,
                     const Viewer& viewer, voortgang::indicators::v1::TableAudit& response);

  // Tables of one moment that are protected together.
  struct Asked {
    StoredIndicator stored;
    const voortgang::indicators::v1::QueryEstimatesRequest* request = nullptr;
  };
  absl::Status MakeTogether(const std::vector<Asked>& asked, const Viewer& viewer,
                            voortgang::indicators::v1::ProtectedTables& response);

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
    std::shared_ptr<const std::vector<int>> holders;    // The board of each unit.
    PolicyInForce policy;

    UnitFigures figures() const;
    std::vector<Areas> areas() const;
    // All that the unprotected figures follow from besides the sums, as a key.
    std::string basis_key() const;
  };
  struct Makings;
  // Figures as somebody may see them.
  struct Protected {
    std::vector<Estimate> estimates;
    bool groups_withheld = false;
    std::set<Group> forbidden;  // By the guard.
    uint64_t content = 0;       // Of the sums.
    // What it was made of and how, for the next one; null where the policy does not suppress.
    std::shared_ptr<const Makings> makings;
    std::string seen;  // The groups shown, encoded; empty until it is to be remembered.

    std::set<Group> shown() const;
    // What is to be remembered; as `earlier` has it if that shows the same groups.
    void SetSeen(const Protected* earlier);
  };

  // What a query is about, as of now. Borrows `stored` and `request`. Refuses as the API says of
  // QueryEstimates.
  absl::StatusOr<Query> Prepare(const StoredIndicator& stored,
                                const voortgang::indicators::v1::QueryEstimatesRequest& request);
  // Fills `response` and returns its figures as they are before rounding.
  //
  // `earlier` is what this returned for `response` as it is: the same table, of the same basis, to
  // the same viewer, of other sums. Then only what changed is made anew; the outcome is the same.
  absl::StatusOr<MadeTable> Make(Query query, const Viewer& viewer,
                                 voortgang::indicators::v1::EstimateTable& response,
                                 const MadeTable& earlier = {});
  absl::StatusOr<MadeTable> Make(const StoredIndicator& stored,
                                 const voortgang::indicators::v1::QueryEstimatesRequest& request,
                                 const Viewer& viewer,
                                 voortgang::indicators::v1::EstimateTable& response);
  // A digest of all that the answer follows from besides the request: sums, definition, snapshots,
  // sample. In every process the same; how far folding is is not in it.
  std::string ContentOf(const Query& query);
  // The same without the sums.
  static std::string BasisOf(const Query& query);

 private:
  // Adds groups, holders, filter and weights to what Prepare made.
  absl::Status Complete(Query& query);
  // Fills `response` as Make does.
  absl::StatusOr<MadeTable> Tell(const Query& query, const Viewer& viewer,
                                 std::shared_ptr<const Protected> table, const MadeTable& earlier,
                                 voortgang::indicators::v1::EstimateTable& response);
  // With estimation, weights and all that follows from them; else null.
  absl::StatusOr<std::shared_ptr<const WeightedTable>> WeightedOf(const Query& query,
                                                                  const Viewer& viewer,
                                                                  const Protected& table,
                                                                  const MadeTable& earlier);

  // What units are to the table. (tables_units.cc)
  //
  // The groups of all units that have a number so far, by attributes of a snapshot or sample.
  std::shared_ptr<const TableIndex> Index(const std::vector<Breakdown>& breakdowns,
                                          const SnapshotUnits& units, const WaveSample* sample,
                                          int size, std::string* key);
  void NumberUnits(const UnitTable& units);
  absl::StatusOr<std::shared_ptr<const std::vector<char>>> LeftOut(const Query& query);
  // Whom figures are to stand for, and with what weights those who answered do.
  absl::StatusOr<std::shared_ptr<const Weights>> WeightsOf(const Query& query);
  std::string DigestOf(const SumsColumns& sums);
  static std::string ContentWith(const Query& query, const std::string& sums,
                                 const std::string& respondents);
  // What an audience has seen of an indicator in a wave.
  struct Known {
    std::vector<AnsweredTable> own;
    std::vector<AnsweredTable> all;  // What was published included.
  };
  // By the indicator's serial and the wave.
  using KnownOf = std::map<std::pair<int64_t, std::string>, Known>;

  // Tables that are protected together. (tables_together.cc)
  struct Linked;
  void Link(const std::vector<Query>& queries, Linked& linked);
  using ProtectedTables = std::vector<std::shared_ptr<const Protected>>;
  // By query; null where its policy does not suppress.
  ProtectedTables MakeLinked(const std::vector<Query>& queries, const std::vector<Linked>& linked);
  // The same, each held against those before it and what the viewer has seen; and remembered.
  absl::StatusOr<ProtectedTables> GuardTogether(const std::vector<Query>& queries,
                                                std::vector<Linked>& linked, const Viewer& viewer);
  // Whether anything is given away, which is then forbidden; in the last round whole tables are.
  absl::StatusOr<bool> ForbidGivenAway(const std::vector<Query>& queries,
                                       const ProtectedTables& tables, const KnownOf& known,
                                       bool last_round, std::vector<Linked>& linked);

  // Of all units, a number for the board of each, or for itself.
  std::shared_ptr<const std::vector<int>> HoldersOf(const SnapshotUnits& units, int size);

  // What is hidden or changed. (tables_protection.cc)
  TableAtoms AtomsOf(const Query& query);
  // Figures as they are; with groups of nobody if the policy hides those.
  std::vector<Estimate> TabulateAll(const Query& query, const TableAtoms& atoms);
  std::vector<GroupedSums> RowsToProtect(const Query& query);
  std::vector<int> SilentUnits(const Query& query);
  // The cells of a table whose atoms are in `places` of the index.
  struct Shape {
    std::shared_ptr<const TableIndex> index;
    std::vector<int> places;
    std::shared_ptr<const disclosure::TableShape> shape;
    std::vector<int> cells;  // Of the total, then of each group of the index; -1: it has none.
  };
  std::shared_ptr<const Shape> ShapeOf(const Query& query, const std::vector<int>& places);
  disclosure::Protection ProtectionOf(const Query& query, const Shape& shape, TableAtoms atoms,
                                      const std::set<Group>& forbidden) const;
  // A table of which the policy and what is forbidden is hidden. `earlier`: the same of other sums,
  // or null; what has not changed is taken from it.
  std::shared_ptr<const Protected> MakeProtected(const Query& query, std::set<Group> forbidden,
                                                 const Protected* earlier);
  // Figures as the viewer may see them.
  absl::StatusOr<std::shared_ptr<const Protected>> ProtectedFor(const Query& query,
                                                                const Viewer& viewer);
  // What the policy alone hides.
  std::shared_ptr<const Protected> Suppressed(const Query& query);
  absl::StatusOr<std::shared_ptr<const Protected>> Perturbed(const Query& query);

  // The guard: what must be hidden, too, because of what the audience has seen. (tables_guard.cc)
  absl::StatusOr<std::shared_ptr<const Protected>> Guarded(const Query& query,
                                                           const Viewer& viewer);
  static std::pair<int64_t, std::string> KeyOf(const Query& query) {
    return {query.stored.serial, query.request.wave()};
  }
  absl::StatusOr<Known> KnownTo(const std::string& audience, const Query& query);
  // Groups of `table` that must not be shown to whoever has seen what `earlier` says.
  absl::StatusOr<std::set<Group>> GivenAwayBy(const Query& query, const Protected& table,
                                              const std::vector<AnsweredTable>& earlier);
  // The same of one other table, of which the groups `shown` are seen.
  static std::set<Group> GivenAwayBeside(const Query& query, const Protected& table,
                                         const Query& before, const std::set<Group>& shown);
  // Remembers that the viewer sees the tables, which are of one indicator in one wave. False, and
  // nothing is remembered, if it has seen others than `known` meanwhile.
  absl::StatusOr<bool> Remember(
      const Viewer& viewer, const Known& known,
      const std::vector<std::pair<const Query*, const Protected*>>& tables);

  // Whether weights would give hidden groups away.
  absl::StatusOr<bool> GivesAway(const Query& query);

  SumsStore& sums_;
  DisclosureStore& disclosures_;
  Measures& measures_;
  Peers& peers_;
  const Clock& clock_;
  Memo<const TableIndex> indexes_{32};
  Memo<const std::vector<char>> left_out_{32};
  Memo<const Weights> weights_{32};
  Memo<const std::vector<int>> holders_{8};
  Memo<const std::vector<uint64_t>> unit_keys_{1};
  Memo<const Shape> shapes_{32};
  // Of the sums asked for last, by all else that they follow from.
  Memo<const Protected> suppressed_{64};
  Memo<const Protected> guarded_{256};
  Memo<const bool> give_away_{64};
  Memo<const std::string> digests_{64};  // Of sums, by their content's number.
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TABLES_H_

#include "services/indicators/api/tables.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/table_proto.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

absl::Status StillFolding(const std::string& name) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "FOLDING",
      absl::StrCat(name, " is still being folded from the beginning; ask again in a moment"),
      {{"resource", name}});
}

// Whether the table has the group that others are to be held against.
absl::Status CheckReference(const Tables::Query& query) {
  const auto& told = query.request.estimation().reference_group();
  if (told.empty()) return absl::OkStatus();
  constexpr char kField[] = "estimation.reference_group";
  const MeasureKind kind = query.source.definition->rules.kind;
  if (!IsShare(kind) && kind != MeasureKind::kMean && kind != MeasureKind::kRatio) {
    return InvalidField(kField, "NOT_APPLICABLE", "is only for shares, means and ratios");
  }
  const Group reference(told.begin(), told.end());
  const std::vector<Group>& groups = query.index->groups;
  if (std::find(groups.begin(), groups.end(), reference) != groups.end()) return absl::OkStatus();
  return InvalidField(
      kField, "UNKNOWN_GROUP",
      absl::StrCat("'", absl::StrJoin(reference, ", "), "' is no group of this breakdown"));
}

}  // namespace

UnitFigures Tables::Query::figures() const {
  return {sums.sums.get(), index.get(), left_out.get(),
          weights == nullptr ? nullptr : &weights->design_rows, holders.get()};
}

std::vector<Areas> Tables::Query::areas() const { return AreasOf(breakdowns, source.units->units); }

std::string Tables::Query::basis_key() const {
  return absl::StrCat(stored.serial, " ", request.wave(), " ",
                      left_out == nullptr ? "" : request.filter().SerializeAsString(), " ",
                      absl::StrJoin(source.categories, ","), " ", index_key, " ", policy.digest);
}

std::string Tables::DigestOf(const SumsColumns& sums) {
  const std::string key = absl::StrCat(sums.content());
  if (const std::shared_ptr<const std::string> kept = digests_.Get(key)) return *kept;
  // Numbers of units differ from process to process, names do not.
  const std::vector<const std::string*> names = sums_.memory().Names();
  std::vector<int> units(static_cast<size_t>(sums.size()));
  std::iota(units.begin(), units.end(), 0);
  std::sort(units.begin(), units.end(), [&names](int a, int b) {
    return *names[static_cast<size_t>(a)] < *names[static_cast<size_t>(b)];
  });
  std::vector<const SumsColumns::Category*> categories;
  for (const SumsColumns::Category& category : sums.categories()) categories.push_back(&category);
  std::sort(categories.begin(), categories.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  DigestBuilder digest("voortgang.indicators.columns.v1");
  const auto add = [&](const std::string& unit, const std::string& category, const Sums& row) {
    if (row.IsZero()) return;
    digest.Text(unit).Text(category).Integer(row.n).Integer(row.sum).Integer(row.squares);
  };
  for (const int unit : units) {
    const std::string& name = *names[static_cast<size_t>(unit)];
    add(name, "", sums.BaseAt(unit));
    for (const SumsColumns::Category* category : categories) {
      add(name, category->name, category->At(unit));
    }
  }
  return *digests_.Put(key, std::make_shared<const std::string>(digest.Finish()));
}

std::string Tables::ContentOf(const Query& query) {
  return ContentWith(query, DigestOf(*query.sums.sums),
                     query.sums.respondents == nullptr ? "" : DigestOf(*query.sums.respondents));
}

std::string Tables::BasisOf(const Query& query) { return ContentWith(query, "", ""); }

std::string Tables::ContentWith(const Query& query, const std::string& sums,
                                const std::string& respondents) {
  const TableSource& source = query.source;
  DigestBuilder digest("voortgang.indicators.content.v1");
  digest.Text(query.stored.digest).Integer(query.stored.version).Text(sums).Text(respondents);
  digest.Text(query.policy.digest).Integer(query.policy.version);
  digest.Text(source.units->snapshot).Text(source.units->digest).Text(source.frame);
  digest.Text(source.sample == nullptr ? "" : source.sample->digest);
  digest.Integer(source.role).Text(absl::StrJoin(source.categories, " "));
  digest.Text(absl::StrJoin(source.sectors, " ")).Text(absl::StrJoin(source.counted_as, " "));
  return digest.Finish();
}

absl::StatusOr<Tables::Query> Tables::Prepare(const StoredIndicator& stored,
                                              const v1::QueryEstimatesRequest& request) {
  Query query{.stored = stored, .request = request};
  ASSIGN_OR_RETURN(query.source, SourceOf(stored, request, measures_, peers_));
  ASSIGN_OR_RETURN(query.breakdowns,
                   BreakdownsFromProto(request.breakdowns(), query.source.units->units,
                                       query.source.sample.get()));
  ASSIGN_OR_RETURN(const std::optional<StoredPolicy> policy, disclosures_.FindPolicy(stored.id));
  ASSIGN_OR_RETURN(query.policy, InForce(policy));
  ASSIGN_OR_RETURN(
      query.sums, sums_.View(stored.serial, stored.feed, request.wave(), request.has_estimation()));
  if (!query.sums.live) return StillFolding(request.indicator());
  return query;
}

absl::Status Tables::Complete(Query& query) {
  const SnapshotUnits& units = *query.source.units;
  query.index = Index(query.breakdowns, units, query.source.sample.get(), query.sums.sums->size(),
                      &query.index_key);
  query.holders = HoldersOf(units, query.sums.sums->size());
  ASSIGN_OR_RETURN(query.left_out, LeftOut(query));
  if (query.request.has_estimation()) {
    RETURN_IF_ERROR(CheckReference(query));
    ASSIGN_OR_RETURN(query.weights, WeightsOf(query));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const WeightedTable>> Tables::WeightedOf(const Query& query,
                                                                        const Viewer& viewer,
                                                                        const Protected& table,
                                                                        const MadeTable& earlier) {
  if (query.weights == nullptr) return nullptr;
  auto weighted = std::make_shared<WeightedTable>();
  weighted->plan = query.weights->plan;
  weighted->weighting = query.weights->weighting;
  if (!viewer.unprotected) {
    // Beside counts that were changed, estimates would tell what they were.
    weighted->withheld = !query.policy.policy.suppresses();
    if (!weighted->withheld) {
      ASSIGN_OR_RETURN(weighted->withheld, GivesAway(query));
    }
  }
  Weigh(query.source.definition->rules, query.figures(), table.estimates, *weighted,
        {earlier.estimates.get(), earlier.weighted.get()});
  return weighted;
}

absl::StatusOr<MadeTable> Tables::Make(const StoredIndicator& stored,
                                       const v1::QueryEstimatesRequest& request,
                                       const Viewer& viewer, v1::EstimateTable& response) {
  ASSIGN_OR_RETURN(Query query, Prepare(stored, request));
  return Make(std::move(query), viewer, response);
}

absl::StatusOr<MadeTable> Tables::Make(Query query, const Viewer& viewer,
                                       v1::EstimateTable& response, const MadeTable& earlier) {
  RETURN_IF_ERROR(Complete(query));
  ASSIGN_OR_RETURN(std::shared_ptr<const Protected> table, ProtectedFor(query, viewer));
  return Tell(query, viewer, std::move(table), earlier, response);
}

absl::StatusOr<MadeTable> Tables::Tell(const Query& query, const Viewer& viewer,
                                       std::shared_ptr<const Protected> table,
                                       const MadeTable& earlier, v1::EstimateTable& response) {
  // The estimates live as long as the table that they are part of.
  MadeTable made{.estimates = {table, &table->estimates}};
  ASSIGN_OR_RETURN(made.weighted, WeightedOf(query, viewer, *table, earlier));
  FillRows(made, viewer, earlier, response);
  FillSummaries(query, viewer, *table, made.weighted.get(), response);
  return made;
}

absl::Status Tables::Audit(const StoredIndicator& stored, const v1::QueryEstimatesRequest& request,
                           const Viewer& viewer, v1::TableAudit& response) {
  ASSIGN_OR_RETURN(Query query, Prepare(stored, request));
  if (!query.policy.policy.suppresses()) {
    return InvalidField("query.indicator", "NOT_APPLICABLE",
                        "has a policy that hides nothing, so that there is nothing to audit");
  }
  RETURN_IF_ERROR(Complete(query));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Protected> table, Guarded(query, viewer));
  TableAtoms atoms = AtomsOf(query);
  const std::shared_ptr<const Shape> shape = ShapeOf(query, atoms.places);
  disclosure::Protection protection =
      ProtectionOf(query, *shape, std::move(atoms), table->forbidden);
  ToProto(protection.MakeAudit(), query.policy, viewer.tells_secondary, response);
  response.set_folded_change_count(query.sums.folded);
  return absl::OkStatus();
}

}  // namespace vg::indicators

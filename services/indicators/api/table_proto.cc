#include "services/indicators/api/table_proto.h"

#include "common/grpc/type_conversions.h"
#include "services/indicators/api/estimation_proto.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

constexpr int kValuePlaces = 6;

void ToProto(const Estimate& estimate, bool tells_secondary, v1::Estimate& proto) {
  for (const std::string& value : estimate.group) proto.add_group(value);
  proto.set_category(estimate.category);
  proto.set_state(StateToProto(estimate.state));
  if (estimate.value.has_value()) {
    *proto.mutable_unweighted_value() = RoundedToProto(*estimate.value);
  }
  proto.set_n(estimate.n);
  proto.set_unit_count(estimate.unit_count);
  proto.set_positive_count(estimate.positive_count);
  proto.set_hidden_reason(ReasonToProto(estimate.reason, tells_secondary));
}

// Units with sums that are not in the design.
int UnitsOutside(const UnitFigures& figures) {
  int outside = 0;
  for (int unit = 0; unit < figures.sums->size(); ++unit) {
    if (!figures.sums->BaseAt(unit).IsZero() && figures.DesignRow(unit) < 0) ++outside;
  }
  return outside;
}

void FillProvenance(const Tables::Query& query, v1::Provenance& provenance) {
  provenance.set_role(query.source.role);
  provenance.set_snapshot(query.source.units->snapshot);
  provenance.set_snapshot_digest(query.source.units->digest);
  provenance.set_folded_change_count(query.sums.folded);
}

void FillDisclosure(const Tables::Query& query, const Viewer& viewer,
                    const Tables::Protected& table, v1::DisclosureSummary& disclosure) {
  int hidden = 0, secondary = 0;
  const Estimate* last = nullptr;
  for (const Estimate& estimate : table.estimates) {
    // The categories of a group follow each other, and are hidden together.
    const bool same_group = last != nullptr && last->group == estimate.group;
    last = &estimate;
    if (same_group || estimate.state != EstimateState::kSuppressed) continue;
    ++hidden;
    if (estimate.reason == disclosure::Reason::kSecondary) ++secondary;
  }
  disclosure.set_policy_version(query.policy.version);
  disclosure.set_policy_digest(query.policy.digest);
  disclosure.set_hidden_group_count(hidden);
  if (viewer.tells_secondary) disclosure.set_secondary_group_count(secondary);
  disclosure.set_groups_withheld(table.groups_withheld);
  disclosure.set_unprotected(viewer.unprotected);
}

}  // namespace

v1::EstimateState StateToProto(EstimateState state) {
  switch (state) {
    case EstimateState::kPublished:
      return v1::ESTIMATE_STATE_PUBLISHED;
    case EstimateState::kSuppressed:
      return v1::ESTIMATE_STATE_SUPPRESSED;
    case EstimateState::kEmpty:
      break;
  }
  return v1::ESTIMATE_STATE_EMPTY;
}

voortgang::type::v1::Decimal RoundedToProto(const Exact& value) {
  return rpc::ToProto(value.Round(kValuePlaces, Rounding::kHalfEven));
}

void FillRows(const MadeTable& made, const Viewer& viewer, const MadeTable& earlier,
              v1::EstimateTable& response) {
  const std::vector<Estimate>& estimates = *made.estimates;
  const bool moved = earlier.estimates == nullptr ||
                     earlier.estimates->size() != estimates.size() ||
                     response.estimates_size() != static_cast<int>(estimates.size());
  if (moved) {
    response.clear_estimates();
    response.mutable_estimates()->Reserve(static_cast<int>(estimates.size()));
  }
  for (size_t i = 0; i < estimates.size(); ++i) {
    const WeightedFigure* const figure = made.FigureAt(i);
    if (!moved && figure == earlier.FigureAt(i) &&
        IsUnchanged((*earlier.estimates)[i], estimates[i])) {
      continue;
    }
    v1::Estimate& row =
        moved ? *response.add_estimates() : *response.mutable_estimates(static_cast<int>(i));
    row.Clear();
    ToProto(estimates[i], viewer.tells_secondary, row);
    if (figure != nullptr) ToProto(*figure, *row.mutable_weighted());
  }
}

void FillSummaries(const Tables::Query& query, const Viewer& viewer, const Tables::Protected& table,
                   const WeightedTable* weighted, v1::EstimateTable& response) {
  response.set_indicator(query.request.indicator());
  response.set_version(query.stored.version);
  response.set_digest(query.stored.digest);
  response.set_wave(query.request.wave());
  *response.mutable_breakdowns() = query.request.breakdowns();
  response.clear_provenance();
  FillProvenance(query, *response.mutable_provenance());
  response.clear_disclosure();
  FillDisclosure(query, viewer, table, *response.mutable_disclosure());
  response.clear_estimation();
  if (weighted == nullptr) return;
  const bool total_shown =
      !table.estimates.empty() && table.estimates.front().state == EstimateState::kPublished;
  v1::EstimationSummary& summary = *response.mutable_estimation();
  ToProto(*weighted, total_shown, summary);
  if (weighted->plan.design == DesignKind::kSample) {
    summary.set_sample_digest(query.source.sample->digest);
  }
  if (weighted->weighting->estimator.has_value()) {
    summary.set_units_outside(weighted->records == nullptr ? UnitsOutside(query.figures())
                                                           : weighted->records->units_outside);
  }
}

}  // namespace vg::indicators

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/report/peers/estimate_figures.h"
#include "services/report/peers/grpc_conversions.h"
#include "services/report/peers/grpc_sources.h"

namespace vg::report {
namespace {

namespace indicators = voortgang::indicators::v1;
namespace registry = voortgang::registry::v1;

constexpr size_t kTablesInOneCall = 100;
constexpr double kScale = 1e6;  // Estimates are kept to six decimals.

registry::SchoolFilter ToProto(const SchoolFilter& filter) {
  registry::SchoolFilter proto;
  for (const int sector : filter.sectors) {
    proto.add_sectors(static_cast<voortgang::type::v1::Sector>(sector));
  }
  for (const std::string& name : filter.municipalities) proto.add_municipalities(name);
  for (const std::string& name : filter.boards) proto.add_boards(name);
  for (const std::string& name : filter.provinces) proto.add_provinces(name);
  for (const std::string& name : filter.denominations) proto.add_denominations(name);
  for (const int type : filter.school_types) {
    proto.add_school_types(static_cast<voortgang::type::v1::SchoolType>(type));
  }
  for (const std::string& name : filter.schools) proto.add_schools(name);
  proto.set_text(filter.text);
  return proto;
}

bool Empty(const registry::SchoolFilter& filter) { return filter.ByteSizeLong() == 0; }

Exact Rounded(double number) {
  // A share or a mean; what is beyond a million million would be no figure of ours.
  const double scaled = std::round(std::clamp(number, -1e12, 1e12) * kScale);
  return Exact(static_cast<int64_t>(scaled)) / Exact(static_cast<int64_t>(kScale));
}

CellState StateOf(indicators::EstimateState state) {
  switch (state) {
    case indicators::ESTIMATE_STATE_PUBLISHED:
      return CellState::kShown;
    case indicators::ESTIMATE_STATE_SUPPRESSED:
      return CellState::kSuppressed;
    default:
      return CellState::kEmpty;
  }
}

// Which groups are hidden for the sake of others would tell readers which are small.
HiddenReason ReasonOf(indicators::HiddenReason reason) {
  switch (reason) {
    case indicators::HIDDEN_REASON_FREQUENCY:
    case indicators::HIDDEN_REASON_SECONDARY:
      return HiddenReason::kFrequency;
    case indicators::HIDDEN_REASON_DOMINANCE:
      return HiddenReason::kDominance;
    case indicators::HIDDEN_REASON_DIFFERENCING:
      return HiddenReason::kDifferencing;
    default:
      return HiddenReason::kNotTold;
  }
}

// The standard error and interval of a weighted estimate or difference, as far as they are told.
template <typename Weighted>
void AddErrors(const Weighted& weighted, Cell& cell) {
  if (weighted.has_standard_error()) cell.standard_error = Rounded(weighted.standard_error());
  if (weighted.has_lower() && weighted.has_upper()) {
    cell.interval = Interval{Rounded(weighted.lower()), Rounded(weighted.upper())};
  }
}

// How the values of a table came about, in words.
LocalizedText MethodOf(const indicators::EstimateTable& table) {
  if (!table.has_estimation() || table.estimation().withheld()) {
    return {"Cijfers van wie antwoordde, ongewogen.", "Figures of those who answered, unweighted."};
  }
  const indicators::EstimationSummary& summary = table.estimation();
  const std::string level = absl::StrFormat("%g", summary.confidence_level() * 100);
  const bool sample = summary.design() == indicators::DESIGN_SAMPLE;
  const bool calibrated = summary.has_calibration();
  return {absl::StrCat(
              "Geschat voor de hele populatie, ",
              sample ? "met de gewichten van de steekproef" : "gewogen voor wie niet antwoordde",
              calibrated ? ", gekalibreerd op het register" : "", "; intervallen van ", level,
              "% naar de opzet, met ", summary.degrees_of_freedom(), " vrijheidsgraden."),
          absl::StrCat(
              "Estimated for the whole population, ",
              sample ? "with the weights of the sample" : "weighted for those who did not answer",
              calibrated ? ", calibrated to the register" : "", "; intervals of ", level,
              "% by the design, with ", summary.degrees_of_freedom(), " degrees of freedom.")};
}

absl::Status SetEstimation(const Estimation& estimation,
                           const std::function<indicators::EstimationOptions*()>& options) {
  if (!estimation.has_value() || options()->ParseFromString(*estimation)) return absl::OkStatus();
  return absl::InternalError("options of estimation cannot be read");
}

IndicatorFacts FactsOf(const indicators::Indicator& indicator) {
  const indicators::IndicatorDefinition& definition = indicator.definition();
  IndicatorFacts facts{.version = indicator.version(),
                       .digest = indicator.digest(),
                       .title = TextOf(definition.title()),
                       .description = TextOf(definition.description()),
                       .unit = definition.unit(),
                       .on_programmes = definition.has_programmes(),
                       .mean = definition.has_mean()};
  for (const std::string& questionnaire : definition.responses().questionnaires()) {
    facts.questionnaires.push_back(questionnaire);
  }
  if (definition.has_distribution()) facts.value = definition.distribution().value();
  if (definition.has_ranking_share()) facts.value = definition.ranking_share().value();
  facts.expressions = {definition.filter(), definition.proportion().condition(),
                       definition.mean().value(), facts.value};
  return facts;
}

absl::StatusOr<Cell> CellOf(const indicators::Estimate& estimate) {
  Cell cell{
      .n = estimate.n(), .units = estimate.unit_count(), .positive = estimate.positive_count()};
  cell.state = StateOf(estimate.state());
  cell.hidden = ReasonOf(estimate.hidden_reason());
  if (estimate.has_weighted()) {
    cell.value = Rounded(estimate.weighted().value());
    AddErrors(estimate.weighted(), cell);
  } else if (cell.state == CellState::kShown) {
    ASSIGN_OR_RETURN(cell.value, rpc::FromProto(estimate.unweighted_value(), "unweighted_value"));
  }
  return cell;
}

Quantity QuantityOf(indicators::Quantity quantity) {
  switch (quantity) {
    case indicators::QUANTITY_UNITS:
      return Quantity::kUnits;
    case indicators::QUANTITY_SUM:
      return Quantity::kPositive;
    case indicators::QUANTITY_REST:
      return Quantity::kRest;
    default:
      return Quantity::kRecords;
  }
}

Protection ProtectionOf(const indicators::TableAudit& audit) {
  Protection protection{.policy_version = audit.policy_version(),
                        .policy_digest = audit.policy_digest(),
                        .tables = audit.table_count(),
                        .shown_groups = audit.shown_group_count(),
                        .hidden_groups = audit.hidden_group_count(),
                        .is_protected = audit.protected_()};
  for (const indicators::FeasibleInterval& interval : audit.intervals()) {
    KnownRange& range = protection.ranges.emplace_back();
    range = {.group = interval.group_size() > 0 ? GroupId(interval.group(0)) : "",
             .category = interval.category(),
             .quantity = QuantityOf(interval.quantity()),
             .is_protected = interval.protected_()};
    if (interval.has_lower()) range.least = Rounded(interval.lower());
    if (interval.has_upper()) range.most = Rounded(interval.upper());
  }
  return protection;
}

absl::StatusOr<indicators::QueryEstimatesRequest> ToProto(const EstimateQuery& query) {
  indicators::QueryEstimatesRequest request;
  request.set_indicator(query.indicator);
  request.set_wave(query.wave);
  request.set_snapshot(query.snapshot);
  if (!query.breakdown.empty()) request.add_breakdowns(query.breakdown);
  const registry::SchoolFilter filter = ToProto(query.filter);
  if (!Empty(filter)) *request.mutable_filter() = filter;
  RETURN_IF_ERROR(
      SetEstimation(query.estimation, [&request] { return request.mutable_estimation(); }));
  return request;
}

absl::StatusOr<EstimateFacts> FactsOf(const indicators::EstimateTable& table) {
  EstimateFacts facts{.version = table.version(),
                      .respondents = RoleName(table.provenance().role()),
                      .method = MethodOf(table),
                      .policy_digest = table.disclosure().policy_digest()};
  for (const indicators::Estimate& estimate : table.estimates()) {
    EstimateRow& row = facts.rows.emplace_back();
    row.group.assign(estimate.group().begin(), estimate.group().end());
    row.category = estimate.category();
    ASSIGN_OR_RETURN(row.cell, CellOf(estimate));
    if (row.group.empty() && estimate.has_weighted()) {
      facts.population = std::llround(estimate.weighted().population_size());
    }
  }
  return facts;
}

}  // namespace

absl::StatusOr<FoldProgress> GrpcSources::GetFoldProgress() {
  ASSIGN_OR_RETURN(const indicators::FoldState state,
                   clients_.indicators.Call(&indicators::IndicatorsService::Stub::GetFoldState,
                                            indicators::GetFoldStateRequest()));
  FoldProgress progress;
  for (const indicators::FeedFoldState& feed : state.feeds()) {
    progress.folded += feed.folded_count();
    progress.behind += feed.head_count() - feed.folded_count();
    progress.backfilling += feed.backfilling_count();
  }
  return progress;
}

absl::StatusOr<IndicatorFacts> GrpcSources::GetIndicator(const std::string& name) {
  indicators::GetIndicatorRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(
      const indicators::Indicator indicator,
      clients_.indicators.Call(&indicators::IndicatorsService::Stub::GetIndicator, request));
  return FactsOf(indicator);
}

absl::StatusOr<std::map<std::string, IndicatorFacts>> GrpcSources::ListIndicators() {
  indicators::ListIndicatorsRequest request;
  request.set_page_size(500);
  std::map<std::string, IndicatorFacts> facts;
  do {
    ASSIGN_OR_RETURN(
        const indicators::ListIndicatorsResponse page,
        clients_.indicators.Call(&indicators::IndicatorsService::Stub::ListIndicators, request));
    for (const indicators::Indicator& indicator : page.indicators()) {
      facts[indicator.name()] = FactsOf(indicator);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return facts;
}

absl::StatusOr<EstimateFacts> GrpcSources::QueryEstimates(const EstimateQuery& query) {
  ASSIGN_OR_RETURN(const indicators::QueryEstimatesRequest request, ToProto(query));
  ASSIGN_OR_RETURN(const indicators::EstimateTable table,
                   clients_.indicators.Call(&indicators::IndicatorsService::Stub::QueryEstimates,
                                            request, kPatience));
  return FactsOf(table);
}

absl::StatusOr<std::vector<EstimateFacts>> GrpcSources::ProtectTables(
    const std::vector<EstimateQuery>& queries, const std::string& publication) {
  std::vector<EstimateFacts> facts;
  while (facts.size() < queries.size()) {
    // Of more than fit in one call, later ones are held against those that are published by then.
    indicators::ProtectTablesRequest request;
    request.set_publication(publication);
    const size_t end = std::min(queries.size(), facts.size() + kTablesInOneCall);
    for (size_t i = facts.size(); i < end; ++i) {
      ASSIGN_OR_RETURN(*request.add_queries(), ToProto(queries[i]));
    }
    ASSIGN_OR_RETURN(const indicators::ProtectedTables tables,
                     clients_.disclosures.Call(&indicators::DisclosureService::Stub::ProtectTables,
                                               request, kPatience));
    if (tables.tables_size() != request.queries_size() ||
        tables.audits_size() != request.queries_size()) {
      return absl::InternalError("tables that were to be protected are missing");
    }
    for (int i = 0; i < tables.tables_size(); ++i) {
      ASSIGN_OR_RETURN(facts.emplace_back(), FactsOf(tables.tables(i)));
      // A policy that hides nothing leaves nothing to audit.
      if (tables.audits(i).policy_digest().empty()) continue;
      facts.back().protection = ProtectionOf(tables.audits(i));
    }
  }
  return facts;
}

absl::StatusOr<EstimateFacts> GrpcSources::QueryChanges(const ChangeQuery& query) {
  indicators::CompareWavesRequest request;
  request.set_indicator(query.indicator);
  request.add_waves(query.wave_before);
  request.add_waves(query.wave);
  if (!query.breakdown.empty()) request.add_breakdowns(query.breakdown);
  RETURN_IF_ERROR(
      SetEstimation(query.estimation, [&request] { return request.mutable_estimation(); }));
  ASSIGN_OR_RETURN(const indicators::WaveComparison comparison,
                   clients_.indicators.Call(&indicators::IndicatorsService::Stub::CompareWaves,
                                            request, kPatience));
  const indicators::EstimateTable& after = comparison.tables(comparison.tables_size() - 1);
  EstimateFacts facts{.version = after.version(),
                      .respondents = RoleName(after.provenance().role()),
                      .method = MethodOf(after),
                      .policy_digest = after.disclosure().policy_digest()};
  for (const indicators::Difference& difference : comparison.steps(0).differences()) {
    EstimateRow& row = facts.rows.emplace_back();
    row.group.assign(difference.group().begin(), difference.group().end());
    row.category = difference.category();
    row.cell.state = StateOf(difference.state());
    if (difference.has_weighted()) {
      row.cell.value = Rounded(difference.weighted().difference());
      AddErrors(difference.weighted(), row.cell);
      if (difference.weighted().has_p_value()) {
        row.cell.p_value = Rounded(difference.weighted().p_value());
      }
    } else if (row.cell.state == CellState::kShown) {
      ASSIGN_OR_RETURN(row.cell.value,
                       rpc::FromProto(difference.unweighted_difference(), "unweighted_difference"));
    }
    for (const indicators::Estimate& estimate : after.estimates()) {
      if (std::equal(estimate.group().begin(), estimate.group().end(), row.group.begin(),
                     row.group.end()) &&
          estimate.category() == row.category) {
        row.cell.n = estimate.n();
        row.cell.units = estimate.unit_count();
      }
    }
  }
  return facts;
}

}  // namespace vg::report

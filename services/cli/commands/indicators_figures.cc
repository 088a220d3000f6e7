#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/commands/estimation_arguments.h"
#include "services/cli/render/estimate_text.h"
#include "services/cli/render/values.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::indicators::v1;
using Stub = v1::IndicatorsService::Stub;

struct QueryArguments {
  std::string indicator, wave, snapshot;
  std::vector<std::string> breakdowns;
  EstimationArguments estimation;
};

std::string GroupText(const v1::Estimate& estimate) {
  return estimate.group().empty() ? "all" : absl::StrJoin(estimate.group(), ", ");
}

absl::Status Query(Session& session, const QueryArguments& arguments) {
  const auto indicators = session.ClientOf<v1::IndicatorsService>();
  v1::QueryEstimatesRequest request;
  request.set_indicator(Named("indicators/", arguments.indicator));
  if (!arguments.wave.empty()) request.set_wave(Named("waves/", arguments.wave));
  if (!arguments.snapshot.empty()) request.set_snapshot(Named("snapshots/", arguments.snapshot));
  for (const std::string& attribute : arguments.breakdowns) request.add_breakdowns(attribute);
  const bool weighted = arguments.estimation.wanted();
  if (weighted) RETURN_IF_ERROR(arguments.estimation.ToProto(*request.mutable_estimation()));
  ASSIGN_OR_RETURN(const v1::EstimateTable estimates,
                   indicators.Call(&Stub::QueryEstimates, request));
  if (session.json) {
    session.PrintJson(estimates);
    return absl::OkStatus();
  }
  v1::GetIndicatorRequest get;
  get.set_name(request.indicator());
  ASSIGN_OR_RETURN(const v1::Indicator indicator, indicators.Call(&Stub::GetIndicator, get));
  const bool mean = indicator.definition().has_mean();
  std::vector<Column> columns = {{"Group"}, {"Category"}};
  if (weighted) {
    for (const char* title : {"Estimate", "±", "Interval", "SE"}) {
      columns.push_back({title, Align::kRight});
    }
  }
  for (const char* title : {"Answers", "n", "Units"}) columns.push_back({title, Align::kRight});
  Table table(columns);
  for (const v1::Estimate& estimate : estimates.estimates()) {
    std::vector<std::string> cells = {GroupText(estimate), estimate.category()};
    const bool published = estimate.state() == v1::ESTIMATE_STATE_PUBLISHED;
    if (weighted && estimate.has_weighted()) {
      const v1::WeightedEstimate& told = estimate.weighted();
      const bool known = told.has_lower();
      cells.insert(
          cells.end(),
          {EstimateText(told.value(), mean), MarginText(told.lower(), told.upper(), known, mean),
           IntervalText(told.lower(), told.upper(), known, mean),
           told.has_standard_error() ? ErrorText(told.standard_error(), mean) : "–"});
    } else if (weighted) {
      cells.insert(cells.end(), {"–", "–", "–", "–"});
    }
    const std::string& value = estimate.unweighted_value().value();
    cells.push_back(!published ? EnumText(estimate.state()) : mean ? value : Percent(value));
    cells.push_back(published ? Number(estimate.n()) : "–");
    cells.push_back(published ? Number(estimate.unit_count()) : "–");
    table.Add(std::move(cells));
  }
  session.Print(absl::StrCat(Text(indicator.definition().title()), "\n\n"));
  session.Print(table);
  if (weighted) session.Print(SummaryText(estimates.estimation()));
  return absl::OkStatus();
}

struct CompareArguments {
  std::string indicator, breakdown;
  std::vector<std::string> waves;
  bool allow_broken = false;
  EstimationArguments estimation;
};

absl::Status Compare(Session& session, const CompareArguments& arguments) {
  v1::CompareWavesRequest request;
  request.set_indicator(Named("indicators/", arguments.indicator));
  for (const std::string& wave : arguments.waves) request.add_waves(Named("waves/", wave));
  if (!arguments.breakdown.empty()) request.add_breakdowns(arguments.breakdown);
  request.set_allow_broken(arguments.allow_broken);
  const bool weighted = arguments.estimation.wanted();
  if (weighted) RETURN_IF_ERROR(arguments.estimation.ToProto(*request.mutable_estimation()));
  const auto indicators = session.ClientOf<v1::IndicatorsService>();
  ASSIGN_OR_RETURN(const v1::WaveComparison comparison,
                   indicators.Call(&Stub::CompareWaves, request));
  if (session.json) {
    session.PrintJson(comparison);
    return absl::OkStatus();
  }
  v1::GetIndicatorRequest get;
  get.set_name(request.indicator());
  ASSIGN_OR_RETURN(const v1::Indicator indicator, indicators.Call(&Stub::GetIndicator, get));
  const bool mean = indicator.definition().has_mean();
  const auto shown = [mean](v1::EstimateState state, const std::string& value) {
    if (state != v1::ESTIMATE_STATE_PUBLISHED) return EnumText(state);
    return mean ? value : Percent(value);
  };
  Table table({{"Wave"},
               {"Group"},
               {"Category"},
               {"Value", Align::kRight},
               {"n", Align::kRight},
               {"Change", Align::kRight},
               {weighted ? "Interval of the change" : "", Align::kRight}});
  for (int i = 0; i < comparison.tables_size(); ++i) {
    for (const v1::Estimate& estimate : comparison.tables(i).estimates()) {
      std::string change, interval;
      const v1::WaveStep& step =
          i == 0 ? v1::WaveStep::default_instance() : comparison.steps(i - 1);
      for (const v1::Difference& difference : step.differences()) {
        if (difference.category() != estimate.category() ||
            absl::StrJoin(difference.group(), "\n") != absl::StrJoin(estimate.group(), "\n")) {
          continue;
        }
        change = shown(difference.state(), difference.unweighted_difference().value());
        if (!difference.has_weighted()) continue;
        const v1::WeightedDifference& told = difference.weighted();
        change = EstimateText(told.difference(), mean);
        interval = IntervalText(told.lower(), told.upper(), told.has_lower(), mean);
        if (told.has_p_value()) absl::StrAppend(&interval, ", ", ChanceText(told.p_value()));
      }
      const bool published = estimate.state() == v1::ESTIMATE_STATE_PUBLISHED;
      table.Add({comparison.tables(i).wave(), GroupText(estimate), estimate.category(),
                 estimate.has_weighted()
                     ? EstimateText(estimate.weighted().value(), mean)
                     : shown(estimate.state(), estimate.unweighted_value().value()),
                 published ? Number(estimate.n()) : "–", change, interval});
    }
  }
  session.Print(absl::StrCat(Text(indicator.definition().title()), "\n\n"));
  session.Print(table);
  for (const v1::WaveStep& step : comparison.steps()) {
    for (const v1::UsedQuestion& used : step.questions()) {
      const auto& judged = used.comparison();
      session.Print(
          absl::StrCat(step.before(), " to ", step.after(), ": ",
                       judged.question().empty() ? judged.former_question() : judged.question(),
                       " ", EnumText(judged.comparability()), ". ", Text(judged.note()), "\n"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

void AddIndicatorsFiguresCommands(CLI::App& indicators, Session& session) {
  auto query_arguments = std::make_shared<QueryArguments>();
  CLI::App* query = indicators.add_subcommand(
      "query",
      "Show an indicator's figures: the estimate for the population with its confidence interval,\n"
      "and beside it what came from those who answered");
  query->add_option("indicator", query_arguments->indicator, "The indicator's id")->required();
  query->add_option("--wave", query_arguments->wave, "The wave, for indicators on responses");
  query->add_option("--snapshot", query_arguments->snapshot,
                    "The snapshot, for indicators on programmes");
  query
      ->add_option("--by", query_arguments->breakdowns,
                   "At most three of sector, province, municipality, board, denomination, size,\n"
                   "score, further attributes of the snapshot, stratum and attributes of the\n"
                   "wave's sample")
      ->delimiter(',')
      ->allow_extra_args(false);
  AddEstimationOptions(*query, query_arguments->estimation);
  session.OnRun(query, [&session, query_arguments] { return Query(session, *query_arguments); });

  auto compare_arguments = std::make_shared<CompareArguments>();
  CLI::App* compare = indicators.add_subcommand(
      "compare",
      "Show an indicator over waves, and what changed from each to the next. Refused where a\n"
      "question that it uses was another one (see survey compare)");
  compare->add_option("indicator", compare_arguments->indicator, "The indicator's id")->required();
  compare->add_option("waves", compare_arguments->waves, "Two or more waves, the earliest first")
      ->required();
  compare->add_option("--by", compare_arguments->breakdown, "An attribute, as with query");
  AddEstimationOptions(*compare, compare_arguments->estimation);
  compare->add_flag("--allow-broken", compare_arguments->allow_broken,
                    "Compare also where a question was another one");
  session.OnRun(compare,
                [&session, compare_arguments] { return Compare(session, *compare_arguments); });
}

}  // namespace vg::cli

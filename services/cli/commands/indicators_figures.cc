#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/commands/estimation_arguments.h"
#include "services/cli/commands/query_arguments.h"
#include "services/cli/render/estimate_text.h"
#include "services/cli/render/figures.h"
#include "services/cli/render/values.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::indicators::v1;
using Stub = v1::IndicatorsService::Stub;

absl::Status Query(Session& session, const QueryArguments& arguments) {
  const auto indicators = session.ClientOf<v1::IndicatorsService>();
  ASSIGN_OR_RETURN(const v1::QueryEstimatesRequest request, arguments.ToProto());
  ASSIGN_OR_RETURN(const v1::EstimateTable estimates,
                   indicators.Call(&Stub::QueryEstimates, request));
  if (session.json) {
    session.PrintJson(estimates);
    return absl::OkStatus();
  }
  v1::GetIndicatorRequest get;
  get.set_name(request.indicator());
  ASSIGN_OR_RETURN(const v1::Indicator indicator, indicators.Call(&Stub::GetIndicator, get));
  session.Print(absl::StrCat(Text(indicator.definition().title()), "\n\n"));
  session.Print(FiguresOf(indicator.definition(), estimates));
  if (request.has_estimation()) session.Print(SummaryText(estimates.estimation()));
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
  const bool mean = !IsShare(indicator.definition());
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
  AddQueryOptions(*query, *query_arguments);
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

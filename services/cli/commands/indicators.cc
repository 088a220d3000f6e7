#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::indicators::v1;
using Stub = v1::IndicatorsService::Stub;

absl::Status Define(Session& session, const std::vector<std::string>& files, bool dry_run) {
  const auto indicators = session.ClientOf<v1::IndicatorsService>();
  for (const std::string& file : files) {
    v1::DefineIndicatorRequest request;
    request.set_indicator_id(IdOf(file));
    request.set_validate_only(dry_run);
    Document document;
    RETURN_IF_ERROR(document.Read(file, request.mutable_definition()));
    ASSIGN_OR_RETURN(const v1::Indicator indicator, document.Send("definition", [&] {
      return indicators.Call(&Stub::DefineIndicator, request);
    }));
    if (session.json) {
      session.PrintJson(indicator);
    } else {
      session.Print(absl::StrCat(dry_run ? "Checked " : "Defined ", indicator.name(), " version ",
                                 indicator.version(), "\n"));
    }
  }
  return absl::OkStatus();
}

absl::Status List(Session& session) {
  const auto indicators = session.ClientOf<v1::IndicatorsService>();
  Table table({{"Indicator"}, {"Version", Align::kRight}, {"Title"}, {"Unit"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListIndicatorsResponse>(
      [&](const std::string& token) {
        v1::ListIndicatorsRequest request;
        request.set_page_token(token);
        return indicators.Call(&Stub::ListIndicators, request);
      },
      [&](const v1::ListIndicatorsResponse& page) {
        for (const v1::Indicator& indicator : page.indicators()) {
          if (session.json) {
            session.PrintJson(indicator);
          } else {
            table.Add({indicator.name(), Number(indicator.version()),
                       Text(indicator.definition().title()), indicator.definition().unit()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct QueryArguments {
  std::string indicator, wave, snapshot;
  std::vector<std::string> breakdowns;
};

absl::Status Query(Session& session, const QueryArguments& arguments) {
  const auto indicators = session.ClientOf<v1::IndicatorsService>();
  v1::QueryEstimatesRequest request;
  request.set_indicator(Named("indicators/", arguments.indicator));
  if (!arguments.wave.empty()) request.set_wave(Named("waves/", arguments.wave));
  if (!arguments.snapshot.empty()) request.set_snapshot(Named("snapshots/", arguments.snapshot));
  for (const std::string& attribute : arguments.breakdowns) request.add_breakdowns(attribute);
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
  Table table({{"Group"},
               {"Category"},
               {"Value", Align::kRight},
               {"n", Align::kRight},
               {"Units", Align::kRight}});
  for (const v1::Estimate& estimate : estimates.estimates()) {
    const std::string group =
        estimate.group().empty() ? "all" : absl::StrJoin(estimate.group(), ", ");
    if (estimate.state() != v1::ESTIMATE_STATE_PUBLISHED) {
      table.Add({group, estimate.category(), EnumText(estimate.state()), "–", "–"});
      continue;
    }
    const std::string& value = estimate.unweighted_value().value();
    table.Add({group, estimate.category(), mean ? value : Percent(value), Number(estimate.n()),
               Number(estimate.unit_count())});
  }
  session.Print(absl::StrCat(Text(indicator.definition().title()), "\n\n"));
  session.Print(table);
  return absl::OkStatus();
}

struct CompareArguments {
  std::string indicator, breakdown;
  std::vector<std::string> waves;
  bool allow_broken = false;
};

absl::Status Compare(Session& session, const CompareArguments& arguments) {
  v1::CompareWavesRequest request;
  request.set_indicator(Named("indicators/", arguments.indicator));
  for (const std::string& wave : arguments.waves) request.add_waves(Named("waves/", wave));
  if (!arguments.breakdown.empty()) request.add_breakdowns(arguments.breakdown);
  request.set_allow_broken(arguments.allow_broken);
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
               {"Change", Align::kRight}});
  for (int i = 0; i < comparison.tables_size(); ++i) {
    for (const v1::Estimate& estimate : comparison.tables(i).estimates()) {
      const std::string group =
          estimate.group().empty() ? "all" : absl::StrJoin(estimate.group(), ", ");
      std::string change;
      const v1::WaveStep& step =
          i == 0 ? v1::WaveStep::default_instance() : comparison.steps(i - 1);
      for (const v1::Difference& difference : step.differences()) {
        if (difference.category() != estimate.category() ||
            absl::StrJoin(difference.group(), "\n") != absl::StrJoin(estimate.group(), "\n")) {
          continue;
        }
        change = shown(difference.state(), difference.unweighted_difference().value());
      }
      const bool published = estimate.state() == v1::ESTIMATE_STATE_PUBLISHED;
      table.Add({comparison.tables(i).wave(), group, estimate.category(),
                 shown(estimate.state(), estimate.unweighted_value().value()),
                 published ? Number(estimate.n()) : "–", change});
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

absl::Status FoldState(Session& session) {
  ASSIGN_OR_RETURN(const v1::FoldState state, session.ClientOf<v1::IndicatorsService>().Call(
                                                  &Stub::GetFoldState, v1::GetFoldStateRequest()));
  if (session.json) {
    session.PrintJson(state);
    return absl::OkStatus();
  }
  Table table({{"Feed"},
               {"Folded", Align::kRight},
               {"Behind", Align::kRight},
               {"Back-filling", Align::kRight}});
  for (const v1::FeedFoldState& feed : state.feeds()) {
    table.Add({feed.feed(), Number(feed.folded_count()),
               Number(feed.head_count() - feed.folded_count()), Number(feed.backfilling_count())});
  }
  session.Print(table);
  return absl::OkStatus();
}

}  // namespace

void AddIndicatorsCommands(CLI::App& app, Session& session) {
  CLI::App* indicators = app.add_subcommand("indicators", "What is measured, and what it comes to");
  indicators->require_subcommand(1);

  auto files = std::make_shared<std::vector<std::string>>();
  auto dry_run = std::make_shared<bool>(false);
  CLI::App* define = indicators->add_subcommand("define", "Define indicators from YAML");
  define->add_option("files", *files, "The definitions; a file's name is the indicator's id")
      ->required();
  define->add_flag("--dry-run", *dry_run, "Check them, define nothing");
  session.OnRun(define, [&session, files, dry_run] { return Define(session, *files, *dry_run); });

  CLI::App* list = indicators->add_subcommand("list", "List indicators");
  session.OnRun(list, [&session] { return List(session); });

  auto query_arguments = std::make_shared<QueryArguments>();
  CLI::App* query = indicators->add_subcommand("query", "Show an indicator's figures");
  query->add_option("indicator", query_arguments->indicator, "The indicator's id")->required();
  query->add_option("--wave", query_arguments->wave, "The wave, for indicators on responses");
  query->add_option("--snapshot", query_arguments->snapshot,
                    "The snapshot, for indicators on programmes");
  query
      ->add_option("--by", query_arguments->breakdowns,
                   "sector, province, municipality, board, denomination, size or score")
      ->allow_extra_args(false);
  session.OnRun(query, [&session, query_arguments] { return Query(session, *query_arguments); });

  auto compare_arguments = std::make_shared<CompareArguments>();
  CLI::App* compare = indicators->add_subcommand(
      "compare",
      "Show an indicator over waves, and what changed from each to the next. Refused where a\n"
      "question that it uses was another one (see survey compare)");
  compare->add_option("indicator", compare_arguments->indicator, "The indicator's id")->required();
  compare->add_option("waves", compare_arguments->waves, "Two or more waves, the earliest first")
      ->required();
  compare->add_option("--by", compare_arguments->breakdown,
                      "sector, province, municipality, board, denomination, size or score");
  compare->add_flag("--allow-broken", compare_arguments->allow_broken,
                    "Compare also where a question was another one");
  session.OnRun(compare,
                [&session, compare_arguments] { return Compare(session, *compare_arguments); });

  CLI::App* state = indicators->add_subcommand("state", "How far folding is");
  session.OnRun(state, [&session] { return FoldState(session); });
}

}  // namespace vg::cli

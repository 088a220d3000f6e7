#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::indicators::v1;
using Stub = v1::IndicatorsService::Stub;

const char* FitText(v1::DefinitionFit fit) {
  switch (fit) {
    case v1::DEFINITION_FIT_SAME:
      return "same";
    case v1::DEFINITION_FIT_REWORDED:
      return "reworded";
    case v1::DEFINITION_FIT_BROKEN:
      return "broken";
    case v1::DEFINITION_FIT_ABSENT:
      return "absent";
    default:
      return "";
  }
}

// The versions that it fits, if there is more to say than that it fits the only one.
void PrintFits(Session& session, const v1::Indicator& indicator) {
  const bool plain =
      std::all_of(indicator.fits().begin(), indicator.fits().end(), [](const v1::VersionFit& each) {
        return each.fit() == v1::DEFINITION_FIT_SAME && each.compared_with().empty();
      });
  if (plain) return;
  Table table({{"Questionnaire version"}, {"Fits"}, {"Why"}});
  for (const v1::VersionFit& each : indicator.fits()) {
    table.Add({each.questionnaire_version(), FitText(each.fit()), each.reason()});
  }
  session.Print(table);
}

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
      PrintFits(session, indicator);
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

  AddIndicatorsFiguresCommands(*indicators, session);
  AddIndicatorsStreamCommands(*indicators, session);
  AddIndicatorsDisclosureCommands(*indicators, session);

  CLI::App* state = indicators->add_subcommand("state", "How far folding is");
  session.OnRun(state, [&session] { return FoldState(session); });
}

}  // namespace vg::cli

#include "services/cli/demo/demo.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/stopwatch.h"
#include "services/cli/demo/steps.h"

namespace vg::cli {
namespace {

struct Step {
  const char* label;
  absl::StatusOr<std::string> (*take)(Story&);
};

constexpr Step kSteps[] = {
    {"Registers", ImportRegisters}, {"Menu", PublishMenus},   {"Programmes", FileProgrammes},
    {"Funding", AllocateMoney},     {"Ledger", ReleaseMoney}, {"Payments", PayMoney},
    {"Spending", AccountForMoney},  {"Survey", AskQuestions}, {"Indicators", DefineIndicators},
    {"Report", PublishReport},
};

}  // namespace

std::vector<std::string> Documents(const DemoOptions& options, const std::string& kind) {
  std::vector<std::string> paths;
  std::error_code error;
  const std::string folder = absl::StrCat(options.examples, "/", kind);
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

absl::Status NoneRefused(const IntakeOutcome& outcome) {
  if (outcome.refused.empty()) return absl::OkStatus();
  const Refusal& first = outcome.refused.front();
  return Error(absl::StatusCode::kInvalidArgument, first.reason,
               absl::StrCat(outcome.refused.size(), " items were refused, the first ", first.name,
                            " at ", first.field, ": ", first.message));
}

absl::Status RunDemo(Session& session, const DemoOptions& options) {
  if (Documents(options, "menus").empty()) {
    return Error(absl::StatusCode::kNotFound, "NO_EXAMPLES",
                 absl::StrCat(options.examples,
                              " holds no example documents; name their folder with --examples"));
  }
  Story story = {.session = session, .options = options};
  for (const Step& step : kSteps) {
    const Stopwatch watch;
    ASSIGN_OR_RETURN(const std::string said, step.take(story));
    session.Print(absl::StrFormat("%-12s%s (%.1f s)\n", step.label, said,
                                  absl::ToDoubleSeconds(watch.Elapsed())));
  }
  session.Print(absl::StrCat("\nHow one amount came about\n\n", story.explanation, "\n"));
  return PrintHeadline(story);
}

}  // namespace vg::cli

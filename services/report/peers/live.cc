#include "services/report/peers/live.h"

#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"
#include "services/report/peers/estimate_figures.h"

namespace vg::report {
namespace {

bool IsAsked(const WaveFacts& wave, const IndicatorFacts& indicator) {
  return std::any_of(wave.questionnaires.begin(), wave.questionnaires.end(),
                     [&](const QuestionnaireFacts& asked) { return IsAbout(indicator, asked); });
}

// An estimate that the options or the answers so far do not allow is left out; the others are not.
bool NotYet(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status);
}

}  // namespace

absl::StatusOr<LiveWave> ReadLive(const std::string& id, Sources& sources) {
  const std::string name = "waves/" + id;
  ASSIGN_OR_RETURN(WaveFacts facts, sources.GetWave(name));
  LiveWave wave{.id = id, .title = facts.title};
  for (RoleFacts& role : facts.roles) {
    wave.roles.push_back({.role = role.role,
                          .invited = role.invited,
                          .answered = role.answered,
                          .responses = role.responses,
                          .partial = role.partial,
                          .by_day = std::move(role.by_day)});
  }
  ASSIGN_OR_RETURN(const auto indicators, sources.ListIndicators());
  for (const auto& [indicator, definition] : indicators) {
    // What has categories is too much for a first look.
    if (definition.on_programmes || !definition.value.empty()) continue;
    if (!IsAsked(facts, definition)) continue;
    const absl::StatusOr<EstimateFacts> table =
        sources.QueryEstimates({.indicator = indicator, .wave = name, .estimation = ""});
    if (NotYet(table.status())) continue;
    RETURN_IF_ERROR(table.status());
    for (const EstimateRow& row : table->rows) {
      if (!row.group.empty() || !row.category.empty()) continue;
      wave.estimates.push_back({.title = definition.title,
                                .role = table->respondents,
                                .kind = definition.mean ? ValueKind::kMean : ValueKind::kShare,
                                .unit = definition.mean ? definition.unit : "",
                                .cell = row.cell});
    }
  }
  return wave;
}

}  // namespace vg::report

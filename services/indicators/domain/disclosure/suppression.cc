#include "services/indicators/domain/disclosure/suppression.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "services/indicators/domain/disclosure/suppression_parts.h"
#include "services/indicators/domain/disclosure/suppression_stage.h"

namespace vg::indicators::disclosure {
namespace {

// Trying to show again what turned out not to be needed takes cells × quantities × trials; beyond
// so much it is left.
constexpr size_t kMostTrials = 20'000'000;

// Hidden cells beyond which lines are filled up first, one by one, which is quick and does most of
// what is needed.
constexpr size_t kManyHidden = 100;

std::vector<std::unique_ptr<Stage>> StagesOf(const SuppressionProblem& problem, int table,
                                             Effort& effort, const std::vector<Reason>& reasons) {
  std::vector<std::unique_ptr<Stage>> stages;
  for (SuppressionPart& part : PartsOf(problem, reasons, table)) {
    stages.push_back(std::make_unique<Stage>(std::move(part), effort));
  }
  return stages;
}

// Whether the table is too tangled whatever the others hide.
bool IsHopeless(const SuppressionProblem& problem, int table) {
  Effort effort;
  effort.Add(problem.tables[static_cast<size_t>(table)].cells.size());
  if (effort.spent * problem.quantities.size() * kDirections <= kMostEffort / 2) return false;
  effort = {};
  const auto stages = StagesOf(problem, table, effort, problem.reasons);
  return std::any_of(stages.begin(), stages.end(),
                     [](const auto& stage) { return stage->IsTooTangled(); });
}

// Whether the table can be protected.
bool DecideTable(const SuppressionProblem& problem, int table, Effort& effort,
                 std::vector<Reason>& reasons) {
  const auto stages = StagesOf(problem, table, effort, reasons);
  size_t hidden = 0, trials = 0;
  for (const auto& stage : stages) hidden += stage->hidden();
  for (const auto& stage : stages) {
    if (!stage->Decide(hidden > kManyHidden)) return false;
    trials += stage->Trials();
  }
  for (const auto& stage : stages) {
    if (trials <= kMostTrials) stage->ShowWhatIsNotNeeded();
    stage->Tell(reasons);
  }
  return true;
}

}  // namespace

Suppression Suppress(const SuppressionProblem& problem) {
  const size_t tables = problem.tables.size();
  Suppression result{problem.reasons, std::vector<bool>(tables, false)};
  std::vector<char> wanted(tables, 0);
  for (size_t table = tables; table-- > 0;) {
    result.withheld[table] = IsHopeless(problem, static_cast<int>(table));
    wanted[table] = wanted[table] != 0 || problem.tables[table].wanted ? 1 : 0;
    if (wanted[table] == 0 || result.withheld[table]) continue;
    for (const int ancestor : problem.tables[table].ancestors) {
      wanted[static_cast<size_t>(ancestor)] = 1;
    }
  }
  Effort effort;
  for (size_t table = 0; table < tables; ++table) {
    if (wanted[table] == 0) continue;
    if (!result.withheld[table] &&
        DecideTable(problem, static_cast<int>(table), effort, result.reasons)) {
      continue;
    }
    result.withheld[table] = true;
    for (const int cell : problem.tables[table].cells) {
      Reason& reason = result.reasons[static_cast<size_t>(cell)];
      if (reason == Reason::kNone) reason = Reason::kSecondary;
    }
  }
  return result;
}

}  // namespace vg::indicators::disclosure

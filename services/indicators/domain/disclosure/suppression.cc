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

// Writes what was decided of a part to where the whole has it.
void Tell(const SuppressionPart& part, const std::vector<Reason>& decided,
          std::vector<Reason>& reasons) {
  for (const int cell : part.problem.tables.back().cells) {
    const auto i = static_cast<size_t>(cell);
    reasons[static_cast<size_t>(part.cells[i])] = decided[i];
  }
}

}  // namespace

// A part that was decided, with all that the decision followed from. What it took does not depend
// on what was spent before, as long as that never ran out.
struct DecidedPart {
  SuppressionPart part;
  bool line_by_line = false;
  size_t hidden = 0, trials = 0;
  size_t looked = 0, deciding = 0, showing = 0;  // Effort.
  std::vector<Reason> reasons;                   // By cell of the part.
};

namespace {

// Decides one table in parts, of which some may be known already.
class Deciding {
 public:
  Deciding(const SuppressionProblem& problem, int table, Effort& effort,
           std::vector<Reason>& reasons)
      : problem_(problem), table_(table), effort_(effort), reasons_(reasons) {}

  // False if the table cannot be protected. Fills `decision` with what may be taken over later.
  bool Decide(const TableDecision* earlier, TableDecision& decision) {
    const Effort before = effort_;
    if (earlier != nullptr && earlier->reasons == reasons_ && !earlier->parts.empty()) {
      for (const std::shared_ptr<const DecidedPart>& part : earlier->parts) TakeUp(part);
      if (Run(decision)) return true;
      // Effort would run out, or the outcome depends on all parts: then as if nothing were known.
      effort_ = before;
      places_.clear();
    }
    for (SuppressionPart& part : PartsOf(problem_, reasons_, table_)) Start(std::move(part));
    return Run(decision);
  }

 private:
  // Of one part: what is known of it, or how it is being decided.
  struct Place {
    std::shared_ptr<const DecidedPart> known;
    std::shared_ptr<DecidedPart> made;
    std::unique_ptr<Stage> stage;
  };

  void Start(SuppressionPart part) {
    Place& place = places_.emplace_back();
    place.made = std::make_shared<DecidedPart>();
    place.made->part = part;
    place.stage = std::make_unique<Stage>(std::move(part), effort_);
    place.made->hidden = place.stage->hidden();
  }
  void TakeUp(const std::shared_ptr<const DecidedPart>& known) {
    CellNumbers numbers = NumbersOf(problem_, reasons_, known->part);
    if (numbers == known->part.problem) {
      places_.push_back({known, nullptr, nullptr});
      return;
    }
    SuppressionPart part = known->part;
    static_cast<CellNumbers&>(part.problem) = std::move(numbers);
    Start(std::move(part));
  }

  bool Run(TableDecision& decision) {
    size_t hidden = 0, trials = 0;
    for (const Place& place : places_)
      hidden += place.known ? place.known->hidden : place.made->hidden;
    const bool line_by_line = hidden > kManyHidden;
    for (Place& place : places_) {
      if (!(place.known ? Repeat(*place.known, line_by_line) : DecideOne(line_by_line, place))) {
        return false;
      }
      trials += place.known ? place.known->trials : place.made->trials;
    }
    const bool shows = trials <= kMostTrials;
    for (Place& place : places_) {
      if (place.known == nullptr) {
        if (shows) ShowOne(place);
        place.made->reasons = place.stage->reasons();
      } else if (!shows || effort_.spent + place.known->showing > kMostEffort) {
        return false;
      } else {
        effort_.spent += place.known->showing;
      }
    }
    const bool keeps = shows && effort_.spent <= kMostEffort;
    if (keeps) decision.reasons = reasons_;
    for (Place& place : places_) {
      const std::shared_ptr<const DecidedPart> part = place.known ? place.known : place.made;
      Tell(part->part, part->reasons, reasons_);
      if (keeps) decision.parts.push_back(part);
    }
    return true;
  }
  bool DecideOne(bool line_by_line, Place& place) {
    DecidedPart& made = *place.made;
    const size_t before = effort_.spent;
    if (!place.stage->Decide(line_by_line)) return false;
    made.line_by_line = line_by_line;
    made.looked = place.stage->looked();
    made.deciding = effort_.spent - before;
    made.trials = place.stage->Trials();
    return true;
  }
  void ShowOne(Place& place) {
    const size_t before = effort_.spent;
    place.stage->ShowWhatIsNotNeeded();
    place.made->showing = effort_.spent - before;
  }
  // Whether deciding would have come to the same from here.
  bool Repeat(const DecidedPart& known, bool line_by_line) {
    if (known.line_by_line != line_by_line || effort_.spent + known.looked > kMostEffort / 2 ||
        effort_.spent + known.deciding > kMostEffort) {
      return false;
    }
    effort_.spent += known.deciding;
    return true;
  }

  const SuppressionProblem& problem_;
  const int table_;
  Effort& effort_;
  std::vector<Reason>& reasons_;
  std::vector<Place> places_;
};

}  // namespace

Suppression Suppress(const SuppressionProblem& problem, const Suppression* earlier) {
  const size_t tables = problem.tables.size();
  Suppression result{problem.reasons, std::vector<bool>(tables, false),
                     std::vector<TableDecision>(tables)};
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
        Deciding(problem, static_cast<int>(table), effort, result.reasons)
            .Decide(earlier == nullptr ? nullptr : &earlier->decisions[table],
                    result.decisions[table])) {
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

#include "services/indicators/domain/disclosure/suppression.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "services/indicators/domain/disclosure/audit.h"
#include "services/indicators/domain/disclosure/extension.h"
#include "services/indicators/domain/disclosure/suppression_parts.h"

namespace vg::indicators::disclosure {
namespace {

// What deciding all tables may take: a few seconds. Tables for which it does not
// suffice count as too fine to be protected; of such tables little would be shown anyway.
constexpr size_t kMostEffort = 4'000'000;
// Trying to show again what turned out not to be needed takes cells × quantities × trials; beyond
// so much it is left.
constexpr size_t kMostTrials = 20'000'000;

// Hidden cells beyond which lines are filled up first, one by one, which is quick and does most of
// what is needed.
constexpr size_t kManyHidden = 100;

// Decides a part of one table beside its ancestors.
class Stage {
 public:
  Stage(SuppressionPart part, Effort& effort)
      : part_(std::move(part)), seen_(part_.problem), reasons_(seen_.reasons), effort_(effort) {
    table_ = static_cast<int>(seen_.tables.size()) - 1;
    ancestors_ = seen_.tables.back().ancestors;
    visible_ = ancestors_;
    visible_.push_back(table_);
    FollowAncestors();
    for (const int table : visible_) {
      for (const int cell : CellsOf(table)) {
        if (IsHidden(cell)) protected_.push_back(cell);
      }
    }
  }

  size_t hidden() const { return protected_.size(); }
  // Whether it can be protected. `line_by_line`: first quickly.
  bool Decide(bool line_by_line) {
    if (line_by_line) HideLineByLine();
    if (IsTooTangled()) return false;
    for (int quantity = 0; quantity < static_cast<int>(seen_.quantities.size()); ++quantity) {
      if (!Protect(quantity, kNoHolder)) return false;
    }
    for (const int holder : LoneHolders()) (void)Protect(0, holder);
    return true;
  }
  // Whether a first look at what is tangled would take half of what deciding may: then all of it
  // would not suffice.
  bool IsTooTangled() {
    const bool any_needs = std::any_of(protected_.begin(), protected_.end(), [this](int cell) {
      return !seen_.needs[static_cast<size_t>(cell)].empty();
    });
    if (!any_needs) return false;
    Effort look = effort_;
    const size_t tangle = ViewOf(0, kNoHolder).feasibility.largest_tangle();
    if (tangle == 0) return false;
    for (size_t i = 0; i < seen_.quantities.size() * kDirections; ++i) look.Add(tangle);
    return look.spent > kMostEffort / 2;
  }
  // What showing again costs what is not needed.
  size_t Trials() const {
    return added_.size() * (seen_.quantities.size() + LoneHolders().size()) *
           static_cast<size_t>(seen_.cells.atoms + 1);
  }
  void ShowWhatIsNotNeeded() {
    std::vector<int> costly = added_;
    std::stable_sort(costly.begin(), costly.end(), [this](int a, int b) {
      return seen_.costs[static_cast<size_t>(a)] > seen_.costs[static_cast<size_t>(b)];
    });
    for (const int cell : costly) {
      if (IsSpent()) return;
      Reason& reason = reasons_[static_cast<size_t>(cell)];
      reason = Reason::kNone;
      std::erase(added_, cell);
      ForgetViews(false);
      if (AllMet()) continue;
      reason = Reason::kSecondary;
      added_.push_back(cell);
      ForgetViews(true);
    }
  }
  // Writes what was decided to where the whole has it.
  void Tell(std::vector<Reason>& reasons) const {
    for (const int cell : CellsOf(table_)) {
      const auto i = static_cast<size_t>(cell);
      reasons[static_cast<size_t>(part_.cells[i])] = reasons_[i];
    }
  }

 private:
  const std::vector<int>& CellsOf(int table) const {
    return seen_.tables[static_cast<size_t>(table)].cells;
  }
  const std::vector<int>& MembersOf(int cell) const {
    return seen_.cells.members[static_cast<size_t>(cell)];
  }
  bool IsHidden(int cell) const { return reasons_[static_cast<size_t>(cell)] != Reason::kNone; }

  bool IsCandidate(int cell) const {
    return std::binary_search(candidates_.begin(), candidates_.end(), cell);
  }

  // A cell that is the same as one of an ancestor is shown as that is.
  void FollowAncestors() {
    std::map<std::vector<int>, int> decided;
    for (const int table : ancestors_) {
      for (const int cell : CellsOf(table)) {
        const auto [same, added] = decided.emplace(MembersOf(cell), cell);
        if (!added && !IsHidden(cell)) same->second = cell;
      }
    }
    for (const int cell : CellsOf(table_)) {
      const auto same = decided.find(MembersOf(cell));
      if (same == decided.end()) {
        if (!IsHidden(cell)) candidates_.push_back(cell);
        continue;
      }
      reasons_[static_cast<size_t>(cell)] = reasons_[static_cast<size_t>(same->second)];
    }
  }

  // Until what a shown sum hides is more than one cell, and as many records as any of them needs.
  void HideLineByLine() {
    for (int round = 0; round < 2; ++round) {
      for (const int table : ancestors_) {
        for (const auto& [sum, line] : LinesUnder(table)) {
          if (!IsHidden(sum)) FillUp(line);
        }
      }
    }
    views_.clear();
  }
  // The cells of the table by the cell of a coarser one that they are in.
  std::map<int, std::vector<int>> LinesUnder(int table) const {
    std::vector<int> cell_of(static_cast<size_t>(seen_.cells.atoms), -1);
    for (const int cell : CellsOf(table)) {
      for (const int atom : MembersOf(cell)) cell_of[static_cast<size_t>(atom)] = cell;
    }
    std::map<int, std::vector<int>> lines;
    for (const int cell : CellsOf(table_)) {
      const std::vector<int>& atoms = MembersOf(cell);
      const int sum = cell_of[static_cast<size_t>(atoms[0])];
      if (sum < 0 || MembersOf(sum) == atoms) continue;
      if (std::all_of(atoms.begin(), atoms.end(),
                      [&](int atom) { return cell_of[static_cast<size_t>(atom)] == sum; })) {
        lines[sum].push_back(cell);
      }
    }
    return lines;
  }
  void FillUp(const std::vector<int>& line) {
    double hidden = 0, needed = 0;
    int count = 0;
    std::vector<int> shown;
    const auto add = [&](int cell) {
      ++count;
      for (const int atom : MembersOf(cell)) {
        hidden += seen_.quantities[0].values[static_cast<size_t>(atom)];
      }
    };
    for (const int cell : line) {
      if (!IsHidden(cell)) {
        if (IsCandidate(cell)) shown.push_back(cell);
        continue;
      }
      add(cell);
      for (const Need& need : seen_.needs[static_cast<size_t>(cell)]) {
        if (need.quantity == 0) needed = std::max(needed, need.width);
      }
    }
    std::sort(shown.begin(), shown.end(), [this](int a, int b) {
      return std::pair(seen_.costs[static_cast<size_t>(a)], a) <
             std::pair(seen_.costs[static_cast<size_t>(b)], b);
    });
    for (const int cell : shown) {
      if (count == 0 || (count > 1 && hidden >= needed)) return;
      reasons_[static_cast<size_t>(cell)] = Reason::kSecondary;
      added_.push_back(cell);
      std::erase(candidates_, cell);
      add(cell);
    }
  }

  // What `holder`, or everybody, must not know about `quantity` of the cell.
  std::vector<Need> NeedsOf(int cell, int quantity, int holder) const {
    std::vector<Need> needs;
    if (KnowsAnyway(seen_, cell, holder) || given_up_.contains({cell, quantity, holder})) {
      return needs;
    }
    for (const Need& need : seen_.needs[static_cast<size_t>(cell)]) {
      if (need.quantity == quantity) needs.push_back(holder < 0 ? need : kNeedBesideHolder);
    }
    return needs;
  }
  bool IsSpent() const { return effort_.spent > kMostEffort; }
  // Where nothing takes a linear program, effort does not matter.
  bool IsSpentOn(int quantity, int holder) {
    return IsSpent() && ViewOf(quantity, holder).feasibility.largest_tangle() > 0;
  }
  bool IsMetNow(const Need& need, int cell, int holder) {
    return IsMet(need, cell, ViewOf(need.quantity, holder).feasibility,
                 ViewOf(0, holder).feasibility);
  }

  // Hides until `quantity` of every cell is as uncertain as it needs to be.
  bool Protect(int quantity, int holder) {
    for (const int cell : protected_) {
      for (const Need& need : NeedsOf(cell, quantity, holder)) {
        while (!IsSpentOn(quantity, holder) && !IsMetNow(need, cell, holder)) {
          if (HideFor(cell, need, ViewOf(quantity, holder))) continue;
          if (holder < 0 && IsOwn(cell)) return false;
          // What the ancestors tell together is not for this table to undo.
          given_up_.insert({cell, quantity, holder});
          break;
        }
        if (IsSpentOn(quantity, holder)) return false;
      }
    }
    return true;
  }

  struct View {
    Knowledge knowledge;
    Feasibility feasibility;

    View(const SuppressionProblem& problem, Knowledge known, size_t largest_program, Effort* effort)
        : knowledge(std::move(known)),
          feasibility(problem.cells, knowledge, largest_program, effort) {}
  };

  View& ViewOf(int quantity, int holder) {
    std::unique_ptr<View>& view = views_[{quantity, holder}];
    if (view == nullptr) {
      view = std::make_unique<View>(
          seen_, WhatIsKnown(seen_, reasons_, visible_, quantity, holder),
          holder == kNoHolder ? std::numeric_limits<size_t>::max() : kLargestForHolders, &effort_);
      const auto kept = witnesses_.find({quantity, holder});
      if (kept != witnesses_.end()) view->feasibility.Add(std::move(kept->second));
    }
    return *view;
  }

  // What is known has changed: to less, or otherwise.
  void ForgetViews(bool less_is_known) {
    for (auto& [key, view] : views_) {
      Feasibility::Witnesses& kept = witnesses_[key];
      kept = less_is_known ? view->feasibility.TakeWitnesses() : Feasibility::Witnesses();
    }
    if (!less_is_known) witnesses_.clear();
    views_.clear();
  }

  bool IsOwn(int cell) const {
    const std::vector<int>& own = CellsOf(table_);
    return std::find(own.begin(), own.end(), cell) != own.end();
  }

  bool HideFor(int cell, const Need& need, View& view) {
    const std::vector<int> chosen = ChooseToHide(seen_, view.knowledge, candidates_, cell,
                                                 view.feasibility.Of(cell), need, effort_);
    for (const int hide : chosen) {
      reasons_[static_cast<size_t>(hide)] = Reason::kSecondary;
      added_.push_back(hide);
      std::erase(candidates_, hide);
    }
    if (!chosen.empty()) ForgetViews(true);
    return !chosen.empty();
  }

  // Who alone contributes to an atom of a hidden cell.
  std::set<int> LoneHolders() const {
    std::set<int> holders;
    for (const std::vector<int>* cells : {&protected_, &added_}) {
      for (const int cell : *cells) {
        for (const int atom : MembersOf(cell)) {
          const int holder = seen_.holders[static_cast<size_t>(atom)];
          if (holder >= 0) holders.insert(holder);
        }
      }
    }
    return holders;
  }

  bool AllMet() {
    const auto met = [this](int quantity, int holder) {
      for (const int cell : protected_) {
        for (const Need& need : NeedsOf(cell, quantity, holder)) {
          if (!IsMetNow(need, cell, holder)) return false;
        }
      }
      return true;
    };
    for (int quantity = 0; quantity < static_cast<int>(seen_.quantities.size()); ++quantity) {
      if (!met(quantity, kNoHolder)) return false;
    }
    for (const int holder : LoneHolders()) {
      if (!met(0, holder)) return false;
    }
    return true;
  }

  SuppressionPart part_;
  SuppressionProblem& seen_;
  std::vector<Reason>& reasons_;
  Effort& effort_;
  int table_ = 0;
  std::vector<int> visible_, ancestors_;
  std::vector<int> candidates_;  // Of the table, ascending: shown, and free to hide.
  std::vector<int> protected_;   // Cells with needs, and others that were hidden before.
  std::vector<int> added_;
  std::set<std::tuple<int, int, int>> given_up_;                // Cell, quantity and holder.
  std::map<std::pair<int, int>, std::unique_ptr<View>> views_;  // By quantity and holder.
  std::map<std::pair<int, int>, Feasibility::Witnesses> witnesses_;
};

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

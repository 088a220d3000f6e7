// Deciding a part of one table beside its ancestors.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_STAGE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_STAGE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "services/indicators/domain/disclosure/suppression.h"
#include "services/indicators/domain/disclosure/suppression_parts.h"

namespace vg::indicators::disclosure {

// What deciding all tables may take: a few seconds. Tables for which it does not
// suffice count as too fine to be protected; of such tables little would be shown anyway.
inline constexpr size_t kMostEffort = 4'000'000;

// Hides cells of the part until what is shown of its table and those that are seen with it leaves
// every hidden cell as uncertain as it needs to be; then shows again what turned out not to be
// needed. Borrows `effort`, which all parts share.
class Stage {
 public:
  Stage(SuppressionPart part, Effort& effort);

  size_t hidden() const { return protected_.size(); }
  // Whether it can be protected. `line_by_line`: first quickly.
  bool Decide(bool line_by_line);
  // Whether a first look at what is tangled would take half of what deciding may: then all of it
  // would not suffice.
  bool IsTooTangled();
  // What showing again costs what is not needed.
  size_t Trials() const;
  void ShowWhatIsNotNeeded();
  // By cell of the part, as it stands.
  const std::vector<Reason>& reasons() const { return reasons_; }
  // What looking whether it is too tangled would have taken.
  size_t looked() const { return looked_; }

 private:
  // What is known of a quantity, to everybody or to a holder.
  struct View {
    Knowledge knowledge;
    Feasibility feasibility;

    View(const SuppressionProblem& problem, Knowledge known, size_t largest_program, Effort* effort)
        : knowledge(std::move(known)),
          feasibility(problem.cells, knowledge, largest_program, effort) {}
  };

  const std::vector<int>& CellsOf(int table) const {
    return seen_.tables[static_cast<size_t>(table)].cells;
  }
  const std::vector<int>& MembersOf(int cell) const {
    return seen_.cells.members[static_cast<size_t>(cell)];
  }
  bool IsHidden(int cell) const { return reasons_[static_cast<size_t>(cell)] != Reason::kNone; }
  bool IsOwn(int cell) const;

  // A cell that is the same as one of an ancestor is shown as that is.
  void FollowAncestors();
  void HideLineByLine();

  // What `holder`, or everybody, must not know about `quantity` of the cell.
  std::vector<Need> NeedsOf(int cell, int quantity, int holder) const;
  bool IsSpent() const { return effort_.spent > kMostEffort; }
  // Where nothing takes a linear program, effort does not matter.
  bool IsSpentOn(int quantity, int holder) {
    return IsSpent() && ViewOf(quantity, holder).feasibility.largest_tangle() > 0;
  }
  bool IsMetNow(const Need& need, int cell, int holder) {
    return IsMet(need, cell, ViewOf(need.quantity, holder).feasibility,
                 ViewOf(0, holder).feasibility);
  }
  bool AllMet();

  // Hides until `quantity` of every cell is as uncertain as it needs to be.
  bool Protect(int quantity, int holder);
  bool HideFor(int cell, const Need& need, View& view);

  View& ViewOf(int quantity, int holder);
  // What is known has changed: to less, or otherwise.
  void ForgetViews(bool less_is_known);

  // Who alone contributes to an atom of a hidden cell.
  std::set<int> LoneHolders() const;

  SuppressionPart part_;
  SuppressionProblem& seen_;
  std::vector<Reason>& reasons_;
  Effort& effort_;
  size_t looked_ = 0;
  int table_ = 0;
  std::vector<int> visible_, ancestors_;
  std::vector<int> candidates_;  // Of the table, ascending: shown, and free to hide.
  std::vector<int> protected_;   // Cells with needs, and others that were hidden before.
  std::vector<int> added_;
  std::set<std::tuple<int, int, int>> given_up_;                // Cell, quantity and holder.
  std::map<std::pair<int, int>, std::unique_ptr<View>> views_;  // By quantity and holder.
  std::map<std::pair<int, int>, Feasibility::Witnesses> witnesses_;
};

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_STAGE_H_

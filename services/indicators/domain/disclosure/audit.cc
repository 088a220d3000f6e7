#include "services/indicators/domain/disclosure/audit.h"

#include <algorithm>
#include <cstddef>
#include <set>

#include "services/indicators/domain/disclosure/extension.h"

namespace vg::indicators::disclosure {
namespace {

// Holders who alone contribute to an atom of a hidden cell.
std::set<int> LoneHolders(const SuppressionProblem& seen, const std::vector<Reason>& reasons) {
  std::set<int> holders;
  for (size_t cell = 0; cell < seen.cells.members.size(); ++cell) {
    if (reasons[cell] == Reason::kNone) continue;
    for (const int atom : seen.cells.members[cell]) {
      const int holder = seen.holders[static_cast<size_t>(atom)];
      if (holder >= 0) holders.insert(holder);
    }
  }
  return holders;
}

}  // namespace

std::vector<CellRange> RangesOf(const SuppressionProblem& problem,
                                const std::vector<Reason>& reasons, const std::vector<int>& visible,
                                const std::vector<int>& cells) {
  const bool hides = std::any_of(cells.begin(), cells.end(), [&reasons](int cell) {
    return reasons[static_cast<size_t>(cell)] != Reason::kNone;
  });
  if (!hides) return {};
  const SuppressionProblem seen = SeenThrough(problem, visible);
  std::vector<CellRange> ranges;
  const Knowledge records = WhatIsKnown(seen, reasons, visible, 0);
  Feasibility feasible_records(seen.cells, records);
  for (int quantity = 0; quantity < static_cast<int>(seen.quantities.size()); ++quantity) {
    const Knowledge knowledge = WhatIsKnown(seen, reasons, visible, quantity);
    Feasibility feasibility(seen.cells, knowledge);
    for (const int cell : cells) {
      if (reasons[static_cast<size_t>(cell)] == Reason::kNone) continue;
      CellRange found{.cell = cell, .quantity = quantity, .range = feasibility.Of(cell)};
      for (const Need& need : seen.needs[static_cast<size_t>(cell)]) {
        if (need.quantity != quantity) continue;
        found.required_width = need.width;
        found.met = IsMet(need, cell, feasibility, feasible_records);
      }
      ranges.push_back(found);
    }
  }
  for (const int holder : LoneHolders(seen, reasons)) {
    const Knowledge knowledge = WhatIsKnown(seen, reasons, visible, 0, holder);
    Feasibility feasibility(seen.cells, knowledge, kLargestForHolders);
    for (CellRange& each : ranges) {
      if (each.quantity != 0 || KnowsAnyway(seen, each.cell, holder)) continue;
      if (each.required_width == 0) continue;
      each.met_beside_holders =
          each.met_beside_holders && IsMet(kNeedBesideHolder, each.cell, feasibility, feasibility);
    }
  }
  return ranges;
}

}  // namespace vg::indicators::disclosure

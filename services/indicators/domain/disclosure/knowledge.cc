#include <algorithm>
#include <cstddef>

#include "services/indicators/domain/disclosure/suppression.h"

namespace vg::indicators::disclosure {

Knowledge WhatIsKnown(const SuppressionProblem& problem, const std::vector<Reason>& reasons,
                      const std::vector<int>& visible, int quantity, int known_holder) {
  const Quantity& number = problem.quantities[static_cast<size_t>(quantity)];
  const double least = number.may_be_negative ? -kUnlimited : 0;
  Knowledge knowledge;
  knowledge.values = number.values;
  knowledge.atoms.assign(number.values.size(), {least, kUnlimited});
  if (known_holder >= 0) {
    for (size_t atom = 0; atom < number.values.size(); ++atom) {
      if (problem.holders[atom] != known_holder) continue;
      knowledge.atoms[atom] = {number.values[atom], number.values[atom]};
    }
  }
  const auto cells = static_cast<size_t>(problem.cells.size());
  knowledge.visibility.assign(cells, Visibility::kAbsent);
  for (const int table : visible) {
    for (const int cell : problem.tables[static_cast<size_t>(table)].cells) {
      const auto i = static_cast<size_t>(cell);
      knowledge.visibility[i] =
          reasons[i] == Reason::kNone ? Visibility::kShown : Visibility::kHidden;
    }
  }
  return knowledge;
}

bool KnowsAnyway(const SuppressionProblem& problem, int cell, int holder) {
  if (holder < 0) return false;
  const std::vector<int>& atoms = problem.cells.members[static_cast<size_t>(cell)];
  return std::all_of(atoms.begin(), atoms.end(), [&](int atom) {
    const int of_atom = problem.holders[static_cast<size_t>(atom)];
    return of_atom == holder || of_atom == kNoHolder;
  });
}

bool IsMet(const Need& need, int cell, Feasibility& feasibility, Feasibility& records) {
  if (feasibility.Reaches(cell, need.width)) return true;
  if (need.or_none_of == kUnlimited) return false;
  return feasibility.Of(cell).upper == 0 && records.Of(cell).upper >= need.or_none_of;
}

}  // namespace vg::indicators::disclosure

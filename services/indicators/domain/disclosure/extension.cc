#include "services/indicators/domain/disclosure/extension.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

namespace vg::indicators::disclosure {
namespace {

// Times as long as a solution that begins at the one before.
constexpr size_t kColdStart = 10;

double SumOf(const std::vector<double>& values, const std::vector<int>& atoms) {
  double sum = 0;
  for (const int atom : atoms) sum += values[static_cast<size_t>(atom)];
  return sum;
}

bool Contains(const std::vector<int>& outer, const std::vector<int>& inner) {
  return outer.size() >= inner.size() &&
         std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}

int Cheapest(const SuppressionProblem& problem, const std::vector<int>& cells) {
  return *std::min_element(cells.begin(), cells.end(), [&](int a, int b) {
    const double cost_a = problem.costs[static_cast<size_t>(a)];
    const double cost_b = problem.costs[static_cast<size_t>(b)];
    return cost_a != cost_b ? cost_a < cost_b : a < b;
  });
}

// The smallest shown cells over the target, none of which is over another.
std::vector<int> SumsOver(const SuppressionProblem& problem, const Knowledge& knowledge,
                          int target) {
  const std::vector<int>& inner = problem.cells.members[static_cast<size_t>(target)];
  std::vector<int> over;
  for (int cell = 0; cell < problem.cells.size(); ++cell) {
    const std::vector<int>& outer = problem.cells.members[static_cast<size_t>(cell)];
    if (knowledge.visibility[static_cast<size_t>(cell)] != Visibility::kShown) continue;
    if (cell != target && Contains(outer, inner)) over.push_back(cell);
  }
  std::erase_if(over, [&](int cell) {
    const std::vector<int>& outer = problem.cells.members[static_cast<size_t>(cell)];
    return std::any_of(over.begin(), over.end(), [&](int other) {
      const std::vector<int>& smaller = problem.cells.members[static_cast<size_t>(other)];
      return smaller.size() < outer.size() && Contains(outer, smaller);
    });
  });
  return over;
}

std::vector<int> ChooseByProgram(const SuppressionProblem& problem, const Knowledge& knowledge,
                                 const std::vector<int>& candidates, int target, double rise,
                                 Effort& effort) {
  LinearProgram program;
  std::vector<double> costs;
  const std::vector<double>& values = knowledge.values;
  for (size_t atom = 0; atom < values.size(); ++atom) {
    const Range& range = knowledge.atoms[atom];
    program.AddColumn({range.lower - values[atom], range.upper - values[atom]});
    costs.push_back(0);
  }
  std::vector<char> may_hide(static_cast<size_t>(problem.cells.size()), 0);
  for (const int cell : candidates) may_hide[static_cast<size_t>(cell)] = 1;
  std::vector<std::pair<int, int>>
      changes;  // Cell and the column of its rise; that of its fall is next.
  for (int cell = 0; cell < problem.cells.size(); ++cell) {
    const auto i = static_cast<size_t>(cell);
    const std::vector<int>& atoms = problem.cells.members[i];
    if (knowledge.visibility[i] == Visibility::kAbsent || atoms.empty()) continue;
    std::vector<LinearProgram::Term> terms;
    for (const int atom : atoms) terms.push_back({atom, 1});
    if (cell == target) {
      program.AddRow(terms, {rise, rise});
    } else if (knowledge.visibility[i] == Visibility::kHidden) {
      continue;
    } else if (may_hide[i]) {
      const int up = program.AddColumn({0, kUnlimited});
      program.AddColumn({0, kUnlimited});
      costs.insert(costs.end(), 2, problem.costs[i]);
      changes.emplace_back(cell, up);
      terms.push_back({up, -1});
      terms.push_back({up + 1, 1});
      program.AddRow(std::move(terms), {0, 0});
    } else {
      program.AddRow(std::move(terms), {0, 0});
    }
  }
  for (size_t i = 0; i < kColdStart; ++i) effort.Add(knowledge.values.size());
  const LinearProgram::Solution solution = program.Minimize(costs);
  std::vector<int> chosen;
  if (solution.outcome != LinearProgram::Outcome::kOptimal) return chosen;
  for (const auto& [cell, up] : changes) {
    const double change =
        solution.columns[static_cast<size_t>(up)] + solution.columns[static_cast<size_t>(up) + 1];
    if (change > 1e-6) chosen.push_back(cell);
  }
  return chosen;
}

}  // namespace

SuppressionProblem SeenThrough(const SuppressionProblem& problem, const std::vector<int>& visible) {
  // The cells that each atom is in.
  std::vector<std::vector<int>> cells_of(static_cast<size_t>(problem.cells.atoms));
  for (const int table : visible) {
    for (const int cell : problem.tables[static_cast<size_t>(table)].cells) {
      for (const int atom : problem.cells.members[static_cast<size_t>(cell)]) {
        cells_of[static_cast<size_t>(atom)].push_back(cell);
      }
    }
  }
  SuppressionProblem seen;
  seen.tables = problem.tables;
  seen.costs = problem.costs;
  seen.reasons = problem.reasons;
  seen.needs = problem.needs;
  seen.quantities = problem.quantities;
  for (Quantity& quantity : seen.quantities) quantity.values.clear();
  seen.cells.members.resize(problem.cells.members.size());
  std::map<std::vector<int>, int> merged;
  for (size_t atom = 0; atom < cells_of.size(); ++atom) {
    const auto [place, added] = merged.emplace(cells_of[atom], seen.cells.atoms);
    const int into = place->second;
    if (added) {
      ++seen.cells.atoms;
      seen.holders.push_back(kNoHolder);
      for (Quantity& quantity : seen.quantities) quantity.values.push_back(0);
      for (const int cell : cells_of[atom]) {
        seen.cells.members[static_cast<size_t>(cell)].push_back(into);
      }
    }
    int& holder = seen.holders[static_cast<size_t>(into)];
    const int another = problem.holders[atom];
    if (holder == kNoHolder) {
      holder = another;
    } else if (another != kNoHolder && another != holder) {
      holder = kManyHolders;
    }
    for (size_t i = 0; i < seen.quantities.size(); ++i) {
      seen.quantities[i].values[static_cast<size_t>(into)] += problem.quantities[i].values[atom];
    }
  }
  return seen;
}

std::vector<int> ChooseToHide(const SuppressionProblem& problem, const Knowledge& knowledge,
                              const std::vector<int>& candidates, int target, Range range,
                              const Need& need, Effort& effort) {
  if (candidates.empty()) return {};
  const std::vector<int> over = SumsOver(problem, knowledge, target);
  std::vector<int> beside;  // Candidates under a sum that is over the target.
  for (const int cell : candidates) {
    if (std::any_of(over.begin(), over.end(), [&](int sum) {
          return Contains(problem.cells.members[static_cast<size_t>(sum)],
                          problem.cells.members[static_cast<size_t>(cell)]);
        })) {
      beside.push_back(cell);
    }
  }
  if (over.size() > 1) {
    const double truth =
        SumOf(knowledge.values, problem.cells.members[static_cast<size_t>(target)]);
    // Up to so far above the least; down where that is all there is.
    const double rise = std::max(1.0, range.lower + need.width - truth);
    for (const double change : {rise, range.upper - need.width - truth}) {
      std::vector<int> chosen =
          ChooseByProgram(problem, knowledge, candidates, target, change, effort);
      if (!chosen.empty()) return chosen;
    }
  }
  return {Cheapest(problem, beside.empty() ? candidates : beside)};
}

}  // namespace vg::indicators::disclosure

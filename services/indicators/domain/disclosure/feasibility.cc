#include "services/indicators/domain/disclosure/feasibility.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>

namespace vg::indicators::disclosure {
namespace {

constexpr size_t kMostWitnesses = 100;

// Solutions come with rounding errors; counts are whole numbers, and so are the ends of most
// ranges.
double Snapped(double value) {
  const double whole = std::round(value);
  return std::abs(value - whole) <= 1e-6 * std::max(1.0, std::abs(value)) ? whole : value;
}

class Groups {
 public:
  explicit Groups(size_t size) : parents_(size) {
    std::iota(parents_.begin(), parents_.end(), size_t{0});
  }
  size_t Find(size_t one) {
    while (parents_[one] != one) one = parents_[one] = parents_[parents_[one]];
    return one;
  }
  void Join(size_t one, size_t other) { parents_[Find(one)] = Find(other); }

 private:
  std::vector<size_t> parents_;
};

}  // namespace

Feasibility::Feasibility(const Cells& cells, const Knowledge& knowledge, size_t largest_program,
                         Effort* effort)
    : cells_(cells),
      knowledge_(knowledge),
      largest_program_(largest_program),
      effort_(effort),
      ranges_(knowledge.atoms),
      known_(static_cast<size_t>(cells.atoms), 0),
      part_of_(static_cast<size_t>(cells.atoms), -1),
      place_(static_cast<size_t>(cells.atoms), -1) {
  FindKnown();
  Divide();
}

double Feasibility::Truth(const std::vector<int>& atoms) const {
  double value = 0;
  for (const int atom : atoms) value += knowledge_.values[static_cast<size_t>(atom)];
  return value;
}

void Feasibility::Learn(int atom) {
  const auto i = static_cast<size_t>(atom);
  known_[i] = 1;
  ranges_[i] = {knowledge_.values[i], knowledge_.values[i]};
}

// A shown sum of one unknown tells it; so does a range of nothing.
void Feasibility::FindKnown() {
  for (int atom = 0; atom < cells_.atoms; ++atom) {
    if (ranges_[static_cast<size_t>(atom)].width() <= 0) Learn(atom);
  }
  std::vector<const std::vector<int>*> sums;
  for (size_t cell = 0; cell < cells_.members.size(); ++cell) {
    if (knowledge_.visibility[cell] != Visibility::kShown) continue;
    const std::vector<int>& atoms = cells_.members[cell];
    if (atoms.size() == 1) {
      Learn(atoms[0]);
    } else {
      sums.push_back(&atoms);
    }
  }
  const auto is_known = [this](int atom) { return known_[static_cast<size_t>(atom)] != 0; };
  // Most are settled by now. What is left over of the sums may settle more.
  for (const std::vector<int>* atoms : sums) {
    Sum sum;
    for (const int atom : *atoms) {
      if (!is_known(atom)) sum.atoms.push_back(atom);
    }
    if (!sum.atoms.empty()) sums_.push_back(std::move(sum));
  }
  std::vector<std::vector<size_t>> sums_of;
  std::vector<size_t> unknown, ready;
  for (size_t i = 0; i < sums_.size(); ++i) {
    sums_of.resize(known_.size());
    for (const int atom : sums_[i].atoms) sums_of[static_cast<size_t>(atom)].push_back(i);
    unknown.push_back(sums_[i].atoms.size());
    if (unknown[i] == 1) ready.push_back(i);
  }
  while (!ready.empty()) {
    const size_t i = ready.back();
    ready.pop_back();
    for (const int atom : sums_[i].atoms) {
      if (is_known(atom)) continue;
      Learn(atom);
      for (const size_t other : sums_of[static_cast<size_t>(atom)]) {
        if (--unknown[other] == 1) ready.push_back(other);
      }
    }
  }
  for (Sum& sum : sums_) {
    std::erase_if(sum.atoms, is_known);
    // Of whole numbers, so that it does not matter in what order they are added.
    sum.value = Truth(sum.atoms);
  }
  std::erase_if(sums_, [](const Sum& sum) { return sum.atoms.empty(); });
}

void Feasibility::Divide() {
  Groups groups(known_.size());
  for (const Sum& sum : sums_) {
    for (const int atom : sum.atoms) {
      groups.Join(static_cast<size_t>(atom), static_cast<size_t>(sum.atoms[0]));
    }
  }
  std::vector<int> part_at(known_.size(), -1);  // By root.
  for (size_t atom = 0; atom < known_.size(); ++atom) {
    if (known_[atom]) continue;
    int& part = part_at[groups.Find(atom)];
    if (part < 0) {
      part = static_cast<int>(parts_.size());
      parts_.emplace_back();
    }
    part_of_[atom] = part;
    std::vector<int>& atoms = parts_[static_cast<size_t>(part)].atoms;
    place_[atom] = static_cast<int>(atoms.size());
    atoms.push_back(static_cast<int>(atom));
  }
  std::set<std::vector<int>> seen;
  for (Sum& sum : sums_) {
    // The same sum may be in several tables.
    if (!seen.insert(sum.atoms).second) continue;
    const int part = part_of_[static_cast<size_t>(sum.atoms[0])];
    parts_[static_cast<size_t>(part)].sums.push_back(std::move(sum));
  }
  sums_.clear();
}

std::map<int, std::vector<int>> Feasibility::ByPart(int cell) const {
  std::map<int, std::vector<int>> by_part;
  for (const int atom : cells_.members[static_cast<size_t>(cell)]) {
    const int part = part_of_[static_cast<size_t>(atom)];
    if (part >= 0) by_part[part].push_back(atom);
  }
  return by_part;
}

Range Feasibility::Of(int cell) {
  Range range{0, 0};
  for (const int atom : cells_.members[static_cast<size_t>(cell)]) {
    if (!known_[static_cast<size_t>(atom)]) continue;
    range.lower += knowledge_.values[static_cast<size_t>(atom)];
  }
  range.upper = range.lower;
  for (const auto& [part, atoms] : ByPart(cell)) {
    const Range of_part = Solve(parts_[static_cast<size_t>(part)], atoms);
    range.lower += of_part.lower;
    range.upper += of_part.upper;
  }
  return range;
}

void Feasibility::Add(Witnesses witnesses) {
  for (std::vector<double>& each : witnesses) witnesses_.push_back(std::move(each));
}

Range Feasibility::Witnessed(const std::vector<int>& atoms) const {
  Range range{Truth(atoms), Truth(atoms)};
  for (const std::vector<double>& witness : witnesses_) {
    double value = 0;
    for (const int atom : atoms) value += witness[static_cast<size_t>(atom)];
    range.lower = std::min(range.lower, value);
    range.upper = std::max(range.upper, value);
  }
  return range;
}

bool Feasibility::Reaches(int cell, double width) {
  const auto by_part = ByPart(cell);
  if (by_part.size() == 1) {
    const auto& [number, atoms] = *by_part.begin();
    Part& part = parts_[static_cast<size_t>(number)];
    if (Witnessed(atoms).width() >= width) return true;
    if (part.sums.size() > 1 && part.atoms.size() <= largest_program_ && part.program.empty()) {
      Explore(part);
      if (Witnessed(atoms).width() >= width) return true;
    }
  }
  return Of(cell).width() >= width - 1e-6;
}

size_t Feasibility::largest_tangle() const {
  size_t largest = 0;
  for (const Part& part : parts_) {
    if (part.sums.size() > 1) largest = std::max(largest, part.atoms.size());
  }
  return largest;
}

Range Feasibility::Solve(Part& part, const std::vector<int>& atoms) {
  const bool tangled = part.sums.size() > 1 && part.atoms.size() <= largest_program_;
  return tangled ? SolveProgram(part, atoms) : SolveEach(part, atoms);
}

Range Feasibility::SolveOne(const Sum& sum, const std::vector<int>& atoms) const {
  Range outside{0, 0};
  for (const int atom : sum.atoms) {
    if (std::binary_search(atoms.begin(), atoms.end(), atom)) continue;
    outside.lower += ranges_[static_cast<size_t>(atom)].lower;
    outside.upper += ranges_[static_cast<size_t>(atom)].upper;
  }
  return {sum.value - outside.upper, sum.value - outside.lower};
}

Range Feasibility::SolveEach(const Part& part, const std::vector<int>& atoms) const {
  Range range{0, 0};
  for (const int atom : atoms) {
    range.lower += ranges_[static_cast<size_t>(atom)].lower;
    range.upper += ranges_[static_cast<size_t>(atom)].upper;
  }
  for (const Sum& sum : part.sums) {
    if (!std::includes(sum.atoms.begin(), sum.atoms.end(), atoms.begin(), atoms.end())) continue;
    const Range one = SolveOne(sum, atoms);
    range.lower = std::max(range.lower, one.lower);
    range.upper = std::min(range.upper, one.upper);
  }
  return range;
}

LinearProgram::Solution Feasibility::Minimize(Part& part, const std::vector<double>& costs) {
  if (part.program.empty()) {
    LinearProgram program;
    for (const int atom : part.atoms) program.AddColumn(ranges_[static_cast<size_t>(atom)]);
    for (const Sum& sum : part.sums) {
      std::vector<LinearProgram::Term> terms;
      for (const int atom : sum.atoms) terms.push_back({place_[static_cast<size_t>(atom)], 1});
      program.AddRow(std::move(terms), {sum.value, sum.value});
    }
    part.program.push_back(std::move(program));
  }
  if (effort_ != nullptr) effort_->Add(part.atoms.size());
  LinearProgram::Solution solution = part.program[0].Minimize(costs);
  if (solution.outcome == LinearProgram::Outcome::kOptimal && witnesses_.size() < kMostWitnesses) {
    std::vector<double>& witness = witnesses_.emplace_back(knowledge_.values);
    for (size_t i = 0; i < part.atoms.size(); ++i) {
      witness[static_cast<size_t>(part.atoms[i])] = solution.columns[i];
    }
  }
  return solution;
}

void Feasibility::Explore(Part& part) {
  uint32_t state = 1;
  for (size_t direction = 0; direction < kDirections; ++direction) {
    std::vector<double> costs;
    for (size_t i = 0; i < part.atoms.size(); ++i) {
      state = state * 1664525u + 1013904223u;
      costs.push_back(state >> 31 == 0 ? 1 : -1);
    }
    (void)Minimize(part, costs);
  }
}

Range Feasibility::SolveProgram(Part& part, const std::vector<int>& atoms) {
  // Where no solution can be had, the range counts as known: it errs on the side of hiding more.
  Range range{Truth(atoms), Truth(atoms)};
  for (const double direction : {1.0, -1.0}) {
    std::vector<double> costs(part.atoms.size(), 0);
    for (const int atom : atoms) {
      costs[static_cast<size_t>(place_[static_cast<size_t>(atom)])] = direction;
    }
    const LinearProgram::Solution solution = Minimize(part, costs);
    double& end = direction > 0 ? range.lower : range.upper;
    if (solution.outcome == LinearProgram::Outcome::kUnbounded) end = direction * -kUnlimited;
    if (solution.outcome == LinearProgram::Outcome::kOptimal) {
      end = Snapped(direction * solution.value);
    }
  }
  return range;
}

}  // namespace vg::indicators::disclosure

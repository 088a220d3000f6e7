#include "services/indicators/domain/disclosure/suppression_parts.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <utility>

namespace vg::indicators::disclosure {
namespace {

class Dividing {
 public:
  Dividing(const SuppressionProblem& problem, const std::vector<Reason>& reasons, int table)
      : problem_(problem),
        reasons_(reasons),
        visible_(TableOf(table).ancestors),
        met_(problem.cells.members.size(), 0) {
    visible_.push_back(table);
  }

  std::vector<SuppressionPart> Divide() {
    std::vector<SuppressionPart> parts;
    const auto hides = [this](int table) {
      const std::vector<int>& cells = TableOf(table).cells;
      return std::any_of(cells.begin(), cells.end(), [this](int cell) { return IsHidden(cell); });
    };
    if (std::none_of(visible_.begin(), visible_.end(), hides)) return parts;
    FindCells();
    Tie();
    for (const std::vector<int>& atoms : AtomsOfParts()) parts.push_back(Make(atoms));
    return parts;
  }

 private:
  const TableCells& TableOf(int table) const { return problem_.tables[static_cast<size_t>(table)]; }
  const std::vector<int>& MembersOf(int cell) const {
    return problem_.cells.members[static_cast<size_t>(cell)];
  }
  bool IsHidden(int cell) const { return reasons_[static_cast<size_t>(cell)] != Reason::kNone; }

  void FindCells() {
    for (const int table : visible_) {
      std::vector<int>& cells = cell_of_.emplace_back(problem_.cells.atoms, -1);
      for (const int cell : TableOf(table).cells) {
        for (const int atom : MembersOf(cell)) cells[static_cast<size_t>(atom)] = cell;
      }
    }
  }

  // Whether the cell is all of some smaller cells that `cells` shows.
  bool IsSumOf(const std::vector<int>& atoms, const std::vector<int>& cells) {
    bool smaller = true;
    for (const int atom : atoms) {
      const int cell = cells[static_cast<size_t>(atom)];
      smaller = smaller && cell >= 0 && !IsHidden(cell) && MembersOf(cell).size() < atoms.size();
      if (cell >= 0) ++met_[static_cast<size_t>(cell)];
    }
    // None of them sticks out.
    const bool whole = smaller && std::all_of(atoms.begin(), atoms.end(), [&](int atom) {
                         const int cell = cells[static_cast<size_t>(atom)];
                         return met_[static_cast<size_t>(cell)] == MembersOf(cell).size();
                       });
    for (const int atom : atoms) {
      const int cell = cells[static_cast<size_t>(atom)];
      if (cell >= 0) met_[static_cast<size_t>(cell)] = 0;
    }
    return whole;
  }
  bool FollowsFromOthers(int cell) {
    for (size_t i = 0; i + 1 < visible_.size(); ++i) {
      if (IsSumOf(MembersOf(cell), cell_of_[i])) return true;
    }
    return false;
  }

  size_t RootOf(size_t atom) {
    while (parents_[atom] != atom) atom = parents_[atom] = parents_[parents_[atom]];
    return atom;
  }
  void Tie() {
    parents_.resize(static_cast<size_t>(problem_.cells.atoms));
    std::iota(parents_.begin(), parents_.end(), size_t{0});
    for (const int table : visible_) {
      const bool own = table == visible_.back();
      for (const int cell : TableOf(table).cells) {
        // What the table itself shows now it may yet hide.
        if (!own && !IsHidden(cell) && FollowsFromOthers(cell)) continue;
        const std::vector<int>& atoms = MembersOf(cell);
        for (const int atom : atoms) {
          parents_[RootOf(static_cast<size_t>(atom))] = RootOf(static_cast<size_t>(atoms[0]));
        }
      }
    }
  }

  // Of those in which something is hidden.
  std::vector<std::vector<int>> AtomsOfParts() {
    std::vector<char> wanted(parents_.size(), 0);
    for (const int table : visible_) {
      for (const int cell : TableOf(table).cells) {
        if (IsHidden(cell)) wanted[RootOf(static_cast<size_t>(MembersOf(cell)[0]))] = 1;
      }
    }
    std::vector<int> part_of(parents_.size(), -1);
    std::vector<std::vector<int>> parts;
    for (size_t atom = 0; atom < parents_.size(); ++atom) {
      const size_t root = RootOf(atom);
      if (wanted[root] == 0) continue;
      if (part_of[root] < 0) {
        part_of[root] = static_cast<int>(parts.size());
        parts.emplace_back();
      }
      parts[static_cast<size_t>(part_of[root])].push_back(static_cast<int>(atom));
    }
    return parts;
  }

  // Of each of `atoms`, the number of those that no visible table tells apart from it.
  std::vector<int> Merge(const std::vector<int>& atoms, int& count) const {
    std::vector<int> merged;
    std::map<std::vector<int>, int> known;
    std::vector<int> signature, last;
    for (const int atom : atoms) {
      signature.clear();
      for (const std::vector<int>& cells : cell_of_) {
        signature.push_back(cells[static_cast<size_t>(atom)]);
      }
      if (signature.back() >= 0 && MembersOf(signature.back()).size() == 1) {
        merged.push_back(count++);
      } else if (signature == last) {
        merged.push_back(merged.back());
      } else {
        const auto [place, added] = known.emplace(signature, count);
        if (added) ++count;
        merged.push_back(place->second);
      }
      std::swap(last, signature);
    }
    return merged;
  }

  SuppressionPart Make(const std::vector<int>& atoms) {
    SuppressionPart part;
    SuppressionProblem& made = part.problem;
    part.atoms = atoms;
    part.merged = Merge(atoms, made.cells.atoms);
    place_.resize(parents_.size());
    for (size_t i = 0; i < atoms.size(); ++i)
      place_[static_cast<size_t>(atoms[i])] = part.merged[i];
    const size_t root = RootOf(static_cast<size_t>(atoms[0]));
    for (const int table : visible_) {
      TableCells& cells = made.tables.emplace_back();
      for (const int cell : TableOf(table).cells) {
        if (RootOf(static_cast<size_t>(MembersOf(cell)[0])) == root) Add(cell, root, cells, part);
      }
    }
    made.tables.back().ancestors.resize(visible_.size() - 1);
    std::iota(made.tables.back().ancestors.begin(), made.tables.back().ancestors.end(), 0);
    static_cast<CellNumbers&>(made) = NumbersOf(problem_, reasons_, part);
    return part;
  }

  void Add(int cell, size_t root, TableCells& table, SuppressionPart& part) {
    const std::vector<int>& atoms = MembersOf(cell);
    // A sum that follows from others may reach beyond the part.
    if (std::any_of(atoms.begin(), atoms.end(),
                    [&](int atom) { return RootOf(static_cast<size_t>(atom)) != root; })) {
      return;
    }
    SuppressionProblem& made = part.problem;
    table.cells.push_back(made.cells.size());
    std::vector<int>& members = made.cells.members.emplace_back();
    for (const int atom : atoms) members.push_back(place_[static_cast<size_t>(atom)]);
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    part.cells.push_back(cell);
  }

  const SuppressionProblem& problem_;
  const std::vector<Reason>& reasons_;
  std::vector<int> visible_;               // The table itself last.
  std::vector<std::vector<int>> cell_of_;  // By visible table, by atom; -1: in none.
  std::vector<size_t> met_;                // By cell: atoms of a sum that are in it.
  std::vector<size_t> parents_;            // By atom, towards the root of its part.
  std::vector<int> place_;                 // By atom: its number in the part that is made.
};

}  // namespace

CellNumbers NumbersOf(const SuppressionProblem& whole, const std::vector<Reason>& reasons,
                      const SuppressionPart& part) {
  CellNumbers numbers;
  for (const int cell : part.cells) {
    const auto i = static_cast<size_t>(cell);
    numbers.costs.push_back(whole.costs[i]);
    numbers.reasons.push_back(reasons[i]);
    numbers.needs.push_back(whole.needs[i]);
  }
  const auto atoms = static_cast<size_t>(part.problem.cells.atoms);
  for (const Quantity& quantity : whole.quantities) {
    Quantity& own =
        numbers.quantities.emplace_back(Quantity{.kind = quantity.kind,
                                                 .category = quantity.category,
                                                 .values = {},
                                                 .may_be_negative = quantity.may_be_negative});
    own.values.assign(atoms, 0);
    for (size_t i = 0; i < part.atoms.size(); ++i) {
      own.values[static_cast<size_t>(part.merged[i])] +=
          quantity.values[static_cast<size_t>(part.atoms[i])];
    }
  }
  numbers.holders.assign(atoms, kNoHolder);
  std::map<int, int> holders;
  for (size_t i = 0; i < part.atoms.size(); ++i) {
    int another = whole.holders[static_cast<size_t>(part.atoms[i])];
    if (another >= 0) {
      another = holders.emplace(another, static_cast<int>(holders.size())).first->second;
    }
    int& holder = numbers.holders[static_cast<size_t>(part.merged[i])];
    if (holder == kNoHolder) {
      holder = another;
    } else if (another != kNoHolder && another != holder) {
      holder = kManyHolders;
    }
  }
  return numbers;
}

std::vector<SuppressionPart> PartsOf(const SuppressionProblem& problem,
                                     const std::vector<Reason>& reasons, int table) {
  return Dividing(problem, reasons, table).Divide();
}

}  // namespace vg::indicators::disclosure

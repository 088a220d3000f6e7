#include "services/indicators/domain/disclosure/line_filling.h"

#include <algorithm>
#include <map>
#include <utility>

namespace vg::indicators::disclosure {
namespace {

class LineFilling {
 public:
  LineFilling(const std::vector<int>& candidates, SuppressionProblem& problem)
      : candidates_(candidates), problem_(problem) {}

  std::vector<int> Fill() {
    for (int round = 0; round < 2; ++round) {
      for (const int table : problem_.tables.back().ancestors) {
        for (const auto& [sum, line] : LinesUnder(table)) {
          if (!IsHidden(sum)) FillUp(line);
        }
      }
    }
    return std::move(hidden_);
  }

 private:
  const std::vector<int>& MembersOf(int cell) const {
    return problem_.cells.members[static_cast<size_t>(cell)];
  }
  bool IsHidden(int cell) const {
    return problem_.reasons[static_cast<size_t>(cell)] != Reason::kNone;
  }

  // The cells of the last table by the cell of a coarser one that they are in.
  std::map<int, std::vector<int>> LinesUnder(int table) const {
    std::vector<int> cell_of(static_cast<size_t>(problem_.cells.atoms), -1);
    for (const int cell : problem_.tables[static_cast<size_t>(table)].cells) {
      for (const int atom : MembersOf(cell)) cell_of[static_cast<size_t>(atom)] = cell;
    }
    std::map<int, std::vector<int>> lines;
    for (const int cell : problem_.tables.back().cells) {
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
        hidden += problem_.quantities[0].values[static_cast<size_t>(atom)];
      }
    };
    for (const int cell : line) {
      if (!IsHidden(cell)) {
        if (std::binary_search(candidates_.begin(), candidates_.end(), cell)) shown.push_back(cell);
        continue;
      }
      add(cell);
      for (const Need& need : problem_.needs[static_cast<size_t>(cell)]) {
        if (need.quantity == 0) needed = std::max(needed, need.width);
      }
    }
    std::sort(shown.begin(), shown.end(), [this](int a, int b) {
      return std::pair(problem_.costs[static_cast<size_t>(a)], a) <
             std::pair(problem_.costs[static_cast<size_t>(b)], b);
    });
    for (const int cell : shown) {
      if (count == 0 || (count > 1 && hidden >= needed)) return;
      problem_.reasons[static_cast<size_t>(cell)] = Reason::kSecondary;
      hidden_.push_back(cell);
      add(cell);
    }
  }

  const std::vector<int>& candidates_;
  SuppressionProblem& problem_;
  std::vector<int> hidden_;
};

}  // namespace

std::vector<int> FillLines(const std::vector<int>& candidates, SuppressionProblem& problem) {
  return LineFilling(candidates, problem).Fill();
}

}  // namespace vg::indicators::disclosure

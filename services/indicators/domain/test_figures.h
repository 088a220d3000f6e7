// What tables are made of, from a few rows: for tests.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_TEST_FIGURES_H_
#define VG_SERVICES_INDICATORS_DOMAIN_TEST_FIGURES_H_

#include <algorithm>
#include <map>
#include <vector>

#include "services/indicators/domain/estimate.h"

namespace vg::indicators {

// Rows in any order, with the units' rows in a design if there is one.
class TestFigures {
 public:
  explicit TestFigures(const std::vector<GroupedSums>& rows,
                       const std::map<int, int>& design_rows = {}) {
    std::map<Group, int> groups;
    for (const GroupedSums& row : rows) {
      if (!row.group.empty()) groups[row.group] = 0;
    }
    for (auto& [group, place] : groups) {
      place = static_cast<int>(index_.groups.size());
      index_.groups.push_back(group);
    }
    for (const GroupedSums& row : rows) {
      sums_.Add(row.unit, row.category, row.sums);
      const size_t unit = static_cast<size_t>(row.unit);
      if (unit >= index_.group_of.size()) {
        index_.group_of.resize(unit + 1, -1);
        left_out_.resize(unit + 1);
        design_rows_.resize(unit + 1, -1);
      }
      index_.group_of[unit] = row.group.empty() ? -1 : groups.at(row.group);
      left_out_[unit] = row.filtered_out ? 1 : 0;
      const auto design_row = design_rows.find(row.unit);
      if (design_row != design_rows.end()) design_rows_[unit] = design_row->second;
    }
  }
  TestFigures(const TestFigures&) = delete;

  UnitFigures view() const { return {&sums_, &index_, &left_out_, &design_rows_}; }
  // NOLINTNEXTLINE(google-explicit-constructor): it is one.
  operator UnitFigures() const { return view(); }

 private:
  SumsColumns sums_;
  TableIndex index_;
  std::vector<char> left_out_;
  std::vector<int> design_rows_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_TEST_FIGURES_H_

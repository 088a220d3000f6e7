#include "services/indicators/domain/disclosure/suppression.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "services/indicators/domain/disclosure/audit.h"

namespace vg::indicators::disclosure {
namespace {

constexpr double kMinimum = 5;

// The sum of `values` over `atoms`, a cell of the last table; hidden if it is small.
void AddCell(SuppressionProblem& problem, const std::vector<double>& values,
             const std::vector<int>& atoms) {
  double value = 0;
  for (const int atom : atoms) value += values[static_cast<size_t>(atom)];
  problem.tables.back().cells.push_back(problem.cells.size());
  problem.cells.members.push_back(atoms);
  problem.costs.push_back(value);
  const bool small = value < kMinimum;
  problem.reasons.push_back(small ? Reason::kFrequency : Reason::kNone);
  problem.needs.emplace_back();
  if (small) problem.needs.back().push_back({.quantity = 0, .width = kMinimum});
}

// Counts in rows and columns, with the totals of both and of all; a cell of fewer than kMinimum is
// to be anything from nought to kMinimum. Atoms are the cells, row by row, each of many holders.
class TwoWay {
 public:
  explicit TwoWay(const std::vector<std::vector<double>>& rows)
      : height_(static_cast<int>(rows.size())), width_(static_cast<int>(rows[0].size())) {
    Quantity records;
    for (const auto& row : rows) {
      records.values.insert(records.values.end(), row.begin(), row.end());
    }
    problem.cells.atoms = height_ * width_;
    problem.holders.assign(records.values.size(), kManyHolders);
    problem.quantities.push_back(std::move(records));
    std::vector<std::vector<int>> all(1), of_rows, of_columns, inner;
    for (int i = 0; i < problem.cells.atoms; ++i) all[0].push_back(i);
    for (int row = 0; row < height_; ++row) {
      of_rows.emplace_back();
      for (int column = 0; column < width_; ++column) of_rows.back().push_back(At(row, column));
    }
    for (int column = 0; column < width_; ++column) {
      of_columns.emplace_back();
      for (int row = 0; row < height_; ++row) of_columns.back().push_back(At(row, column));
    }
    for (int i = 0; i < problem.cells.atoms; ++i) inner.push_back({i});
    AddTable(all, {});
    AddTable(of_rows, {0});
    AddTable(of_columns, {0});
    AddTable(inner, {0, 1, 2});
  }

  int At(int row, int column) const { return row * width_ + column; }
  int Inner(int row, int column) const { return 1 + height_ + width_ + At(row, column); }
  std::vector<int> AllTables() const { return {0, 1, 2, 3}; }

  bool IsProtected(const std::vector<Reason>& reasons) const {
    const std::vector<CellRange> ranges =
        RangesOf(problem, reasons, AllTables(), problem.tables[3].cells);
    return std::all_of(ranges.begin(), ranges.end(),
                       [](const CellRange& each) { return each.met; });
  }
  double CostOf(const std::vector<Reason>& reasons) const {
    double cost = 0;
    for (size_t cell = 0; cell < reasons.size(); ++cell) {
      if (reasons[cell] == Reason::kSecondary) cost += problem.costs[cell];
    }
    return cost;
  }
  // Of the inner cells; infinite if hiding all of them does not do.
  double LeastCost() const {
    std::vector<int> free;
    for (const int cell : problem.tables[3].cells) {
      if (problem.reasons[static_cast<size_t>(cell)] == Reason::kNone) free.push_back(cell);
    }
    double least = kUnlimited;
    for (unsigned chosen = 0; chosen < 1u << free.size(); ++chosen) {
      std::vector<Reason> reasons = problem.reasons;
      for (size_t i = 0; i < free.size(); ++i) {
        if ((chosen >> i & 1) != 0) reasons[static_cast<size_t>(free[i])] = Reason::kSecondary;
      }
      const double cost = CostOf(reasons);
      if (cost < least && IsProtected(reasons)) least = cost;
    }
    return least;
  }

  SuppressionProblem problem;

 private:
  void AddTable(const std::vector<std::vector<int>>& cells, std::vector<int> ancestors) {
    problem.tables.push_back({.ancestors = std::move(ancestors)});
    for (const std::vector<int>& atoms : cells) {
      AddCell(problem, problem.quantities[0].values, atoms);
    }
  }

  const int height_, width_;
};

TEST(SuppressTest, HidesTheCheapestRectangle) {
  TwoWay table({{3, 20, 30}, {40, 50, 60}, {15, 12, 70}});
  const Suppression result = Suppress(table.problem);
  EXPECT_TRUE(table.IsProtected(result.reasons));
  // With (0, 0): its row's 20, its column's 15, and where those cross.
  std::set<int> hidden;
  for (const int cell : table.problem.tables[3].cells) {
    if (result.reasons[static_cast<size_t>(cell)] == Reason::kSecondary) hidden.insert(cell);
  }
  EXPECT_EQ(hidden, (std::set<int>{table.Inner(0, 1), table.Inner(2, 0), table.Inner(2, 1)}));
}

TEST(SuppressTest, ATableWithoutSmallCellsIsLeftAsItIs) {
  const TwoWay table({{13, 20, 30}, {40, 50, 60}});
  EXPECT_EQ(table.CostOf(Suppress(table.problem).reasons), 0);
}

TEST(SuppressTest, IsProtectedAndCostsLittleMoreThanTheLeast) {
  double cost = 0, least_cost = 0;
  int tables = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::vector<double>> rows(3, std::vector<double>(3));
    for (auto& row : rows) {
      for (double& value : row) value = 1 + static_cast<double>(random() % 40);
    }
    const TwoWay table(rows);
    const Suppression result = Suppress(table.problem);
    const double least = table.LeastCost();
    if (result.withheld[3]) {
      EXPECT_EQ(least, kUnlimited) << "seed " << seed;
      continue;
    }
    EXPECT_TRUE(table.IsProtected(result.reasons)) << "seed " << seed;
    ++tables;
    cost += table.CostOf(result.reasons);
    least_cost += least;
    EXPECT_GE(table.CostOf(result.reasons), least) << "seed " << seed;
  }
  EXPECT_GE(tables, 40);
  RecordProperty("cost_over_least_percent", static_cast<int>(100 * cost / least_cost));
  EXPECT_LE(cost, 1.25 * least_cost);
}

// One total over some groups, each of one atom.
SuppressionProblem OneLine(const std::vector<double>& values, const std::vector<int>& holders) {
  SuppressionProblem problem;
  problem.cells.atoms = static_cast<int>(values.size());
  problem.holders = holders;
  problem.quantities.push_back({.values = values});
  problem.tables = {{.cells = {0}}, {.ancestors = {0}}};
  problem.cells.members.emplace_back();
  problem.costs.push_back(1000);
  problem.reasons.push_back(Reason::kNone);
  problem.needs.emplace_back();
  for (size_t i = 0; i < values.size(); ++i) {
    problem.cells.members[0].push_back(static_cast<int>(i));
    problem.tables[1].cells.push_back(problem.cells.size());
    problem.cells.members.push_back({static_cast<int>(i)});
    problem.costs.push_back(values[i]);
    const bool small = values[i] < kMinimum;
    problem.reasons.push_back(small ? Reason::kFrequency : Reason::kNone);
    problem.needs.emplace_back();
    if (small) problem.needs.back().push_back({.quantity = 0, .width = kMinimum});
  }
  return problem;
}

TEST(SuppressTest, AHolderWhoKnowsItsOwnLearnsNothingOfTheOther) {
  // The two small groups have one holder each, who knows what is left for the other.
  const Suppression strangers =
      Suppress(OneLine({4, 4, 9, 30, 40}, std::vector<int>(5, kManyHolders)));
  const Suppression holders =
      Suppress(OneLine({4, 4, 9, 30, 40}, {7, 8, kManyHolders, kManyHolders, kManyHolders}));
  const auto hidden = [](const Suppression& result) {
    return std::count_if(result.reasons.begin(), result.reasons.end(),
                         [](Reason reason) { return reason != Reason::kNone; });
  };
  EXPECT_EQ(hidden(strangers), 2);
  EXPECT_GE(hidden(holders), 3);
}

TEST(SuppressTest, WhatIsNotNeededAnyMoreIsShownAgain) {
  // The two small ones, chosen first, do not do; the large one would have done alone.
  SuppressionProblem problem = OneLine({2, 10, 11, 50}, std::vector<int>(4, kManyHolders));
  problem.needs[1][0].width = 40;
  const Suppression result = Suppress(problem);
  const std::vector<CellRange> ranges = RangesOf(problem, result.reasons, {0, 1}, {1, 2, 3, 4});
  for (const CellRange& each : ranges) EXPECT_TRUE(each.met);
  EXPECT_EQ(std::count(result.reasons.begin(), result.reasons.end(), Reason::kSecondary), 1);
}

// A country of provinces of municipalities, each an atom of many holders.
SuppressionProblem Country(const std::vector<std::vector<double>>& provinces) {
  SuppressionProblem problem;
  Quantity records;
  std::vector<int> all;
  std::vector<std::vector<int>> of_province;
  for (const std::vector<double>& province : provinces) {
    of_province.emplace_back();
    for (const double value : province) {
      of_province.back().push_back(problem.cells.atoms);
      all.push_back(problem.cells.atoms++);
      records.values.push_back(value);
    }
  }
  problem.tables.emplace_back();
  AddCell(problem, records.values, all);
  problem.tables.push_back({.ancestors = {0}});
  for (const std::vector<int>& atoms : of_province) AddCell(problem, records.values, atoms);
  problem.tables.push_back({.ancestors = {0, 1}});
  for (const int atom : all) AddCell(problem, records.values, {atom});
  problem.holders.assign(records.values.size(), kManyHolders);
  problem.quantities = {std::move(records)};
  return problem;
}

// Numbers around the minimum that go up and down: cells are hidden and shown again.
TEST(SuppressTest, WhatIsTakenOverFromBeforeIsWhatWouldBeDecidedAnew) {
  std::mt19937 random(7);
  const auto walk = [&](std::vector<std::vector<double>> numbers, const auto& problem_of) {
    Suppression before = Suppress(problem_of(numbers));
    int taken_over = 0, decided_anew = 0;
    for (int step = 0; step < 300; ++step) {
      for (unsigned changes = random() % 3; changes < 3; ++changes) {
        auto& line = numbers[random() % numbers.size()];
        double& number = line[random() % line.size()];
        number = std::max(0.0, number + static_cast<double>(random() % 5) - 2);
      }
      const SuppressionProblem problem = problem_of(numbers);
      Suppression after = Suppress(problem, &before);
      const Suppression anew = Suppress(problem);
      EXPECT_EQ(after.reasons, anew.reasons) << "step " << step;
      EXPECT_EQ(after.withheld, anew.withheld) << "step " << step;
      for (size_t table = 0; table < after.decisions.size(); ++table) {
        const auto& known = before.decisions[table].parts;
        for (const auto& part : after.decisions[table].parts) {
          const bool is_known = std::find(known.begin(), known.end(), part) != known.end();
          ++(is_known ? taken_over : decided_anew);
        }
      }
      before = std::move(after);
    }
    return std::pair(taken_over, decided_anew);
  };
  std::vector<std::vector<double>> provinces(6, std::vector<double>(5, 9));
  provinces[0][0] = provinces[2][3] = provinces[5][4] = 2;
  const auto [taken_over, decided_anew] = walk(provinces, Country);
  EXPECT_GT(taken_over, 100);
  EXPECT_GT(decided_anew, 100);
  walk(std::vector<std::vector<double>>(4, std::vector<double>(4, 7)),
       [](const auto& rows) { return TwoWay(rows).problem; });
}

}  // namespace
}  // namespace vg::indicators::disclosure

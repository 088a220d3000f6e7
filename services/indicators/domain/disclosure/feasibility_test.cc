#include "services/indicators/domain/disclosure/feasibility.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace vg::indicators::disclosure {
namespace {

// Rows by columns, with the totals of both and of all; atoms are the cells, row by row.
struct TwoWay {
  explicit TwoWay(std::vector<std::vector<double>> rows)
      : height(static_cast<int>(rows.size())), width(static_cast<int>(rows[0].size())) {
    cells.atoms = height * width;
    for (int i = 0; i < cells.atoms; ++i) cells.members.push_back({i});
    for (int row = 0; row < height; ++row) {
      std::vector<int>& total = cells.members.emplace_back();
      for (int column = 0; column < width; ++column) total.push_back(At(row, column));
    }
    for (int column = 0; column < width; ++column) {
      std::vector<int>& total = cells.members.emplace_back();
      for (int row = 0; row < height; ++row) total.push_back(At(row, column));
    }
    for (const auto& row : rows) {
      knowledge.values.insert(knowledge.values.end(), row.begin(), row.end());
    }
    knowledge.atoms.assign(knowledge.values.size(), {});
    knowledge.visibility.assign(cells.members.size(), Visibility::kShown);
  }

  int At(int row, int column) const { return row * width + column; }
  void Hide(int row, int column) {
    knowledge.visibility[static_cast<size_t>(At(row, column))] = Visibility::kHidden;
  }
  Range Of(int row, int column) const {
    Feasibility feasibility(cells, knowledge);
    return feasibility.Of(At(row, column));
  }

  const int height, width;
  Cells cells;
  Knowledge knowledge;
};

// The table of τ-ARGUS' and sdcTable's literature in which every line hides two cells or more.
TwoWay Recoverable() {
  TwoWay table({{30, 47, 64, 89}, {90, 124, 5, 31}, {92, 100, 59, 85}, {800, 991, 651, 685}});
  for (const int column : {0, 1, 2}) table.Hide(0, column);
  for (const int column : {0, 2}) table.Hide(1, column);
  for (const int row : {2, 3}) {
    for (const int column : {1, 3}) table.Hide(row, column);
  }
  return table;
}

TEST(FeasibilityTest, RecoversACellAlthoughEveryLineHidesTwo) {
  const TwoWay table = Recoverable();
  EXPECT_EQ(table.Of(0, 1), (Range{47, 47}));
}

TEST(FeasibilityTest, OneMoreHiddenCellLeavesItUncertain) {
  TwoWay table = Recoverable();
  table.Hide(1, 3);
  EXPECT_EQ(table.Of(0, 1), (Range{0, 78}));
}

TEST(FeasibilityTest, AHiddenCellThatIsAloneIsKnown) {
  TwoWay table({{1, 20, 30}, {40, 50, 60}});
  table.Hide(0, 0);
  EXPECT_EQ(table.Of(0, 0), (Range{1, 1}));
}

TEST(FeasibilityTest, TwoOfALineShareItsRest) {
  Cells cells{.atoms = 3, .members = {{0}, {1}, {2}, {0, 1, 2}}};
  Knowledge knowledge{.visibility = {Visibility::kHidden, Visibility::kHidden, Visibility::kShown,
                                     Visibility::kShown},
                      .values = {3, 9, 40},
                      .atoms = std::vector<Range>(3)};
  EXPECT_EQ(Feasibility(cells, knowledge).Of(0), (Range{0, 12}));
  // Who knows that the other is 5 or more knows more.
  knowledge.atoms[1].lower = 5;
  EXPECT_EQ(Feasibility(cells, knowledge).Of(0), (Range{0, 7}));
}

TEST(FeasibilityTest, WhatNoShownSumIsOverHasNoLimit) {
  Cells cells{.atoms = 2, .members = {{0}, {1}, {0, 1}}};
  Knowledge knowledge{.visibility = std::vector<Visibility>(3, Visibility::kHidden),
                      .values = {3, 9},
                      .atoms = std::vector<Range>(2)};
  EXPECT_EQ(Feasibility(cells, knowledge).Of(0), (Range{0, kUnlimited}));
}

// Every way to fill the hidden cells of a small table with whole numbers.
Range ByTrying(const TwoWay& table, int cell) {
  std::vector<int> hidden;
  for (int i = 0; i < table.cells.atoms; ++i) {
    if (table.knowledge.visibility[static_cast<size_t>(i)] == Visibility::kHidden) {
      hidden.push_back(i);
    }
  }
  Range found{kUnlimited, -1};
  std::vector<double> values = table.knowledge.values;
  const auto fits = [&](bool done) {
    for (size_t total = static_cast<size_t>(table.cells.atoms); total < table.cells.members.size();
         ++total) {
      double tried = 0, truth = 0;
      for (const int atom : table.cells.members[total]) {
        tried += values[static_cast<size_t>(atom)];
        truth += table.knowledge.values[static_cast<size_t>(atom)];
      }
      if (tried > truth || (done && tried != truth)) return false;
    }
    return true;
  };
  const auto fill = [&](auto&& self, size_t next) -> void {
    if (!fits(next == hidden.size())) return;
    if (next == hidden.size()) {
      found.lower = std::min(found.lower, values[static_cast<size_t>(cell)]);
      found.upper = std::max(found.upper, values[static_cast<size_t>(cell)]);
      return;
    }
    for (int value = 0; value <= 30; ++value) {
      values[static_cast<size_t>(hidden[next])] = value;
      self(self, next + 1);
    }
    values[static_cast<size_t>(hidden[next])] = 0;
  };
  for (const int atom : hidden) values[static_cast<size_t>(atom)] = 0;
  fill(fill, 0);
  return found;
}

TEST(FeasibilityTest, AgreesWithTryingEveryTable) {
  unsigned state = 7;
  const auto draw = [&state](int below) {
    state = state * 1664525u + 1013904223u;
    return static_cast<int>((state >> 16) % static_cast<unsigned>(below));
  };
  for (int round = 0; round < 60; ++round) {
    std::vector<std::vector<double>> rows(3, std::vector<double>(3));
    for (auto& row : rows) {
      for (double& value : row) value = draw(8);
    }
    TwoWay table(rows);
    std::set<int> hidden;
    while (hidden.size() < 5) hidden.insert(draw(9));
    for (const int cell : hidden) table.Hide(cell / 3, cell % 3);
    for (const int cell : hidden) {
      EXPECT_EQ(table.Of(cell / 3, cell % 3), ByTrying(table, cell))
          << "round " << round << " cell " << cell;
    }
  }
}

}  // namespace
}  // namespace vg::indicators::disclosure

#include "services/indicators/domain/disclosure/table_family.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

namespace vg::indicators::disclosure {
namespace {

using Tables = std::vector<TableSpec>;

// Units of random attributes, each with some records of which some are positive; every third unit
// has its board in common with the one before.
void Fill(TableFamily& family, unsigned seed, int units, const std::vector<int>& values,
          int filters = 0) {
  std::mt19937 random(seed);
  for (int unit = 0; unit < units; ++unit) {
    UnitRow row{.holder = unit - (unit % 3 == 2 ? 1 : 0)};
    for (const int count : values) {
      // Some values are rare.
      const auto draw = static_cast<int>(random() % static_cast<unsigned>(count * (count + 1) / 2));
      int value = 0;
      for (int below = count; draw >= below && value < count - 1; below += count - value) ++value;
      row.values.push_back(absl::StrCat("v", value));
    }
    for (int i = 0; i < filters; ++i) row.passes.push_back(random() % 4 != 0);
    row.sums.n = 1 + static_cast<int64_t>(random() % 3);
    row.sums.sum = static_cast<int64_t>(random() % static_cast<unsigned>(row.sums.n + 1));
    family.Add(row);
  }
}

void ExpectProtected(const TableFamily& family, size_t tables, unsigned seed) {
  for (size_t table = 0; table < tables; ++table) {
    if (family.Withholds(static_cast<int>(table))) continue;
    for (const KnownRange& each : family.AuditOf(static_cast<int>(table)).ranges) {
      EXPECT_TRUE(each.met) << "seed " << seed << " table " << table << " group "
                            << (each.group.empty() ? "all" : each.group[0]) << " ["
                            << each.range.lower << ", " << each.range.upper << "], wanted "
                            << each.required_width;
      // What is told of frequencies is never less than the policy wants.
      if (each.quantity == QuantityKind::kRecords && each.reason == Reason::kFrequency) {
        EXPECT_GE(each.range.width(), 5) << "seed " << seed;
      }
    }
  }
}

TEST(TableFamilyTest, NoHiddenGroupOfACrossingIsNarrowerThanThePolicySays) {
  int hidden = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    const Tables tables = {{{0, 1}}};
    TableFamily family({}, MeasureKind::kProportion, {{}, {}}, tables, Together::kEachAlone);
    Fill(family, seed, 150, {4, 3});
    family.Solve();
    ExpectProtected(family, tables.size(), seed);
    const Audit audit = family.AuditOf(0);
    hidden += audit.primary + audit.secondary;
  }
  EXPECT_GE(hidden, 30);
}

TEST(TableFamilyTest, NorOfATableInThreeWays) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    const Tables tables = {{{0, 1, 2}}};
    TableFamily family({}, MeasureKind::kProportion, {{}, {}, {}}, tables, Together::kEachAlone);
    Fill(family, seed, 300, {4, 3, 2});
    family.Solve();
    ExpectProtected(family, tables.size(), seed);
  }
}

TEST(TableFamilyTest, NorOfAHierarchy) {
  Areas areas;
  for (int i = 0; i < 20; ++i) areas[absl::StrCat("v", i)] = absl::StrCat("area", i / 5);
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const Tables tables = {{{0}}};
    TableFamily family({}, MeasureKind::kProportion, {areas}, tables, Together::kEachAlone);
    Fill(family, seed, 250, {20});
    family.Solve();
    ExpectProtected(family, tables.size(), seed);
  }
}

TEST(TableFamilyTest, NorOfLinkedTablesTakenTogether) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    const Tables tables = {{{0, 1}}, {{0, 2}}, {{1, 2}}, {{0}, 0}};
    TableFamily family({}, MeasureKind::kProportion, {{}, {}, {}}, tables, Together::kAll);
    Fill(family, seed, 250, {4, 3, 3}, 1);
    family.Solve();
    ExpectProtected(family, tables.size(), seed);
  }
}

TEST(TableFamilyTest, RowsInAnyOrderHideTheSame) {
  std::vector<UnitRow> rows;
  std::mt19937 random(7);
  for (int unit = 0; unit < 250; ++unit) {
    rows.push_back({.values = {absl::StrCat("v", random() % 6), absl::StrCat("v", random() % 4)},
                    .sums = {1 + static_cast<int64_t>(random() % 3), 1, 0},
                    .holder = unit / 3});
  }
  std::set<std::vector<Reason>> decided;
  for (int order = 0; order < 5; ++order) {
    TableFamily family({}, MeasureKind::kProportion, {{}, {}}, {{{0, 1}}}, Together::kEachAlone);
    for (UnitRow row : rows) {
      row.holder = (row.holder + order) * 7 % 101;  // Their numbers mean nothing.
      family.Add(row);
    }
    family.Solve();
    std::vector<Reason> reasons;
    for (int i = 0; i < 24; ++i) {
      reasons.push_back(family.ReasonOf(0, {absl::StrCat("v", i / 4), absl::StrCat("v", i % 4)}));
    }
    EXPECT_GT(std::count(reasons.begin(), reasons.end(), Reason::kSecondary), 0);
    decided.insert(std::move(reasons));
    std::shuffle(rows.begin(), rows.end(), random);
  }
  EXPECT_EQ(decided.size(), 1u);
}

TEST(TableFamilyTest, WhatAProvinceHidesDoesNotDependOnAnother) {
  Areas areas;
  for (int i = 0; i < 20; ++i) areas[absl::StrCat("m", i)] = absl::StrCat("p", i / 10);
  std::set<std::vector<Reason>> decided;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    TableFamily family({}, MeasureKind::kProportion, {areas}, {{{0}}}, Together::kEachAlone);
    std::mt19937 random(seed);
    int unit = 0;
    const auto add = [&](int municipality, int64_t records) {
      family.Add({.values = {absl::StrCat("m", municipality)},
                  .sums = {records, records / 2, 0},
                  .holder = unit++});
    };
    // The first province is always the same.
    int municipality = 0;
    for (const int units : {60, 40, 30, 20, 15, 10, 9, 8, 6, 3}) {
      for (int i = 0; i < units; ++i) add(municipality, 2 + i % 2);
      ++municipality;
    }
    for (int i = 0; i < 200; ++i) {
      add(10 + static_cast<int>(random() % 10), 1 + static_cast<int64_t>(random() % 3));
    }
    family.Solve();
    std::vector<Reason> reasons;
    for (int i = 0; i < 10; ++i) reasons.push_back(family.ReasonOf(0, {absl::StrCat("m", i)}));
    EXPECT_NE(std::count(reasons.begin(), reasons.end(), Reason::kNone), 10);
    decided.insert(std::move(reasons));
  }
  EXPECT_EQ(decided.size(), 1u);
}

TEST(TableFamilyTest, LinkedTablesThatAreSafeAloneAreNotTogether) {
  // Every board is of one sector. Alone, b1 (3 records) hides beside b3; with the sectors, whose
  // totals are shown, b2 must hide with it.
  const auto fill = [](TableFamily& family) {
    int unit = 0;
    const auto add = [&](const char* board, const char* sector, int units) {
      for (int i = 0; i < units; ++i) {
        family.Add({.values = {board, sector}, .sums = {1, i % 2, 0}, .holder = unit++});
      }
    };
    add("b1", "primary", 3);
    add("b2", "primary", 60);
    add("b3", "secondary", 20);
    add("b4", "secondary", 70);
    family.Solve();
  };
  const Tables tables = {{{0}}, {{1}}};
  TableFamily alone({}, MeasureKind::kProportion, {{}, {}}, tables, Together::kEachAlone);
  fill(alone);
  EXPECT_EQ(alone.ReasonOf(0, {"b1"}), Reason::kFrequency);
  EXPECT_EQ(alone.ReasonOf(0, {"b3"}), Reason::kSecondary);
  EXPECT_EQ(alone.ReasonOf(1, {"primary"}), Reason::kNone);
  TableFamily together({}, MeasureKind::kProportion, {{}, {}}, tables, Together::kAll);
  fill(together);
  EXPECT_TRUE(together.AuditOf(0).met());
  EXPECT_TRUE(together.ReasonOf(0, {"b2"}) == Reason::kSecondary ||
              together.ReasonOf(1, {"primary"}) == Reason::kSecondary);
}

TEST(TableFamilyTest, ATableThatIsTooFineIsWithheldInBoundedTimeAndItsAuditNamesNobody) {
  const Tables tables = {{{0, 1, 2}}};
  Areas areas;
  for (int i = 0; i < 60; ++i) areas[absl::StrCat("v", i)] = absl::StrCat("area", i / 6);
  TableFamily family({}, MeasureKind::kProportion, {areas, {}, {}}, tables, Together::kEachAlone);
  Fill(family, 1, 1'800, {60, 8, 6});
  family.Solve();
  EXPECT_TRUE(family.Withholds(0));
  EXPECT_TRUE(family.AuditOf(0).ranges.empty());
}

TEST(TableFamilyTest, ADominantBoardHidesTheSum) {
  Policy policy;
  policy.p_percent = 10;
  const auto reason = [&policy](int64_t largest) {
    TableFamily family(policy, MeasureKind::kMean, {{}}, {{{0}}}, Together::kEachAlone);
    int unit = 0;
    for (const int64_t sum : {largest, int64_t{100}, int64_t{20}, int64_t{20}, int64_t{20}}) {
      family.Add({.values = {"x"}, .sums = {4, sum, sum * sum}, .holder = unit++});
    }
    for (int i = 0; i < 20; ++i) {
      family.Add({.values = {"y"}, .sums = {4, 400 + i, 160'000}, .holder = unit++});
      family.Add({.values = {"z"}, .sums = {4, 300 + i, 90'000}, .holder = unit++});
    }
    family.Solve();
    EXPECT_TRUE(family.AuditOf(0).met());
    return family.ReasonOf(0, {"x"});
  };
  // The second largest is left with 60 of doubt: more than a tenth of 500, less than one of 700.
  EXPECT_EQ(reason(500), Reason::kNone);
  EXPECT_EQ(reason(700), Reason::kDominance);
}

TEST(TableFamilyTest, HidesZerosWhereThePolicySaysSo) {
  Policy policy;
  policy.hide_zeros = true;
  TableFamily family(policy, MeasureKind::kProportion, {{}}, {{{0}}}, Together::kEachAlone);
  int unit = 0;
  for (int i = 0; i < 40; ++i) {
    family.Add({.values = {i % 2 == 0 ? "a" : "b"}, .sums = {1, i / 2 % 2, 0}, .holder = unit++});
  }
  family.Add({.values = {"nobody"}, .holder = unit});
  family.Solve();
  EXPECT_EQ(family.ReasonOf(0, {"nobody"}), Reason::kFrequency);
  EXPECT_TRUE(family.AuditOf(0).met());
}

TEST(TableFamilyTest, AFilterThatLeavesOutAFewHidesWhatIsLeft) {
  TableFamily family({}, MeasureKind::kProportion, {}, {{{}, 0}}, Together::kEachAlone);
  for (int unit = 0; unit < 52; ++unit) {
    family.Add({.sums = {1, unit % 2, 0}, .holder = unit, .passes = {unit >= 2}});
  }
  family.Solve();
  EXPECT_EQ(family.ReasonOf(0, {}), Reason::kDifferencing);
}

}  // namespace
}  // namespace vg::indicators::disclosure

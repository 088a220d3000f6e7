#include "services/indicators/domain/estimate.h"

#include <random>

#include <gtest/gtest.h>

#include "services/indicators/domain/test_figures.h"

namespace vg::indicators {
namespace {

const Rules kProportion = {.kind = MeasureKind::kProportion};

// `n` records of which `sum` are positive, each of a unit of its own.
void AddGroup(std::vector<GroupedSums>& rows, std::vector<std::string> group, int64_t n,
              int64_t sum) {
  for (int64_t i = 0; i < n; ++i) {
    const int unit = static_cast<int>(rows.size());
    rows.push_back({group, "", {1, i < sum ? 1 : 0, 0}, unit, unit});
  }
}

void Hide(const std::vector<GroupedSums>& rows, std::vector<Estimate>& table) {
  const TestFigures figures(rows);
  TableAtoms atoms = AtomsOf({}, figures, {});
  disclosure::Protection protection({}, MeasureKind::kProportion,
                                    ShapeOf(atoms.places, *figures.view().index, {{}}),
                                    std::move(atoms.categories), std::move(atoms.totals));
  Protect(protection, table);
}

const Estimate* Find(const std::vector<Estimate>& table, const std::vector<std::string>& group) {
  for (const Estimate& estimate : table) {
    if (estimate.group == group) return &estimate;
  }
  return nullptr;
}

TEST(TabulateTest, GivesTheTotalFirstAndSharesExactly) {
  std::vector<GroupedSums> rows;
  AddGroup(rows, {"b"}, 3, 1);
  AddGroup(rows, {"a"}, 6, 4);
  const std::vector<Estimate> table = Tabulate(kProportion, {}, TestFigures(rows));
  ASSERT_EQ(table.size(), 3u);
  EXPECT_TRUE(table[0].group.empty());
  EXPECT_EQ(table[0].n, 9);
  EXPECT_EQ(*table[0].value, *Exact::FromFraction(5, 9));
  EXPECT_EQ(table[1].group, std::vector<std::string>{"a"});
  EXPECT_EQ(table[2].unit_count, 3);
}

TEST(TabulateTest, KeepsTheOrderOfTheQuestionnaireAndOptionsThatNobodyChose) {
  const Rules rules = {.kind = MeasureKind::kDistribution};
  const std::vector<GroupedSums> rows = {
      {{}, "", {4, 0, 0}, 0}, {{}, "yes", {0, 3, 0}, 0}, {{}, "other", {0, 1, 0}, 0}};
  const std::vector<Estimate> table = Tabulate(rules, {"no", "yes"}, TestFigures(rows));
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0].category, "no");
  EXPECT_EQ(*table[0].value, Exact(0));
  EXPECT_EQ(table[1].category, "yes");
  EXPECT_EQ(*table[1].value, *Exact::FromFraction(3, 4));
  EXPECT_EQ(table[2].category, "other");
}

TEST(TabulateTest, AMeanIsInTheUnitOfTheNumber) {
  const Rules rules = {.kind = MeasureKind::kMean, .decimals = 1};
  const std::vector<Estimate> table = Tabulate(rules, {}, TestFigures({{{}, "", {2, 25, 313}, 0}}));
  EXPECT_EQ(*table[0].value, *Exact::FromDecimal("1.25"));
}

TEST(TabulateTest, ATotalAndACountAreNotDivided) {
  const std::vector<GroupedSums> rows = {{{"a"}, "", {2, 25, 313}, 0}, {{"b"}, "", {3, 10, 50}, 1}};
  const auto totals = Tabulate({.kind = MeasureKind::kTotal, .decimals = 1}, {}, TestFigures(rows));
  EXPECT_EQ(*totals[0].value, *Exact::FromDecimal("3.5"));
  EXPECT_EQ(*totals[1].value, *Exact::FromDecimal("2.5"));
  const auto counts = Tabulate({.kind = MeasureKind::kCount}, {}, TestFigures(rows));
  EXPECT_EQ(*counts[0].value, Exact(5));
  EXPECT_EQ(counts[0].positive_count, 0);
}

TEST(TabulateTest, ARatioIsOfSumsAndOverNothingHasNoValue) {
  const std::vector<GroupedSums> rows = {
      {{"a"}, "", {2, 30, 500}, 0}, {{"a"}, kBelow, {0, 40, 900}, 0}, {{"b"}, "", {3, 10, 50}, 1}};
  const auto table = Tabulate({.kind = MeasureKind::kRatio, .decimals = 1}, {}, TestFigures(rows));
  EXPECT_EQ(*table[0].value, Exact(1));
  EXPECT_EQ(*table[1].value, *Exact::FromFraction(3, 4));
  EXPECT_EQ(table[2].state, EstimateState::kPublished);
  EXPECT_EQ(table[2].n, 3);
  EXPECT_FALSE(table[2].value.has_value());
}

TEST(TabulateTest, QuantilesAreLeastValuesThatSharesAreNotAbove) {
  const Rules rules = {.kind = MeasureKind::kQuantiles,
                       .shares = {"0.25", "0.5", "0.9"},
                       .step = *Exact::FromDecimal("0.5"),
                       .greatest_step = 20};
  // 1, 1, 2 of one unit, 2, 5 of the other; the order of numbers is not that of texts.
  const auto table = Tabulate(rules, {},
                              TestFigures({{{}, "", {3, 8, 24}, 0},
                                           {{}, ValueCategory(2), {0, 2, 0}, 0},
                                           {{}, ValueCategory(4), {0, 1, 0}, 0},
                                           {{}, "", {2, 14, 116}, 1},
                                           {{}, ValueCategory(10), {0, 1, 0}, 1},
                                           {{}, ValueCategory(4), {0, 1, 0}, 1}}));
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0].category, "0.25");
  EXPECT_EQ(*table[0].value, Exact(1));
  EXPECT_EQ(*table[1].value, Exact(2));
  EXPECT_EQ(*table[2].value, Exact(5));
}

TEST(TabulateTest, NobodyIsEmptyAndNotZero) {
  const std::vector<Estimate> table = Tabulate(kProportion, {}, TestFigures({}));
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(table[0].state, EstimateState::kEmpty);
  EXPECT_FALSE(table[0].value.has_value());
}

TEST(ProtectTest, HidesSmallGroupsAndTheOneThatWouldGiveThemAway) {
  std::vector<GroupedSums> rows;
  AddGroup(rows, {"small"}, 3, 2);
  AddGroup(rows, {"medium"}, 12, 5);
  AddGroup(rows, {"large"}, 80, 40);
  std::vector<Estimate> table = Tabulate(kProportion, {}, TestFigures(rows));
  Hide(rows, table);
  EXPECT_EQ(Find(table, {})->state, EstimateState::kPublished);
  EXPECT_EQ(Find(table, {"small"})->state, EstimateState::kSuppressed);
  EXPECT_EQ(Find(table, {"medium"})->state, EstimateState::kSuppressed);
  EXPECT_EQ(Find(table, {"medium"})->n, 0);
  EXPECT_FALSE(Find(table, {"medium"})->value.has_value());
  EXPECT_EQ(Find(table, {"small"})->reason, disclosure::Reason::kFrequency);
  EXPECT_EQ(Find(table, {"medium"})->reason, disclosure::Reason::kSecondary);
  EXPECT_EQ(Find(table, {"large"})->state, EstimateState::kPublished);
}

TEST(ProtectTest, HidesASmallGroupThatIsAllAlike) {
  std::vector<GroupedSums> rows;
  AddGroup(rows, {"alike"}, 7, 7);
  AddGroup(rows, {"mixed"}, 8, 3);
  AddGroup(rows, {"large"}, 80, 40);
  std::vector<Estimate> table = Tabulate(kProportion, {}, TestFigures(rows));
  Hide(rows, table);
  EXPECT_EQ(Find(table, {"alike"})->state, EstimateState::kSuppressed);
  EXPECT_EQ(Find(table, {"large"})->state, EstimateState::kPublished);
}

TEST(ProtectTest, HidesManyRecordsOfFewUnits) {
  std::vector<GroupedSums> rows;
  for (int unit = 1000; unit < 1003; ++unit) {
    rows.push_back({{"staff"}, "", {14, 7, 0}, unit, unit});
  }
  AddGroup(rows, {"other"}, 90, 30);
  AddGroup(rows, {"another"}, 95, 30);
  std::vector<Estimate> table = Tabulate(kProportion, {}, TestFigures(rows));
  Hide(rows, table);
  EXPECT_EQ(Find(table, {"staff"})->state, EstimateState::kSuppressed);
}

// In a table of one attribute whose total is shown, what is hidden adds up to at least two groups
// and at least so many records as are shown: no hidden n follows from the others.
TEST(ProtectTest, NoLineGivesAHiddenGroupAway) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<GroupedSums> rows;
    std::map<std::string, int64_t> sizes;
    const int groups = 2 + static_cast<int>(random() % 8);
    for (int i = 0; i < groups; ++i) {
      const auto n = static_cast<int64_t>(random() % 14);
      const std::string name(1, static_cast<char>('a' + i));
      sizes[name] = n;
      AddGroup(rows, {name}, n, n == 0 ? 0 : static_cast<int64_t>(random()) % (n + 1));
    }
    std::vector<Estimate> table = Tabulate(kProportion, {}, TestFigures(rows));
    Hide(rows, table);
    if (table[0].state != EstimateState::kPublished) continue;
    int64_t hidden = 0, hidden_n = 0, shown = 0;
    for (const Estimate& estimate : table) {
      if (estimate.group.empty()) continue;
      if (estimate.state == EstimateState::kPublished) {
        EXPECT_GE(estimate.n, disclosure::Policy().minimum_records) << "seed " << seed;
        ++shown;
      }
      if (estimate.state != EstimateState::kSuppressed) continue;
      ++hidden;
      hidden_n += sizes[estimate.group[0]];
    }
    if (hidden == 0 || shown == 0) continue;
    EXPECT_GE(hidden, 2) << "seed " << seed;
    EXPECT_GE(hidden_n, disclosure::Policy().minimum_records) << "seed " << seed;
  }
}

}  // namespace
}  // namespace vg::indicators

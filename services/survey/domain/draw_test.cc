#include "services/survey/domain/draw.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/survey/domain/frame.h"

namespace vg::survey {
namespace {

// 60 schools in P0, 30 in P1, 9 in P2, 1 in P3.
std::vector<Unit> Units() {
  std::vector<Unit> units = {{"boards/1", Sector::kNone}};
  for (int i = 0; i < 100; ++i) {
    const int province = i < 60 ? 0 : i < 90 ? 1 : i < 99 ? 2 : 3;
    units.push_back({absl::StrCat("schools/", 100 + i),
                     Sector::kPrimary,
                     {{"province", absl::StrCat("P", province)},
                      {"sector", i % 2 == 0 ? "primary" : "special"}}});
  }
  return units;
}

DrawPlan Plan(int64_t size, std::string seed = "seed") {
  return {.role = Role::kStaff,
          .where = {},
          .stratify_by = {"province"},
          .size = size,
          .allocation = {},
          .seed = std::move(seed)};
}

// Boards of ten schools; the last five schools have none.
std::vector<Unit> UnitsOfBoards() {
  std::vector<Unit> units = Units();
  for (size_t i = 1; i <= 95; ++i) {
    Attributes& attributes = units[i].attributes;
    attributes.insert(attributes.begin(), {"board", absl::StrCat("boards/", 1 + (i - 1) / 10)});
  }
  return units;
}

DrawPlan PlanOfBoards(int64_t size, int64_t units_per_cluster) {
  DrawPlan plan = Plan(size);
  plan.cluster_by = "board";
  plan.units_per_cluster = units_per_cluster;
  return plan;
}

std::vector<std::string> Names(const Sample& sample) {
  std::vector<std::string> names;
  for (const SampleUnit& unit : sample.units) names.push_back(unit.unit);
  std::sort(names.begin(), names.end());
  return names;
}

TEST(DrawTest, DrawsTheSameFromTheSameSeedWhateverTheOrderOfUnits) {
  std::vector<Unit> units = Units();
  ASSERT_OK_AND_ASSIGN(const Sample first, Draw(Plan(20), units));
  std::reverse(units.begin(), units.end());
  ASSERT_OK_AND_ASSIGN(const Sample second, Draw(Plan(20), units));
  ASSERT_OK_AND_ASSIGN(const Sample other, Draw(Plan(20, "other"), units));
  EXPECT_EQ(Names(first), Names(second));
  EXPECT_NE(Names(first), Names(other));
}

TEST(DrawTest, DrawsInProportionAndAtLeastOneFromEveryStratum) {
  ASSERT_OK_AND_ASSIGN(const Sample sample, Draw(Plan(20), Units()));
  std::map<std::string, int> drawn;
  for (const SampleUnit& unit : sample.units) ++drawn[unit.stratum];
  EXPECT_EQ(drawn, (std::map<std::string, int>{{"P0", 12}, {"P1", 6}, {"P2", 2}, {"P3", 1}}));
}

// Every sample stands for exactly the population, and is one that OpenWave takes.
TEST(DrawPropertyTest, WeightsAddUpToThePopulationForEverySizeAndSeed) {
  Wave wave;
  wave.id = "w";
  wave.snapshot = "snapshots/s";
  wave.questionnaires = {{"staff", 1, {}, Role::kStaff}};
  const Frame frame(wave, Units());
  for (int64_t size = 4; size <= 100; size += 7) {
    for (const char* const seed : {"a", "b", "c"}) {
      ASSERT_OK_AND_ASSIGN(const Sample sample, Draw(Plan(size, seed), Units()));
      EXPECT_EQ(Summarize(sample).weight, Exact(100)) << size;
      EXPECT_OK(CheckSample(sample, frame, "sample"));
      DrawPlan plan = PlanOfBoards(4 + size % 12, 3);
      plan.seed = seed;
      ASSERT_OK_AND_ASSIGN(const Sample clustered, Draw(plan, UnitsOfBoards()));
      EXPECT_OK(CheckSample(clustered, frame, "sample"));
    }
  }
}

TEST(DrawTest, DrawsClustersAndThenUnitsOutOfThem) {
  // P0 has six boards, P1 three, P2 half a board and four schools without one, P3 one such school.
  ASSERT_OK_AND_ASSIGN(const Sample sample, Draw(PlanOfBoards(9, 4), UnitsOfBoards()));
  std::map<std::string, std::set<std::string>> clusters;
  for (const SampleUnit& unit : sample.units) {
    ASSERT_EQ(unit.stages.size(), 2u);
    clusters[unit.stratum].insert(unit.stages[0].cluster);
    const int64_t of_stratum =
        std::map<std::string, int64_t>{{"P0", 6}, {"P1", 3}, {"P2", 5}, {"P3", 1}}.at(unit.stratum);
    EXPECT_EQ(unit.stages[0].population_size, of_stratum);
    const bool alone = unit.stages[0].cluster == unit.unit;
    const int64_t of_cluster = alone ? 1 : unit.stages[0].cluster == "boards/10" ? 5 : 10;
    EXPECT_EQ(unit.stages[1].population_size, of_cluster);
    EXPECT_EQ(unit.stages[1].cluster, "");
  }
  EXPECT_EQ(clusters["P0"].size(), 4u);
  EXPECT_EQ(clusters["P1"].size(), 2u);
  EXPECT_EQ(clusters["P2"].size(), 3u);
  EXPECT_EQ(clusters["P3"].size(), 1u);
  // 6 boards out of which 4, and 10 schools out of which 4.
  EXPECT_EQ(sample.units.front().weight, *Exact::FromFraction(6 * 10, 4 * 4));
  std::vector<Unit> reversed = UnitsOfBoards();
  std::reverse(reversed.begin(), reversed.end());
  ASSERT_OK_AND_ASSIGN(const Sample again, Draw(PlanOfBoards(9, 4), reversed));
  EXPECT_EQ(Names(again), Names(sample));
}

TEST(DrawTest, RefusesClustersThatDoNotFitTheStrata) {
  std::vector<Unit> units = UnitsOfBoards();
  ASSERT_OK_AND_ASSIGN(const Sample whole, Draw(PlanOfBoards(9, 0), units));
  EXPECT_THAT(Names(whole), testing::SizeIs(testing::Gt(60u)));
  DrawPlan plan = PlanOfBoards(9, 4);
  plan.stratify_by = {"sector"};
  EXPECT_THAT(Draw(plan, units), HasReason("CLUSTER_IN_TWO_STRATA"));
  plan = PlanOfBoards(9, 4);
  plan.cluster_by = "colour";
  EXPECT_THAT(Draw(plan, units), HasReason("UNKNOWN_ATTRIBUTE"));
  plan.cluster_by = "";
  EXPECT_THAT(Draw(plan, units), HasReason("REQUIRED"));
  EXPECT_THAT(Draw(PlanOfBoards(16, 4), units), HasReason("POPULATION_TOO_SMALL"));
}

// A cluster sample stands for the population on average, and exactly where all clusters of a
// stratum are of one size.
TEST(DrawPropertyTest, WeightsOfTwoStagesMakeAnUnbiasedEstimate) {
  constexpr int kSeeds = 2000;
  Exact sum = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    DrawPlan plan = PlanOfBoards(9, 4);
    plan.seed = absl::StrCat(seed);
    ASSERT_OK_AND_ASSIGN(const Sample sample, Draw(plan, UnitsOfBoards()));
    std::map<std::string, Exact> weights;
    for (const SampleUnit& unit : sample.units) weights[unit.stratum] += unit.weight;
    EXPECT_EQ(weights["P0"], Exact(60));
    EXPECT_EQ(weights["P1"], Exact(30));
    EXPECT_EQ(weights["P3"], Exact(1));
    sum += weights["P2"];
  }
  // Three of clusters of 5, 1, 1, 1 and 1 stand for 35/3 or for 5, for 9 on average.
  EXPECT_GT(sum, Exact(kSeeds) * Exact(17) / Exact(2));
  EXPECT_LT(sum, Exact(kSeeds) * Exact(19) / Exact(2));
}

TEST(DrawTest, DrawsWhatIsAllocated) {
  DrawPlan plan = Plan(0);
  plan.allocation = {{"P1", 30}, {"P2", 3}, {"P3", 0}};
  ASSERT_OK_AND_ASSIGN(const Sample sample, Draw(plan, Units()));
  EXPECT_EQ(sample.units.size(), 33u);
  EXPECT_EQ(sample.units.front().weight, Exact(1));
  EXPECT_EQ(sample.units.back().weight, Exact(3));
  plan.allocation = {{"P3", 2}};
  EXPECT_THAT(Draw(plan, Units()), HasReason("POPULATION_TOO_SMALL"));
  plan.allocation = {{"P9", 2}};
  EXPECT_THAT(Draw(plan, Units()), HasReason("UNKNOWN_STRATUM"));
}

TEST(DrawTest, DrawsOnlyFromWhatIsWanted) {
  DrawPlan plan = Plan(10);
  plan.where = {{"sector", "special"}};
  ASSERT_OK_AND_ASSIGN(const Sample sample, Draw(plan, Units()));
  EXPECT_EQ(Summarize(sample).weight, Exact(50));
  plan.where = {{"sector", "none"}};
  EXPECT_THAT(Draw(plan, Units()), HasReason("POPULATION_TOO_SMALL"));
  plan = Plan(101);
  EXPECT_THAT(Draw(plan, Units()), HasReason("POPULATION_TOO_SMALL"));
  plan = Plan(10);
  plan.stratify_by = {"colour"};
  EXPECT_THAT(Draw(plan, Units()), HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_THAT(Draw(Plan(0), Units()), HasReason("REQUIRED"));
}

}  // namespace
}  // namespace vg::survey

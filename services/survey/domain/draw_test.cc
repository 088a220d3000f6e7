#include "services/survey/domain/draw.h"

#include <algorithm>
#include <map>

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
    }
  }
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

#include "services/survey/domain/disposition.h"

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::survey {
namespace {

TEST(UnitFieldworkTest, BelievesResponsesMoreThanFindings) {
  UnitFieldwork unit{.found = Disposition::kRefused};
  EXPECT_EQ(unit.disposition(), Disposition::kRefused);
  unit.partial_responses = 1;
  EXPECT_EQ(unit.disposition(), Disposition::kPartial);
  unit.complete_responses = 1;
  EXPECT_EQ(unit.disposition(), Disposition::kComplete);
}

TEST(UnitFieldworkTest, IsRemindedUntilItAnsweredOnce) {
  EXPECT_TRUE(UnitFieldwork{}.to_remind({}));
  EXPECT_TRUE(UnitFieldwork{.found = Disposition::kNotReached}.to_remind({}));
  EXPECT_TRUE(UnitFieldwork{.found = Disposition::kReached}.to_remind({}));
  EXPECT_TRUE(UnitFieldwork{.partial_responses = 1}.to_remind({}));
  EXPECT_FALSE(UnitFieldwork{.complete_responses = 1}.to_remind({}));
  EXPECT_FALSE(UnitFieldwork{.found = Disposition::kRefused}.to_remind({}));
  EXPECT_FALSE(UnitFieldwork{.found = Disposition::kIneligible}.to_remind({}));
  EXPECT_FALSE(
      (UnitFieldwork{.found = Disposition::kRefused, .partial_responses = 1}.to_remind({})));
  // Other numbers do not matter of who answers once.
  EXPECT_FALSE((UnitFieldwork{.complete_responses = 1}.to_remind({.enough = 2, .room = true})));
}

TEST(UnitFieldworkTest, WhereManyAnswerIsRemindedWhileThereIsRoomOrTheyAreTooFew) {
  const UnitFieldwork two{.complete_responses = 2};
  EXPECT_TRUE(two.to_remind({.many = true, .room = true}));
  EXPECT_FALSE(two.to_remind({.many = true, .room = false}));
  EXPECT_FALSE(UnitFieldwork{}.to_remind({.many = true, .room = false}));
  // Who began has used an invitation, and may go on.
  EXPECT_TRUE((UnitFieldwork{.complete_responses = 2, .partial_responses = 1}.to_remind(
      {.many = true, .room = false})));
  // Nobody knows how many there are.
  EXPECT_FALSE(two.to_remind({.many = true}));
  EXPECT_TRUE(UnitFieldwork{}.to_remind({.many = true}));
  // Whoever asks says how many are enough.
  EXPECT_TRUE(two.to_remind({.many = true, .enough = 3, .room = false}));
  EXPECT_FALSE(two.to_remind({.many = true, .enough = 2, .room = true}));
  EXPECT_FALSE((UnitFieldwork{.found = Disposition::kRefused, .complete_responses = 2}.to_remind(
      {.many = true, .enough = 3, .room = true})));
}

// AAPOR Standard Definitions: RR1 = I / (I + P + R + NC + O + U), RR2 = (I + P) / the same.
TEST(ResponseCountsTest, AreAaporsFirstTwoRates) {
  ResponseCounts counts;
  counts.Add(Disposition::kComplete, 40);
  counts.Add(Disposition::kPartial, 10);
  counts.Add(Disposition::kRefused, 15);
  counts.Add(Disposition::kNotReached, 20);
  counts.Add(Disposition::kReached, 5);
  counts.Add(Disposition::kUnknown, 10);
  counts.Add(Disposition::kIneligible, 25);
  EXPECT_EQ(counts.units(), Exact(125));
  EXPECT_EQ(counts.eligible(), Exact(100));
  EXPECT_EQ(counts.net(), Exact::FromDecimal("0.4").value());
  EXPECT_EQ(counts.gross(), Exact::FromDecimal("0.5").value());
}

TEST(ResponseCountsTest, HaveNoRateWhereNobodyIsEligible) {
  ResponseCounts counts;
  EXPECT_EQ(counts.net(), std::nullopt);
  counts.Add(Disposition::kIneligible, 3);
  EXPECT_EQ(counts.gross(), std::nullopt);
}

// Whatever came of units, in whatever breakdown, weighted or not: every unit is counted once.
TEST(CountResponsePropertyTest, GroupsAddUpToTheWholeAndTheWholeToTheSample) {
  std::mt19937 random(20220113);
  const auto pick = [&random](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  for (int round = 0; round < 50; ++round) {
    Wave wave;
    wave.id = "w";
    wave.questionnaires = {{"leaders", 1, {}, Role::kSchoolLeader}, {"staff", 1, {}, Role::kStaff}};
    std::vector<Unit> units;
    Sample sample{.role = Role::kStaff};
    Fieldwork fieldwork;
    Exact weights;
    for (int i = 0; i < 60; ++i) {
      Unit unit{absl::StrCat("schools/", 100 + i), Sector::kPrimary};
      if (pick(5) != 0) SetAttribute(unit.attributes, "province", absl::StrCat("P", pick(4)));
      if (pick(5) != 0) SetAttribute(unit.attributes, "size", absl::StrCat("S", pick(3)));
      if (pick(2) == 0) {
        const Exact weight = Exact::FromScaled(1 + pick(10'000), 3);
        weights += weight;
        sample.units.push_back(
            {.unit = unit.name, .stratum = absl::StrCat(pick(3)), .weight = weight});
      }
      if (pick(3) != 0) {
        fieldwork[unit.name] = {.found = static_cast<Disposition>(pick(5)),
                                .complete_responses = pick(3),
                                .partial_responses = pick(2)};
      }
      units.push_back(std::move(unit));
    }
    const Frame frame(wave, units, {sample});
    for (const std::vector<std::string>& breakdowns :
         {std::vector<std::string>{}, {"province"}, {"stratum", "size"}, {"size", "province"}}) {
      for (const Role role : {Role::kSchoolLeader, Role::kStaff}) {
        for (const bool weighted : {false, true}) {
          const ResponseTable table = CountResponse(frame, role, breakdowns, weighted, fieldwork);
          const bool sampled = role == Role::kStaff;
          EXPECT_EQ(table.all.units(), !sampled ? Exact(60)
                                       : weighted
                                           ? weights
                                           : Exact(static_cast<int64_t>(sample.units.size())));
          if (breakdowns.empty()) {
            EXPECT_TRUE(table.groups.empty());
            continue;
          }
          ResponseCounts sum;
          for (const auto& [group, counts] : table.groups) {
            EXPECT_EQ(group.size(), breakdowns.size());
            for (size_t i = 0; i < kDispositions; ++i) {
              sum.Add(static_cast<Disposition>(i), counts.by_disposition[i]);
            }
          }
          EXPECT_EQ(sum.by_disposition, table.all.by_disposition);
        }
      }
    }
  }
}

}  // namespace
}  // namespace vg::survey

#include "services/indicators/domain/disclosure/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::indicators::disclosure {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kUnits = 40;

// One group of the units that `in` takes.
template <typename In>
SeenTable Table(In in) {
  SeenTable table{.shown = {1}};
  for (int unit = 0; unit < kUnits; ++unit) table.group_of.push_back(in(unit) ? 0 : -1);
  return table;
}

const UnitRecords kOneEach(kUnits, 1);

TEST(GivenAwayTest, AllAndAllButOneGiveThatOne) {
  const SeenTable all = Table([](int) { return true; });
  const SeenTable but_one = Table([](int unit) { return unit != 7; });
  EXPECT_THAT(GivenAway({}, kOneEach, but_one, all), ElementsAre(0));
  EXPECT_THAT(GivenAway({}, kOneEach, all, but_one), ElementsAre(0));
}

TEST(GivenAwayTest, AllAndHalfGiveTheOtherHalfWhichIsLargeEnough) {
  const SeenTable all = Table([](int) { return true; });
  const SeenTable half = Table([](int unit) { return unit < 20; });
  EXPECT_THAT(GivenAway({}, kOneEach, half, all), IsEmpty());
}

TEST(GivenAwayTest, AGroupThatNobodyAnsweredInIsNoRest) {
  UnitRecords records = kOneEach;
  records[7] = 0;
  EXPECT_THAT(GivenAway({}, records, Table([](int unit) { return unit != 7; }),
                        Table([](int) { return true; })),
              IsEmpty());
}

TEST(GivenAwayTest, WhatWasHiddenGivesNothing) {
  SeenTable all = Table([](int) { return true; });
  all.shown[0] = 0;
  EXPECT_THAT(GivenAway({}, kOneEach, Table([](int unit) { return unit != 7; }), all), IsEmpty());
}

TEST(GivenAwayTest, GroupsThatMakeUpAnotherAreTakenTogether) {
  // Three groups, of which the last has the units that the total of the two others lacks.
  SeenTable thirds{.shown = {1, 1, 0}};
  for (int unit = 0; unit < kUnits; ++unit) {
    thirds.group_of.push_back(unit < 18 ? 0 : unit < 37 ? 1 : 2);
  }
  const SeenTable all = Table([](int) { return true; });
  EXPECT_THAT(GivenAway({}, kOneEach, all, thirds), ElementsAre(0));
  // Asked the other way round, the smaller of both goes: the rest is then 21.
  EXPECT_THAT(GivenAway({}, kOneEach, thirds, all), ElementsAre(0));
}

TEST(GivenAwayTest, TablesThatOverlapOnlyInPartSayNothingTogether) {
  EXPECT_THAT(GivenAway({}, kOneEach, Table([](int unit) { return unit < 21; }),
                        Table([](int unit) { return unit > 1; })),
              IsEmpty());
}

TEST(GivenAwayTest, TheMinimumIsThePolicys) {
  Policy policy;
  policy.minimum_records = policy.minimum_units = 10;
  const SeenTable all = Table([](int) { return true; });
  const SeenTable but_eight = Table([](int unit) { return unit >= 8; });
  EXPECT_THAT(GivenAway({}, kOneEach, but_eight, all), IsEmpty());
  EXPECT_THAT(GivenAway(policy, kOneEach, but_eight, all), ElementsAre(0));
}

}  // namespace
}  // namespace vg::indicators::disclosure

#include "services/indicators/domain/trend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::indicators {
namespace {

using enum EstimateState;

Estimate Figure(const char* group, EstimateState state, int thirds = 0) {
  Estimate estimate;
  estimate.group = {group};
  estimate.state = state;
  if (state == kPublished) estimate.value = *Exact::FromFraction(thirds, 3);
  return estimate;
}

TEST(TrendTest, SubtractsTheEarlierFigureFromTheLaterExactly) {
  const auto differences = Subtract({Figure("a", kPublished, 1)}, {Figure("a", kPublished, 3)});
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].state, kPublished);
  EXPECT_EQ(*differences[0].value, *Exact::FromFraction(2, 3));
}

TEST(TrendTest, SaysNothingWhereEitherFigureIsHiddenOrThereIsNone) {
  for (const auto& [before, after, expected] : {std::tuple(kSuppressed, kPublished, kSuppressed),
                                                {kPublished, kSuppressed, kSuppressed},
                                                {kSuppressed, kEmpty, kSuppressed},
                                                {kEmpty, kPublished, kEmpty},
                                                {kPublished, kEmpty, kEmpty},
                                                {kEmpty, kEmpty, kEmpty}}) {
    const auto differences = Subtract({Figure("a", before, 1)}, {Figure("a", after, 2)});
    ASSERT_EQ(differences.size(), 1u);
    EXPECT_EQ(differences[0].state, expected);
    EXPECT_FALSE(differences[0].value.has_value());
  }
}

TEST(TrendTest, LeavesOutGroupsThatOnlyOneTableHas) {
  const auto differences = Subtract({Figure("a", kPublished, 1), Figure("b", kPublished, 1)},
                                    {Figure("c", kPublished, 1), Figure("b", kPublished, 2)});
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].group, Group{"b"});
}

}  // namespace
}  // namespace vg::indicators

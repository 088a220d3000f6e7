#include "common/education/school_classes.h"

#include <gtest/gtest.h>

namespace vg {
namespace {

TEST(SizeClassTest, TellsSmallSchoolsFromLargeOnes) {
  EXPECT_EQ(SizeClass(1), "1-99");
  EXPECT_EQ(SizeClass(99), "1-99");
  EXPECT_EQ(SizeClass(100), "100-199");
  EXPECT_EQ(SizeClass(499), "200-499");
  EXPECT_EQ(SizeClass(500), "500+");
}

TEST(SizeClassTest, SaysNothingOfSchoolsWithoutKnownPupils) {
  EXPECT_EQ(SizeClass(std::nullopt), "");
  EXPECT_EQ(SizeClass(0), "");
}

TEST(ScorePerPupilTest, IsExactAndAbsentWhereNobodySharesTheScore) {
  EXPECT_EQ(ScorePerPupil(Exact(1), 3), Exact::FromFraction(1, 3).value());
  EXPECT_EQ(ScorePerPupil(Exact(1), 0), std::nullopt);
  EXPECT_EQ(ScorePerPupil(Exact(1), std::nullopt), std::nullopt);
  EXPECT_EQ(ScorePerPupil(std::nullopt, 3), std::nullopt);
}

TEST(ScoreQuintilesTest, PutsAsManySchoolsInEveryFifth) {
  std::vector<Exact> scores = {Exact(0)};
  for (int i = 10; i > 0; --i) scores.emplace_back(i);
  const ScoreQuintiles quintiles(scores);
  EXPECT_EQ(quintiles.Of(Exact(1)), "1");
  EXPECT_EQ(quintiles.Of(Exact(2)), "1");
  EXPECT_EQ(quintiles.Of(Exact(3)), "2");
  EXPECT_EQ(quintiles.Of(Exact(10)), "5");
  EXPECT_EQ(quintiles.Of(Exact(0)), "0");
  EXPECT_EQ(quintiles.Of(std::nullopt), "");
}

TEST(ScoreQuintilesTest, KeepsTiesTogether) {
  const ScoreQuintiles quintiles({Exact(1), Exact(1), Exact(1), Exact(1), Exact(2)});
  EXPECT_EQ(quintiles.Of(Exact(1)), "1");
  EXPECT_EQ(quintiles.Of(Exact(2)), "5");
}

}  // namespace
}  // namespace vg

#include "services/report/domain/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/report/domain/examples.h"

namespace vg::report {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Figure Measured(Figure figure, const std::string& digest = "d") {
  figure.provenance.resource = "indicators/" + figure.id;
  figure.provenance.digest = digest;
  return figure;
}

TEST(ComparisonTest, HoldsTheTotalsOfOneDefinitionAgainstEachOther) {
  Figure before = Measured(ProportionFigure(Share(500)));
  Figure after = Measured(ProportionFigure(Share(612)));
  const std::vector<Figure> later = {after};
  const auto compared = CompareEditions({before}, later, 10);
  ASSERT_THAT(compared, SizeIs(1));
  EXPECT_EQ(compared[0].cells[0].difference, Exact::FromScaled(112, 3));
  EXPECT_EQ(compared[0].cells[0].p_value, std::nullopt);
}

TEST(ComparisonTest, TellsHowFarADifferenceIsBeyondChance) {
  Figure before = Measured(ProportionFigure(Share(500)));
  Figure after = Measured(ProportionFigure(Share(598)));
  // The errors together are 0.05, so the difference is 1.96 of them: p = 0.05.
  before.cells[0][0].standard_error = Exact::FromScaled(3, 2);
  after.cells[0][0].standard_error = Exact::FromScaled(4, 2);
  const std::vector<Figure> later = {after};
  const auto compared = CompareEditions({before}, later, 10);
  EXPECT_EQ(compared[0].cells[0].p_value->Round(3, Rounding::kHalfEven), Exact::FromScaled(5, 2));
}

TEST(ComparisonTest, ComparesNothingThatIsDefinedOtherwiseOrHidden) {
  const std::vector<Figure> later = {Measured(ProportionFigure()), Measured(MoneyFigure())};
  EXPECT_THAT(CompareEditions({Measured(ProportionFigure(), "other")}, later, 10), IsEmpty());
  EXPECT_THAT(CompareEditions({Measured(MoneyFigure())}, later, 10), IsEmpty());
  const auto hidden = CompareEditions({Measured(ProportionFigure(Suppressed()))}, later, 10);
  ASSERT_THAT(hidden, SizeIs(1));
  EXPECT_EQ(hidden[0].cells[0].difference, std::nullopt);
}

TEST(ComparisonTest, TakesTheLargestCategoriesThatBothHave) {
  Figure before = Measured(DistributionFigure());
  before.categories.erase(before.categories.begin());
  before.cells[0].erase(before.cells[0].begin());
  const std::vector<Figure> later = {Measured(DistributionFigure())};
  const auto compared = CompareEditions({before}, later, 1);
  ASSERT_THAT(compared[0].cells, SizeIs(1));
  EXPECT_EQ(compared[0].cells[0].category.id, "a");  // "b" is new.
}

}  // namespace
}  // namespace vg::report

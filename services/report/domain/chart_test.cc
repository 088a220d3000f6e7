#include "services/report/domain/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/report/domain/examples.h"

namespace vg::report {
namespace {

using ::testing::SizeIs;

TEST(ChartTest, DrawsOneBarForEachCategoryWithItsLabelAbove) {
  const Chart chart = LayOut(DistributionFigure(), Language::kDutch);
  ASSERT_THAT(chart.groups, SizeIs(3));
  EXPECT_FALSE(chart.beside);
  EXPECT_EQ(chart.groups[0].label[0].text, "Kleine groepen");
  EXPECT_EQ(chart.groups[0].bars[0].value, "61,2%");
  EXPECT_EQ(chart.groups[0].bars[0].width, "50.18");  // Of a scale of 100% on 82 percent.
  EXPECT_GT(chart.groups[1].bars[0].top, chart.groups[0].bars[0].top);
  EXPECT_GE(chart.height, chart.groups[2].bars[0].top + Chart::kBarHeight);
}

TEST(ChartTest, WidensTheScaleForSmallShares) {
  Figure figure = DistributionFigure();
  figure.cells[0] = {Share(80), Share(40), Share(0)};
  const Chart chart = LayOut(figure, Language::kDutch);
  EXPECT_EQ(chart.groups[0].bars[0].width, "65.60");
  EXPECT_EQ(chart.groups[2].bars[0].width, "0");
  EXPECT_EQ(chart.track, "");  // It would look like 100%.
  EXPECT_EQ(LayOut(DistributionFigure(), Language::kDutch).track, "82");
}

TEST(ChartTest, DrawsTheTotalFirstAndLeavesSuppressedBarsOut) {
  const Chart chart = LayOut(BreakdownFigure(), Language::kEnglish);
  ASSERT_THAT(chart.groups, SizeIs(1));
  ASSERT_THAT(chart.groups[0].bars, SizeIs(3));
  EXPECT_TRUE(chart.beside);
  EXPECT_TRUE(chart.groups[0].bars[0].total);
  EXPECT_FALSE(chart.groups[0].bars[1].total);
  EXPECT_EQ(chart.groups[0].bars[2].value, "–");
  EXPECT_EQ(chart.groups[0].bars[2].width, "0");
}

TEST(ChartTest, PutsTheGroupsOfACategoryTogether) {
  Figure figure = DistributionFigure();
  figure.groups.push_back(LabelOf("primary", "Primair"));
  figure.groups.push_back(LabelOf("special", "Speciaal"));
  figure.cells.push_back({Share(100), Share(200), Share(300)});
  figure.cells.push_back({Share(400), Suppressed(), Share(500)});
  const Chart chart = LayOut(figure, Language::kDutch);
  ASSERT_THAT(chart.groups, SizeIs(3));
  ASSERT_THAT(chart.groups[1].bars, SizeIs(2));
  EXPECT_EQ(chart.groups[1].bars[0].label, "Primair");
  EXPECT_EQ(chart.groups[1].bars[1].value, "–");
}

TEST(ChartTest, DrawsIntervalsAndWritesTheValueBehindThem) {
  Figure figure = DistributionFigure();
  figure.cells[0][0].interval = Interval{Exact::FromScaled(55, 2), Exact::FromScaled(67, 2)};
  const Chart chart = LayOut(figure, Language::kDutch);
  const Bar& bar = chart.groups[0].bars[0];
  EXPECT_EQ(bar.lower, "45.10");
  EXPECT_EQ(bar.upper, "54.94");
  EXPECT_EQ(bar.value_at, "54.94");
  EXPECT_EQ(chart.groups[1].bars[0].upper, "");
  EXPECT_EQ(chart.groups[1].bars[0].value_at, chart.groups[1].bars[0].width);
}

TEST(ChartTest, DrawsNoMoreBarsThanAskedForAndSaysHowManyAreMissing) {
  Figure figure = DistributionFigure();
  figure.chart_size = 2;
  const Chart chart = LayOut(figure, Language::kDutch);
  EXPECT_THAT(chart.groups, SizeIs(2));
  EXPECT_EQ(chart.left_out, 1u);
}

TEST(ChartTest, BreaksLongLabelsAtBlanksAndNowhereElse) {
  Figure figure = DistributionFigure();
  figure.categories[0].text = {
      "Technieken voor het aanleren van studievaardigheden én metacognitie", ""};
  figure.categories[1].text = {std::string(100, 'x'), ""};
  const Chart chart = LayOut(figure, Language::kDutch);
  ASSERT_THAT(chart.groups[0].label, SizeIs(2));
  EXPECT_EQ(chart.groups[0].label[0].text, "Technieken voor het aanleren van");
  EXPECT_THAT(chart.groups[1].label, SizeIs(1));
}

TEST(ChartTest, DrawsNothingLongerThanItsPlaceWhateverTheNumbers) {
  Figure money = MoneyFigure();
  EXPECT_EQ(LayOut(money, Language::kDutch).groups[0].bars[0].width, "62.00");
  for (Cell& cell : money.cells[0]) cell.value = Exact(0);
  EXPECT_EQ(LayOut(money, Language::kDutch).groups[0].bars[0].width, "0");
  money.cells[0][0].value = Exact(-5);
  EXPECT_EQ(LayOut(money, Language::kDutch).groups[0].bars[0].width, "0");
}

}  // namespace
}  // namespace vg::report

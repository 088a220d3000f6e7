#include "services/report/domain/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/report/domain/examples.h"
#include "services/report/domain/numbers.h"

namespace vg::report {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

EditionPlan Plan() {
  EditionPlan plan{.title = {"Titel", ""}, .number = 2, .month = absl::CivilDay(2022, 4, 1)};
  plan.snapshot = "snapshots/one";
  plan.sections.push_back({.id = "a", .figures = {{.id = "f", .source = AllocationSource{}}}});
  return plan;
}

TEST(PlanTest, AcceptsAPlanWhoseIdsAreUnique) { EXPECT_THAT(Check("2022-04", Plan()), IsEmpty()); }

TEST(PlanTest, NamesThePlaceOfEveryFault) {
  EditionPlan plan = Plan();
  plan.month = absl::CivilDay(2022, 4, 14);
  plan.next_month = absl::CivilDay(2022, 11, 2);
  plan.sections.push_back({.id = "a",
                           .figures = {{.id = "f", .source = AllocationSource{}},
                                       {.id = "headline", .source = AllocationSource{}},
                                       {.id = "g"},
                                       {.id = "h", .source = ResponseSource{}}}});
  EXPECT_THAT(Check("2022-04", plan),
              ElementsAre(Field(&FieldViolation::field, "plan.edition_month"),
                          Field(&FieldViolation::field, "plan.next_edition_month"),
                          Field(&FieldViolation::field, "plan.sections[1].id"),
                          Field(&FieldViolation::field, "plan.sections[1].figures[0].id"),
                          Field(&FieldViolation::field, "plan.sections[1].figures[1].id"),
                          Field(&FieldViolation::field, "plan.sections[1].figures[2]"),
                          Field(&FieldViolation::field, "plan.wave")));
}

TEST(PlanTest, AsksARevisionForItsReasonAndNobodyElse) {
  EditionPlan plan = Plan();
  plan.revises = "editions/2021-10";
  EXPECT_THAT(Check("2022-04", plan), ElementsAre(Field(&FieldViolation::reason, "NO_REASON")));
  plan.revision_reason = {"Een fout in tabel 3.", ""};
  EXPECT_THAT(Check("2022-04", plan), IsEmpty());
  EXPECT_THAT(Check("2021-10", plan),
              ElementsAre(Field(&FieldViolation::reason, "REVISES_ITSELF")));
  plan.revises.clear();
  EXPECT_THAT(Check("2022-04", plan), ElementsAre(Field(&FieldViolation::reason, "NO_REASON")));
}

TEST(NumbersTest, ReadAmountsInWordsThatDoNotJump) {
  Figure money = MoneyFigure();
  const auto words = [&money](int64_t euros) {
    return FormatValue(money, {.state = CellState::kShown, .value = Exact(euros)},
                       Language::kEnglish);
  };
  EXPECT_EQ(words(2'381'234'567), "€2.38\u00a0billion");
  EXPECT_EQ(words(999'999'999), "€1.00\u00a0billion");
  EXPECT_EQ(words(12'345'678), "€12.3\u00a0million");
  EXPECT_EQ(words(999'999), "€1.0\u00a0million");
  EXPECT_EQ(words(12'345), "€12,345");
  EXPECT_EQ(FormatTableValue(money, {.value = Exact(2'381'234'567)}, Language::kDutch),
            "€\u00a02.381.234.567");
}

TEST(NumbersTest, NameMonthsInBothLanguages) {
  EXPECT_EQ(FormatMonth(absl::CivilDay(2022, 3, 1), Language::kDutch), "maart 2022");
  EXPECT_EQ(FormatMonth(absl::CivilDay(2022, 10, 1), Language::kEnglish), "October 2022");
}

TEST(FigureTest, SortsWhatIsNotShownLast) {
  Figure figure = DistributionFigure();
  figure.cells[0] = {Suppressed(), Share(10), Share(20)};
  SortByValue(figure);
  EXPECT_EQ(figure.categories[0].id, "a");
  EXPECT_EQ(figure.categories[2].id, "b");
  EXPECT_EQ(figure.cells[0][2].state, CellState::kSuppressed);
}

}  // namespace
}  // namespace vg::report

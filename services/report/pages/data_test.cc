#include "services/report/pages/data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/report/domain/examples.h"

namespace vg::report {
namespace {

TEST(DataTest, HoldsAllThatAFigureHolds) {
  Figure estimated = BreakdownFigure();
  estimated.cells[0][0].standard_error = Exact::FromScaled(12, 3);
  estimated.cells[0][0].interval = Interval{Exact::FromScaled(588, 3), Exact::FromScaled(636, 3)};
  estimated.cells[1][0].value = *Exact::FromFraction(2, 3);
  estimated.cells[2][0] = Empty();
  estimated.provenance = {.resource = "indicators/consent",
                          .version = 3,
                          .digest = "d",
                          .data_digest = "e",
                          .description = {"Aandeel \"met\" instemming", "Share"},
                          .respondents = {"Schoolleiders", "School leaders"},
                          .study = "school_leader",
                          .questions = {{"Heeft u ingestemd?", "Did you consent?"}},
                          .method = {"Geschat", "Estimated"}};
  estimated.population = 6800;
  estimated.cells[2].push_back(Suppressed());
  estimated.cells[2][1].hidden = HiddenReason::kDifferencing;
  estimated.protection = Protection{
      .policy_version = 2,
      .policy_digest = "f",
      .tables = 6,
      .shown_groups = 2,
      .hidden_groups = 1,
      .ranges = {{.group = "special", .quantity = Quantity::kUnits, .least = Exact(0)},
                 {.group = "special", .category = "a", .most = Exact(7), .is_protected = false}}};
  estimated.cells[1][0].p_value = Exact::FromScaled(41, 3);
  for (const Figure& figure : {estimated, DistributionFigure(), MoneyFigure()}) {
    EXPECT_THAT(FigureFrom(DataOf(figure)), IsOkAndHolds(figure));
  }
}

TEST(DataTest, TellsNothingOfWhatIsSuppressed) {
  Figure figure = ProportionFigure(Suppressed());
  figure.cells[0][0].value = Exact::FromScaled(612, 3);
  EXPECT_THAT(DataOf(figure), testing::Not(testing::HasSubstr("612")));
}

TEST(DataTest, RefusesWhatIsNoFigure) {
  for (const char* data : {"", "{", "{}", "[]", "null", R"({"figure": 3})"}) {
    EXPECT_THAT(FigureFrom(data).status(), HasReason("DATA_MALFORMED")) << data;
  }
  std::string data = DataOf(ProportionFigure());
  data.replace(data.find("\"share\""), 7, "\"shore\"");
  EXPECT_THAT(FigureFrom(data).status(), HasReason("DATA_MALFORMED"));
}

}  // namespace
}  // namespace vg::report

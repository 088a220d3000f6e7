#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/error.h"
#include "services/cli/render/error_text.h"
#include "services/cli/render/estimate_text.h"
#include "services/cli/render/progress_bar.h"
#include "services/cli/render/run_text.h"
#include "services/cli/render/table.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/scheme.pb.h"

namespace vg::cli {
namespace {

using ::testing::HasSubstr;

TEST(TableTest, AlignsByCharactersNotBytes) {
  Table table({{"Name"}, {"n", Align::kRight}});
  table.Add({"Fryslân", "8"});
  table.Add({"Utrecht", "12"});
  EXPECT_EQ(table.Render(),
            "Name      n\n"
            "───────  ──\n"
            "Fryslân   8\n"
            "Utrecht  12\n");
}

TEST(TableTest, CutsTheWidestTextWhereTheTerminalIsNarrow) {
  Table table({{"School"}, {"Name"}});
  table.Add({"16SW03", "Een school met een erg lange naam"});
  EXPECT_EQ(table.Render(20),
            "School  Name\n"
            "──────  ────────────\n"
            "16SW03  Een school …\n");
}

TEST(ProgressTextTest, ShowsAShareWhereTheTotalIsKnown) {
  EXPECT_THAT(ProgressText("Reading", 5321, 8000), HasSubstr("66%  5,321 of 8,000"));
  EXPECT_EQ(ProgressText("Responses", 1200, 0), "Responses  1,200");
}

TEST(ErrorTextTest, NamesEveryFieldAndWhatToDoNext) {
  const absl::Status status = InvalidFields(
      {{"answers[0].choice", "NOT_AN_OPTION", "is no option"}, {"unit", "REQUIRED", "is needed"}});
  const std::string text = ErrorText(status, "host:1");
  EXPECT_THAT(text, HasSubstr("answers[0].choice: is no option [NOT_AN_OPTION]"));
  EXPECT_THAT(text, HasSubstr("unit: is needed [REQUIRED]"));
  EXPECT_THAT(ErrorText(absl::UnavailableError("no connection"), "host:1"),
              HasSubstr("Is a server running at host:1?"));
  EXPECT_THAT(ErrorText(absl::UnauthenticatedError("who are you?"), "host:1"),
              HasSubstr("--token-file FILE"));
  EXPECT_THAT(ErrorText(Error(absl::StatusCode::kPermissionDenied, "ROLE_MISSING", "no"), "host:1"),
              HasSubstr("voortgang whoami"));
  EXPECT_THAT(ErrorJson(status), HasSubstr("\"reason\":\"NOT_AN_OPTION\""));
}

TEST(ValuesTest, ReadAsPeopleWriteThem) {
  google::type::Money money;
  money.set_currency_code("EUR");
  money.set_units(1402);
  money.set_nanos(310'000'000);
  EXPECT_EQ(Amount(money), "€1,402.31");
  EXPECT_EQ(Percent("0.641"), "64.1%");
  EXPECT_EQ(EnumText(voortgang::funding::v1::ROUNDING_RULE_HALF_EVEN), "half even");
  EXPECT_EQ(EnumValue(voortgang::funding::v1::RoundingRule_descriptor(), "half-even"),
            voortgang::funding::v1::ROUNDING_RULE_HALF_EVEN);
  EXPECT_EQ(EnumValue(voortgang::funding::v1::RoundingRule_descriptor(), "sideways"), -1);
}

TEST(RunTextTest, TellsEveryCauseOfADifferenceOnALine) {
  voortgang::funding::v1::AmountDifference difference;
  difference.set_recipient("schools/16SW00");
  difference.set_title("De Regenboog");
  difference.mutable_before()->set_currency_code("EUR");
  difference.mutable_before()->set_units(100);
  difference.mutable_after()->set_currency_code("EUR");
  difference.mutable_after()->set_units(103);
  difference.mutable_difference()->set_currency_code("EUR");
  difference.mutable_difference()->set_units(3);
  auto& cause = *difference.add_attributions();
  cause.set_component("bo");
  cause.mutable_text()->set_en("Pupils: 1 pupil more (2 became 3): +€3.00");
  EXPECT_EQ(DifferenceText(difference),
            "De Regenboog (schools/16SW00): €100.00 became €103.00, +€3.00\n"
            "  Pupils: 1 pupil more (2 became 3): +€3.00   [bo]\n");
}

TEST(RunTextTest, ShowsTheClassesOfAnAttributeAndAllTogether) {
  voortgang::funding::v1::ChangeTable table;
  table.set_attribute("size");
  auto& row = *table.add_rows();
  row.set_recipient_count(2);
  row.set_winner_count(2);
  row.mutable_largest_gain()->set_recipient("schools/16SW00");
  row.mutable_largest_gain()->mutable_difference()->set_currency_code("EUR");
  row.mutable_largest_gain()->mutable_difference()->set_units(5);
  const std::string text = ChangeRowsTable(table, row).Render();
  EXPECT_THAT(text, testing::HasSubstr("size"));
  EXPECT_THAT(text, testing::HasSubstr("(not known)"));
  EXPECT_THAT(text, testing::HasSubstr("+€5.00 16SW00"));
  EXPECT_THAT(text, testing::HasSubstr("All"));
}

TEST(EstimateTextTest, WritesErrorsInTheUnitOfTheFigure) {
  EXPECT_EQ(EstimateText(0.672, /*mean=*/false), "67.2%");
  EXPECT_EQ(ErrorText(0.0127, /*mean=*/false), "1.3%");
  EXPECT_EQ(ErrorText(0.00083, /*mean=*/false), "0.1%");
  EXPECT_EQ(ErrorText(9.40894, /*mean=*/true), "9.41");
  EXPECT_EQ(MarginText(0.647, 0.697, /*known=*/true, /*mean=*/false), "± 2.5%");
  EXPECT_EQ(MarginText(0, 0, /*known=*/false, /*mean=*/false), "–");
}

}  // namespace
}  // namespace vg::cli

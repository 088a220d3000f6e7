#include "services/funding/files/spending_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::funding {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

TEST(SpendingFileTest, ReadsAReportPerRow) {
  SpendingFile file("npo-schools", Currency::Eur());
  ASSERT_OK(file.Feed(
      "school;jaar;a;b;f;pnil;reserve;bovenschools;mr_consent;mr_consent_date;scan;leraren\r\n"
      "16sw03;2022;1250,50;3000;;1000,00;500;0;given;2021-10-01;ja;studiedag\r\n"));
  ASSERT_OK(file.Finish());
  EXPECT_THAT(file.refused().kept(), IsEmpty());
  ASSERT_THAT(file.reports(), SizeIs(1));
  EXPECT_EQ(file.reports()[0].first, 2);
  EXPECT_EQ(file.reports()[0].second,
            (SpendingReport{.grant = "npo-schools",
                            .recipient = "16SW03",
                            .year = 2022,
                            .cents = {125'050, 300'000},
                            .hired_cents = 100'000,
                            .reserved_cents = 50'000,
                            .mr = {ConsentState::kGiven, absl::CivilDay(2021, 10, 1)},
                            .scan_made = true,
                            .teachers = "studiedag"}));
}

TEST(SpendingFileTest, ReadsMunicipalitiesInOneAmount) {
  SpendingFile file("npo-municipalities", Currency::Eur());
  ASSERT_OK(file.Feed("recipient,year,amount,version\nGM0363,2023,12.34,2\n"));
  ASSERT_OK(file.Finish());
  ASSERT_THAT(file.reports(), SizeIs(1));
  const SpendingReport& report = file.reports()[0].second;
  EXPECT_EQ(report.cents[static_cast<size_t>(Category::kNone)], 1234);
  EXPECT_EQ(report.version, 2);
}

TEST(SpendingFileTest, RefusesRowsByLineColumnAndReason) {
  SpendingFile file("npo-schools", Currency::Eur());
  ASSERT_OK(
      file.Feed("recipient,year,a,mr_consent,mr_consent_date,scan,version\n"
                "=cmd,2022,1,,,,\n"
                "16SW03,22,1,,,,\n"
                "16SW03,2022,1.250.00,,,,\n"
                "16SW03,2022,1,yes,,,\n"
                "16SW03,2022,1,given,2021-02-30,,\n"
                "16SW03,2022,1,,,maybe,\n"
                "16SW03,2022,1,,,,0\n"));
  ASSERT_OK(file.Finish());
  EXPECT_THAT(file.reports(), IsEmpty());
  const auto row = [](int64_t line, const char* column, const char* reason) {
    return AllOf(Field(&RefusedRow::line, line), Field(&RefusedRow::column, column),
                 Field(&RefusedRow::reason, reason));
  };
  EXPECT_THAT(file.refused().kept(),
              ElementsAre(row(2, "recipient", "BAD_RECIPIENT"), row(3, "year", "BAD_NUMBER"),
                          row(4, "a", "BAD_AMOUNT"), row(5, "mr_consent", "UNKNOWN_VALUE"),
                          row(6, "mr_consent_date", "IMPOSSIBLE_DATE"),
                          row(7, "scan", "UNKNOWN_VALUE"), row(8, "version", "BAD_NUMBER")));
}

TEST(ParseRecipientCodeTest, KnowsSchoolsAndMunicipalities) {
  EXPECT_THAT(ParseRecipientCode("16sw03"), IsOkAndHolds("16SW03"));
  EXPECT_THAT(ParseRecipientCode("gm0363"), IsOkAndHolds("GM0363"));
  for (const char* wrong : {"", "16SW", "16SW0A", "GX0363", "GM036", "GM03631", "1GSW03"}) {
    EXPECT_THAT(ParseRecipientCode(wrong), HasReason("BAD_RECIPIENT")) << wrong;
  }
}

}  // namespace
}  // namespace vg::funding

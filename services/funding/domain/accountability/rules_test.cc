#include "services/funding/domain/accountability/rules.h"

#include <numeric>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/accountability/test_accountability.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::CivilDay kToday(2023, 3, 1);

std::vector<std::string> Reasons(const std::vector<ReportFinding>& findings, bool refuses) {
  std::vector<std::string> reasons;
  for (const ReportFinding& finding : findings) {
    if (finding.refuses == refuses) reasons.push_back(finding.reason);
  }
  return reasons;
}
std::vector<std::string> Refused(const SpendingReport& report, const Earlier& earlier = {},
                                 absl::CivilDay today = kToday, int64_t received = 1'000'000) {
  return Reasons(CheckReport(report, SchoolRules(), earlier, received, today), true);
}
std::vector<std::string> Warned(const SpendingReport& report, int64_t received = 1'000'000) {
  return Reasons(CheckReport(report, SchoolRules(), {}, received, kToday), false);
}

TEST(CheckReportTest, SaysNothingOfAWholeReport) {
  EXPECT_THAT(CheckReport(ReportOf(2022), SchoolRules(), {}, 1'000'000, kToday), IsEmpty());
}

// The minister extended the period on 25 February 2022.
TEST(CheckReportTest, ThePeriodIsThatOfTheLastDecision) {
  EXPECT_EQ(PeriodOn(SchoolRules(), absl::CivilDay(2022, 2, 24)).until,
            absl::CivilDay(2023, 7, 31));
  EXPECT_EQ(PeriodOn(SchoolRules(), absl::CivilDay(2022, 2, 25)).until,
            absl::CivilDay(2025, 7, 31));
  EXPECT_EQ(PeriodOn(SchoolRules(), absl::CivilDay(2021, 1, 1)).until, absl::CivilDay(2023, 7, 31));
  EXPECT_THAT(Refused(ReportOf(2024), {}, absl::CivilDay(2025, 2, 1)), IsEmpty());
  EXPECT_THAT(Refused(ReportOf(2026), {}, absl::CivilDay(2027, 2, 1)),
              ElementsAre("OUTSIDE_SPENDING_PERIOD"));
  EXPECT_THAT(Refused(ReportOf(2020)), ElementsAre("OUTSIDE_SPENDING_PERIOD"));
  EXPECT_THAT(Refused(ReportOf(2024)), ElementsAre("FUTURE_YEAR"));
}

TEST(CheckReportTest, FacilitiesComeWithSomethingElse) {
  SpendingReport report = ReportOf(2022);
  report.cents = {};
  report.cents[static_cast<size_t>(Category::kF)] = 100;
  report.hired_cents = 0;
  EXPECT_THAT(Refused(report), ElementsAre("FACILITIES_ALONE"));
  Earlier earlier;
  earlier.cents[static_cast<size_t>(Category::kB)] = 1;
  EXPECT_THAT(Refused(report, earlier), IsEmpty());
}

TEST(CheckReportTest, PartsAreNoMoreThanTheWhole) {
  SpendingReport report = ReportOf(2022);
  report.hired_cents = 500'001;
  EXPECT_THAT(Refused(report), ElementsAre("HIRED_ABOVE_TOTAL"));
  report = ReportOf(2022);
  report.above_cents = 500'001;
  EXPECT_THAT(Refused(report), ElementsAre("ABOVE_SCHOOL_LEVEL_ABOVE_TOTAL"));
  report = ReportOf(2022);
  report.cents[0] = -1;
  EXPECT_THAT(Refused(report), testing::Contains("NEGATIVE_AMOUNT"));
  report.cents[0] = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(Refused(report), ElementsAre("MONEY_OVERFLOW"));
  report.cents = {1'000'000'000'000'000};
  EXPECT_THAT(Refused(report), ElementsAre("AMOUNT_TOO_LARGE"));
}

TEST(CheckReportTest, SchoolsClassifyAndMunicipalitiesDoNot) {
  SpendingReport report = ReportOf(2022);
  report.cents[static_cast<size_t>(Category::kNone)] = 1;
  EXPECT_THAT(Refused(report), ElementsAre("NOT_CLASSIFIED"));
  AccountabilityRules rules = SchoolRules();
  rules.schools = false;
  EXPECT_THAT(Reasons(CheckReport(ReportOf(2022), rules, {}, 1'000'000, kToday), true),
              ElementsAre("CLASSIFIED"));
  SpendingReport municipal{.year = 2022, .cents = {0, 0, 0, 0, 0, 0, 100}};
  EXPECT_THAT(CheckReport(municipal, rules, {}, 1'000'000, kToday), IsEmpty());
}

TEST(CheckReportTest, SpendingMoreThanReceivedIsWarnedOfOrRefusedAsTheRulesSay) {
  EXPECT_THAT(Warned(ReportOf(2022), 499'999), ElementsAre("SPENT_MORE_THAN_RECEIVED"));
  EXPECT_THAT(Warned(ReportOf(2022), 500'000), IsEmpty());
  AccountabilityRules rules = SchoolRules();
  rules.overspending = Overspending::kRefuse;
  EXPECT_THAT(Reasons(CheckReport(ReportOf(2022), rules, {}, 499'999, kToday), true),
              ElementsAre("SPENT_MORE_THAN_RECEIVED"));
  Earlier earlier;
  earlier.cents[0] = 1;
  EXPECT_THAT(Reasons(CheckReport(ReportOf(2022), rules, earlier, 500'000, kToday), true),
              ElementsAre("SPENT_MORE_THAN_RECEIVED"));
}

TEST(CheckReportTest, WarnsOfWhatPeopleWereNotAsked) {
  SpendingReport report = ReportOf(2022);
  report.mr.state = ConsentState::kRequested;
  report.above_cents = 1;
  report.parents = "";
  report.scan_made = false;
  report.reserved_cents = 500'001;
  EXPECT_THAT(Warned(report),
              ElementsAre("RESERVED_MORE_THAN_LEFT", "MR_CONSENT_MISSING", "GMR_CONSENT_MISSING",
                          "INVOLVEMENT_MISSING", "SCAN_MISSING"));
}

TEST(CheckRulesTest, PeriodsAreInTheOrderOfTheirDecisions) {
  EXPECT_OK(CheckRules(SchoolRules()));
  AccountabilityRules rules = SchoolRules();
  std::swap(rules.periods[0], rules.periods[1]);
  EXPECT_THAT(CheckRules(rules), HasViolation("spending_periods[1].decided_on"));
  rules = SchoolRules();
  rules.periods[0].until = absl::CivilDay(2021, 7, 31);
  EXPECT_THAT(CheckRules(rules), HasViolation("spending_periods[0].last_day"));
  rules.periods.clear();
  EXPECT_THAT(CheckRules(rules), HasReason("NO_PERIOD"));
}

TEST(HiredPercentageTest, IsExact) {
  EXPECT_EQ(HiredPercentage(1, 3)->ToText(), "100/3");
  EXPECT_EQ(HiredPercentage(125'000, 500'000)->ToText(), "25");
  EXPECT_EQ(HiredPercentage(0, 0), std::nullopt);
}

TEST(AttributeTest, TheOldestMoneyIsSpentFirst) {
  EXPECT_THAT(
      Attribute({30, 50}, {{"g/2021-2022", 40}, {"g/2022-2023", 100}}),
      ElementsAre(BookSpending{"g/2021-2022", {30, 10}}, BookSpending{"g/2022-2023", {0, 40}}));
  // What exceeds all is of the last.
  EXPECT_THAT(
      Attribute({30, 50}, {{"g/2021-2022", 40}, {"g/2022-2023", 10}}),
      ElementsAre(BookSpending{"g/2021-2022", {30, 10}}, BookSpending{"g/2022-2023", {0, 40}}));
  EXPECT_THAT(Attribute({30}, {{"g/2021-2022", -5}}),
              ElementsAre(BookSpending{"g/2021-2022", {30}}));
}

TEST(AttributeTest, LosesAndInventsNothing) {
  std::mt19937 random(20231231);
  for (int round = 0; round < 500; ++round) {
    std::array<int64_t, kCategories> spent{};
    for (int64_t& cents : spent)
      cents = random() % 3 == 0 ? 0 : static_cast<int64_t>(random() % 1000);
    std::vector<BookFunds> books;
    for (unsigned i = 0; i <= random() % 4; ++i) {
      books.push_back({std::to_string(i), static_cast<int64_t>(random() % 1500)});
    }
    const auto parts = Attribute(spent, books);
    for (size_t category = 0; category < kCategories; ++category) {
      int64_t sum = 0;
      for (const BookSpending& part : parts) {
        EXPECT_GE(part.cents[category], 0);
        sum += part.cents[category];
      }
      EXPECT_EQ(sum, spent[category]);
    }
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      EXPECT_LE(std::accumulate(parts[i].cents.begin(), parts[i].cents.end(), int64_t{0}),
                books[i].cents);
    }
  }
}

}  // namespace
}  // namespace vg::funding

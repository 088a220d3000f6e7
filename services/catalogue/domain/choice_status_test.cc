#include "services/catalogue/domain/choice_status.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::CivilDay kToday(2022, 4, 1);
const absl::Time kNow = absl::FromCivil(absl::CivilHour(2022, 4, 1, 12), absl::UTCTimeZone());
constexpr ChoiceStatus kAll[] = {kPlanned, kRunning, kFinished, kStopped};

Choice Filed(ChoiceStatus status, std::optional<absl::CivilDay> date = {}) {
  return {.intervention = "feedback", .status = status, .status_date = date};
}

// `choice` as it follows `known`.
Choice Next(const Choice* known, Choice choice, absl::Time now = kNow) {
  EXPECT_THAT(Continue(known, now, "", choice), IsEmpty());
  return choice;
}

std::vector<std::string> Faults(const Choice& known, Choice choice) {
  std::vector<std::string> words;
  for (const FieldViolation& fault : Continue(&known, kNow, "choices[0].", choice)) {
    words.push_back(fault.field + " " + fault.reason);
  }
  return words;
}

std::vector<std::string> History(const Choice& choice) {
  std::vector<std::string> words;
  for (const StatusChange& change : choice.history) {
    words.push_back(std::string(StatusName(change.status)) + " " +
                    absl::FormatCivilTime(change.date));
  }
  return words;
}

TEST(ChoiceStatusTest, BeginsWithAnyStatusOnTheDayItIsFiled) {
  for (const ChoiceStatus status : kAll) {
    const Choice choice = Next(nullptr, Filed(status));
    EXPECT_EQ(choice.status_date, kToday);
    ASSERT_THAT(choice.history, SizeIs(1));
    EXPECT_EQ(choice.history[0].record_time, kNow);
  }
}

TEST(ChoiceStatusTest, GoesOnlyWaysThatInterventionsGo) {
  const std::pair<ChoiceStatus, ChoiceStatus> ways[] = {
      {kPlanned, kRunning}, {kPlanned, kFinished}, {kPlanned, kStopped}, {kRunning, kFinished},
      {kRunning, kStopped}, {kFinished, kRunning}, {kStopped, kPlanned}, {kStopped, kRunning}};
  for (const ChoiceStatus from : kAll) {
    const Choice known = Next(nullptr, Filed(from));
    for (const ChoiceStatus to : kAll) {
      const bool may =
          from == to || std::count(std::begin(ways), std::end(ways), std::pair(from, to)) == 1;
      if (may) {
        EXPECT_THAT(Faults(known, Filed(to)), IsEmpty()) << StatusName(from) << StatusName(to);
      } else {
        EXPECT_THAT(Faults(known, Filed(to)), ElementsAre("choices[0].status ILLEGAL_TRANSITION"));
      }
    }
  }
}

TEST(ChoiceStatusTest, KeepsEveryStatusWithItsDate) {
  const Choice planned = Next(nullptr, Filed(kPlanned, kToday - 90));
  const Choice running = Next(&planned, Filed(kRunning, kToday - 60));
  const Choice stopped = Next(&running, Filed(kStopped, kToday - 30));
  const Choice again = Next(&stopped, Filed(kRunning));
  EXPECT_THAT(History(again), ElementsAre("PLANNED 2022-01-01", "RUNNING 2022-01-31",
                                          "STOPPED 2022-03-02", "RUNNING 2022-04-01"));
}

TEST(ChoiceStatusTest, KeepsTheDateOfAStatusThatIsFiledAgainWithoutOne) {
  const Choice running = Next(nullptr, Filed(kRunning, kToday - 60));
  const Choice again = Next(&running, Filed(kRunning), kNow + absl::Hours(48));
  EXPECT_EQ(again, running);
}

TEST(ChoiceStatusTest, PutsTheLastDateRight) {
  const Choice planned = Next(nullptr, Filed(kPlanned, kToday - 90));
  const Choice running = Next(&planned, Filed(kRunning, kToday - 60));
  const Choice corrected = Next(&running, Filed(kRunning, kToday - 50));
  EXPECT_THAT(History(corrected), ElementsAre("PLANNED 2022-01-01", "RUNNING 2022-02-10"));
  EXPECT_THAT(Faults(running, Filed(kRunning, kToday - 91)),
              ElementsAre("choices[0].status_date STATUS_OUT_OF_ORDER"));
}

TEST(ChoiceStatusTest, TakesOutTheDateThatWasReadWithTheStatusBefore) {
  Choice planned = Filed(kPlanned, kToday - 90);
  planned.status_evidence = "Notulen team";
  Choice running = planned;
  running.status = kRunning;
  DropKeptDate(planned, running);
  EXPECT_EQ(running, Filed(kRunning));
}

TEST(ChoiceStatusTest, TakesItOutAgainWhenTheFilingIsSentAgain) {
  Choice planned = Filed(kPlanned, kToday - 90);
  planned.status_evidence = "Notulen team";
  planned = Next(nullptr, planned);
  const Choice running = Next(&planned, Filed(kRunning));
  Choice again = Filed(kRunning, kToday - 90);
  again.status_evidence = "Notulen team";
  DropKeptDate(running, again);
  EXPECT_EQ(again, Filed(kRunning));
  EXPECT_EQ(Next(&running, again), running);
}

TEST(ChoiceStatusTest, LeavesADateThatSaysSomethingOfTheStatus) {
  const Choice planned = Filed(kPlanned, kToday - 90);
  Choice recorded = Filed(kRunning, kToday - 90);
  recorded.status_evidence = "Rooster";
  for (const Choice& choice : {Filed(kPlanned, kToday - 90), Filed(kRunning, kToday), recorded}) {
    Choice left = choice;
    DropKeptDate(planned, left);
    EXPECT_EQ(left, choice);
  }
}

TEST(ChoiceStatusTest, RefusesAStatusBeforeTheOneBefore) {
  const Choice planned = Next(nullptr, Filed(kPlanned, kToday - 10));
  EXPECT_THAT(Faults(planned, Filed(kRunning, kToday - 11)),
              ElementsAre("choices[0].status_date STATUS_OUT_OF_ORDER"));
}

TEST(ChoiceStatusTest, LeavesAChoiceWithoutDatesAsItIs) {
  const Choice old = Filed(kRunning);  // As choices were kept before statuses had dates.
  EXPECT_EQ(Next(&old, Filed(kRunning)), old);
  EXPECT_THAT(History(Next(&old, Filed(kFinished, kToday))), ElementsAre("FINISHED 2022-04-01"));
}

TEST(ChoiceStatusTest, EndsAHistoryThatHasNoEnd) {
  Choice choice = Next(nullptr, Filed(kRunning));
  for (int i = 1; i < kMaxStatuses; ++i) {
    choice = Next(&choice, Filed(i % 2 == 1 ? kFinished : kRunning));
  }
  EXPECT_THAT(choice.history, SizeIs(kMaxStatuses));
  EXPECT_THAT(Faults(choice, Filed(kRunning)), ElementsAre("choices[0].status TOO_MANY_STATUSES"));
}

}  // namespace
}  // namespace vg::catalogue

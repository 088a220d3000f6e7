// What rules know of a response beside its answers: today(), position(), group.count().

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/survey/domain/test_rules.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Questionnaire Groups(Question after) {
  Question named = MakeQuestion("name", TextInput{});
  named.relevance = "position() > 1";
  return Asking(
      {MakeQuestion("groups", RepeatGroup{{Computed("place", "position() * 10"), named}, 0, 0}),
       std::move(after)});
}

DraftAnswer ThreeGroups() {
  return Said("groups", RepeatAnswer{{{}, {}, {Said("name", TextAnswer{"c"})}}});
}

TEST(CalledNamesTest, TodayIsTheDayOfTheResponse) {
  const auto compiled = CompiledQuestionnaire::Compile(
      Asking({MakeQuestion("started", DateInput{}, false, "", "started <= today()"),
              Computed("year", "today().substring(0, 4)")}));
  ResponseChecker checker(*compiled);
  ResponseDraft draft;
  draft.answers = {Said("started", DateAnswer{2022, 1, 18})};
  draft.today = absl::CivilDay(2022, 1, 17);
  EXPECT_EQ(checker.Check(draft).violations.at(0).reason, "CONSTRAINT");
  draft.today = absl::CivilDay(2022, 1, 18);
  EXPECT_THAT(checker.Check(draft).violations, IsEmpty());
  EXPECT_EQ(checker.Check(draft).computed.at(0).value, "2022");
}

TEST(CalledNamesTest, PositionIsThePlaceOfTheInstance) {
  const Answered answered(Groups(MakeQuestion("why", TextInput{})), {ThreeGroups()});
  EXPECT_THAT(answered.faults(), IsEmpty());
  EXPECT_THAT(answered.computed(), ElementsAre("place[1]=10", "place[2]=20", "place[3]=30"));
  EXPECT_THAT(answered.dropped(), IsEmpty());
}

TEST(CalledNamesTest, PositionIsKnownInsideGroupsOnly) {
  EXPECT_THAT(FaultsOf(Groups(Computed("n", "position()"))),
              ElementsAre("sections[0].questions[1].calculation.expression: UNKNOWN_FUNCTION"));
}

TEST(CalledNamesTest, CountIsTheNumberOfInstances) {
  const Questionnaire counted = Groups(Computed("n", "groups.count()"));
  EXPECT_THAT(Answered(counted, {ThreeGroups()}).computed(),
              ElementsAre("place[1]=10", "place[2]=20", "place[3]=30", "n=3"));
  EXPECT_THAT(Answered(counted, {Said("groups", RepeatAnswer{})}).computed(), ElementsAre("n=0"));
  EXPECT_THAT(Answered(counted, {}).computed(), IsEmpty());
}

TEST(CalledNamesTest, CountWaitsForTheGroup) {
  Questionnaire early = Groups(MakeQuestion("why", TextInput{}));
  std::vector<Question>& questions = early.sections[0].questions;
  std::swap(questions[0], questions[1]);
  questions[0].relevance = "groups.count() > 1";
  EXPECT_THAT(FaultsOf(early), ElementsAre("sections[0].questions[0].relevance: LATER_QUESTION"));
}

TEST(CalledNamesTest, QuestionsMayBeCalledSo) {
  EXPECT_THAT(FaultsOf(Asking({Number("today"), Number("position"),
                               Computed("sum", "today + position * days(today())")})),
              IsEmpty());
}

}  // namespace
}  // namespace vg::survey

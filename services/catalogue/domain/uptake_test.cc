#include "services/catalogue/domain/uptake.h"

#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Menu& ExampleMenu() {
  static const Menu& menu = *new Menu("menuEditions/2021-spring", ExampleEdition());
  return menu;
}

TEST(UptakeTest, RanksTheMostChosenFirstAndKeepsTheOrderOfTheMenuInTies) {
  const std::vector<Uptake> ranked = Rank(ExampleMenu(), {{"leermiddelen", kPlanned, 2},
                                                          {"leermiddelen", kStopped, 1},
                                                          {"vervallen", kFinished, 4},
                                                          {"zomerschool", kRunning, 4}});
  std::vector<std::string> order;
  for (const Uptake& uptake : ranked) order.push_back(uptake.intervention);
  EXPECT_THAT(order, ElementsAre("vervallen", "zomerschool", "leermiddelen", "feedback",
                                 "directe-instructie"));
  EXPECT_EQ(ranked[0].place, std::nullopt);
  EXPECT_EQ(ranked[2].total(), 3);
  EXPECT_EQ(ranked[2].planned, 2);
  EXPECT_EQ(ranked[2].stopped, 1);
  EXPECT_EQ(ranked[3].total(), 0);
}

TEST(BreakDownTest, CountsSchoolsProgrammesAndChoicesPerGroup) {
  const SchoolTable table("", {{"16SW03", {{"province", "Utrecht"}}},
                               {"16SW04", {{"province", "Utrecht"}}},
                               {"31FR00", {{"province", "Zeeland"}}},
                               {"32AA00", {}}});
  const ChoiceCount feedback = {.intervention = "feedback",
                                .status = kRunning,
                                .programmes = 1,
                                .pupils = 80,
                                .pupils_said = 1,
                                .cents = 1250050,
                                .amount_said = 1};
  const YearChoices year = {
      .schools = {"16SW03", "99ZZ99"},
      .choices = {
          {"16SW03", feedback}, {"99ZZ99", feedback}, {"16SW03", {"verborgen", kPlanned, 1}}}};
  const std::vector<UptakeGroup> groups =
      BreakDown(year, table, {"province"}, Rank(ExampleMenu(), {feedback}));
  ASSERT_EQ(groups.size(), 3u);
  // A school that is not in the snapshot is with those of which it says nothing.
  EXPECT_THAT(groups[0].key, ElementsAre(""));
  EXPECT_EQ(groups[0].schools, 1);
  EXPECT_EQ(groups[0].programmes, 1);
  EXPECT_THAT(groups[1].key, ElementsAre("Utrecht"));
  EXPECT_EQ(groups[1].schools, 2);
  EXPECT_EQ(groups[1].programmes, 1);
  ASSERT_EQ(groups[1].uptake.size(), 1u);
  EXPECT_EQ(groups[1].uptake[0].running, 1);
  EXPECT_EQ(groups[1].uptake[0].pupils, 80);
  EXPECT_EQ(groups[1].uptake[0].cents, 1250050);
  EXPECT_EQ(groups[2].programmes, 0);
  EXPECT_THAT(groups[2].uptake, IsEmpty());
}

// A made-up country.
class BreakDownPropertyTest : public testing::TestWithParam<int> {
 protected:
  BreakDownPropertyTest() : random_(static_cast<unsigned>(GetParam())) {
    const char* const interventions[] = {"feedback", "directe-instructie", "leermiddelen",
                                         "anders"};
    for (int i = 0; i < 60; ++i) {
      const std::string code = absl::StrFormat("%02dAA00", i);
      std::map<std::string, std::string> attributes;
      for (const char* attribute : {"province", "size", "board"}) {
        if (Draw(6) > 0) attributes[attribute] = absl::StrCat(attribute, Draw(4));
      }
      if (Draw(8) > 0) schools_.push_back({code, attributes});
      if (Draw(4) == 0) continue;
      year_.schools.push_back(code);
      for (const char* intervention : interventions) {
        if (Draw(2) == 0) continue;
        ChoiceCount count{intervention, static_cast<ChoiceStatus>(1 + Draw(4)), 1};
        count.pupils_said = Draw(2);
        count.pupils = count.pupils_said * Draw(500);
        count.amount_said = Draw(2);
        count.cents = count.amount_said * Draw(1'000'000);
        year_.choices.push_back({code, count});
      }
    }
  }

  int Draw(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  std::vector<Uptake> Whole() const {
    std::vector<ChoiceCount> counts;
    for (const auto& chosen : year_.choices) counts.push_back(chosen.count);
    return Rank(ExampleMenu(), counts);
  }

  std::mt19937 random_;
  std::vector<School> schools_;
  YearChoices year_;
};

INSTANTIATE_TEST_SUITE_P(Countries, BreakDownPropertyTest, testing::Range(0, 20));

TEST_P(BreakDownPropertyTest, AddsUpToTheWhole) {
  const SchoolTable table("", schools_);
  for (const std::vector<std::string>& attributes : std::vector<std::vector<std::string>>{
           {"province"}, {"board", "size"}, {"size", "province"}, {"denomination"}}) {
    std::map<std::string, Uptake> sums;
    for (const Uptake& uptake : Whole()) {
      sums[uptake.intervention] = {.intervention = uptake.intervention, .place = uptake.place};
    }
    int64_t schools = 0;
    int64_t programmes = 0;
    for (const UptakeGroup& group : BreakDown(year_, table, attributes, Whole())) {
      schools += group.schools;
      programmes += group.programmes;
      for (const Uptake& part : group.uptake) {
        Uptake& sum = sums[part.intervention];
        sum.planned += part.planned;
        sum.running += part.running;
        sum.finished += part.finished;
        sum.stopped += part.stopped;
        sum.pupils += part.pupils;
        sum.pupils_said += part.pupils_said;
        sum.cents += part.cents;
        sum.amount_said += part.amount_said;
        EXPECT_LE(part.total(), group.programmes);
      }
    }
    EXPECT_EQ(schools, static_cast<int64_t>(schools_.size()));
    EXPECT_EQ(programmes, static_cast<int64_t>(year_.schools.size()));
    for (const Uptake& uptake : Whole()) {
      EXPECT_EQ(sums[uptake.intervention], uptake) << uptake.intervention;
    }
  }
}

TEST_P(BreakDownPropertyTest, DoesNotMindTheOrderOfFiling) {
  const SchoolTable table("", schools_);
  const auto told = [&] {
    std::vector<std::string> words;
    for (const UptakeGroup& group : BreakDown(year_, table, {"province", "size"}, Whole())) {
      for (const Uptake& uptake : group.uptake) {
        words.push_back(absl::StrCat(group.key[0], " ", group.key[1], " ", uptake.intervention, " ",
                                     uptake.total(), " ", uptake.pupils, " ", uptake.cents));
      }
    }
    return words;
  };
  const std::vector<std::string> before = told();
  std::shuffle(year_.schools.begin(), year_.schools.end(), random_);
  std::shuffle(year_.choices.begin(), year_.choices.end(), random_);
  EXPECT_EQ(told(), before);
}

}  // namespace
}  // namespace vg::catalogue

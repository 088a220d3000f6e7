// Sums, shares and ranks over all recipients, and a pot that is divided to the last cent.

#include "services/funding/domain/calculation/population.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/calculation/population_pass.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Code(int number) {
  return std::to_string(number / 100 % 90 + 10) + "AB" + std::to_string(10 + number % 90);
}

Recipient Scored(std::string code, int64_t pupils, std::string_view score,
                 Sector sector = Sector::kPrimary) {
  Recipient school = School(std::move(code), pupils);
  school.sector = sector;
  school.score = Number(score);
  return school;
}

// An amount for whoever `condition` holds.
Scheme Flagging(std::string condition) {
  Scheme scheme = SchoolScheme();
  scheme.parameters = {Rate("one", "1", "EUR"), Rate("share", "0.15", "1")};
  scheme.components = {Part("flag", "one", std::move(condition))};
  return scheme;
}

Scheme Dividing(std::string_view pot, RemainderRule remainder) {
  Scheme scheme = SchoolScheme();
  scheme.parameters = {Rate("pot", pot, "EUR")};
  Component part = Part("share", "");
  part.distribution = Distribution{.pot = "pot", .by = "score", .per = "", .remainder = remainder};
  scheme.components = {part};
  return scheme;
}

RunResult Allocated(const Scheme& scheme, std::vector<Recipient> schools, int threads = 1) {
  const absl::StatusOr<Calculator> calculator = Calculator::Make(scheme);
  EXPECT_OK(calculator);
  absl::StatusOr<RunResult> run =
      Allocate(*calculator, CountedInTime(), std::move(schools), threads);
  EXPECT_OK(run);
  return *std::move(run);
}

std::vector<int64_t> Cents(const RunResult& run) {
  std::vector<int64_t> cents;
  for (const Allocation& allocation : run.allocations) {
    cents.push_back(allocation.amount.has_value() ? allocation.amount->cents : -1);
  }
  return cents;
}

TEST(PopulationTest, SumsCountsAndMeansAreOverAllRecipients) {
  Scheme scheme = SchoolScheme();
  scheme.parameters = {Rate("pot", "1000", "EUR"), Rate("per_point", "1", "EUR/point")};
  scheme.components = {Part("sum", "pot * score / sum(score)"),
                       Part("mean", "per_point * max(0, score - mean(score))"),
                       Part("count", "pot / count(score > 1)"),
                       Part("ends", "per_point * (max(score) - min(score))")};
  const RunResult run = Allocated(scheme, {Scored("16SW00", 1, "1"), Scored("16SW01", 1, "3")});
  EXPECT_EQ(run.allocations[0].components,
            (std::vector<ComponentAmount>{
                {0, Euro(25'000)}, {1, Euro(0)}, {2, Euro(100'000)}, {3, Euro(200)}}));
  EXPECT_EQ(run.allocations[1].components,
            (std::vector<ComponentAmount>{
                {0, Euro(75'000)}, {1, Euro(100)}, {2, Euro(100'000)}, {3, Euro(200)}}));
}

TEST(PopulationTest, TheHighestFifteenPercentOfEachSector) {
  std::vector<Recipient> schools;
  for (int i = 0; i < 20; ++i) {
    schools.push_back(Scored(Code(i), 10, std::to_string(i), Sector::kPrimary));
  }
  for (int i = 20; i < 30; ++i) {
    schools.push_back(Scored(Code(i), 10, std::to_string(i), Sector::kSecondary));
  }
  const RunResult run =
      Allocated(Flagging("top_share(score / pupils.total, 15 %, per sector)"), schools);
  // 3 of 20; of 10 fewer than 1.5 stand above the second.
  EXPECT_EQ(run.component_totals[0].recipients, 3 + 2);
  const std::vector<int64_t> cents = Cents(run);
  EXPECT_EQ(run.population.calls[0].call, "top_share(score / pupils.total, 0.15, per sector)");
  EXPECT_EQ(run.population.calls[0].Find("primary")->value, Number("1.7"));
  EXPECT_EQ(run.population.calls[0].Find("secondary")->value, Number("2.8"));
  // The share may be a parameter, with its legal reference.
  EXPECT_EQ(
      Cents(Allocated(Flagging("top_share(score / pupils.total, share, per sector)"), schools)),
      cents);
}

TEST(PopulationTest, EqualsOnTheBorderOfATopShareAreTreatedAlike) {
  std::vector<Recipient> schools;
  for (int i = 0; i < 10; ++i) schools.push_back(Scored(Code(i), 10, i < 4 ? "9" : "1"));
  EXPECT_EQ(Allocated(Flagging("top_share(score, 15 %)"), schools).component_totals[0].recipients,
            4);
}

TEST(PopulationTest, OneUnknownPartLeavesTheFigureUndeterminedForAllAndSaysWhose) {
  std::vector<Recipient> schools = {Scored("16SW00", 1, "1"), Scored("16SW01", 1, "3"),
                                    School("16SW02", 1), School("16SW03", 1)};
  RunResult run = Allocated(Flagging("score > mean(score)"), schools);
  EXPECT_EQ(run.undetermined, 4);
  EXPECT_EQ(run.allocations[0].undetermined_reason,
            "mean(score) cannot be determined: score is missing in the source for 2 branches: "
            "16SW02, 16SW03");
  run = Allocated(Flagging("has(score) && score > mean(score, where has(score))"), schools);
  EXPECT_THAT(Cents(run), ElementsAre(0, 100, 0, 0));
}

TEST(PopulationTest, ARecipientOfAnUnknownGroupLeavesAGapInEveryGroup) {
  std::vector<Recipient> schools = {Scored("16SW00", 1, "1"),
                                    Scored("16SW01", 1, "3", Sector::kUnknown)};
  const RunResult run = Allocated(Flagging("score >= max(score, per sector)"), schools);
  EXPECT_EQ(run.undetermined, 2);
  EXPECT_THAT(run.allocations[0].undetermined_reason, HasSubstr("sector is missing"));
  EXPECT_EQ(run.allocations[1].undetermined_reason, "sector is missing in the source");
}

TEST(PopulationTest, CallsMayStandWithinCallsAndInDefinitions) {
  Scheme scheme = Flagging("above == count(score > mean(score))");
  scheme.definitions = {
      {.id = "above", .title = {"Boven", "Above"}, .formula = "sum(score > mean(score) ? 1 : 0)"}};
  const RunResult run = Allocated(
      scheme, {Scored("16SW00", 1, "1"), Scored("16SW01", 1, "2"), Scored("16SW02", 1, "6")});
  EXPECT_THAT(Cents(run), ElementsAre(100, 100, 100));
  EXPECT_EQ(run.population.calls.front().call, "mean(score)");
}

TEST(PopulationTest, OneRecipientIsExplainedFromTheFiguresOfTheRun) {
  for (const RemainderRule rule : {RemainderRule::kLargestRemainder, RemainderRule::kLastRecipient,
                                   RemainderRule::kLargestShare}) {
    const std::vector<Recipient> schools = {Scored("16SW00", 1, "1"), Scored("16SW01", 1, "1"),
                                            Scored("16SW02", 1, "1")};
    ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(Dividing("1000", rule)));
    ASSERT_OK_AND_ASSIGN(const RunResult run, Allocate(calculator, CountedInTime(), schools));
    for (size_t i = 0; i < schools.size(); ++i) {
      std::vector<Working> workings;
      const Allocation again = calculator.Explain(schools[i], workings, run.population);
      EXPECT_TRUE(again.SameAmounts(run.allocations[i])) << NameOf(rule);
      EXPECT_EQ(workings[0].unrounded, Number("1000/3"));
      EXPECT_EQ(workings[0].formula->text, "pot * score / sum(score)");
    }
    std::vector<Working> workings;
    EXPECT_THAT(calculator.Explain(schools[0], workings).undetermined_reason,
                HasSubstr("computed alone"));
  }
}

TEST(DistributionTest, WhatRoundingLeavesGoesByTheRule) {
  const std::vector<Recipient> schools = {Scored("16SW00", 1, "1"), Scored("16SW01", 1, "2"),
                                          Scored("16SW02", 1, "4")};
  // Sevenths of 100.00: 14.2857…, 28.5714…, 57.1428….
  EXPECT_THAT(Cents(Allocated(Dividing("100", RemainderRule::kLargestRemainder), schools)),
              ElementsAre(1429, 2857, 5714));
  EXPECT_THAT(Cents(Allocated(Dividing("100.01", RemainderRule::kLastRecipient), schools)),
              ElementsAre(1429, 2857, 5715));
  // Thirds of 1.00: the cent that is left goes to the lower code, the last or the largest.
  const std::vector<Recipient> equals = {Scored("16SW02", 1, "1"), Scored("16SW00", 1, "1"),
                                         Scored("16SW01", 1, "1")};
  EXPECT_THAT(Cents(Allocated(Dividing("1", RemainderRule::kLargestRemainder), equals)),
              ElementsAre(34, 33, 33));
  EXPECT_THAT(Cents(Allocated(Dividing("1", RemainderRule::kLastRecipient), equals)),
              ElementsAre(33, 33, 34));
  EXPECT_THAT(Cents(Allocated(Dividing("1", RemainderRule::kLargestShare), equals)),
              ElementsAre(34, 33, 33));
}

TEST(DistributionTest, ThirtySeventhsOfTenMillionLoseNothing) {
  std::vector<Recipient> schools = {Scored("16SW00", 1, "2"), Scored("16SW01", 1, "35")};
  const RunResult run = Allocated(Dividing("10000000", RemainderRule::kLargestRemainder), schools);
  EXPECT_THAT(Cents(run), ElementsAre(54'054'054, 945'945'946));
}

TEST(DistributionTest, SharesAddUpToThePotWhateverTheWeights) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<Recipient> schools;
    const int count = 1 + static_cast<int>(random() % 60);
    for (int i = 0; i < count; ++i) {
      Recipient school = School(std::to_string(1000 + i), 1);
      school.score = Exact(static_cast<int64_t>(random() % 100'000)) / (1 + random() % 977);
      schools.push_back(std::move(school));
    }
    schools[0].score = Exact(1);
    const int64_t pot = static_cast<int64_t>(random() % 2'000'000'000) - 500'000'000;
    Scheme scheme = Dividing(Exact::FromScaled(pot, 2).ToText(), RemainderRule::kLargestRemainder);
    if (round % 3 == 1) scheme.components[0].distribution->remainder = RemainderRule::kLargestShare;
    if (round % 5 == 2) {
      scheme.components[0].rounding = {.decimals = 0, .rule = Rounding::kDown};
      scheme.parameters[0].value = Exact(pot);
    }
    const RunResult run = Allocated(scheme, schools);
    ASSERT_EQ(run.undetermined, 0);
    EXPECT_EQ(ToExact(run.total), scheme.parameters[0].value) << "round " << round;
    for (const Allocation& allocation : run.allocations) {
      EXPECT_GE(allocation.amount->cents * (pot < 0 ? -1 : 1), 0);
    }
  }
}

TEST(DistributionTest, DividesAPotForEachGroupOverThoseToWhomItApplies) {
  Scheme scheme = SchoolScheme();
  Parameter pots = Rate("pots", "0", "EUR");
  pots.table = {{.key = "primary", .value = Number("100"), .legal_reference = ""},
                {.key = "secondary", .value = Number("50"), .legal_reference = ""}};
  scheme.parameters = {pots};
  Component part = Part("share", "", "score > 0");
  part.distribution = Distribution{.pot = "pots[sector]", .by = "score", .per = "sector"};
  scheme.components = {part};
  const RunResult run =
      Allocated(scheme, {Scored("16SW00", 1, "1"), Scored("16SW01", 1, "3"),
                         Scored("16SW02", 1, "-7"), Scored("16SW03", 1, "2", Sector::kSecondary)});
  EXPECT_THAT(Cents(run), ElementsAre(2'500, 7'500, 0, 5'000));
}

TEST(DistributionTest, AnUnknownOrNegativeWeightDividesNothing) {
  const Scheme scheme = Dividing("100", RemainderRule::kLargestRemainder);
  RunResult run = Allocated(scheme, {Scored("16SW00", 1, "1"), School("16SW01", 1)});
  EXPECT_EQ(run.undetermined, 2);
  EXPECT_EQ(run.allocations[0].undetermined_reason,
            "the distribution of share cannot be determined: score is missing in the source for 1 "
            "branch: 16SW01");
  run = Allocated(scheme, {Scored("16SW00", 1, "1"), Scored("16SW01", 1, "-1")});
  EXPECT_THAT(run.allocations[0].undetermined_reason,
              HasSubstr("is negative for 1 branch: 16SW01"));
  run = Allocated(scheme, {Scored("16SW00", 1, "0"), Scored("16SW01", 1, "0")});
  EXPECT_THAT(run.allocations[0].undetermined_reason, HasSubstr("is zero"));
}

TEST(DistributionTest, APotThatIsNotWholeIsNotRoundedInSilence) {
  const RunResult run =
      Allocated(Dividing("100.005", RemainderRule::kLargestRemainder), {Scored("16SW00", 1, "1")});
  EXPECT_THAT(run.allocations[0].undetermined_reason, HasSubstr("round it first"));
}

TEST(PopulationTest, TheOrderOfRecipientsAndTheThreadsChangeNothing) {
  Scheme scheme = Dividing("123456.78", RemainderRule::kLargestRemainder);
  scheme.components[0].condition = "has(score)";
  scheme.parameters.push_back(Rate("rate", "1", "EUR/point"));
  scheme.components.push_back(
      Part("top", "rate * score",
           "has(score) && top_share(score, 15 %, per municipality, where has(score))"));
  scheme.components.push_back(
      Part("mean", "rate * mean(score, per municipality, where has(score))"));
  std::mt19937 random(3);
  std::vector<Recipient> schools;
  for (int i = 0; i < 3000; ++i) {
    Recipient school = School(std::to_string(100'000 + i), 5 + random() % 500);
    if (random() % 9 != 0) school.score = Exact::FromScaled(random() % 5'000, 2);
    school.municipality = "GM" + std::to_string(1000 + random() % 40);
    schools.push_back(std::move(school));
  }
  const RunResult run = Allocated(scheme, schools, 1);
  for (const int threads : {2, 3, 7}) {
    std::ranges::shuffle(schools, random);
    const RunResult other = Allocated(scheme, schools, threads);
    EXPECT_EQ(other.digest, run.digest);
    EXPECT_EQ(other.allocations, run.allocations);
    EXPECT_EQ(other.population, run.population);
    EXPECT_EQ(other.absent_facts, run.absent_facts);
  }
}

}  // namespace
}  // namespace vg::funding

#include "services/funding/domain/calculation/run.h"

#include <algorithm>
#include <ctime>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;

RunResult MustAllocate(const Scheme& scheme, std::vector<Recipient> recipients,
                       const SnapshotIdentity& snapshot = CountedInTime()) {
  absl::StatusOr<Calculator> calculator = Calculator::Make(scheme);
  EXPECT_OK(calculator);
  absl::StatusOr<RunResult> run = Allocate(*calculator, snapshot, std::move(recipients));
  EXPECT_OK(run);
  return *std::move(run);
}

std::vector<Recipient> ManySchools(int count) {
  std::mt19937 random(7);
  std::vector<Recipient> schools;
  for (int i = 0; i < count; ++i) {
    std::string code = "00AA00";
    code[0] = static_cast<char>('0' + i / 1000 % 10);
    code[1] = static_cast<char>('0' + i / 100 % 10);
    code[4] = static_cast<char>('0' + i / 10 % 10);
    code[5] = static_cast<char>('0' + i % 10);
    Recipient& school = schools.emplace_back(School(code, random() % 700));
    if (i % 3 == 0) school.score = Exact::FromScaled(random() % 100'000, 2);
    if (i % 50 == 0) PupilsOf(school, SchoolType::kBo) = Count::Suppressed();
    if (i % 7 == 0) PupilsOf(school, SchoolType::kVso) = Count::Known(random() % 90);
  }
  return schools;
}

TEST(RunTest, AddsUpWhatCouldBeDetermined) {
  std::vector<Recipient> schools = {School("16SW00", 250), School("16SW01", 100),
                                    School("16SW02", 3)};
  schools[0].score = 100;
  PupilsOf(schools[2], SchoolType::kBo) = Count::Suppressed();
  PupilsOf(schools[2], SchoolType::kSo) = Count::Known(10);
  const RunResult run = MustAllocate(SchoolScheme(), schools);
  EXPECT_EQ(run.total, Euro(20'040'600 + 7'011'600));
  EXPECT_EQ(run.determined, 2);
  EXPECT_EQ(run.undetermined, 1);
  // The part of the third school that is known is not in the totals: they add up to the run's.
  EXPECT_THAT(run.component_totals,
              ElementsAre(ComponentTotal{Euro(24'540'600), 2}, ComponentTotal{Euro(0), 0},
                          ComponentTotal{Euro(2'511'600), 1}));
  EXPECT_THAT(run.absent_facts, ElementsAre(AbsentFact{"pupils.bo", 1}, AbsentFact{"score", 2}));
}

TEST(RunTest, IsFinalOnlyOnTheCountDateAndWithVerifiedParameters) {
  Scheme scheme = SchoolScheme();
  EXPECT_FALSE(MustAllocate(scheme, {}).provisional);
  SnapshotIdentity later = CountedInTime();
  later.count_date = absl::CivilDay(2021, 10, 1);
  EXPECT_TRUE(MustAllocate(scheme, {}, later).provisional);
  scheme.parameters[0].provisional = true;
  EXPECT_TRUE(MustAllocate(scheme, {}).provisional);
}

TEST(RunTest, MarksWhatIsAboveTheBudget) {
  Scheme scheme = SchoolScheme();
  scheme.budget = Euro(70'116);
  EXPECT_FALSE(MustAllocate(scheme, {School("16SW00", 1)}).above_budget);
  scheme.budget = Euro(70'115);
  EXPECT_TRUE(MustAllocate(scheme, {School("16SW00", 1)}).above_budget);
}

TEST(RunTest, PaysNobodyTwice) {
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(SchoolScheme()));
  EXPECT_THAT(Allocate(calculator, CountedInTime(), {School("16SW00", 1), School("16SW00", 2)}),
              HasReason("DUPLICATE_RECIPIENT"));
}

TEST(RunTest, ATotalBeyondAllMoneyIsAnError) {
  Scheme scheme = SchoolScheme();
  scheme.parameters[0].value = Number("90000000000000000");
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(scheme));
  EXPECT_THAT(Allocate(calculator, CountedInTime(), {School("16SW00", 1), School("16SW01", 1)}),
              HasReason("MONEY_OVERFLOW"));
}

TEST(RunTest, TheOrderOfRecipientsAndTheThreadChangeNoByte) {
  std::vector<Recipient> schools = ManySchools(500);
  const RunResult run = MustAllocate(SchoolScheme(), schools);
  std::shuffle(schools.begin(), schools.end(), std::mt19937(3));
  std::vector<RunResult> runs(3);
  std::vector<std::thread> threads;
  for (RunResult& again : runs) {
    threads.emplace_back([&] { again = MustAllocate(SchoolScheme(), schools); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const RunResult& again : runs) {
    EXPECT_EQ(again.digest, run.digest);
    EXPECT_EQ(again.allocations, run.allocations);
  }
  PupilsOf(schools[0], SchoolType::kVso) += Count::Known(1);
  EXPECT_NE(MustAllocate(SchoolScheme(), schools).digest, run.digest);
}

TEST(RunTest, TheDigestNamesSchemeAndSnapshot) {
  const std::string digest = MustAllocate(SchoolScheme(), {School("16SW00", 1)}).digest;
  SnapshotIdentity other = CountedInTime();
  other.digest[0] = 'b';
  EXPECT_NE(MustAllocate(SchoolScheme(), {School("16SW00", 1)}, other).digest, digest);
  Scheme scheme = SchoolScheme();
  scheme.title.nl += "!";
  EXPECT_NE(MustAllocate(scheme, {School("16SW00", 1)}).digest, digest);
}

// The official totals of five schools: one unrounded base, rounded once per school.
TEST(RunTest, GivesTheCaribbeanSchoolsTheirOfficialTotals) {
  Scheme scheme = SchoolScheme();
  scheme.currency = Currency::Usd();
  scheme.parameters = {Rate("base", "1333.8429633", "USD/pupil"), Rate("price_level", "1.16", "1")};
  scheme.components = {
      Part("lump_sum", "base * (municipality == 'BON' ? 1 : price_level) * pupils.bo")};
  struct Published {
    const char* code;
    const char* island;
    int64_t pupils;
    int64_t cents;
  };
  const std::vector<Published> published = {{"28PW00", "BON", 361, 48'151'731},
                                            {"30GK00", "BON", 410, 54'687'561},
                                            {"30HH00", "SES", 117, 18'102'917},
                                            {"30HJ00", "SES", 40, 6'189'031},
                                            {"30GV00", "SES", 252, 38'990'898}};
  std::vector<Recipient> schools;
  for (const Published& school : published) {
    schools.push_back(School(school.code, school.pupils));
    schools.back().municipality = school.island;
  }
  const RunResult run = MustAllocate(scheme, schools);
  for (const Published& school : published) {
    const auto found = std::ranges::find(run.allocations, school.code, &Allocation::code);
    EXPECT_EQ(found->amount, (Money{school.cents, Currency::Usd()})) << school.code;
  }
}

TEST(RunTest, ANationalRunIsQuick) {
  std::vector<Recipient> schools = ManySchools(9000);
  for (size_t i = 0; i < schools.size(); ++i) schools[i].code += std::to_string(i / 1000);
  const std::clock_t begin = std::clock();
  const RunResult run = MustAllocate(SchoolScheme(), schools);
  EXPECT_EQ(run.allocations.size(), 9000u);
  // Half a second in a release build; the bound leaves room for sanitizers.
  EXPECT_LT(std::clock() - begin, 5 * CLOCKS_PER_SEC);
  RecordProperty("cpu_microseconds", std::to_string(std::clock() - begin));
}

}  // namespace
}  // namespace vg::funding

// The schemes in deploy/examples give the amounts that are known of them.

#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/yaml/yaml.h"
#include "services/funding/api/scheme_conversions.h"
#include "services/funding/domain/calculation/instalments.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/explanation/sentences.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

Calculator Example(const std::string& name) {
  voortgang::funding::v1::Scheme scheme;
  EXPECT_OK(ParseYaml(ReadFile(SourcePath("deploy/examples/schemes/" + name)), &scheme));
  absl::StatusOr<Calculator> calculator = Compile(scheme);
  EXPECT_OK(calculator);
  return *std::move(calculator);
}

Allocation Computed(const Calculator& calculator, const Recipient& recipient) {
  expression::Frame frame = calculator.NewFrame();
  return calculator.Compute(recipient, frame);
}

Recipient Offering(SchoolType type, int64_t pupils) {
  Recipient school = School("16SW00", 0);
  PupilsOf(school, type) = Count::Known(pupils);
  return school;
}

Recipient Town(int64_t pupils, std::optional<Exact> score) {
  Recipient town{.code = "GM0363", .title = "Amsterdam", .score = std::move(score)};
  PupilsOf(town, SchoolType::kBo) = Count::Known(pupils * 6 / 10);
  PupilsOf(town, SchoolType::kVo) = Count::Known(pupils - pupils * 6 / 10);
  return town;
}

std::vector<int64_t> PaymentsOfPart(const Calculator& calculator, const ComponentAmount& part) {
  const Component& component = calculator.scheme().components[part.component];
  std::vector<int64_t> cents;
  for (const Payment& payment :
       PaymentsOf(*part.amount, component.instalments, component.payment_rounding)) {
    cents.push_back(payment.amount.cents);
  }
  return cents;
}

TEST(ExampleSchemesTest, APrimarySchoolOf250PupilsWithScore100) {
  Recipient school = Offering(SchoolType::kBo, 250);
  school.score = 100;
  EXPECT_EQ(Computed(Example("npo-schools-2021-2022.yaml"), school).amount, Euro(20'040'600));
}

TEST(ExampleSchemesTest, APrimarySchoolWithoutAScoreIsNotGivenZero) {
  EXPECT_EQ(Computed(Example("npo-schools-2021-2022.yaml"), Offering(SchoolType::kBo, 250))
                .undetermined_reason,
            "score is missing in the source");
}

TEST(ExampleSchemesTest, ASpecialSchoolOf100PupilsIsPaidByItsOwnRate) {
  EXPECT_EQ(Computed(Example("npo-schools-2021-2022.yaml"), Offering(SchoolType::kSo, 100)).amount,
            Euro(14'023'100));
}

TEST(ExampleSchemesTest, EveryTypeHasItsRate) {
  const Calculator calculator = Example("npo-schools-2021-2022.yaml");
  EXPECT_EQ(Computed(calculator, Offering(SchoolType::kSbo, 10)).amount, Euro(1'051'740));
  EXPECT_EQ(Computed(calculator, Offering(SchoolType::kVso, 10)).amount, Euro(1'402'310));
  EXPECT_EQ(Computed(calculator, Offering(SchoolType::kVo, 10)).amount, Euro(701'160));
  EXPECT_EQ(Computed(calculator, Offering(SchoolType::kPro, 10)).amount, Euro(1'051'740));
  EXPECT_EQ(Computed(calculator, Offering(SchoolType::kVboUpper, 10)).amount, Euro(1'051'740));
  EXPECT_EQ(Computed(calculator, Offering(SchoolType::kVavo, 10)).amount, Euro(0));
}

TEST(ExampleSchemesTest, PracticalEducationIsPaidInTwoLumpSums) {
  const Calculator calculator = Example("npo-schools-2021-2022.yaml");
  const Allocation allocation = Computed(calculator, Offering(SchoolType::kPro, 7));
  ASSERT_EQ(allocation.components.size(), 1u);
  EXPECT_THAT(PaymentsOfPart(calculator, allocation.components[0]),
              ElementsAre(7 * 70'116, 7 * 35'058));
}

TEST(ExampleSchemesTest, PrimarySchoolsArePaidMonthlyWithAugustInSeptember) {
  const Calculator calculator = Example("npo-schools-2021-2022.yaml");
  Recipient school = Offering(SchoolType::kBo, 250);
  school.score = 0;
  const Allocation allocation = Computed(calculator, school);
  const std::vector<int64_t> payments = PaymentsOfPart(calculator, allocation.components[0]);
  EXPECT_THAT(payments,
              ElementsAre(2'921'500, 1'460'750, 1'460'750, 1'460'750, 1'460'750, 1'460'750,
                          1'460'750, 1'460'750, 1'460'750, 1'460'750, 1'460'750));
}

TEST(ExampleSchemesTest, TheSecondaryScoreRateIsProvisionalAndEveryExplanationSaysSo) {
  const Calculator calculator = Example("npo-schools-2021-2022.yaml");
  EXPECT_TRUE(calculator.provisional());
  Recipient school = Offering(SchoolType::kVo, 800);
  school.sector = Sector::kSecondary;
  school.score = Number("12.5");
  std::vector<Working> workings;
  const Allocation allocation = calculator.Explain(school, workings);
  EXPECT_EQ(allocation.amount, Euro(56'092'800 + 1'297'700));
  EXPECT_THAT(Sentences(calculator, CountedInTime(), allocation, workings),
              Contains(Field(&Text::en, HasSubstr("Provisional: it could not be verified"))));
}

TEST(ExampleSchemesTest, AHavoSchoolOf100PupilsInTheSecondYear) {
  const Calculator calculator = Example("npo-schools-2022-2023.yaml");
  const Allocation allocation = Computed(calculator, Offering(SchoolType::kVo, 100));
  EXPECT_EQ(allocation.amount, Euro(8'200'000));
  EXPECT_THAT(PaymentsOfPart(calculator, allocation.components[0]),
              ElementsAre(3'416'667, 4'783'333));
  Recipient primary = Offering(SchoolType::kBo, 100);
  primary.score = 10;
  EXPECT_EQ(Computed(calculator, primary).amount, Euro(5'000'000 + 463'780));
}

TEST(ExampleSchemesTest, AMunicipalityIsPaidForPupilsAndForAPositiveScore) {
  const Calculator calculator = Example("npo-municipalities-2021-2022.yaml");
  EXPECT_EQ(Computed(calculator, Town(10'000, Exact(2'500))).amount, Euro(123'770'000));
  EXPECT_EQ(Computed(calculator, Town(10'000, Exact(-300))).amount, Euro(118'110'000));
  EXPECT_EQ(Computed(calculator, Town(10'000, std::nullopt)).amount, Euro(118'110'000));
  EXPECT_FALSE(calculator.provisional());
}

TEST(ExampleSchemesTest, MunicipalPaymentsAddUpOverTheSpendingPeriod) {
  const Calculator calculator = Example("npo-municipalities-2021-2022.yaml");
  const Allocation allocation = Computed(calculator, Town(10'001, std::nullopt));
  const std::vector<int64_t> payments = PaymentsOfPart(calculator, allocation.components[0]);
  ASSERT_EQ(payments.size(), 20u);
  int64_t sum = 0;
  for (const int64_t cents : payments) sum += cents;
  EXPECT_EQ(Euro(sum), allocation.amount);
}

TEST(ExampleSchemesTest, ANationalRunIsQuick) {
  const Calculator calculator = Example("npo-schools-2021-2022.yaml");
  std::vector<Recipient> schools;
  for (int i = 0; i < 9000; ++i) {
    Recipient school = School("X" + std::to_string(100'000 + i), 50 + i % 500);
    school.score = Exact::FromScaled(i * 37 % 100'000, 2);
    if (i % 6 == 0) PupilsOf(school, SchoolType::kVo) = Count::Known(i % 900);
    schools.push_back(std::move(school));
  }
  const std::clock_t begin = std::clock();
  ASSERT_OK_AND_ASSIGN(const RunResult run,
                       Allocate(calculator, CountedInTime(), std::move(schools)));
  const std::clock_t used = std::clock() - begin;
  EXPECT_EQ(run.determined, 9000);
  EXPECT_LT(used, 5 * CLOCKS_PER_SEC);  // Half a second is the aim; sanitizers take longer.
  RecordProperty("cpu_microseconds", std::to_string(used));
}

}  // namespace
}  // namespace vg::funding

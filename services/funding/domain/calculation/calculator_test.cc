#include "services/funding/domain/calculation/calculator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

absl::Status FormulaRefusal(std::string formula) {
  return Refusal([&](Scheme& scheme) { scheme.components[1].formula = std::move(formula); });
}

TEST(CalculatorTest, PaysPupilsAndScoreOfAPrimarySchool) {
  Recipient school = School("16SW00", 250);
  school.score = 100;
  const Allocation allocation = Compute(SchoolScheme(), school);
  EXPECT_EQ(allocation.amount, Euro(20'040'600));
  EXPECT_EQ(allocation.components, (std::vector<ComponentAmount>{
                                       {0, Euro(17'529'000)}, {1, Euro(0)}, {2, Euro(2'511'600)}}));
  EXPECT_EQ(allocation.undetermined_reason, "");
}

TEST(CalculatorTest, PaysSpecialSchoolsByTheirOwnPublishedRate) {
  Recipient school = School("00AO00", 0);
  PupilsOf(school, SchoolType::kSo) = Count::Known(60);
  PupilsOf(school, SchoolType::kVso) = Count::Known(40);
  EXPECT_EQ(Compute(SchoolScheme(), school).amount, Euro(14'023'100));
}

TEST(CalculatorTest, RoundsEachComponentOnceByItsRule) {
  Scheme scheme = SchoolScheme();
  scheme.parameters = {Rate("third", "2/3", "EUR/pupil"), Rate("half", "0.005", "EUR/pupil")};
  scheme.components = {Part("a", "third * pupils.bo"), Part("b", "half * pupils.bo")};
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(67 + 1));
  scheme.components[0].rounding.rule = Rounding::kDown;
  scheme.components[1].rounding.rule = Rounding::kHalfEven;
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(66 + 0));
  scheme.components[0].rounding = {.decimals = 0, .rule = Rounding::kUp};
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(100 + 0));
}

TEST(CalculatorTest, DividesExactlyWhereOthersLoseCents) {
  Scheme scheme = SchoolScheme();
  scheme.parameters = {Rate("pot", "10000000", "EUR"), Rate("all", "37", "pupil")};
  scheme.components = {Part("share", "pot * pupils.bo / all")};
  EXPECT_EQ(Compute(scheme, School("16SW00", 2)).amount, Euro(54'054'054));
}

TEST(CalculatorTest, ASuppressedCountLeavesTheAmountUndetermined) {
  Recipient school = School("16SW00", 0);
  PupilsOf(school, SchoolType::kBo) = Count::Suppressed();
  const Allocation allocation = Compute(SchoolScheme(), school);
  EXPECT_EQ(allocation.amount, std::nullopt);
  EXPECT_EQ(allocation.undetermined_reason, "pupils.bo is suppressed in the source");
  EXPECT_EQ(allocation.components[0], (ComponentAmount{0, std::nullopt}));
  EXPECT_EQ(allocation.components[1], (ComponentAmount{1, Euro(0)}));
}

TEST(CalculatorTest, ASchoolWithoutAnyCountIsNotKnownToHaveNone) {
  Recipient school = School("16SW00", 0);
  school.pupils = UnknownPupils();
  EXPECT_EQ(Compute(SchoolScheme(), school).undetermined_reason,
            "pupils.bo is missing in the source; the branch was not counted");
}

TEST(CalculatorTest, HasGoesOnWithoutAnAbsentScore) {
  EXPECT_EQ(Compute(SchoolScheme(), School("16SW00", 10)).amount, Euro(701'160));
}

TEST(CalculatorTest, AMissingScoreThatIsNotAskedForLeavesTheAmountUndetermined) {
  Scheme scheme = SchoolScheme();
  scheme.components[2].condition = "pupils.bo > 0";
  EXPECT_EQ(Compute(scheme, School("16SW00", 10)).undetermined_reason,
            "score is missing in the source");
}

TEST(CalculatorTest, NamesTheBranchesThatLeaveAMunicipalityUndetermined) {
  Scheme scheme = SchoolScheme();
  scheme.recipients = RecipientKind::kMunicipality;
  scheme.components = {Part("pupils", "rate_bo * pupils.total")};
  Recipient municipality{.code = "GM0363", .title = "Amsterdam"};
  municipality.pupils = UnknownPupils();
  municipality.uncounted = {"16SW00", "16SW01", "16SW02", "16SW03"};
  EXPECT_EQ(
      Compute(scheme, municipality).undetermined_reason,
      "pupils.total is missing in the source for 4 branches: 16SW00, 16SW01, 16SW02 and 1 more");
}

TEST(CalculatorTest, ADivisionByZeroLeavesTheAmountUndetermined) {
  Scheme scheme = SchoolScheme();
  scheme.components = {Part("odd", "rate_bo * pupils.bo * pupils.bo / pupils.sbo")};
  const Allocation allocation = Compute(scheme, School("16SW00", 10));
  EXPECT_EQ(allocation.amount, std::nullopt);
  EXPECT_THAT(allocation.undetermined_reason, HasSubstr("component odd"));
}

TEST(CalculatorTest, AnAmountBeyondAllMoneyIsUndeterminedAndNotWrong) {
  Scheme scheme = SchoolScheme();
  scheme.parameters[0].value = Number("1000000000000000000");
  const Allocation allocation = Compute(scheme, School("16SW00", 1'000'000'000));
  EXPECT_EQ(allocation.amount, std::nullopt);
  EXPECT_THAT(allocation.undetermined_reason, HasSubstr("component bo"));
}

TEST(CalculatorTest, ComparesTheSectorWithTheOnesThereAre) {
  Scheme scheme = SchoolScheme();
  scheme.components = {Part("bo", "rate_bo * pupils.bo", "sector == 'primary'")};
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(70'116));
  scheme.components[0].condition = "sector == 'primair'";
  EXPECT_THAT(Calculator::Make(scheme), HasReason("UNKNOWN_VALUE"));
}

TEST(CalculatorTest, SaysWhereAFormulaIsWrong) {
  const absl::Status status = FormulaRefusal("rate_so * (pupils.so +\n  pupil.vso)");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(status, HasReason("UNKNOWN_NAME"));
  EXPECT_THAT(status, HasViolation("components[1].formula"));
  const ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "BAD_SCHEME");
  EXPECT_EQ(details.metadata.at("line"), "2");
  EXPECT_EQ(details.metadata.at("column"), "3");
  EXPECT_THAT(details.violations[0].sentence, HasSubstr("line 2, column 3"));
}

TEST(CalculatorTest, RefusesFormulasThatAreNotMoney) {
  EXPECT_THAT(FormulaRefusal("rate_so"), HasReason("NOT_MONEY"));
  EXPECT_THAT(FormulaRefusal("pupils.so * pupils.vso"), HasReason("NOT_MONEY"));
  EXPECT_THAT(FormulaRefusal("500"), HasReason("NOT_MONEY"));
  EXPECT_THAT(FormulaRefusal("pupils.so / pupils.vso"), HasReason("NOT_MONEY"));
  EXPECT_THAT(FormulaRefusal("pupils.so > 3"), HasReason("WRONG_TYPE"));
  EXPECT_THAT(FormulaRefusal("rate_so * pupils.so + pupils.vso"), HasReason("MIXED_UNITS"));
  EXPECT_THAT(FormulaRefusal("rate_so * max(pupils.so, score)"), HasReason("MIXED_UNITS"));
  EXPECT_THAT(FormulaRefusal("rate_so * (pupils.so"), HasReason("SYNTAX"));
  EXPECT_THAT(FormulaRefusal("rate_so * sqrt(pupils.so)"), HasReason("UNKNOWN_FUNCTION"));
  EXPECT_THAT(Refusal([](Scheme& scheme) { scheme.currency = Currency::Usd(); }),
              HasReason("NOT_MONEY"));
  EXPECT_THAT(Refusal([](Scheme& scheme) { scheme.components[0].condition = "pupils.bo"; }),
              HasReason("WRONG_TYPE"));
}

TEST(CalculatorTest, ALiteralTakesTheUnitOfItsPartner) {
  EXPECT_THAT(FormulaRefusal("rate_so * max(0, pupils.so + pupils.vso - 4)"), IsOk());
}

TEST(CalculatorTest, RefusesIdsThatMeanTwoThings) {
  const auto rename = [](std::string id) {
    return [id](Scheme& scheme) { scheme.parameters[1].id = id; };
  };
  EXPECT_THAT(Refusal(rename("rate_bo")), HasViolation("parameters[1].id"));
  EXPECT_THAT(Refusal(rename("rate_bo")), HasReason("DUPLICATE_ID"));
  EXPECT_THAT(Refusal(rename("score")), HasReason("NAME_TAKEN"));
  EXPECT_THAT(Refusal(rename("pupils")), HasReason("NAME_TAKEN"));
  EXPECT_THAT(Refusal(rename("in")), HasReason("RESERVED_NAME"));
  EXPECT_THAT(Refusal([](Scheme& scheme) { scheme.components[1].id = "bo"; }),
              HasReason("DUPLICATE_ID"));
}

TEST(CalculatorTest, RefusesYearsUnitsBudgetsAndInstalmentsThatMakeNoSense) {
  EXPECT_THAT(Refusal([](Scheme& scheme) { scheme.school_year = "2021-2023"; }),
              HasReason("BAD_YEAR"));
  EXPECT_THAT(Refusal([](Scheme& scheme) { scheme.parameters[0].unit = "EUR per pupil"; }),
              HasReason("BAD_UNIT"));
  EXPECT_THAT(Refusal([](Scheme& scheme) {
                scheme.budget = Money{1, Currency::Usd()};
              }),
              HasReason("BAD_BUDGET"));
  EXPECT_THAT(Refusal([](Scheme& scheme) {
                scheme.components[0].instalments = {{absl::CivilMonth(2021, 9), 5, 12}};
              }),
              HasViolation("components[0].instalments"));
}

TEST(CalculatorTest, FindsEveryFaultInOneGo) {
  const absl::Status status = Refusal([](Scheme& scheme) {
    scheme.school_year = "2021-2021";
    scheme.components[0].formula = "rate_bo *";
    scheme.components[1].formula = "rate_so * pupil.so";
    scheme.components[2].condition = "skore > 1";
  });
  EXPECT_THAT(DetailsOf(status).violations, testing::SizeIs(4));
}

TEST(CalculatorTest, ExplainsWhatItComputes) {
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(SchoolScheme()));
  Recipient school = School("16SW00", 250);
  school.score = 100;
  std::vector<Working> workings;
  const Allocation allocation = calculator.Explain(school, workings);
  expression::Frame frame = calculator.NewFrame();
  EXPECT_EQ(allocation, calculator.Compute(school, frame));
  ASSERT_EQ(workings.size(), 3u);
  EXPECT_TRUE(workings[0].applies);
  EXPECT_EQ(workings[0].unrounded, Exact(175290));
  EXPECT_EQ(workings[0].formula->text, "rate_bo * pupils.bo");
  EXPECT_EQ(workings[0].formula->unit.ToText(), "EUR");
  EXPECT_EQ(workings[1].condition, std::nullopt);
}

TEST(CalculatorTest, OnlyReadsTheFactsThatFormulasName) {
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(SchoolScheme()));
  std::vector<std::string> names;
  for (const Fact* fact : calculator.facts()) names.push_back(fact->name);
  EXPECT_THAT(names, testing::ElementsAre("pupils.bo", "pupils.so", "pupils.vso", "score"));
}

TEST(SchemeTest, TheDigestChangesWithEveryField) {
  const std::string digest = DigestOf(SchoolScheme());
  const auto changed = [](const std::function<void(Scheme&)>& change) {
    Scheme scheme = SchoolScheme();
    change(scheme);
    return DigestOf(scheme);
  };
  EXPECT_EQ(digest, DigestOf(SchoolScheme()));
  EXPECT_NE(digest, changed([](Scheme& s) { s.title.en = "x"; }));
  EXPECT_NE(digest, changed([](Scheme& s) { s.parameters[0].provisional = true; }));
  EXPECT_NE(digest, changed([](Scheme& s) { s.parameters[0].value = 1; }));
  EXPECT_NE(digest, changed([](Scheme& s) { s.parameters[0].note = Text{"x", ""}; }));
  EXPECT_NE(digest, changed([](Scheme& s) { s.components[0].rounding.rule = Rounding::kUp; }));
  EXPECT_NE(digest, changed([](Scheme& s) { s.components[0].payment_rounding.decimals = 0; }));
  EXPECT_NE(digest, changed([](Scheme& s) { s.count_date += 1; }));
  EXPECT_NE(digest, changed([](Scheme& s) { s.budget = Money{1}; }));
}

}  // namespace
}  // namespace vg::funding

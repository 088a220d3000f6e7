// What a scheme may say: tables, dated values, declared facts, definitions, days.

#include "services/funding/domain/schemes/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/explanation/sentences.h"
#include "services/funding/domain/schemes/calendar.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

std::vector<Text> Explained(const Scheme& scheme, const Recipient& recipient) {
  absl::StatusOr<Calculator> calculator = Calculator::Make(scheme);
  EXPECT_OK(calculator);
  std::vector<Working> workings;
  const Allocation allocation = calculator->Explain(recipient, workings);
  return Sentences(*calculator, CountedInTime(), allocation, workings);
}

TableEntry Entry(std::string key, std::string_view value) {
  return {.key = std::move(key), .value = Number(value), .legal_reference = ""};
}

DatedValue From(int year, int month, std::string_view value) {
  return {.from = absl::CivilDay(year, month, 1),
          .value = Number(value),
          .table = {},
          .legal_reference = "Stcrt " + std::to_string(year)};
}

Scheme WithTable() {
  Scheme scheme = SchoolScheme();
  Parameter rate = Rate("rate", "0", "EUR/pupil");
  rate.table = {Entry("bo", "701.16"), Entry("sbo", "1051.74"), Entry("so", "1402.31")};
  rate.table[1].provisional = true;
  rate.table[1].note = Text{"Geschat.", "An estimate."};
  rate.table[2].legal_reference = "artikel 3";
  scheme.parameters = {rate};
  scheme.components = {Part("base", "weighted_sum(rate, pupils)")};
  return scheme;
}

TEST(TableTest, AWeightedSumPaysEveryTypeByItsRate) {
  Recipient school = School("16SW00", 10);
  PupilsOf(school, SchoolType::kSo) = Count::Known(2);
  PupilsOf(school, SchoolType::kVo) = Count::Known(99);
  EXPECT_EQ(Compute(WithTable(), school).amount, Euro(701'160 + 280'462));
  EXPECT_THAT(Explained(WithTable(), school),
              Contains(Field(&Text::nl, HasSubstr("€ 701,16 per leerling × 10 leerlingen + "
                                                  "€ 1.402,31 per leerling × 2 leerlingen"))));
}

TEST(TableTest, EachNumberHasItsOwnReferenceAndReservation) {
  Recipient school = School("16SW00", 0);
  PupilsOf(school, SchoolType::kSo) = Count::Known(2);
  EXPECT_THAT(Explained(WithTable(), school),
              Contains(Field(&Text::en, "Rate rate (so): €1,402.31 per pupil (artikel 3).")));
  PupilsOf(school, SchoolType::kSo) = Count::Known(0);
  PupilsOf(school, SchoolType::kSbo) = Count::Known(2);
  EXPECT_THAT(Explained(WithTable(), school),
              Contains(Field(&Text::en,
                             "Rate rate (sbo): €1,051.74 per pupil (artikel 1). "
                             "Provisional: it could not be verified at the source. "
                             "An estimate.")));
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(WithTable()));
  EXPECT_TRUE(calculator.provisional());
}

TEST(TableTest, IsReadByAFactAndWhatItLacksIsUndetermined) {
  Scheme scheme = WithTable();
  scheme.parameters[0].table = {Entry("primary", "2"), Entry("special", "3")};
  scheme.components = {Part("base", "rate[sector] * pupils.bo")};
  Recipient school = School("16SW00", 10);
  EXPECT_EQ(Compute(scheme, school).amount, Euro(2'000));
  school.sector = Sector::kSecondary;
  EXPECT_EQ(Compute(scheme, school).undetermined_reason, "rate[sector] is missing in the source");
  scheme.components = {Part("base", "rate.primar * pupils.bo")};
  EXPECT_THAT(Calculator::Make(scheme), HasReason("UNKNOWN_VALUE"));
  scheme.parameters[0].table.push_back(Entry("primary", "4"));
  EXPECT_THAT(Calculator::Make(scheme).status(), HasViolation("parameters[0].table[2].key"));
}

Scheme WithDates() {
  Scheme scheme = SchoolScheme();
  Parameter rate = Rate("rate", "0", "EUR/pupil");
  rate.values = {From(2021, 8, "701.16"), From(2022, 8, "500")};
  rate.values[1].provisional = true;
  scheme.parameters = {rate};
  scheme.components = {Part("base", "rate * pupils.bo")};
  return scheme;
}

TEST(DatedValueTest, TheOneOfTheReferenceDateHolds) {
  Scheme scheme = WithDates();
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(70'116));
  EXPECT_FALSE(Calculator::Make(scheme)->provisional());
  EXPECT_THAT(Explained(scheme, School("16SW00", 1)),
              Contains(Field(&Text::en,
                             "Rate rate: €701.16 per pupil (Stcrt 2021). It holds from "
                             "1 August 2021.")));
  scheme.reference_date = absl::CivilDay(2022, 8, 1);
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(50'000));
  EXPECT_TRUE(Calculator::Make(scheme)->provisional());
  EXPECT_NE(DigestOf(scheme), DigestOf(WithDates()));
}

TEST(DatedValueTest, AFormulaMayAskForAnotherDay) {
  Scheme scheme = WithDates();
  scheme.components = {Part("base", "(rate - rate_on('2022-08-01')) * pupils.bo")};
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(20'116));
  EXPECT_THAT(Explained(scheme, School("16SW00", 1)),
              Contains(Field(&Text::en, HasSubstr("(Stcrt 2022). It holds from 1 August 2022."))));
  scheme.components = {Part("base", "rate_on('2020-08-01') * pupils.bo")};
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, std::nullopt);
  scheme.components = {Part("base", "rate_on('1 augustus') * pupils.bo")};
  EXPECT_THAT(Calculator::Make(scheme), HasReason("WRONG_ARGUMENTS"));
}

TEST(DatedValueTest, RefusesDaysThatDoNotAscendOrHoldOnNone) {
  Scheme scheme = WithDates();
  scheme.parameters[0].values[1].from = absl::CivilDay(2021, 8, 1);
  EXPECT_THAT(Calculator::Make(scheme).status(), HasViolation("parameters[0].values[1].from"));
  scheme.parameters[0].values = {From(2023, 1, "5")};
  EXPECT_THAT(Calculator::Make(scheme), HasReason("BAD_PARAMETER"));
  scheme = WithDates();
  scheme.parameters[0].values[1].table = {Entry("bo", "1")};
  EXPECT_THAT(Calculator::Make(scheme), HasReason("BAD_PARAMETER"));
}

Scheme WithFacts() {
  Scheme scheme = SchoolScheme();
  scheme.facts = {{.id = "cumi",
                   .title = {"Cumi-leerlingen", "Cumi pupils"},
                   .attribute = "cumi_pupils",
                   .type = FactType::kNumber,
                   .unit = "pupil"},
                  {.id = "island",
                   .title = {"Eiland", "Island"},
                   .attribute = "island",
                   .type = FactType::kText,
                   .values = {"bonaire", "saba"}},
                  {.id = "moved",
                   .title = {"Verhuisd", "Moved"},
                   .attribute = "moved",
                   .type = FactType::kYesNo},
                  {.id = "opened",
                   .title = {"Geopend", "Opened"},
                   .attribute = "opening_date",
                   .type = FactType::kDate}};
  scheme.parameters = {Rate("rate", "548.56", "EUR/pupil"), Rate("one", "1", "EUR")};
  scheme.components = {Part("cumi", "rate * max(0, cumi - 4)")};
  return scheme;
}

Recipient With(std::string name, std::string value) {
  Recipient school = School("16SW00", 10);
  school.attributes = {{std::move(name), std::move(value)}};
  return school;
}

TEST(FactTest, ReadsAttributesOfTheRegisterByType) {
  Scheme scheme = WithFacts();
  EXPECT_EQ(Compute(scheme, With("cumi_pupils", "10")).amount, Euro(6 * 54'856));
  EXPECT_EQ(Compute(scheme, With("cumi_pupils", "4")).amount, Euro(0));
  EXPECT_EQ(Compute(scheme, With("cumi_pupils", "4,5")).amount, Euro(27'428));
  EXPECT_EQ(Compute(scheme, With("cumi_pupils", "<5")).undetermined_reason,
            "cumi is suppressed in the source");
  EXPECT_EQ(Compute(scheme, With("other", "10")).undetermined_reason,
            "cumi is missing in the source");
  scheme.components = {Part("island", "one", "island == 'saba'")};
  EXPECT_EQ(Compute(scheme, With("island", "saba")).amount, Euro(100));
  scheme.components = {Part("moved", "one", "moved")};
  EXPECT_EQ(Compute(scheme, With("moved", "ja")).amount, Euro(100));
  EXPECT_EQ(Compute(scheme, With("moved", "no")).amount, Euro(0));
  scheme.components = {Part("opened", "one", "opened >= '2022-03-01'")};
  EXPECT_EQ(Compute(scheme, With("opening_date", "20220301")).amount, Euro(100));
  EXPECT_EQ(Compute(scheme, With("opening_date", "2022-02-28")).amount, Euro(0));
}

TEST(FactTest, WhatIsNotOfTheTypeIsRefusedWithTheSchool) {
  Scheme scheme = WithFacts();
  scheme.components = {Part("all", "one", "cumi > 1 && island == 'saba' && moved && opened > 'a'")};
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(scheme));
  for (const auto& [name, value, sentence] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"cumi_pupils", "veel", "'veel' as 'cumi_pupils', which must be a number"},
           {"cumi_pupils", "-1", "must be from 0 to 20000000 pupils"},
           {"cumi_pupils", "1000000000000", "must be from 0 to 20000000 pupils"},
           {"island", "curacao", "must be one of 'bonaire', 'saba'"},
           {"moved", "misschien", "must be ja or nee"},
           {"opening_date", "1-3-2022", "must be a day, such as 2022-03-01"}}) {
    const absl::Status status =
        Allocate(calculator, CountedInTime(), {School("16SW01", 1), With(name, value)}).status();
    EXPECT_THAT(status, HasReason("BAD_REGISTER"));
    EXPECT_THAT(std::string(status.message()), HasSubstr(sentence));
    EXPECT_EQ(DetailsOf(status).metadata.at("recipient"), "16SW00");
  }
}

TEST(FactTest, CountsBeyondAllReasonAreRefusedWithTheSchool) {
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(SchoolScheme()));
  for (const int64_t pupils : {int64_t{-1}, int64_t{1'000'000'000'000}}) {
    const absl::Status status =
        Allocate(calculator, CountedInTime(), {School("16SW00", pupils)}).status();
    EXPECT_THAT(status, HasReason("BAD_REGISTER"));
  }
}

TEST(FactTest, RefusesDeclarationsThatMeanNothing) {
  const auto fact = [](FactType type, std::string unit, std::vector<std::string> values) {
    return FactDeclaration{"x", {"X", "X"}, "x", type, std::move(unit), std::move(values)};
  };
  EXPECT_THAT(Refusal([&](Scheme& s) { s.facts = {fact(FactType::kText, "pupil", {})}; }),
              HasReason("BAD_UNIT"));
  EXPECT_THAT(Refusal([&](Scheme& s) { s.facts = {fact(FactType::kNumber, "a/", {})}; }),
              HasReason("BAD_UNIT"));
  EXPECT_THAT(Refusal([&](Scheme& s) { s.facts = {fact(FactType::kNumber, "", {"a"})}; }),
              HasReason("BAD_FACT"));
  EXPECT_THAT(Refusal([&](Scheme& s) {
                s.facts = {fact(FactType::kNumber, "", {})};
                s.facts[0].id = "score";
              }),
              HasReason("NAME_TAKEN"));
}

Scheme WithDefinitions() {
  Scheme scheme = SchoolScheme();
  scheme.definitions = {
      {.id = "supplement",
       .title = {"Toeslag", "Supplement"},
       .formula = "small ? rate_bo * counted / 2 : none",
       .legal_reference = "artikel 4"},
      {.id = "small", .title = {"Kleine school", "Small school"}, .formula = "counted < 145"},
      {.id = "counted", .title = {"Geteld", "Counted"}, .formula = "pupils.bo + pupils.sbo"}};
  scheme.parameters.push_back(Rate("none", "0", "EUR"));
  scheme.components = {Part("supplement", "supplement + rate_bo * counted")};
  return scheme;
}

TEST(DefinitionTest, NamesIntermediateResultsInAnyOrder) {
  EXPECT_EQ(Compute(WithDefinitions(), School("16SW00", 10)).amount, Euro(1'051'740));
  EXPECT_EQ(Compute(WithDefinitions(), School("16SW00", 145)).amount, Euro(145 * 70'116));
  const std::vector<Text> told = Explained(WithDefinitions(), School("16SW00", 10));
  EXPECT_THAT(told, Contains(Field(&Text::en,
                                   "Supplement: €701.16 per pupil × 10 pupils ÷ 2 = "
                                   "€3,505.80 (artikel 4).")));
  EXPECT_THAT(told, Contains(Field(&Text::nl, "Kleine school: ja.")));
  EXPECT_THAT(told, Contains(Field(&Text::en, "Counted: 10 pupils + 0 pupils = 10 pupils.")));
}

TEST(DefinitionTest, WhatIsMissingIsNamedThroughADefinition) {
  Recipient school = School("16SW00", 10);
  PupilsOf(school, SchoolType::kSbo) = Count::Suppressed();
  EXPECT_EQ(Compute(WithDefinitions(), school).undetermined_reason,
            "pupils.sbo is suppressed in the source");
}

TEST(DefinitionTest, ACircleIsRefusedWithItsPathAndPlace) {
  Scheme scheme = WithDefinitions();
  scheme.definitions[2].formula = "small ? pupils.bo : pupils.sbo";
  const absl::Status status = Calculator::Make(scheme).status();
  EXPECT_THAT(status, HasReason("CYCLE"));
  const ErrorDetails details = DetailsOf(status);
  ASSERT_EQ(details.violations.size(), 1u) << "what depends on it is not said to be wrong as well";
  EXPECT_EQ(details.violations[0].field, "definitions[2].formula");
  EXPECT_THAT(details.violations[0].sentence, HasSubstr("small → counted → small"));
  EXPECT_THAT(details.violations[0].sentence, HasSubstr("line 1, column 1"));
  scheme.definitions = {{.id = "a", .title = {"A", "A"}, .formula = "1 + sum(a)"}};
  scheme.components = {Part("x", "rate_bo * pupils.bo")};
  EXPECT_THAT(Calculator::Make(scheme), HasReason("CYCLE"));
}

TEST(DefinitionTest, RefusesNamesThatHaveAMeaningAndTooDeepOnes) {
  EXPECT_THAT(Refusal([](Scheme& scheme) {
                scheme.definitions = {{.id = "rate_bo", .title = {"", ""}, .formula = "1"}};
              }),
              HasReason("NAME_TAKEN"));
  EXPECT_THAT(Refusal([](Scheme& scheme) {
                scheme.definitions = {{.id = "a", .title = {"", ""}, .formula = "1"},
                                      {.id = "a", .title = {"", ""}, .formula = "2"}};
              }),
              HasReason("DUPLICATE_ID"));
  EXPECT_THAT(Refusal([](Scheme& scheme) {
                std::string before = "1";
                for (int i = 0; i <= kDeepestDefinition; ++i) {
                  std::string id = "d" + std::to_string(i);
                  scheme.definitions.push_back({.id = id, .title = {"", ""}, .formula = before});
                  before = id;
                }
              }),
              HasReason("TOO_DEEP"));
}

TEST(DefinitionTest, MixedUnitsAreRefusedWhereTheyAre) {
  const absl::Status status = Refusal([](Scheme& scheme) {
    scheme.definitions = {{.id = "odd", .title = {"", ""}, .formula = "pupils.bo +\n  score"}};
  });
  EXPECT_THAT(status, HasReason("MIXED_UNITS"));
  EXPECT_EQ(DetailsOf(status).metadata.at("line"), "2");
}

TEST(CalendarTest, CountsTheMonthsThatBegin) {
  EXPECT_EQ(MonthsBetween(absl::CivilDay(2022, 3, 1), absl::CivilDay(2022, 8, 1)), 5);
  EXPECT_EQ(MonthsBetween(absl::CivilDay(2022, 3, 2), absl::CivilDay(2022, 8, 1)), 4);
  EXPECT_EQ(MonthsBetween(absl::CivilDay(2021, 12, 31), absl::CivilDay(2022, 1, 2)), 1);
  EXPECT_EQ(MonthsBetween(absl::CivilDay(2022, 8, 1), absl::CivilDay(2022, 3, 1)), 0);
}

TEST(CalendarTest, ASchoolThatOpensInMarchGetsFiveTwelfths) {
  Scheme scheme = WithFacts();
  scheme.components = {
      Part("part", "one * (has(opened) ? year_share(opened, school_year.end) : 1) * 1200")};
  EXPECT_EQ(Compute(scheme, With("opening_date", "2022-03-01")).amount, Euro(50'000));
  EXPECT_EQ(Compute(scheme, With("opening_date", "2019-03-01")).amount, Euro(120'000));
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(120'000));
  scheme.components = {Part("part", "one * days_between(school_year.start, '2021-08-11')")};
  EXPECT_EQ(Compute(scheme, School("16SW00", 1)).amount, Euro(1'000));
}

TEST(SchemeDigestTest, CoversWhatMayBeLeftOutAndOnlyWhereItIsThere) {
  const std::string plain = DigestOf(SchoolScheme());
  const auto digest = [](const std::function<void(Scheme&)>& change) {
    Scheme scheme = SchoolScheme();
    change(scheme);
    return DigestOf(scheme);
  };
  EXPECT_EQ(plain, "f4e5ae0301d48480e66f8281fe11b4517078e11c3bb65c6f8a62a2d8ff17025a");
  EXPECT_NE(digest([](Scheme& s) { s.facts = WithFacts().facts; }), plain);
  EXPECT_NE(digest([](Scheme& s) { s.definitions = WithDefinitions().definitions; }), plain);
  EXPECT_NE(digest([](Scheme& s) { s.reference_date = absl::CivilDay(2021, 8, 1); }), plain);
  EXPECT_NE(digest([](Scheme& s) { s.parameters[0].table = {Entry("a", "1")}; }), plain);
  EXPECT_NE(digest([](Scheme& s) { s.parameters[0].values = {From(2021, 8, "1")}; }), plain);
  EXPECT_NE(digest([](Scheme& s) {
              s.components[0].distribution = Distribution{"a", "b", ""};
            }),
            plain);
}

}  // namespace
}  // namespace vg::funding

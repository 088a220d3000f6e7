#include "services/funding/domain/comparison/what_if.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/calculation/fact_values.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using ::testing::ElementsAre;

Difference Change(std::string code, int64_t before, int64_t after) {
  return {.code = std::move(code),
          .before = Euro(before),
          .after = Euro(after),
          .cents = after - before};
}

std::string_view TitleOfBand(int64_t before, int64_t after) {
  return ChangeBands()[BandOf(before, after)].title;
}

TEST(BandOfTest, PutsEachChangeInOneBandByItsBounds) {
  EXPECT_EQ(TitleOfBand(1000, 1000), "unchanged");
  EXPECT_EQ(TitleOfBand(1000, 1001), "0% to 1%");
  EXPECT_EQ(TitleOfBand(1000, 1010), "1% to 5%");
  EXPECT_EQ(TitleOfBand(1000, 1200), "20% and more");
  EXPECT_EQ(TitleOfBand(1000, 999), "-1% to 0%");
  EXPECT_EQ(TitleOfBand(1000, 990), "-1% to 0%");
  EXPECT_EQ(TitleOfBand(1000, 800), "-20% to -10%");
  EXPECT_EQ(TitleOfBand(1000, 0), "below -20%");
  EXPECT_EQ(TitleOfBand(0, 5), "from nothing");
  EXPECT_EQ(TitleOfBand(0, 0), "unchanged");
  EXPECT_EQ(TitleOfBand(-1000, -900), "10% to 20%");
}

TEST(ChangeRowTest, CountsWinnersAndLosersAndKeepsTheLargest) {
  ChangeRow row;
  for (const Difference& difference :
       {Change("16SW00", 1000, 1100), Change("16SW01", 1000, 700), Change("16SW02", 5, 5),
        Change("16SW03", 0, 100), Change("16SW04", 1000, 999)}) {
    ASSERT_OK(row.Add(difference));
  }
  EXPECT_EQ(row.recipients, 5);
  EXPECT_EQ(row.winners, 2);
  EXPECT_EQ(row.losers, 2);
  EXPECT_EQ(row.gain, 200);
  EXPECT_EQ(row.loss, -301);
  EXPECT_EQ(row.after - row.before, row.gain + row.loss);
  EXPECT_EQ(row.largest_gain->code, "16SW00");  // Of equals the first.
  EXPECT_EQ(row.largest_loss->code, "16SW01");
  EXPECT_THAT(row.bands, ElementsAre(1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1));
}

TEST(ClassifierTest, TellsSchoolsApartByWhatTheRegisterSays) {
  std::vector<Recipient> schools = {School("16SW00", 250), School("16SW01", 99)};
  schools[0].score = 100;
  schools[0].province = "Drenthe";
  const auto class_of = [&](std::string_view attribute, size_t which) {
    return Classifier::Make(attribute, RecipientKind::kSchool, RecipientsAtHand(schools), "by")
        ->ClassOf(schools[which]);
  };
  EXPECT_EQ(class_of("province", 0), "Drenthe");
  EXPECT_EQ(class_of("province", 1), "");
  EXPECT_EQ(class_of("sector", 0), "primary");
  EXPECT_EQ(class_of("size", 0), "200-499");
  EXPECT_EQ(class_of("size", 1), "1-99");
  EXPECT_EQ(class_of("municipality", 1), "GM0363");
  EXPECT_EQ(class_of("score_quintile", 1), "");
  EXPECT_NE(class_of("score_quintile", 0), "");
  // Whatever one of them has.
  schools[1].attributes = {{"corop_region", "Zuidoost-Drenthe"}};
  EXPECT_EQ(class_of("corop_region", 0), "");
  EXPECT_EQ(class_of("corop_region", 1), "Zuidoost-Drenthe");
  const absl::Status unknown =
      Classifier::Make("colour", RecipientKind::kSchool, RecipientsAtHand(schools), "attributes[0]")
          .status();
  EXPECT_THAT(unknown, HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_THAT(std::string(unknown.message()), testing::HasSubstr("corop_region, denomination"));
}

TEST(ClassifierTest, TellsMunicipalitiesApartByProvinceInhabitantsAndAttributes) {
  Recipient emmen{.code = "GM0114", .title = "Emmen", .population = 107'024, .province = "Drenthe"};
  emmen.attributes = {{"urbanity", "4"}};
  const RecipientsAtHand municipalities({&emmen, 1});
  const auto class_of = [&](std::string_view attribute) {
    return Classifier::Make(attribute, RecipientKind::kMunicipality, municipalities, "by")
        ->ClassOf(emmen);
  };
  EXPECT_EQ(class_of("province"), "Drenthe");
  EXPECT_EQ(class_of("size"), "100,000-149,999");
  EXPECT_EQ(class_of("urbanity"), "4");
  EXPECT_THAT(Classifier::Make("board", RecipientKind::kMunicipality, municipalities, "by"),
              HasReason("UNKNOWN_ATTRIBUTE"));
}

TEST(OverrideTest, ChangesWhatHoldsOnTheReferenceDate) {
  Scheme scheme = SchoolScheme();
  Parameter dated = Rate("dated", "0", "EUR/pupil");
  dated.values = {{.from = absl::CivilDay(2020, 8, 1), .value = Number("3.3")},
                  {.from = absl::CivilDay(2022, 8, 1), .value = Number("5.5")}};
  Parameter table = Rate("table", "0", "EUR/pupil");
  table.table = {{.key = "bo", .value = Number("10")}};
  scheme.parameters.push_back(dated);
  scheme.parameters.push_back(table);
  ASSERT_OK(Override(
      std::vector<ParameterValue>{
          {"rate_bo", Number("500")}, {"dated", Number("7")}, {"table.bo", Number("8")}},
      scheme));
  EXPECT_EQ(scheme.parameters[0].value, Number("500"));
  EXPECT_EQ(scheme.parameters[3].values[0].value, Number("7"));
  EXPECT_EQ(scheme.parameters[3].values[1].value, Number("5.5"));
  EXPECT_EQ(scheme.parameters[4].table[0].value, Number("8"));
  for (const char* name : {"rate", "table", "table.so", "rate_bo.bo", ""}) {
    EXPECT_THAT(Override(std::vector<ParameterValue>{{name, Exact(1)}}, scheme),
                HasReason("UNKNOWN_PARAMETER"))
        << name;
  }
}

TEST(SetFactTest, SaysOfARecipientWhatTheRegisterCould) {
  Scheme scheme = SchoolScheme();
  scheme.facts = {{.id = "cumi", .title = {"Cumi", "Cumi"}, .attribute = "aantal_cumi"}};
  scheme.components.push_back(
      Part("cumi_part", "rate_bo / rate_bo * rate_so / rate_so * cumi * euro"));
  scheme.parameters.push_back(Rate("euro", "1", "EUR"));
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(scheme));
  Recipient school = School("16SW00", 10);
  const auto set = [&](std::string_view name, std::string_view value) {
    return SetFact(calculator, name, value, "facts", school);
  };
  ASSERT_OK(set("pupils.bo", "250"));
  ASSERT_OK(set("score", "12.5"));
  ASSERT_OK(set("sector", "special"));
  ASSERT_OK(set("province", "Drenthe"));
  ASSERT_OK(set("cumi", "7"));
  ASSERT_OK(set("pupils.sbo", ""));
  EXPECT_EQ(PupilsOf(school, SchoolType::kBo), Count::Known(250));
  EXPECT_EQ(PupilsOf(school, SchoolType::kSbo), Count::Missing());
  EXPECT_EQ(school.score, Number("12.5"));
  EXPECT_EQ(school.sector, Sector::kSpecial);
  EXPECT_EQ(school.province, "Drenthe");
  EXPECT_THAT(set("pupils.bo", "-1"), HasReason("BAD_FACT"));
  EXPECT_THAT(set("pupils.bo", "1.5"), HasReason("BAD_FACT"));
  EXPECT_THAT(set("pupils.bo", "1000000000000"), HasReason("BAD_FACT"));
  EXPECT_THAT(set("score", "many"), HasReason("BAD_FACT"));
  EXPECT_THAT(set("sector", "university"), HasReason("BAD_FACT"));
  EXPECT_THAT(set("cumi", "seven"), HasReason("BAD_FACT"));
  EXPECT_THAT(set("pupils.total", "5"), HasReason("UNKNOWN_FACT"));
  EXPECT_THAT(set("population", "5"), HasReason("UNKNOWN_FACT"));
  EXPECT_THAT(set("colour", "red"), HasReason("UNKNOWN_FACT"));
}

}  // namespace
}  // namespace vg::funding

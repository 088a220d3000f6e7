#include "services/catalogue/domain/menu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Faults(const MenuEdition& edition) {
  std::vector<std::string> faults;
  for (const FieldViolation& violation : CheckEdition(edition)) {
    faults.push_back(violation.field + " " + violation.reason);
  }
  return faults;
}

TEST(MenuTest, AcceptsARightEdition) { EXPECT_THAT(Faults(ExampleEdition()), IsEmpty()); }

TEST(MenuTest, NamesEveryDoubledId) {
  MenuEdition edition = ExampleEdition();
  edition.categories[1].id = "B";
  edition.interventions[2].category = "B";
  edition.interventions[1].id = "feedback";
  edition.interventions[0].evidence.push_back({.scheme = "EEF"});
  edition.interventions[1].sectors = {Sector::kPrimary, Sector::kPrimary};
  EXPECT_THAT(Faults(edition), ElementsAre("categories[1].id DUPLICATE_ID",
                                           "interventions[0].evidence[1].scheme DUPLICATE_ID",
                                           "interventions[1].id DUPLICATE_ID",
                                           "interventions[1].sectors[1] DUPLICATE_ID"));
}

TEST(MenuTest, RefusesACategoryThatTheEditionDoesNotHave) {
  MenuEdition edition = ExampleEdition();
  edition.interventions[2].category = "Z";
  EXPECT_THAT(Faults(edition), ElementsAre("interventions[2].category UNKNOWN_CATEGORY"));
}

TEST(MenuTest, RefusesASectorThatIsNone) {
  MenuEdition edition = ExampleEdition();
  edition.interventions[0].sectors = {Sector::kUnspecified};
  EXPECT_THAT(Faults(edition), ElementsAre("interventions[0].sectors[0] UNKNOWN_SECTOR"));
}

TEST(MenuTest, TellsAbsentEvidenceFromZeroInItsDigest) {
  MenuEdition zero = ExampleEdition();
  zero.interventions[0].evidence[0].effect_months = 0;
  MenuEdition absent = ExampleEdition();
  absent.interventions[0].evidence[0].effect_months = std::nullopt;
  EXPECT_NE(Digest(zero), Digest(absent));
  EXPECT_EQ(Digest(ExampleEdition()), Digest(ExampleEdition()));
}

TEST(MenuTest, FindsTextWhateverItsCaseAndAccents) {
  const Intervention direct = ExampleEdition().interventions[1];
  EXPECT_TRUE(Mentions(direct, "DIRECTE"));
  EXPECT_TRUE(Mentions(direct, "\xC3\xA9\xC3\x89n STAP"));
  EXPECT_TRUE(Mentions(direct, "direct instruction"));
  EXPECT_TRUE(Mentions(direct, ""));
  EXPECT_FALSE(Mentions(direct, "feedback"));
}

TEST(MenuTest, MeansInterventionsWithoutSectorsForAll) {
  const MenuEdition edition = ExampleEdition();
  EXPECT_TRUE(MeantFor(edition.interventions[0], Sector::kSecondary));
  EXPECT_TRUE(MeantFor(edition.interventions[1], Sector::kPrimary));
  EXPECT_FALSE(MeantFor(edition.interventions[1], Sector::kSecondary));
  EXPECT_TRUE(MeantFor(edition.interventions[1], Sector::kUnspecified));
}

TEST(MenuTest, KnowsWhichInterventionsOnlySupport) {
  const Menu menu("menuEditions/2021-spring", ExampleEdition());
  ASSERT_EQ(menu.Find("leermiddelen"), 2u);
  EXPECT_TRUE(menu.SupportsOnly(2));
  EXPECT_FALSE(menu.SupportsOnly(*menu.Find("feedback")));
  EXPECT_EQ(menu.Find("zomerschool"), std::nullopt);
}

}  // namespace
}  // namespace vg::catalogue

#include "services/catalogue/domain/menu_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Five interventions: two of the same effect, one rated in another scheme alone, one without
// evidence, and one of which nothing but the cost is known.
MenuEdition Edition() {
  MenuEdition edition;
  edition.interventions = {
      {.id = "tuition",
       .category = "B",
       .evidence = {{.scheme = "EEF", .effect_months = 5, .strength = 4, .cost = 4}}},
      {.id = "wellbeing", .category = "C", .evidence = {{.scheme = "NJi", .strength = 5}}},
      {.id = "feedback",
       .category = "B",
       .evidence = {{.scheme = "NJi", .cost = 5},
                    {.scheme = "EEF", .effect_months = 6, .strength = 4, .cost = 1}}},
      {.id = "materials", .category = "F"},
      {.id = "mastery",
       .category = "B",
       .sectors = {Sector::kPrimary},
       .evidence = {{.scheme = "EEF", .effect_months = 5, .strength = 2}}},
      {.id = "preschool",
       .category = "A",
       .evidence = {{.scheme = "EEF", .cost = 5, .effect_status = EffectStatus::kTooFewStudies}}}};
  return edition;
}

std::vector<std::string> Selected(const MenuSelection& selection) {
  const MenuEdition edition = Edition();
  EXPECT_THAT(CheckSelection(edition, selection), IsEmpty());
  std::vector<std::string> ids;
  for (const size_t place : Select(edition, selection)) {
    ids.push_back(edition.interventions[place].id);
  }
  return ids;
}

std::vector<std::string> Faults(const MenuEdition& edition, const MenuSelection& selection) {
  std::vector<std::string> faults;
  for (const FieldViolation& violation : CheckSelection(edition, selection)) {
    faults.push_back(violation.field + " " + violation.reason);
  }
  return faults;
}

TEST(MenuSelectionTest, KeepsTheOrderOfTheMenuUnlessAskedOtherwise) {
  const std::vector<std::string> all = {"tuition",   "wellbeing", "feedback",
                                        "materials", "mastery",   "preschool"};
  EXPECT_EQ(Selected({}), all);
  EXPECT_EQ(Selected({.scheme = "EEF"}), all);
}

TEST(MenuSelectionTest, PutsWhatASchemeSaysNothingOfLastAndEqualOnesAsOnTheMenu) {
  EXPECT_THAT(Selected({.scheme = "EEF", .order = InterventionOrder::kEffect}),
              ElementsAre("feedback", "tuition", "mastery", "wellbeing", "materials", "preschool"));
  EXPECT_THAT(Selected({.scheme = "EEF", .order = InterventionOrder::kStrength}),
              ElementsAre("tuition", "feedback", "mastery", "wellbeing", "materials", "preschool"));
  EXPECT_THAT(Selected({.scheme = "EEF", .order = InterventionOrder::kCost}),
              ElementsAre("feedback", "tuition", "preschool", "wellbeing", "materials", "mastery"));
  EXPECT_THAT(Selected({.scheme = "NJi", .order = InterventionOrder::kCost}),
              ElementsAre("feedback", "tuition", "wellbeing", "materials", "mastery", "preschool"));
}

TEST(MenuSelectionTest, LetsNothingOfWhichTheSchemeDoesNotSayIt) {
  EXPECT_THAT(Selected({.scheme = "EEF", .min_strength = 4}), ElementsAre("tuition", "feedback"));
  EXPECT_THAT(Selected({.scheme = "NJi", .min_strength = 4}), ElementsAre("wellbeing"));
  EXPECT_THAT(Selected({.scheme = "EEF", .max_cost = 4}), ElementsAre("tuition", "feedback"));
  EXPECT_THAT(Selected({.scheme = "EEF", .min_effect_months = 6}), ElementsAre("feedback"));
  EXPECT_THAT(Selected({.scheme = "EEF", .min_effect_months = -12}),
              ElementsAre("tuition", "feedback", "mastery"))
      << "too few studies is no effect";
}

TEST(MenuSelectionTest, GoesByTheEvidenceOfOneScope) {
  MenuEdition edition = Edition();
  edition.interventions[4].evidence.push_back(
      {.scheme = "EEF", .effect_months = 9, .scope = "primary"});
  const auto effects = [&](const std::string& scope) {
    return Select(edition, {.scheme = "EEF",
                            .scope = scope,
                            .order = InterventionOrder::kEffect,
                            .min_effect_months = 0});
  };
  EXPECT_THAT(effects(""), ElementsAre(2u, 0u, 4u));
  EXPECT_THAT(effects("primary"), ElementsAre(4u));
  EXPECT_THAT(Faults(edition, {.scheme = "EEF", .scope = "primary"}), IsEmpty());
  EXPECT_THAT(Faults(edition, {.scheme = "NJi", .scope = "primary"}),
              ElementsAre("scope UNKNOWN_SCOPE"));
  EXPECT_THAT(Faults(edition, {.scope = "primary"}), ElementsAre("scheme REQUIRED"));
}

TEST(MenuSelectionTest, CombinesWhatIsAsked) {
  EXPECT_THAT(Selected({.category = "B",
                        .sector = Sector::kSecondary,
                        .scheme = "EEF",
                        .order = InterventionOrder::kEffect,
                        .min_strength = 3}),
              ElementsAre("feedback", "tuition"));
}

TEST(MenuSelectionTest, AsksForTheSchemeThatItNeeds) {
  const MenuEdition edition = Edition();
  EXPECT_THAT(Faults(edition, {.order = InterventionOrder::kCost}), ElementsAre("scheme REQUIRED"));
  EXPECT_THAT(Faults(edition, {.min_strength = 3}), ElementsAre("scheme REQUIRED"));
  EXPECT_THAT(Faults(edition, {.max_cost = 3}), ElementsAre("scheme REQUIRED"));
  EXPECT_THAT(Faults(edition, {.min_effect_months = 3}), ElementsAre("scheme REQUIRED"));
}

TEST(MenuSelectionTest, KnowsTheSchemesThatTheEditionDescribesOrElseUses) {
  MenuEdition edition = Edition();
  EXPECT_THAT(Faults(edition, {.scheme = "NJi"}), IsEmpty());
  EXPECT_THAT(Faults(edition, {.scheme = "WWC"}), ElementsAre("scheme UNKNOWN_SCHEME"));
  edition.schemes = {{.id = "EEF"}, {.id = "NJi"}, {.id = "WWC"}};
  EXPECT_THAT(Faults(edition, {.scheme = "WWC"}), IsEmpty());
  EXPECT_THAT(Faults(MenuEdition(), {.scheme = "EEF"}), ElementsAre("scheme UNKNOWN_SCHEME"));
}

}  // namespace
}  // namespace vg::catalogue

#include "services/catalogue/domain/menu_diff.h"

#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {

void PrintTo(const InterventionChange& change, std::ostream* out) {
  *out << change.intervention << " kind " << static_cast<int>(change.kind) << " " << change.field
       << ": '" << change.before << "' -> '" << change.after << "'";
}

void PrintTo(const FieldChange& change, std::ostream* out) {
  *out << change.field << ": '" << change.before << "' -> '" << change.after << "'";
}

namespace {

using enum ChangeKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;

std::vector<InterventionChange> DiffOf(const MenuEdition& before, const MenuEdition& after,
                                       const std::vector<MenuEdition>& between = {}) {
  Lineage lineage;
  for (const MenuEdition& edition : between) lineage.Add(edition);
  lineage.Add(after);
  return MenuDiff(Menu("menuEditions/before", before), Menu("menuEditions/after", after), lineage)
      .All();
}

MenuEdition EditionOf(const std::vector<Intervention>& interventions) {
  return {.interventions = interventions};
}

TEST(MenuDiffTest, FindsNothingBetweenEqualEditionsInAnotherOrder) {
  MenuEdition after = ExampleEdition();
  std::swap(after.interventions[0], after.interventions[2]);
  EXPECT_THAT(DiffOf(ExampleEdition(), after), IsEmpty());
}

TEST(MenuDiffTest, NamesEachFieldThatDiffers) {
  MenuEdition after = ExampleEdition();
  after.interventions[0].title.nl = "Terugkoppeling";
  after.interventions[0].evidence[0].effect_months = 6;
  after.interventions[0].evidence[0].strength = std::nullopt;
  after.interventions[0].evidence[0].cost = 1;
  after.interventions[1].sectors = {Sector::kSecondary, Sector::kPrimary};
  EXPECT_THAT(
      DiffOf(ExampleEdition(), after),
      ElementsAre(
          InterventionChange{"feedback", kChanged, "title.nl", "Feedback", "Terugkoppeling"},
          InterventionChange{"feedback", kChanged, "evidence[EEF].effect_months", "8", "6"},
          InterventionChange{"feedback", kChanged, "evidence[EEF].cost", "", "1"},
          InterventionChange{"feedback", kChanged, "evidence[EEF].strength", "3", ""},
          InterventionChange{"directe-instructie", kChanged, "sectors", "PRIMARY",
                             "PRIMARY, SECONDARY"}));
}

TEST(MenuDiffTest, PutsRemovedInterventionsLast) {
  MenuEdition after = ExampleEdition();
  after.interventions.erase(after.interventions.begin());
  after.interventions.push_back({.id = "schrijfonderwijs", .category = "B"});
  const std::vector<InterventionChange> changes = DiffOf(ExampleEdition(), after);
  EXPECT_THAT(changes, ElementsAre(InterventionChange{"schrijfonderwijs", kAdded, "", "", ""},
                                   InterventionChange{"feedback", kRemoved, "", "", ""}));
  EXPECT_THAT(Touched(changes), ElementsAre(Key("feedback")));
}

TEST(MenuDiffTest, TellsWhatBecamePayableAndForHowLong) {
  MenuEdition before = ExampleEdition();
  before.interventions[0].grants = {{.grant = "npo-schools",
                                     .start_date = absl::CivilDay(2021, 8, 1),
                                     .end_date = absl::CivilDay(2023, 7, 31),
                                     .legal_reference = "Stcrt. 2021, 39244"}};
  MenuEdition after = before;
  after.interventions[0].grants[0].end_date = absl::CivilDay(2025, 7, 31);
  EXPECT_THAT(DiffOf(before, after),
              ElementsAre(InterventionChange{"feedback", kChanged,
                                             "grants[npo-schools from 2021-08-01].end_date",
                                             "2023-07-31", "2025-07-31"}));
}

TEST(MenuDiffTest, TellsTooFewStudiesAndSourcesOfEvidence) {
  MenuEdition after = ExampleEdition();
  Evidence& evidence = after.interventions[0].evidence[0];
  evidence.effect_months = std::nullopt;
  evidence.effect_status = EffectStatus::kTooFewStudies;
  evidence.sources = {{.title = "Toolkit", .year = 2021}};
  EXPECT_THAT(DiffOf(ExampleEdition(), after),
              ElementsAre(InterventionChange{"feedback", kChanged, "evidence[EEF].effect_status",
                                             "", "TOO_FEW_STUDIES"},
                          InterventionChange{"feedback", kChanged,
                                             "evidence[EEF].sources[Toolkit].title", "", "Toolkit"},
                          InterventionChange{"feedback", kChanged,
                                             "evidence[EEF].sources[Toolkit].year", "", "2021"},
                          InterventionChange{"feedback", kChanged, "evidence[EEF].effect_months",
                                             "8", ""}));
}

TEST(MenuDiffTest, TellsScopesOfEvidenceApart) {
  MenuEdition before = ExampleEdition();
  before.interventions[0].evidence.push_back(
      {.scheme = "EEF", .scope = "primary", .study_count = 4});
  MenuEdition after = before;
  after.interventions[0].evidence[1].study_count = 9;
  after.interventions[0].evidence[1].review_date = absl::CivilDay(2021, 9, 1);
  EXPECT_THAT(
      DiffOf(before, after),
      ElementsAre(
          InterventionChange{"feedback", kChanged, "evidence[EEF][primary].study_count", "4", "9"},
          InterventionChange{"feedback", kChanged, "evidence[EEF][primary].review_date", "",
                             "2021-09-01"}));
}

TEST(MenuDiffTest, FollowsAMerger) {
  EXPECT_THAT(
      DiffOf(EditionOf({{.id = "zomerschool"}, {.id = "lenteschool"}}),
             EditionOf({{.id = "vakantieschool", .replaces = {"zomerschool", "lenteschool"}}})),
      ElementsAre(
          InterventionChange{.intervention = "vakantieschool",
                             .kind = kAdded,
                             .replaces = {"lenteschool", "zomerschool"}},
          InterventionChange{
              .intervention = "zomerschool", .kind = kReplaced, .replaced_by = {"vakantieschool"}},
          InterventionChange{.intervention = "lenteschool",
                             .kind = kReplaced,
                             .replaced_by = {"vakantieschool"}}));
}

TEST(MenuDiffTest, FollowsASplitOverAnEditionInBetween) {
  const MenuEdition first = EditionOf({{.id = "school"}});
  const MenuEdition second = EditionOf({{.id = "vakantieschool", .replaces = {"school"}}});
  const MenuEdition third = EditionOf({{.id = "zomerschool", .replaces = {"vakantieschool"}},
                                       {.id = "lenteschool", .replaces = {"vakantieschool"}}});
  EXPECT_THAT(
      DiffOf(first, third, {second}),
      ElementsAre(
          InterventionChange{.intervention = "zomerschool", .kind = kAdded, .replaces = {"school"}},
          InterventionChange{.intervention = "lenteschool", .kind = kAdded, .replaces = {"school"}},
          InterventionChange{.intervention = "school",
                             .kind = kReplaced,
                             .replaced_by = {"lenteschool", "zomerschool"}}));
}

TEST(MenuDiffTest, TellsWhatChangedOfTheEditionItself) {
  const MenuEdition before = ExampleEdition();
  MenuEdition after = before;
  after.title = {"Menukaart zomer 2021", ""};
  after.start_date = absl::CivilDay(2021, 7, 1);
  after.end_date = absl::CivilDay(2021, 10, 31);
  after.categories[0].supporting_only = true;
  after.categories[1] = {"G", {"Overig", ""}};
  EXPECT_THAT(
      EditionChanges(before, after),
      ElementsAre(FieldChange{"title.nl", "Menukaart voorjaar 2021", "Menukaart zomer 2021"},
                  FieldChange{"start_date", "2021-05-10", "2021-07-01"},
                  FieldChange{"end_date", "", "2021-10-31"},
                  FieldChange{"categories[B].supporting_only", "", "true"},
                  FieldChange{"categories[G].title.nl", "", "Overig"},
                  FieldChange{"title.en", "Menu of spring 2021", ""},
                  FieldChange{"categories[F].title.nl", "Faciliteiten", ""},
                  FieldChange{"categories[F].title.en", "Facilities", ""},
                  FieldChange{"categories[F].supporting_only", "true", ""}));
  EXPECT_THAT(DiffOf(before, after), IsEmpty()) << "which no intervention is told of";
}

TEST(MenuDiffTest, TellsWhatChangedOfSchemesTheirRatingsAndBands) {
  MenuEdition before = ExampleEdition();
  before.schemes = {{.id = "EEF",
                     .title = {"Toolkit", ""},
                     .ratings = {{"good", {"Goed", ""}}, {"fair", {"Redelijk", ""}}},
                     .bands = {{0, -5, 5}, {1, 6, 9}}}};
  MenuEdition after = before;
  after.schemes[0].url = "https://example.nl/toolkit";
  after.schemes[0].ratings.pop_back();
  after.schemes[0].bands[0].to_hundredths = 4;
  after.schemes[0].bands[1].from_hundredths = 5;
  EXPECT_THAT(EditionChanges(before, after),
              ElementsAre(FieldChange{"schemes[EEF].url", "", "https://example.nl/toolkit"},
                          FieldChange{"schemes[EEF].bands[0].to_hundredths", "5", "4"},
                          FieldChange{"schemes[EEF].bands[1].from_hundredths", "6", "5"},
                          FieldChange{"schemes[EEF].ratings[fair].title.nl", "Redelijk", ""}));
}

TEST(MenuDiffTest, FindsNothingBetweenEqualEditionsWhoseCategoriesAreInAnotherOrder) {
  MenuEdition after = ExampleEdition();
  std::swap(after.categories[0], after.categories[1]);
  EXPECT_THAT(EditionChanges(ExampleEdition(), after), IsEmpty());
}

TEST(MenuDiffTest, EndsWhereEditionsReplaceInACircle) {
  Lineage lineage;
  lineage.Add(EditionOf({{.id = "a", .replaces = {"b"}}}));
  lineage.Add(EditionOf({{.id = "b", .replaces = {"a"}}}));
  EXPECT_THAT(lineage.AncestorsOf("a"), ElementsAre("b"));
  EXPECT_THAT(lineage.AncestorsOf("b"), ElementsAre("a"));
}

}  // namespace
}  // namespace vg::catalogue

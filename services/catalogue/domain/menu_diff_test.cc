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

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<InterventionChange> DiffOf(const MenuEdition& before, const MenuEdition& after) {
  return Diff(Menu("menuEditions/before", before), Menu("menuEditions/after", after));
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
  using enum ChangeKind;
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
  using enum ChangeKind;
  EXPECT_THAT(changes, ElementsAre(InterventionChange{"schrijfonderwijs", kAdded, "", "", ""},
                                   InterventionChange{"feedback", kRemoved, "", "", ""}));
  EXPECT_THAT(Touched(changes), ElementsAre("feedback"));
}

}  // namespace
}  // namespace vg::catalogue

#include "services/catalogue/domain/menu_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

MenuEdition EditionFrom(absl::CivilDay start, const std::vector<Intervention>& interventions) {
  return {.start_date = start, .interventions = interventions};
}

TEST(MenuHistoryTest, LetsAnEditionLastUntilTheNextUnlessItSaysOtherwise) {
  MenuEdition spring = EditionFrom(absl::CivilDay(2021, 5, 10), {});
  MenuEdition autumn = EditionFrom(absl::CivilDay(2021, 11, 1), {});
  autumn.end_date = absl::CivilDay(2022, 3, 31);
  const Menu first("menuEditions/1", spring);
  const Menu second("menuEditions/2", autumn);
  const Menu third("menuEditions/3", EditionFrom(absl::CivilDay(2022, 5, 1), {}));
  const std::vector<const Menu*> editions = {&first, &second, &third};
  EXPECT_EQ(LastDay(editions, 0), absl::CivilDay(2021, 10, 31));
  EXPECT_EQ(LastDay(editions, 1), absl::CivilDay(2022, 3, 31));
  EXPECT_EQ(LastDay(editions, 2), std::nullopt);
}

TEST(MenuHistoryTest, FollowsAnInterventionFromItsFirstEditionToTheOneThatDropsIt) {
  const Menu none("menuEditions/0", EditionFrom(absl::CivilDay(2020, 1, 1), {}));
  const Menu first("menuEditions/1", EditionFrom(absl::CivilDay(2021, 1, 1), {{.id = "a"}}));
  const Menu same("menuEditions/2",
                  EditionFrom(absl::CivilDay(2022, 1, 1), {{.id = "b"}, {.id = "a"}}));
  const Menu other("menuEditions/3",
                   EditionFrom(absl::CivilDay(2023, 1, 1), {{.id = "a", .title = {"Ander", ""}}}));
  const Menu replaced("menuEditions/4",
                      EditionFrom(absl::CivilDay(2024, 1, 1), {{.id = "c", .replaces = {"a"}}}));
  const Menu gone("menuEditions/5", EditionFrom(absl::CivilDay(2025, 1, 1), {{.id = "c"}}));
  const std::vector<const Menu*> editions = {&none, &first, &same, &other, &replaced, &gone};

  const std::vector<InterventionEdition> history = HistoryOf("a", editions);
  ASSERT_THAT(history, SizeIs(4));
  EXPECT_EQ(history[0].edition, 1u);
  ASSERT_THAT(history[0].changes, SizeIs(1));
  EXPECT_EQ(history[0].changes[0].kind, ChangeKind::kAdded);
  EXPECT_EQ(history[1].place, 1u);
  EXPECT_THAT(history[1].changes, IsEmpty());
  ASSERT_THAT(history[2].changes, SizeIs(1));
  EXPECT_EQ(history[2].changes[0].after, "Ander");
  EXPECT_EQ(history[3].place, std::nullopt);
  ASSERT_THAT(history[3].changes, SizeIs(1));
  EXPECT_EQ(history[3].changes[0].kind, ChangeKind::kReplaced);
  EXPECT_THAT(history[3].changes[0].replaced_by, ElementsAre("c"));
}

TEST(MenuHistoryTest, FollowsAReplacementOverEditionsWithNeither) {
  const Menu first("menuEditions/1", EditionFrom(absl::CivilDay(2021, 1, 1), {{.id = "a"}}));
  const Menu second("menuEditions/2", EditionFrom(absl::CivilDay(2022, 1, 1), {{.id = "x"}}));
  const Menu third("menuEditions/3", EditionFrom(absl::CivilDay(2023, 1, 1), {{.id = "x"}}));
  const Menu fourth("menuEditions/4",
                    EditionFrom(absl::CivilDay(2024, 1, 1), {{.id = "b", .replaces = {"a"}}}));
  const Menu fifth("menuEditions/5",
                   EditionFrom(absl::CivilDay(2025, 1, 1), {{.id = "c", .replaces = {"b"}}}));
  const std::vector<const Menu*> editions = {&first, &second, &third, &fourth, &fifth};

  const std::vector<InterventionEdition> old = HistoryOf("a", editions);
  ASSERT_THAT(old, SizeIs(3)) << "and is over once something took its place";
  EXPECT_EQ(old[1].edition, 1u);
  EXPECT_EQ(old[1].changes[0].kind, ChangeKind::kRemoved);
  EXPECT_EQ(old[2].edition, 3u);
  EXPECT_EQ(old[2].place, std::nullopt);
  EXPECT_EQ(old[2].changes[0].kind, ChangeKind::kReplaced);
  EXPECT_THAT(old[2].changes[0].replaced_by, ElementsAre("b"));

  const std::vector<InterventionEdition> current = HistoryOf("b", editions);
  ASSERT_THAT(current, SizeIs(2));
  EXPECT_EQ(current[0].changes[0].kind, ChangeKind::kAdded);
  EXPECT_THAT(current[0].changes[0].replaces, ElementsAre("a"));
}

TEST(MenuHistoryTest, ForgetsThatItWasDroppedOnceItIsBack) {
  const Menu first("menuEditions/1", EditionFrom(absl::CivilDay(2021, 1, 1), {{.id = "a"}}));
  const Menu second("menuEditions/2", EditionFrom(absl::CivilDay(2022, 1, 1), {{.id = "x"}}));
  const Menu third("menuEditions/3", EditionFrom(absl::CivilDay(2023, 1, 1), {{.id = "a"}}));
  const std::vector<const Menu*> editions = {&first, &second, &third, &third};
  const std::vector<InterventionEdition> history = HistoryOf("a", editions);
  ASSERT_THAT(history, SizeIs(4));
  EXPECT_EQ(history[2].changes[0].kind, ChangeKind::kAdded);
  EXPECT_THAT(history[2].changes[0].replaces, IsEmpty());
  EXPECT_THAT(history[3].changes, IsEmpty());
}

TEST(MenuHistoryTest, KnowsNothingOfWhatNoEditionHas) {
  const Menu menu("menuEditions/1", ExampleEdition());
  const std::vector<const Menu*> editions = {&menu};
  EXPECT_THAT(HistoryOf("zomerschool", editions), IsEmpty());
  EXPECT_THAT(HistoryOf("feedback", editions), SizeIs(1));
}

}  // namespace
}  // namespace vg::catalogue

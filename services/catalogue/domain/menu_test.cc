#include "services/catalogue/domain/menu.h"

#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

TEST(MenuTest, TellsAbsentEvidenceFromZeroInItsDigest) {
  MenuEdition zero = ExampleEdition();
  zero.interventions[0].evidence[0].effect_months = 0;
  MenuEdition absent = ExampleEdition();
  absent.interventions[0].evidence[0].effect_months = std::nullopt;
  EXPECT_NE(Digest(zero), Digest(absent));
  EXPECT_EQ(Digest(ExampleEdition()), Digest(ExampleEdition()));
}

TEST(MenuTest, KeepsTheDigestOfWhatSaysNothingMore) {
  EXPECT_EQ(Digest(ExampleEdition()),
            "82c728b19b4a417ac830c7b4c4d11f74ebcd7f448e449de0904a6392761d6eee");
}

TEST(MenuTest, HasADigestForEverythingItSays) {
  const std::vector<std::function<void(MenuEdition&)>> edits = {
      [](MenuEdition& e) { e.end_date = absl::CivilDay(2021, 10, 31); },
      [](MenuEdition& e) { e.schemes = {{.id = "EEF"}}; },
      [](MenuEdition& e) { e.schemes = {{.id = "EEF", .ratings = {{.id = "a"}}}}; },
      [](MenuEdition& e) {
        e.schemes = {{.id = "EEF", .bands = {{1, 6, 9}}}};
      },
      [](MenuEdition& e) { e.interventions[0].replaces = {"a"}; },
      [](MenuEdition& e) {
        e.interventions[0].replaces = {"a", "b"};
      },
      [](MenuEdition& e) { e.interventions[0].grants = {{.grant = "a"}}; },
      [](MenuEdition& e) {
        e.interventions[0].grants = {{.grant = "a", .conditions = {"b", ""}}};
      },
      [](MenuEdition& e) {
        e.interventions[0].evidence[0].effect_status = EffectStatus::kNotRated;
      },
      [](MenuEdition& e) { e.interventions[0].evidence[0].effect_size_hundredths = 2; },
      [](MenuEdition& e) { e.interventions[0].evidence[0].scope = "primary"; },
      [](MenuEdition& e) { e.interventions[0].evidence[0].study_count = 0; },
      [](MenuEdition& e) {
        e.interventions[0].evidence[0].review_date = absl::CivilDay(2021, 9, 1);
      },
      [](MenuEdition& e) { e.interventions[0].evidence[0].sources = {{.title = "a"}}; },
      [](MenuEdition& e) {
        e.interventions[0].evidence[0].sources = {{.title = "a", .year = 2021}};
      },
  };
  std::set<std::string> digests = {Digest(ExampleEdition())};
  for (const auto& edit : edits) {
    MenuEdition edition = ExampleEdition();
    edit(edition);
    EXPECT_TRUE(digests.insert(Digest(edition)).second) << digests.size();
  }
}

TEST(MenuTest, FindsTextWhateverItsCaseAndDiacritics) {
  const Intervention direct = ExampleEdition().interventions[1];
  EXPECT_TRUE(Mentions(direct, "DIRECTE"));
  EXPECT_TRUE(Mentions(direct, "\xC3\xA9\xC3\x89n STAP"));
  EXPECT_TRUE(Mentions(direct, "een stap"));
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

TEST(MenuTest, PaysFromAGrantWithinItsPeriod) {
  const absl::CivilDay first(2021, 8, 1);
  const absl::CivilDay last(2023, 7, 31);
  Intervention intervention;
  EXPECT_FALSE(Payable(intervention, "", std::nullopt));
  intervention.grants = {{.grant = "npo-schools", .start_date = first, .end_date = last}};
  EXPECT_TRUE(Payable(intervention, "npo-schools", std::nullopt));
  EXPECT_TRUE(Payable(intervention, "npo-schools", first));
  EXPECT_TRUE(Payable(intervention, "", last));
  EXPECT_FALSE(Payable(intervention, "npo-schools", first - 1));
  EXPECT_FALSE(Payable(intervention, "", last + 1));
  EXPECT_FALSE(Payable(intervention, "npo-municipalities", first));
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

#include "services/catalogue/domain/menu_check.h"

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

GrantEligibility Grant(std::string id, absl::CivilDay first, absl::CivilDay last) {
  return {
      .grant = std::move(id), .start_date = first, .end_date = last, .legal_reference = "art. 1"};
}

EvidenceScheme Eef() { return {.id = "EEF", .bands = {{0, -5, 5}, {1, 6, 9}, {8, 62, 69}}}; }

TEST(MenuCheckTest, AcceptsARightEdition) { EXPECT_THAT(Faults(ExampleEdition()), IsEmpty()); }

TEST(MenuCheckTest, NamesEveryDoubledId) {
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

TEST(MenuCheckTest, RefusesACategoryThatTheEditionDoesNotHave) {
  MenuEdition edition = ExampleEdition();
  edition.interventions[2].category = "Z";
  EXPECT_THAT(Faults(edition), ElementsAre("interventions[2].category UNKNOWN_CATEGORY"));
}

TEST(MenuCheckTest, RefusesASectorThatIsNone) {
  MenuEdition edition = ExampleEdition();
  edition.interventions[0].sectors = {Sector::kUnspecified, static_cast<Sector>(4)};
  EXPECT_THAT(Faults(edition), ElementsAre("interventions[0].sectors[0] UNKNOWN_SECTOR",
                                           "interventions[0].sectors[1] UNKNOWN_SECTOR"));
}

TEST(MenuCheckTest, LetsAnEditionLastADayButNotEndBeforeItBegins) {
  MenuEdition edition = ExampleEdition();
  edition.end_date = edition.start_date;
  EXPECT_THAT(Faults(edition), IsEmpty());
  edition.end_date = edition.start_date - 1;
  EXPECT_THAT(Faults(edition), ElementsAre("end_date PERIOD_REVERSED"));
}

TEST(MenuCheckTest, LetsPeriodsOfAGrantFollowEachOtherButNotOverlap) {
  const absl::CivilDay first(2021, 8, 1);
  const absl::CivilDay last(2022, 7, 31);
  MenuEdition edition = ExampleEdition();
  std::vector<GrantEligibility>& grants = edition.interventions[0].grants;
  grants = {Grant("npo-schools", last + 1, last + 1), Grant("npo-schools", first, last),
            Grant("npo-municipalities", first, last)};
  EXPECT_THAT(Faults(edition), IsEmpty());
  grants[0].start_date = last;
  EXPECT_THAT(Faults(edition),
              ElementsAre("interventions[0].grants[1].start_date OVERLAPPING_PERIODS"));
  grants = {Grant("npo-schools", last, first)};
  EXPECT_THAT(Faults(edition), ElementsAre("interventions[0].grants[0].end_date PERIOD_REVERSED"));
}

TEST(MenuCheckTest, HoldsEvidenceToTheSchemesOfTheEdition) {
  MenuEdition edition = ExampleEdition();
  edition.schemes = {{.id = "NJi", .ratings = {{.id = "Goed onderbouwd"}}}, Eef()};
  edition.interventions[1].evidence = {{.scheme = "NJi", .rating = "Goed onderbouwd"}};
  EXPECT_THAT(Faults(edition), IsEmpty());
  edition.interventions[1].evidence = {{.scheme = "NJi", .rating = "Prima"}, {.scheme = "WWC"}};
  EXPECT_THAT(Faults(edition), ElementsAre("interventions[1].evidence[0].rating UNKNOWN_RATING",
                                           "interventions[1].evidence[1].scheme UNKNOWN_SCHEME"));
}

TEST(MenuCheckTest, LetsASchemeSpeakOfEachScopeOnce) {
  MenuEdition edition = ExampleEdition();
  std::vector<Evidence>& evidence = edition.interventions[0].evidence;
  evidence = {{.scheme = "EEF"},
              {.scheme = "EEF", .scope = "primary"},
              {.scheme = "EEF", .scope = "secondary"},
              {.scheme = "NJi", .scope = "primary"}};
  EXPECT_THAT(Faults(edition), IsEmpty());
  evidence.push_back({.scheme = "EEF", .scope = "secondary"});
  EXPECT_THAT(Faults(edition), ElementsAre("interventions[0].evidence[4].scope DUPLICATE_ID"));
}

TEST(MenuCheckTest, HoldsEffectSizesToTheBandOfTheirMonths) {
  MenuEdition edition = ExampleEdition();
  edition.schemes = {Eef()};
  Evidence& evidence = edition.interventions[0].evidence[0];  // 8 months.
  for (const int size : {62, 69}) {
    evidence.effect_size_hundredths = size;
    EXPECT_THAT(Faults(edition), IsEmpty()) << size;
  }
  for (const int size : {61, 70, 5}) {
    evidence.effect_size_hundredths = size;
    EXPECT_THAT(Faults(edition),
                ElementsAre("interventions[0].evidence[0].effect_size_hundredths EFFECT_MISMATCH"))
        << size;
  }
}

TEST(MenuCheckTest, RefusesBandsThatDoNotAscend) {
  MenuEdition edition = ExampleEdition();
  edition.schemes = {Eef()};
  edition.schemes[0].bands = {{0, 5, -5}, {2, 10, 18}, {1, 19, 26}, {3, 26, 30}};
  EXPECT_THAT(Faults(edition), ElementsAre("schemes[0].bands[0] BANDS_OUT_OF_ORDER",
                                           "schemes[0].bands[2] BANDS_OUT_OF_ORDER",
                                           "schemes[0].bands[3] BANDS_OUT_OF_ORDER"));
}

TEST(MenuCheckTest, TellsTooFewStudiesFromAnEffectOfZero) {
  MenuEdition edition = ExampleEdition();
  Evidence& evidence = edition.interventions[0].evidence[0];
  evidence.effect_months = 0;
  EXPECT_THAT(Faults(edition), IsEmpty());
  evidence.effect_status = EffectStatus::kTooFewStudies;
  EXPECT_THAT(Faults(edition),
              ElementsAre("interventions[0].evidence[0].effect_status EFFECT_CONTRADICTED"));
  evidence.effect_months = std::nullopt;
  EXPECT_THAT(Faults(edition), IsEmpty());
  evidence.effect_status = static_cast<EffectStatus>(3);
  EXPECT_THAT(Faults(edition),
              ElementsAre("interventions[0].evidence[0].effect_status UNKNOWN_EFFECT_STATUS"));
}

TEST(MenuCheckTest, RefusesToReplaceWhatIsStillOnTheMenu) {
  MenuEdition edition = ExampleEdition();
  edition.interventions[0].replaces = {"terugkoppeling", "feedback", "terugkoppeling"};
  EXPECT_THAT(Faults(edition), ElementsAre("interventions[0].replaces[1] STILL_ON_MENU",
                                           "interventions[0].replaces[2] DUPLICATE_ID"));
}

TEST(MenuCheckTest, RefusesToReplaceWhatNoFormerEditionHas) {
  MenuEdition edition = ExampleEdition();
  edition.interventions[0].replaces = {"terugkoppeling", "terugkopeling", "leermiddelen"};
  edition.interventions[2].replaces = {"terugkoppeling"};
  std::vector<std::string> faults;
  for (const FieldViolation& violation : CheckPredecessors(edition, {"terugkoppeling"})) {
    faults.push_back(violation.field + " " + violation.reason);
  }
  EXPECT_THAT(faults, ElementsAre("interventions[0].replaces[1] UNKNOWN_PREDECESSOR"));
  EXPECT_THAT(CheckPredecessors(ExampleEdition(), {}), IsEmpty());
}

TEST(MenuCheckTest, RefusesDoubledSourcesRatingsAndSchemes) {
  MenuEdition edition = ExampleEdition();
  edition.schemes = {{.id = "EEF", .ratings = {{.id = "a"}, {.id = "a"}}}, {.id = "EEF"}};
  edition.interventions[0].evidence[0].sources = {{.title = "Toolkit"}, {.title = "Toolkit"}};
  EXPECT_THAT(Faults(edition),
              ElementsAre("schemes[0].ratings[1].id DUPLICATE_ID", "schemes[1].id DUPLICATE_ID",
                          "interventions[0].evidence[0].sources[1].title DUPLICATE_ID"));
}

}  // namespace
}  // namespace vg::catalogue

#include "services/registry/domain/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SchoolFacts School(std::string code, std::string postcode = "7822HG", int64_t pupils = 100) {
  return {.code = code,
          .title = "School " + code,
          .sector = Sector::kPrimary,
          .board = "10249",
          .municipality = "GM0114",
          .postcode = std::move(postcode),
          .pupil_counts = {{SchoolType::kBo, Count::Known(pupils)}}};
}

std::vector<std::string> Changes(const std::vector<SchoolFacts>& before,
                                 const std::vector<SchoolFacts>& after) {
  std::vector<std::string> changes;
  for (const SchoolChange& change : Diff(before, after)) {
    changes.push_back(change.code + " " + std::string(ChangeKindName(change.kind)) + " '" +
                      change.before + "' '" + change.after + "'");
  }
  return changes;
}

TEST(DiffTest, FindsNothingBetweenEquals) {
  EXPECT_THAT(Changes({School("01AA00"), School("01AB00")}, {School("01AA00"), School("01AB00")}),
              IsEmpty());
  EXPECT_THAT(Changes({}, {}), IsEmpty());
}

TEST(DiffTest, TellsOpenedAndClosedSchools) {
  EXPECT_THAT(Changes({School("01AA00", "1000AA")}, {School("02BB00", "2000BB")}),
              ElementsAre("01AA00 closed '' ''", "02BB00 opened '' ''"));
}

TEST(DiffTest, TakesASchoolForMergedWhereAnotherGoesOnAtItsAddressUnderItsBoard) {
  EXPECT_THAT(Changes({School("01AA00"), School("02BB00")}, {School("02BB00")}),
              ElementsAre("01AA00 merged '' '02BB00'"));
  SchoolFacts other_board = School("02BB00");
  other_board.board = "20137";
  EXPECT_THAT(Changes({School("01AA00"), other_board}, {other_board}),
              ElementsAre("01AA00 closed '' ''"));
  SchoolFacts other_sector = School("02BB00");
  other_sector.sector = Sector::kSpecial;
  EXPECT_THAT(Changes({School("01AA00"), other_sector}, {other_sector}),
              ElementsAre("01AA00 closed '' ''"));
}

TEST(DiffTest, TakesASchoolForMergedWhereABranchOfItsInstitutionGoesOn) {
  SchoolFacts far = School("01AA00", "1000AA");
  far.municipality = "GM0001";
  const SchoolFacts near = School("01AA02", "1000AB");
  EXPECT_THAT(Changes({far, School("01AA01", "1000AC"), near}, {far, near}),
              ElementsAre("01AA01 merged '' '01AA02'"));
  EXPECT_THAT(Changes({far, School("01AA01", "1000AC")}, {far}),
              ElementsAre("01AA01 merged '' '01AA00'"));
}

TEST(DiffTest, TellsMovesAndNewBoardsAndCountsOfOneSchoolInThatOrder) {
  SchoolFacts after = School("01AA00", "7822HG", 90);
  after.municipality = "GM1979";
  after.board = "20137";
  EXPECT_THAT(
      Changes({School("01AA00")}, {after}),
      ElementsAre("01AA00 moved_municipality 'GM0114' 'GM1979'",
                  "01AA00 changed_board '10249' '20137'", "01AA00 changed_count 'BO 100' 'BO 90'"));
}

TEST(DiffTest, TellsCountsThatBecameHiddenOrAppeared) {
  SchoolFacts after = School("01AA00");
  after.pupil_counts = {{SchoolType::kBo, {CountState::kSuppressed, 0}},
                        {SchoolType::kSbo, Count::Known(7)}};
  EXPECT_THAT(Changes({School("01AA00")}, {after}),
              ElementsAre("01AA00 changed_count 'BO 100' 'BO suppressed'",
                          "01AA00 changed_count '' 'SBO 7'"));
}

}  // namespace
}  // namespace vg::registry

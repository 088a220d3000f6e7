#include "services/funding/domain/comparison/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Passage> Schools(const std::vector<Recipient>& before,
                             const std::vector<Recipient>& after, const Lineage& lineage = {}) {
  return PassagesOf(RecipientKind::kSchool, before, after, before, after, lineage);
}

TEST(EventsTest, TellsNothingOfSchoolsThatGoOn) {
  const std::vector<Recipient> before = {School("16SW00", 250)};
  const std::vector<Recipient> after = {School("16SW00", 258)};
  const std::vector<Passage> passages = Schools(before, after);
  ASSERT_THAT(passages, SizeIs(1));
  EXPECT_THAT(passages[0].events, IsEmpty());
  EXPECT_EQ(passages[0].before, &before[0]);
  EXPECT_EQ(passages[0].after, &after[0]);
}

TEST(EventsTest, TellsOpeningsAndClosures) {
  const std::vector<Recipient> before = {School("16SW00", 250)};
  const std::vector<Recipient> after = {School("16SW01", 100)};
  const std::vector<Passage> passages = Schools(before, after);
  ASSERT_THAT(passages, SizeIs(2));
  EXPECT_THAT(passages[0].events, ElementsAre(Event{EventKind::kClosure, "", {}}));
  EXPECT_THAT(passages[1].events, ElementsAre(Event{EventKind::kOpening, "", {}}));
}

TEST(EventsTest, CountsThePupilsOfAMergedSchoolWithItsHeir) {
  const std::vector<Recipient> before = {School("16SW00", 200), School("16SW01", 50)};
  const std::vector<Recipient> after = {School("16SW00", 240)};
  const std::vector<Passage> passages = Schools(before, after, {.heirs = {{"16SW01", "16SW00"}}});
  ASSERT_THAT(passages, SizeIs(2));
  EXPECT_THAT(
      passages[0].events,
      ElementsAre(Event{EventKind::kMerger, "16SW01", {{"pupils.bo", 50}, {"pupils.total", 50}}}));
  EXPECT_THAT(passages[1].events, ElementsAre(Event{EventKind::kMerger, "16SW00", {}}));
}

TEST(EventsTest, CallsItAClosureIfTheHeirDidNotGrow) {
  const std::vector<Recipient> before = {School("16SW00", 200), School("16SW01", 50)};
  const std::vector<Recipient> after = {School("16SW00", 190)};
  const std::vector<Passage> passages = Schools(before, after, {.heirs = {{"16SW01", "16SW00"}}});
  EXPECT_THAT(passages[0].events, IsEmpty());
  EXPECT_THAT(passages[1].events, ElementsAre(Event{EventKind::kClosure, "", {}}));
}

TEST(EventsTest, MirrorsAMergerAsASplit) {
  const std::vector<Recipient> before = {School("16SW00", 240)};
  const std::vector<Recipient> after = {School("16SW00", 200), School("16SW01", 50)};
  const std::vector<Passage> passages = Schools(before, after, {.origins = {{"16SW01", "16SW00"}}});
  ASSERT_THAT(passages, SizeIs(2));
  EXPECT_THAT(
      passages[0].events,
      ElementsAre(Event{EventKind::kSplit, "16SW01", {{"pupils.bo", -50}, {"pupils.total", -50}}}));
  EXPECT_THAT(passages[1].events, ElementsAre(Event{EventKind::kSplit, "16SW00", {}}));
}

Recipient Branch(std::string code, int64_t bo, std::string municipality) {
  Recipient branch = School(std::move(code), bo);
  branch.municipality = std::move(municipality);
  return branch;
}

TEST(EventsTest, CountsABranchThatChangedMunicipalityWithTheMeanOfItsCounts) {
  const std::vector<Recipient> before = {Recipient{.code = "GM0001"}, Recipient{.code = "GM0002"}};
  const std::vector<Recipient> was = {Branch("16SW00", 100, "GM0001"),
                                      Branch("16SW01", 10, "GM0001")};
  const std::vector<Recipient> is = {Branch("16SW00", 110, "GM0002"),
                                     Branch("16SW01", 12, "GM0001"), Branch("16SW02", 7, "GM0001")};
  const std::vector<Passage> passages =
      PassagesOf(RecipientKind::kMunicipality, before, before, was, is, {});
  ASSERT_THAT(passages, SizeIs(2));
  EXPECT_THAT(passages[0].events,
              ElementsAre(Event{EventKind::kOpening, "", {{"pupils.bo", 7}, {"pupils.total", 7}}},
                          Event{EventKind::kBoundaryChange,
                                "GM0002",
                                {{"pupils.bo", -105}, {"pupils.total", -105}}}));
  EXPECT_THAT(passages[1].events, ElementsAre(Event{EventKind::kBoundaryChange,
                                                    "GM0001",
                                                    {{"pupils.bo", 105}, {"pupils.total", 105}}}));
}

TEST(EventsTest, TellsWhereAMunicipalityThatIsGoneWent) {
  const std::vector<Recipient> before = {Recipient{.code = "GM0370"}, Recipient{.code = "GM0439"}};
  const std::vector<Recipient> after = {Recipient{.code = "GM0439"}};
  const std::vector<Recipient> was = {Branch("16SW00", 100, "GM0370")};
  const std::vector<Recipient> is = {Branch("16SW00", 100, "GM0439")};
  const std::vector<Passage> passages =
      PassagesOf(RecipientKind::kMunicipality, before, after, was, is, {});
  ASSERT_THAT(passages, SizeIs(2));
  EXPECT_THAT(passages[0].events, ElementsAre(Event{EventKind::kBoundaryChange, "GM0439", {}}));
  EXPECT_THAT(passages[1].events, SizeIs(1));
}

}  // namespace
}  // namespace vg::funding

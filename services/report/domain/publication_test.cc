#include "services/report/domain/publication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::report {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1'649'930'400);
const absl::Time kEarlier = kNoon - absl::Hours(24);
const absl::Time kLater = kNoon + absl::Hours(24);

TEST(PublicationTest, IsWhatTheClockMakesOfWhatWasDecided) {
  EXPECT_EQ(StateAt({}, kNoon), EditionState::kDraft);
  const Publication embargoed{.time = kNoon};
  EXPECT_EQ(StateAt(embargoed, kNoon - absl::Microseconds(1)), EditionState::kEmbargoed);
  EXPECT_EQ(StateAt(embargoed, kNoon), EditionState::kPublished);
  const Publication revised{.time = kEarlier, .successor = "later", .successor_time = kNoon};
  EXPECT_EQ(StateAt(revised, kNoon - absl::Microseconds(1)), EditionState::kPublished);
  EXPECT_EQ(StateAt(revised, kNoon), EditionState::kSuperseded);
}

TEST(PublicationTest, ShowsTheWorldNothingBeforeItsTime) {
  EXPECT_FALSE(IsPublic(EditionState::kDraft));
  EXPECT_FALSE(IsPublic(EditionState::kEmbargoed));
  EXPECT_TRUE(IsPublic(EditionState::kPublished));
  EXPECT_TRUE(IsPublic(EditionState::kSuperseded));
}

TEST(PublicationTest, PublishesAtOnceOrWhenAnEmbargoEnds) {
  EXPECT_THAT(DecidePublication("a", {}, nullptr, std::nullopt, kNoon), IsOkAndHolds(kNoon));
  EXPECT_THAT(DecidePublication("a", {}, nullptr, kLater, kNoon), IsOkAndHolds(kLater));
  EXPECT_THAT(DecidePublication("a", {}, nullptr, kNoon, kNoon).status(),
              HasReason("EMBARGO_PASSED"));
}

TEST(PublicationTest, MovesAnEmbargoAndEndsItButNeverTakesBackWhatIsPublic) {
  const Publication embargoed{.time = kLater};
  EXPECT_THAT(DecidePublication("a", embargoed, nullptr, kLater + absl::Hours(1), kNoon),
              IsOkAndHolds(kLater + absl::Hours(1)));
  EXPECT_THAT(DecidePublication("a", embargoed, nullptr, std::nullopt, kNoon), IsOkAndHolds(kNoon));
  const Publication published{.time = kEarlier};
  EXPECT_THAT(DecidePublication("a", published, nullptr, kLater, kNoon), IsOkAndHolds(kEarlier));
  EXPECT_THAT(CheckRecall("a", embargoed, kNoon), IsOk());
  EXPECT_THAT(CheckRecall("a", published, kNoon), HasReason("EDITION_PUBLISHED"));
}

TEST(PublicationTest, RevisesOnlyWhatTheWorldCanSeeByThenAndOnlyOnce) {
  const Publication revision{.revises = "a"};
  EXPECT_THAT(DecidePublication("b", revision, nullptr, std::nullopt, kNoon).status(),
              HasReason("REVISED_NOT_PUBLISHED"));
  const Publication embargoed{.time = kLater};
  EXPECT_THAT(DecidePublication("b", revision, &embargoed, std::nullopt, kNoon).status(),
              HasReason("REVISED_NOT_PUBLISHED"));
  EXPECT_THAT(DecidePublication("b", revision, &embargoed, kLater, kNoon), IsOkAndHolds(kLater));
  const Publication published{.time = kEarlier};
  EXPECT_THAT(DecidePublication("b", revision, &published, std::nullopt, kNoon),
              IsOkAndHolds(kNoon));
  const Publication taken{.time = kEarlier, .successor = "c", .successor_time = kLater};
  EXPECT_THAT(DecidePublication("b", revision, &taken, std::nullopt, kNoon).status(),
              HasReason("REVISED_ALREADY"));
  EXPECT_THAT(DecidePublication("c", revision, &taken, std::nullopt, kNoon), IsOkAndHolds(kNoon));
}

}  // namespace
}  // namespace vg::report

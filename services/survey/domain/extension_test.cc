#include "services/survey/domain/extension.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::survey {
namespace {

const absl::Time kOpen = absl::FromUnixSeconds(1'642'000'000);
const absl::Time kClose = kOpen + absl::Hours(24);
const absl::Time kUntil = kClose + absl::Hours(24);
constexpr absl::Duration kMoment = absl::Microseconds(1);

const Unit kNorth = {"schools/A", Sector::kPrimary, {{"province", "Groningen"}}};
const Unit kSouth = {"schools/B", Sector::kPrimary, {{"province", "Limburg"}}};

Wave TheWave() {
  Wave wave;
  wave.id = "w";
  wave.open_time = kOpen;
  wave.close_time = kClose;
  return wave;
}

Extension Until(absl::Time until) {
  Extension extension;
  extension.until = until;
  return extension;
}

absl::Status Check(const std::vector<Extension>& extensions, const Unit& unit, Role role,
                   absl::Time now) {
  return CheckOpen(TheWave(), extensions, unit, role, now);
}

TEST(CheckOpenTest, TakesAnswersUntilTheMomentThatTheExtensionEnds) {
  Extension extension = Until(kUntil);
  extension.units = {"schools/A"};
  EXPECT_OK(Check({extension}, kNorth, Role::kStaff, kClose - kMoment));
  EXPECT_OK(Check({extension}, kNorth, Role::kStaff, kClose));
  EXPECT_OK(Check({extension}, kNorth, Role::kStaff, kUntil - kMoment));
  EXPECT_THAT(Check({extension}, kNorth, Role::kStaff, kUntil), HasReason("WAVE_CLOSED"));
  EXPECT_OK(Check({extension}, kSouth, Role::kStaff, kClose - kMoment));
  EXPECT_THAT(Check({extension}, kSouth, Role::kStaff, kClose), HasReason("WAVE_CLOSED"));
}

TEST(CheckOpenTest, DoesNotOpenAWaveEarlierOrCloseItEarlier) {
  EXPECT_THAT(Check({Until(kUntil)}, kNorth, Role::kStaff, kOpen - kMoment),
              HasReason("WAVE_NOT_OPEN"));
  EXPECT_OK(Check({Until(kOpen + kMoment)}, kNorth, Role::kStaff, kClose - kMoment));
}

TEST(CheckOpenTest, ExtendsForARoleOrByAttributesAsWell) {
  Extension staff = Until(kUntil);
  staff.role = Role::kStaff;
  EXPECT_OK(Check({staff}, kSouth, Role::kStaff, kClose));
  EXPECT_THAT(Check({staff}, kSouth, Role::kSchoolLeader, kClose), HasReason("WAVE_CLOSED"));
  Extension north = Until(kUntil);
  north.where = {{"province", "Groningen"}};
  EXPECT_OK(Check({north}, kNorth, Role::kSchoolLeader, kClose));
  EXPECT_THAT(Check({north}, kSouth, Role::kSchoolLeader, kClose), HasReason("WAVE_CLOSED"));
}

TEST(CheckOpenTest, GoesByTheLongestExtension) {
  EXPECT_OK(Check({Until(kClose + kMoment), Until(kUntil), Until(kClose + 2 * kMoment)}, kNorth,
                  Role::kStaff, kUntil - kMoment));
}

TEST(CheckOpenTest, DoesNotGoByAnExtensionThatWasRevoked) {
  Extension revoked = Until(kUntil);
  revoked.revoke_time = kClose;
  EXPECT_THAT(Check({revoked}, kNorth, Role::kStaff, kClose), HasReason("WAVE_CLOSED"));
  EXPECT_OK(Check({revoked, Until(kClose + 2 * kMoment)}, kNorth, Role::kStaff, kClose + kMoment));
  EXPECT_THAT(
      Check({revoked, Until(kClose + 2 * kMoment)}, kNorth, Role::kStaff, kClose + 2 * kMoment),
      HasReason("WAVE_CLOSED"));
}

}  // namespace
}  // namespace vg::survey

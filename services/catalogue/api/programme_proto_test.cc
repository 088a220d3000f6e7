// Programmes as they are kept, also by earlier releases.

#include "services/catalogue/api/programme_proto.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/catalogue/domain/examples.h"
#include "services/catalogue/domain/stage.h"

namespace vg::catalogue {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);

Programme Example() {
  Programme programme{.key = {"16SW03", "2021-2022"}, .plan = ExamplePlan()};
  programme.choices_change_time = kNow;
  programme.choices_revision = 3;
  programme.revision = 5;
  programme.update_time = kNow;
  programme.imported_digest = "digest";
  programme.imported_revision = 4;
  for (const int revision : {3, 2}) {
    Consent& consent = programme.consents.emplace_back(
        ExampleConsent(ConsentState::kGiven, absl::CivilDay(2021, 9, revision)));
    consent.revision = revision;
    consent.record_time = kNow + absl::Hours(revision - 3);
  }
  programme.consents[1].retract_time = kNow;
  return programme;
}

// As an earlier release kept it.
std::string OldContent(bool chosen) {
  v1::Programme kept;
  kept.ParseFromString(ContentOf(Example()));
  kept.clear_choices_revision();
  kept.clear_imported_digest();
  kept.clear_imported_revision();
  if (!chosen) kept.clear_choices_change_time();
  for (v1::Consent& consent : *kept.mutable_consents()) {
    consent.clear_revision();
    consent.clear_retract_time();
  }
  return kept.SerializeAsString();
}

TEST(ContentTest, KeepsAllOfAProgramme) {
  EXPECT_THAT(FromContent(ContentOf(Example())), IsOkAndHolds(Example()));
}

TEST(ContentTest, KeepsOutdatedWhatWasOutdatedWhenDecisionsHadNoRevision) {
  ASSERT_OK_AND_ASSIGN(Programme read, FromContent(OldContent(true)));
  EXPECT_EQ(StandingOf(read, CouncilBody::kMr), Standing::kGiven);
  EXPECT_EQ(read.consents[0].revision, read.choices_revision);
  read.consents.erase(read.consents.begin());
  EXPECT_EQ(StandingOf(read, CouncilBody::kMr), Standing::kOutdated);
  // And once it is kept by this release.
  ASSERT_OK_AND_ASSIGN(read, FromContent(ContentOf(read)));
  EXPECT_EQ(StandingOf(read, CouncilBody::kMr), Standing::kOutdated);
}

TEST(ContentTest, NumbersDecisionsAboutNothingChosen) {
  ASSERT_OK_AND_ASSIGN(const Programme read, FromContent(OldContent(false)));
  EXPECT_EQ(read.choices_revision, 0);
  EXPECT_EQ(read.consents[0].revision, 5);
  EXPECT_EQ(read.consents[1].revision, 5);
}

TEST(FeedPayloadTest, LeavesOutWhatWasImported) {
  v1::ProgrammeChange change;
  ASSERT_TRUE(change.ParseFromString(FeedPayload(nullptr, Example())));
  EXPECT_EQ(change.after().imported_digest(), "");
  EXPECT_EQ(change.after().imported_revision(), 0);
  EXPECT_EQ(change.after().choices_revision(), 3);
  EXPECT_TRUE(change.after().consents(1).has_retract_time());
}

}  // namespace
}  // namespace vg::catalogue

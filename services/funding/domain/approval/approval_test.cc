#include "services/funding/domain/approval/approval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::funding {
namespace {

using testing::HasSubstr;

constexpr absl::CivilDay kToday(2021, 9, 1);

Approval Approved() {
  Approval approval{.run = "a", .id = "1", .book = "npo/2021-2022", .scheme = "npo"};
  approval.creator = "users/ada";
  approval.approver = "users/bob";
  approval.recipients = 3;
  return approval;
}

ReleaseRequest By(std::string actor) {
  return {.actor = std::move(actor), .reason = "pay", .today = kToday};
}

TEST(ApprovalTest, WhoMadeARunDoesNotApproveIt) {
  const absl::Status status = MayApprove("users/ada", "users/ada");
  EXPECT_THAT(status, HasReason("FOUR_EYES"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("another person has to"));
  EXPECT_OK(MayApprove("users/ada", "users/bob"));
  EXPECT_OK(MayApprove("", "users/bob"));  // Nobody in particular made it.
}

TEST(ApprovalTest, WhoApprovedDoesNotRelease) {
  Approval approval = Approved();
  EXPECT_THAT(BeginRelease(By("users/bob"), approval), HasReason("FOUR_EYES"));
  EXPECT_EQ(approval, Approved());
  EXPECT_THAT(BeginRelease(By("users/ada"), approval), IsOkAndHolds(true));
  EXPECT_EQ(approval.state, ApprovalState::kReleasing);
  EXPECT_EQ(approval.effective, kToday);
}

TEST(ApprovalTest, AReleaseGoesOnAsItBegan) {
  Approval approval = Approved();
  ASSERT_OK(BeginRelease(By("users/ada"), approval));
  const Approval begun = approval;
  ReleaseRequest later = By("users/carol");
  later.today = kToday + 3;
  EXPECT_THAT(BeginRelease(later, approval), IsOkAndHolds(false));
  EXPECT_EQ(approval, begun);
  later.effective = kToday + 3;
  EXPECT_THAT(BeginRelease(later, approval), HasReason("RELEASE_DIFFERS"));
  later.effective = kToday;
  EXPECT_THAT(BeginRelease(later, approval), IsOkAndHolds(false));
  later.claim_overpaid = true;
  EXPECT_THAT(BeginRelease(later, approval), HasReason("RELEASE_DIFFERS"));
  EXPECT_EQ(TermsOf(approval).actor, "users/ada");
}

TEST(ApprovalTest, WhatIsNotReleasedIsReversedAtOnceByAnybody) {
  Approval approval = Approved();
  EXPECT_THAT(BeginReversal("users/bob", "a mistake", approval), IsOkAndHolds(true));
  EXPECT_EQ(approval.state, ApprovalState::kReversed);
  EXPECT_EQ(approval.reverser, "users/bob");
  EXPECT_THAT(BeginRelease(By("users/ada"), approval), HasReason("APPROVAL_STATE"));
}

TEST(ApprovalTest, WhoReleasedDoesNotReverse) {
  Approval approval = Approved();
  ASSERT_OK(BeginRelease(By("users/ada"), approval));
  EXPECT_THAT(BeginReversal("users/bob", "", approval), HasReason("APPROVAL_STATE"));
  approval.state = ApprovalState::kReleased;
  approval.done = 3;
  approval.cursor = "16SW03";
  EXPECT_THAT(BeginReversal("users/ada", "", approval), HasReason("FOUR_EYES"));
  EXPECT_THAT(BeginReversal("users/bob", "a mistake", approval), IsOkAndHolds(true));
  EXPECT_EQ(approval.state, ApprovalState::kReversing);
  EXPECT_EQ(approval.done, 0);
  EXPECT_EQ(approval.cursor, "");
  EXPECT_THAT(BeginReversal("users/ada", "", approval), IsOkAndHolds(false));
}

TEST(ApprovalTest, KnowsEveryStateByItsName) {
  for (const ApprovalState state :
       {ApprovalState::kApproved, ApprovalState::kReleasing, ApprovalState::kReleased,
        ApprovalState::kReversing, ApprovalState::kReversed}) {
    EXPECT_EQ(ApprovalStateNamed(NameOf(state)), state);
  }
  EXPECT_EQ(ApprovalStateNamed("lost"), std::nullopt);
}

}  // namespace
}  // namespace vg::funding

#include "common/testing/status_matchers.h"

#include <memory>
#include <string>

namespace vg {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Pointee;
using testing::StringMatchResultListener;

absl::StatusOr<int> Three() { return 3; }
absl::StatusOr<int> Refused() {
  return Error(absl::StatusCode::kInvalidArgument, "NOT_A_NUMBER", "x is not a number");
}

TEST(StatusMatchersTest, TellSuccessFromFailure) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(Three(), IsOk());
  EXPECT_THAT(Refused(), Not(IsOk()));
}

TEST(StatusMatchersTest, LookAtTheValue) {
  EXPECT_THAT(Three(), IsOkAndHolds(3));
  EXPECT_THAT(Three(), Not(IsOkAndHolds(testing::Gt(3))));
  EXPECT_THAT(Refused(), Not(IsOkAndHolds(3)));
}

TEST(StatusMatchersTest, LookAtAValueThatCanOnlyBeMoved) {
  const absl::StatusOr<std::unique_ptr<int>> held = std::make_unique<int>(4);
  EXPECT_THAT(held, IsOkAndHolds(Pointee(4)));
}

TEST(StatusMatchersTest, LookAtCodeAndMessage) {
  EXPECT_THAT(Refused(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Refused(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not a number")));
  EXPECT_THAT(Refused(), StatusIs(absl::StatusCode::kInvalidArgument, "x is not a number"));
  EXPECT_THAT(Refused(), Not(StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("later"))));
  EXPECT_THAT(Refused(), Not(StatusIs(absl::StatusCode::kNotFound)));
}

TEST(StatusMatchersTest, LookAtTheReasonAndTheField) {
  EXPECT_THAT(Refused(), HasReason("NOT_A_NUMBER"));
  EXPECT_THAT(Refused(), Not(HasReason("NEGATIVE")));
  const absl::Status status = InvalidField("rows[2].count", "NEGATIVE", "must not be negative");
  EXPECT_THAT(status, HasReason("NEGATIVE"));
  EXPECT_THAT(status, HasViolation("rows[2].count"));
  EXPECT_THAT(status, Not(HasViolation("rows[2]")));
}

TEST(StatusMatchersTest, SayWhatTheStatusWas) {
  StringMatchResultListener listener;
  testing::Matcher<const absl::StatusOr<int>&> matcher = IsOkAndHolds(3);
  matcher.MatchAndExplain(Refused(), &listener);
  EXPECT_THAT(listener.str(), HasSubstr("x is not a number"));
  EXPECT_THAT(listener.str(), HasSubstr("NOT_A_NUMBER"));
  EXPECT_EQ(testing::PrintToString(Three()), "OK, holding 3");
}

TEST(StatusMatchersTest, AssignOrEndTheTest) {
  ASSERT_OK_AND_ASSIGN(const int three, Three());
  EXPECT_EQ(three, 3);
}

}  // namespace
}  // namespace vg

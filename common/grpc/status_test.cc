#include "common/grpc/status.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;

template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status wire;
  EXPECT_TRUE(wire.ParseFromString(status.error_details()));
  Detail detail;
  for (const auto& any : wire.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  ADD_FAILURE() << "no " << Detail::descriptor()->full_name();
  return detail;
}

TEST(ToGrpcStatusTest, CarriesReasonMetadataResourceAndRequestId) {
  const grpc::Status status = ToGrpcStatus(NotFound("snapshots/a/schools/16SW03"), "r1");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "snapshots/a/schools/16SW03 does not exist");
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "NOT_FOUND");
  EXPECT_EQ(info.domain(), "voortgang");
  const auto resource = DetailOf<google::rpc::ResourceInfo>(status);
  EXPECT_EQ(resource.resource_name(), "snapshots/a/schools/16SW03");
  EXPECT_EQ(resource.resource_type(), "schools");
  EXPECT_EQ(DetailOf<google::rpc::RequestInfo>(status).request_id(), "r1");
}

TEST(ToGrpcStatusTest, CarriesEveryViolation) {
  const auto bad = DetailOf<google::rpc::BadRequest>(ToGrpcStatus(
      InvalidFields({{"a", "REQUIRED", "must be set"}, {"b[1].c", "TOO_LONG", "is long"}}), "r1"));
  ASSERT_EQ(bad.field_violations_size(), 2);
  EXPECT_EQ(bad.field_violations(1).field(), "b[1].c");
  EXPECT_EQ(bad.field_violations(1).description(), "is long");
}

TEST(ToGrpcStatusTest, SaysOfWhatIsUnavailableWhenToAskAgain) {
  const auto delay = [](const absl::Status& error) {
    return DetailOf<google::rpc::RetryInfo>(ToGrpcStatus(error, "r1")).retry_delay();
  };
  EXPECT_EQ(delay(absl::UnavailableError("the database is gone")).seconds(), 1);
  EXPECT_EQ(delay(Error(absl::StatusCode::kUnavailable, "it starts up",
                        {.reason = "STARTING", .retry_after = absl::Seconds(7)}))
                .seconds(),
            7);
}

TEST(ToGrpcStatusTest, NamesTheCodeWhereThereIsNoReason) {
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(ToGrpcStatus(absl::AbortedError("x"), "r")).reason(),
            "ABORTED");
}

TEST(ToGrpcStatusTest, KeepsTheTextOfInternalErrorsToItself) {
  for (const absl::Status& error : {absl::InternalError("table secret is missing"),
                                    absl::UnknownError("secret"), absl::DataLossError("secret")}) {
    const grpc::Status status = ToGrpcStatus(error, "r1");
    EXPECT_THAT(status.error_message(), Not(HasSubstr("secret")));
    EXPECT_THAT(status.error_message(), HasSubstr("r1"));
    EXPECT_THAT(status.error_details(), Not(HasSubstr("secret")));
  }
}

TEST(ToGrpcStatusTest, StaysBelowTheSizeThatClientsRefuse) {
  std::vector<FieldViolation> violations(
      200, {"questions[3].options[1].id", "MALFORMED", std::string(100, 'x')});
  const grpc::Status status = ToGrpcStatus(InvalidFields(violations), std::string(64, 'r'));
  EXPECT_THAT(status.error_details().size(), Le(6000));
  EXPECT_EQ(ToGrpcStatus(absl::AbortedError(std::string(100'000, 'y')), "r").error_message().size(),
            1027);
  const auto left_out =
      DetailOf<google::rpc::ErrorInfo>(status).metadata().at("violations_left_out");
  EXPECT_EQ(std::stoi(left_out) + DetailOf<google::rpc::BadRequest>(status).field_violations_size(),
            200);
}

TEST(FromGrpcStatusTest, GivesBackWhatWasSent) {
  ErrorDetails details;
  details.reason = "WAVE_CLOSED";
  details.metadata = {{"wave", "waves/first"}};
  details.violations = {{"a.b", "TOO_LATE", "is after the end"}};
  details.retry_after = absl::Milliseconds(1500);
  const absl::Status status = FromGrpcStatus(ToGrpcStatus(
      Error(absl::StatusCode::kFailedPrecondition, "the wave is closed", details), "r"));
  EXPECT_THAT(status,
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("the wave is closed")));
  const ErrorDetails back = DetailsOf(status);
  EXPECT_EQ(back.reason, "WAVE_CLOSED");
  EXPECT_EQ(back.metadata.at("wave"), "waves/first");
  EXPECT_EQ(back.metadata.at("request_id"), "r");
  ASSERT_EQ(back.violations.size(), 1);
  EXPECT_EQ(back.violations[0].field, "a.b");
  EXPECT_EQ(back.violations[0].reason, "TOO_LATE");
  EXPECT_EQ(back.violations[0].sentence, "is after the end");
  EXPECT_EQ(back.retry_after, absl::Milliseconds(1500));
}

TEST(FromGrpcStatusTest, AcceptsAStatusWithoutOurDetails) {
  EXPECT_THAT(FromGrpcStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone", "\xFF junk")),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("gone")));
  EXPECT_THAT(FromGrpcStatus(grpc::Status::OK), IsOk());
}

}  // namespace
}  // namespace vg::rpc

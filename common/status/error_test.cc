#include "common/status/error.h"

#include <gtest/gtest.h>

namespace vg {
namespace {

TEST(ErrorTest, CarriesReasonMetadataFieldsAndRetry) {
  ErrorDetails details;
  details.reason = "QUEUE_FULL";
  details.metadata = {{"queue", "survey: main"}, {"depth", "128"}};
  details.violations = {{"answers[2].value", "NOT_AN_OPTION", "choose one of: a, b"}};
  details.retry_after = absl::Milliseconds(250);
  const absl::Status status =
      Error(absl::StatusCode::kResourceExhausted, "try again in a moment", details);

  const ErrorDetails read = DetailsOf(status);
  EXPECT_EQ(read.reason, "QUEUE_FULL");
  EXPECT_EQ(read.metadata, details.metadata);
  ASSERT_EQ(read.violations.size(), 1u);
  EXPECT_EQ(read.violations[0].field, "answers[2].value");
  EXPECT_EQ(read.violations[0].sentence, "choose one of: a, b");
  EXPECT_EQ(read.retry_after, absl::Milliseconds(250));
}

TEST(ErrorTest, AStatusOfAnotherMakerHasNoDetails) {
  EXPECT_EQ(DetailsOf(absl::InternalError("boom")).reason, "");
}

TEST(ErrorTest, SeveralViolationsAreAnnouncedByTheFirst) {
  const absl::Status status =
      InvalidFields({{"a", "REQUIRED", "is required"}, {"b", "TOO_LONG", "is too long"}});
  EXPECT_EQ(std::string(status.message()), "a: is required (and 1 more)");
  EXPECT_EQ(DetailsOf(status).violations.size(), 2u);
}

TEST(ErrorTest, AnnotatingKeepsCodeAndDetails) {
  const absl::Status status = Annotate(NotFound("schools/16SW03"), "line 7");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()), "line 7: schools/16SW03 does not exist");
  EXPECT_EQ(DetailsOf(status).metadata.at("resource"), "schools/16SW03");
}

}  // namespace
}  // namespace vg

#include "common/grpc/resource_name.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace vg::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const ResourcePattern& School() {
  static const auto& pattern = *new ResourcePattern("snapshots/{snapshot}/schools/{school}");
  return pattern;
}

TEST(ResourcePatternTest, ReadsTheIdsOfAName) {
  EXPECT_THAT(School().Parse("snapshots/2021-10-01/schools/16SW03"),
              IsOkAndHolds(ElementsAre("2021-10-01", "16SW03")));
}

TEST(ResourcePatternTest, WritesWhatItReads) {
  EXPECT_EQ(School().Format({"2021-10-01", "16SW03"}), "snapshots/2021-10-01/schools/16SW03");
}

TEST(ResourcePatternTest, RefusesOtherNamesAndShowsTheForm) {
  for (const char* name :
       {"", "snapshots/a", "snapshots/a/schools/", "snapshots//schools/b", "/snapshots/a/schools/b",
        "snapshots/a/schools/b/", "snapshots/a/boards/b", "snapshots/a/schools/b c",
        "snapshots/../schools/b", "snapshots/-/schools/b", "Snapshots/a/schools/b"}) {
    EXPECT_THAT(School().Parse(name, "parent"),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("snapshots/{snapshot}/schools/{school}")))
        << name;
  }
  const absl::Status status = School().Parse("x", "parent").status();
  EXPECT_THAT(status, HasReason("MALFORMED_NAME"));
  EXPECT_EQ(DetailsOf(status).violations.at(0).field, "parent");
}

TEST(ResourcePatternTest, AcceptsEveryParentWhereThatIsMeant) {
  EXPECT_THAT(School().Parse("snapshots/-/schools/16SW03", "name", true),
              IsOkAndHolds(ElementsAre("-", "16SW03")));
}

TEST(ResourcePatternTest, RefusesAnIdOfMoreThan128Characters) {
  const ResourcePattern board("boards/{board}");
  EXPECT_THAT(board.ParseId("boards/" + std::string(128, 'a')), IsOk());
  EXPECT_FALSE(board.Matches("boards/" + std::string(129, 'a')));
}

}  // namespace
}  // namespace vg::rpc

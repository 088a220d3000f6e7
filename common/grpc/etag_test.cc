#include "common/grpc/etag.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "voortgang/survey/v1/wave.pb.h"

namespace vg::rpc {
namespace {

TEST(EtagTest, ChangesWithTheContentAndNotWithTheEtagItself) {
  voortgang::survey::v1::Wave wave;
  wave.mutable_title()->set_nl("Eerste meting");
  const std::string etag = EtagOf(wave);
  wave.set_etag(etag);
  EXPECT_EQ(EtagOf(wave), etag);
  wave.mutable_title()->set_nl("Tweede meting");
  EXPECT_NE(EtagOf(wave), etag);
}

TEST(EtagTest, AcceptsTheCurrentOneAndNone) {
  EXPECT_THAT(CheckEtag("a", "a", "waves/w"), IsOk());
  EXPECT_THAT(CheckEtag("", "a", "waves/w"), IsOk());
  EXPECT_THAT(CheckEtag("*", "a", "waves/w"), IsOk());
}

TEST(EtagTest, AbortsAnUpdateOfAnOlderState) {
  const absl::Status status = CheckEtag("old", "new", "waves/w");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(DetailsOf(status).reason, "ETAG_MISMATCH");
  EXPECT_EQ(DetailsOf(status).metadata.at("etag"), "new");
}

}  // namespace
}  // namespace vg::rpc

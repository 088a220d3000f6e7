#include "common/grpc/field_mask.h"

#include <initializer_list>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "voortgang/survey/v1/wave.pb.h"

namespace vg::rpc {
namespace {

using voortgang::survey::v1::Wave;

google::protobuf::FieldMask Mask(std::initializer_list<const char*> paths) {
  google::protobuf::FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  return mask;
}

Wave Stored() {
  Wave wave;
  wave.set_name("waves/first");
  wave.mutable_title()->set_nl("Eerste meting");
  wave.mutable_title()->set_en("First wave");
  wave.set_snapshot("snapshots/a");
  wave.set_snapshot_digest("d1");
  wave.add_questionnaires()->set_questionnaire_version("questionnaires/q/versions/1");
  wave.set_etag("e1");
  return wave;
}

TEST(ApplyUpdateMaskTest, ChangesWhatIsNamedAndNothingElse) {
  Wave sent;
  sent.mutable_title()->set_nl("Nieuw");
  sent.mutable_title()->set_en("New");
  sent.mutable_open_time()->set_seconds(5);
  Wave stored = Stored();
  EXPECT_THAT(ApplyUpdateMask(Mask({"title.nl"}), sent, stored), IsOk());
  EXPECT_EQ(stored.title().nl(), "Nieuw");
  EXPECT_EQ(stored.title().en(), "First wave");
  EXPECT_FALSE(stored.has_open_time());
}

TEST(ApplyUpdateMaskTest, ClearsANamedFieldThatIsEmpty) {
  Wave stored = Stored();
  EXPECT_THAT(ApplyUpdateMask(Mask({"title.en"}), Wave(), stored), IsOk());
  EXPECT_EQ(stored.title().en(), "");
  EXPECT_EQ(stored.title().nl(), "Eerste meting");
}

TEST(ApplyUpdateMaskTest, WithoutAMaskTakesWhatIsSet) {
  Wave sent;
  sent.mutable_close_time()->set_seconds(9);
  Wave stored = Stored();
  EXPECT_THAT(ApplyUpdateMask({}, sent, stored), IsOk());
  EXPECT_EQ(stored.close_time().seconds(), 9);
  EXPECT_EQ(stored.title().nl(), "Eerste meting");
}

TEST(ApplyUpdateMaskTest, NeverTouchesNameEtagAndOutputOnlyFields) {
  Wave sent = Stored();
  sent.set_name("waves/other");
  sent.set_snapshot_digest("d2");
  sent.set_etag("e2");
  Wave stored = Stored();
  EXPECT_THAT(ApplyUpdateMask(Mask({"*"}), sent, stored), IsOk());
  EXPECT_EQ(stored.name(), "waves/first");
  EXPECT_EQ(stored.snapshot_digest(), "d1");
  EXPECT_EQ(stored.etag(), "e1");
}

TEST(ApplyUpdateMaskTest, RefusesToChangeAnImmutableFieldButAllowsTheSameValue) {
  Wave sent;
  sent.set_snapshot("snapshots/a");
  Wave stored = Stored();
  EXPECT_THAT(ApplyUpdateMask(Mask({"snapshot"}), sent, stored), IsOk());
  sent.set_snapshot("snapshots/b");
  sent.mutable_title()->set_nl("Nieuw");
  EXPECT_THAT(ApplyUpdateMask(Mask({"title", "snapshot"}), sent, stored), HasReason("IMMUTABLE"));
  EXPECT_EQ(stored.title().nl(), "Eerste meting");  // A refused update changes nothing.
}

TEST(ApplyUpdateMaskTest, RefusesAnUnknownPath) {
  Wave stored = Stored();
  for (const char* path : {"titel", "title.fr", "questionnaires.sectors", "", "title."}) {
    EXPECT_THAT(ApplyUpdateMask(Mask({path}), Wave(), stored), HasReason("FIELD_MASK_UNKNOWN_PATH"))
        << path;
  }
}

TEST(ApplyReadMaskTest, KeepsWhatIsNamed) {
  Wave wave = Stored();
  EXPECT_THAT(ApplyReadMask(Mask({"name", "title.en"}), wave), IsOk());
  EXPECT_EQ(wave.name(), "waves/first");
  EXPECT_EQ(wave.title().en(), "First wave");
  EXPECT_EQ(wave.title().nl(), "");
  EXPECT_EQ(wave.snapshot(), "");
}

TEST(ApplyReadMaskTest, KeepsAllWithoutAMask) {
  Wave wave = Stored();
  EXPECT_THAT(ApplyReadMask({}, wave), IsOk());
  EXPECT_EQ(wave.SerializeAsString(), Stored().SerializeAsString());
}

TEST(ApplyReadMaskTest, RefusesAnUnknownPath) {
  Wave wave = Stored();
  EXPECT_THAT(ApplyReadMask(Mask({"nmae"}), wave), HasReason("FIELD_MASK_UNKNOWN_PATH"));
}

}  // namespace
}  // namespace vg::rpc

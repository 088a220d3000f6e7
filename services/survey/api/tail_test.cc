#include <gmock/gmock.h>

#include "common/feed/partition.h"
#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TailTest : public SurveyTest {
 protected:
  void SetUp() override {
    SurveyTest::SetUp();
    OpenTheWave();
  }
};

TEST_F(TailTest, TellsWhatCameWhatWasReplacedAndWhatWent) {
  v1::Response partial = Answers("r1", "schools/16SW01");
  partial.set_partial(true);
  ASSERT_OK(Submit(partial));
  ASSERT_OK(Submit(Answers("r1", "schools/16SW01")));
  ASSERT_OK(Withdraw("r1"));
  const auto changes = Changes();
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_FALSE(changes[0].has_before());
  EXPECT_TRUE(changes[0].after().partial());
  EXPECT_EQ(changes[1].before().SerializeAsString(), changes[0].after().SerializeAsString());
  EXPECT_FALSE(changes[1].after().partial());
  EXPECT_EQ(changes[2].before().SerializeAsString(), changes[1].after().SerializeAsString());
  EXPECT_FALSE(changes[2].has_after());
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(changes[i].position().number(), static_cast<int64_t>(i) + 1);
    EXPECT_EQ(changes[i].change_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  }
  EXPECT_EQ(changes[0].after().name(), "waves/w/responses/r1");
  EXPECT_EQ(changes[0].after().unit(), "schools/16SW01");
  EXPECT_EQ(changes[0].after().questionnaire_version(), "questionnaires/leaders/versions/1");
  EXPECT_EQ(changes[0].after().answers(0).choice(), "early");
}

TEST_F(TailTest, LeavesFreeTextsOut) {
  ASSERT_OK(Submit(Answers("r1", "schools/16SW01")));
  ASSERT_OK(Withdraw("r1"));
  for (const v1::ResponseChange& change : Changes()) {
    EXPECT_THAT(change.SerializeAsString(), Not(HasSubstr("Vrije tekst")));
    EXPECT_EQ((change.has_after() ? change.after() : change.before()).answers_size(), 7);
  }
  ASSERT_OK_AND_ASSIGN(const v1::Response stored, Get("r1"));
  EXPECT_EQ(stored.answers(7).text(), "Vrije tekst van een persoon");
}

TEST_F(TailTest, GoesOnAfterThePositionsThatWereSeen) {
  ASSERT_OK(Submit(StaffAnswers("s1", "schools/16SW01")));
  ASSERT_OK(Submit(StaffAnswers("s2", "schools/16SW02")));
  v1::TailResponseChangesRequest request;
  *request.add_positions() = Changes().back().position();
  EXPECT_TRUE(Changes(request).empty());
  ASSERT_OK(Submit(StaffAnswers("s3", "schools/16SW01")));
  const auto changes = Changes(request);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].after().name(), "waves/w/responses/s3");
}

TEST_F(TailTest, TellsHowFarItGoes) {
  const auto heads = [this] {
    return Call(&Stub::GetResponseChangeHeads, v1::GetResponseChangeHeadsRequest());
  };
  EXPECT_EQ(heads()->heads_size(), 0);
  ASSERT_OK(Submit(StaffAnswers("s1", "schools/16SW01")));
  ASSERT_OK(Submit(StaffAnswers("s2", "schools/16SW01")));
  ASSERT_OK_AND_ASSIGN(const auto told, heads());
  ASSERT_EQ(told.heads_size(), 1);
  EXPECT_EQ(told.heads(0).partition(), feed::PartitionOf(sql::Engine::kSqlite, "16SW01"));
  EXPECT_EQ(told.heads(0).number(), 2);
}

TEST_F(TailTest, FollowsWhatIsCommitted) {
  grpc::ClientContext context;
  v1::TailResponseChangesRequest request;
  request.set_follow(true);
  const auto reader = stub().TailResponseChanges(&context, request);
  v1::TailResponseChangesResponse batch;
  ASSERT_TRUE(reader->Read(&batch));  // Nothing yet: the heads.
  EXPECT_EQ(batch.changes_size(), 0);
  ASSERT_OK(Submit(StaffAnswers("s1", "schools/16SW01")));
  ASSERT_TRUE(reader->Read(&batch));
  EXPECT_EQ(batch.changes_size(), 1);
  context.TryCancel();
  while (reader->Read(&batch)) {
  }
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(TailTest, EndsWithTheServer) {
  grpc::ClientContext context;
  v1::TailResponseChangesRequest request;
  request.set_follow(true);
  const auto reader = stub().TailResponseChanges(&context, request);
  v1::TailResponseChangesResponse batch;
  ASSERT_TRUE(reader->Read(&batch));
  EXPECT_TRUE(server_->Stop());
  while (reader->Read(&batch)) {
  }
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TailTest, RefusesPositionsThatCannotBe) {
  ASSERT_OK(Submit(StaffAnswers("s1", "schools/16SW01")));
  const auto refusal = [this](const v1::TailResponseChangesRequest& request) {
    grpc::ClientContext context;
    const auto reader = stub().TailResponseChanges(&context, request);
    v1::TailResponseChangesResponse batch;
    EXPECT_FALSE(reader->Read(&batch));
    return rpc::FromGrpcStatus(reader->Finish());
  };
  v1::TailResponseChangesRequest request;
  request.add_positions()->set_partition(64);
  EXPECT_THAT(refusal(request), HasReason("OUT_OF_RANGE"));
  *request.mutable_positions(0) = Changes().at(0).position();
  *request.add_positions() = request.positions(0);
  EXPECT_THAT(refusal(request), HasReason("DUPLICATE_ID"));
  request.mutable_positions()->RemoveLast();
  request.mutable_positions(0)->set_number(2);
  EXPECT_THAT(refusal(request), HasReason("POSITION_AHEAD"));
}

}  // namespace
}  // namespace vg::survey

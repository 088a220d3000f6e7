#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/feed/partition.h"
#include "common/testing/status_matchers.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

class TailTest : public testing::Test {
 protected:
  TailTest() { EXPECT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring"))); }

  void File(const v1::Programme& programme) {
    ASSERT_OK(server_.Call(&Stub::SubmitProgramme, SubmitRequest(programme)));
  }

  std::vector<v1::ProgrammeChange> Changes(const v1::TailProgrammeChangesRequest& request = {}) {
    const auto batches = server_.Tail(request);
    EXPECT_THAT(batches, IsOk());
    std::vector<v1::ProgrammeChange> changes;
    for (const auto& batch : *batches) {
      changes.insert(changes.end(), batch.changes().begin(), batch.changes().end());
    }
    return changes;
  }

  TestServer server_;
};

TEST_F(TailTest, TellsWhatWasAndWhatIsWithoutTheSchoolsOwnWords) {
  v1::Programme programme = ProgrammeProto("16SW03");
  File(programme);
  programme.mutable_choices(0)->set_status(v1::CHOICE_STATUS_STOPPED);
  programme.mutable_choices(0)->set_stop_reason("Geen personeel");
  File(programme);
  v1::RecordConsentRequest consent;
  consent.set_name(NameOf("16SW03"));
  *consent.mutable_consent() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  ASSERT_OK(server_.Call(&Stub::RecordConsent, consent));

  const std::vector<v1::ProgrammeChange> changes = Changes();
  ASSERT_EQ(changes.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(changes[i].position().partition(), feed::PartitionOf(sql::Engine::kSqlite, "16SW03"));
    EXPECT_EQ(changes[i].position().number(), i + 1);
    EXPECT_EQ(changes[i].after().revision(), i + 1);
    EXPECT_EQ(changes[i].has_before(), i > 0);
    EXPECT_EQ(changes[i].change_time().seconds(), absl::ToUnixSeconds(server_.clock().Now()));
    EXPECT_EQ(changes[i].DebugString().find("personeel"), std::string::npos);
    EXPECT_EQ(changes[i].DebugString().find("inlopen"), std::string::npos);
    EXPECT_EQ(changes[i].DebugString().find("Notulen"), std::string::npos);
  }
  EXPECT_EQ(changes[1].before().choices(0).status(), v1::CHOICE_STATUS_RUNNING);
  EXPECT_EQ(changes[1].after().choices(0).status(), v1::CHOICE_STATUS_STOPPED);
  EXPECT_EQ(changes[1].after().choices(0).planned_amount().units(), 12500);
  EXPECT_EQ(changes[2].after().consents(0).state(), v1::CONSENT_STATE_GIVEN);
}

TEST_F(TailTest, LeavesOutWhatChangedNothing) {
  File(ProgrammeProto("16SW03"));
  File(ProgrammeProto("16SW03"));
  EXPECT_EQ(Changes().size(), 1u);
}

TEST_F(TailTest, TellsHowFarItGoes) {
  const auto heads = [this] {
    return server_.Call(&Stub::GetProgrammeChangeHeads, v1::GetProgrammeChangeHeadsRequest());
  };
  EXPECT_EQ(heads()->heads_size(), 0);
  File(ProgrammeProto("16SW03"));
  ASSERT_OK_AND_ASSIGN(const auto told, heads());
  ASSERT_EQ(told.heads_size(), 1);
  EXPECT_EQ(told.heads(0).partition(), feed::PartitionOf(sql::Engine::kSqlite, "16SW03"));
  EXPECT_EQ(told.heads(0).number(), 1);
}

TEST_F(TailTest, FollowsChangesAsTheyCome) {
  grpc::ClientContext context;
  v1::TailProgrammeChangesRequest request;
  request.set_follow(true);
  const auto reader = server_.stub().TailProgrammeChanges(&context, request);
  v1::TailProgrammeChangesResponse batch;
  const auto next = [&] {
    while (reader->Read(&batch)) {
      if (batch.changes_size() > 0) return batch.changes(0).after().name();
    }
    return std::string("the stream ended");
  };
  File(ProgrammeProto("16SW03"));
  EXPECT_EQ(next(), NameOf("16SW03"));
  File(ProgrammeProto("31FR00"));
  EXPECT_EQ(next(), NameOf("31FR00"));
  server_.calls().Drain();
  while (reader->Read(&batch)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TailTest, RefusesPositionsThatCannotBe) {
  File(ProgrammeProto("16SW03"));
  v1::TailProgrammeChangesRequest request;
  request.add_positions()->set_partition(3);
  request.add_positions()->set_partition(3);
  EXPECT_THAT(server_.Tail(request), HasReason("DUPLICATE_ID"));
  request.mutable_positions(1)->set_partition(64);
  EXPECT_THAT(server_.Tail(request), HasReason("OUT_OF_RANGE"));
  request.mutable_positions(1)->set_partition(feed::PartitionOf(sql::Engine::kSqlite, "16SW03"));
  request.mutable_positions(1)->set_number(2);
  EXPECT_THAT(server_.Tail(request), HasReason("POSITION_AHEAD"));
}

}  // namespace
}  // namespace vg::catalogue

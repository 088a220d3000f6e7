#include "services/catalogue/api/change_tail.h"

#include <map>

#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/feed/partition.h"
#include "common/testing/status_matchers.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::IsEmpty;

class ChangeTailTest : public testing::Test {
 protected:
  ChangeTailTest() {
    EXPECT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring")));
  }

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

TEST_F(ChangeTailTest, TellsWhatWasAndWhatIsWithoutTheSchoolsOwnWords) {
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
    EXPECT_EQ(changes[i].position().partition(), feed::PartitionOf("16SW03"));
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

TEST_F(ChangeTailTest, LeavesOutWhatChangedNothing) {
  File(ProgrammeProto("16SW03"));
  File(ProgrammeProto("16SW03"));
  EXPECT_EQ(Changes().size(), 1u);
}

TEST_F(ChangeTailTest, GoesOnAfterThePositionsSeen) {
  v1::ImportProgrammesRequest message;
  for (int school = 0; school < 1000; ++school) {
    *message.add_filings()->mutable_programme() =
        ProgrammeProto(absl::StrFormat("%02dAB%02d", school / 100, school % 100));
  }
  ASSERT_OK(server_.Import({message}));
  ASSERT_OK_AND_ASSIGN(const auto batches, server_.Tail({}));
  std::map<int, int64_t> seen;
  size_t count = 0;
  v1::TailProgrammeChangesRequest halfway;
  for (const auto& batch : batches) {
    EXPECT_LE(batch.changes_size(), 500);
    for (const v1::ProgrammeChange& change : batch.changes()) {
      EXPECT_EQ(change.position().number(), ++seen[change.position().partition()]);
      ++count;
    }
    if (count == 500) {
      for (const auto& [partition, number] : seen) {
        halfway.add_positions()->set_partition(partition);
        halfway.mutable_positions(halfway.positions_size() - 1)->set_number(number);
      }
    }
  }
  EXPECT_EQ(count, 1000u);
  EXPECT_THAT(batches.back().changes(), IsEmpty());
  EXPECT_EQ(batches.back().heads_size(), static_cast<int>(seen.size()));
  EXPECT_EQ(Changes(halfway).size(), 500u);
  v1::TailProgrammeChangesRequest all;
  for (const auto& head : batches.back().heads()) *all.add_positions() = head;
  EXPECT_THAT(Changes(all), IsEmpty());
}

TEST_F(ChangeTailTest, SplitsWhatIsTooLargeForOneMessage) {
  v1::MenuEdition large = MenuProto();
  v1::Programme programme = ProgrammeProto("16SW03", {});
  programme.set_menu_edition("menuEditions/large");
  for (int i = 0; i < 100; ++i) {
    v1::Intervention& intervention = *large.add_interventions();
    intervention = large.interventions(0);
    intervention.set_id(absl::StrFormat("%060d", i));
    v1::Choice& choice = *programme.add_choices();
    choice.set_intervention("interventions/" + intervention.id());
    choice.set_status(v1::CHOICE_STATUS_RUNNING);
  }
  ASSERT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("large", large)));
  v1::ImportProgrammesRequest message;
  for (int school = 0; school < 300; ++school) {
    programme.set_name(NameOf(absl::StrFormat("%02dAB%02d", school / 100, school % 100)));
    *message.add_filings()->mutable_programme() = programme;
  }
  ASSERT_OK(server_.Import({message}));
  ASSERT_OK_AND_ASSIGN(const auto batches, server_.Tail({}));
  int count = 0;
  for (const auto& batch : batches) {
    EXPECT_LT(batch.ByteSizeLong(), size_t{2} << 20);
    count += batch.changes_size();
  }
  EXPECT_EQ(count, 300);
  EXPECT_GT(batches.size(), 2u);
}

TEST_F(ChangeTailTest, FollowsChangesAsTheyCome) {
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

TEST_F(ChangeTailTest, RefusesPositionsThatCannotBe) {
  File(ProgrammeProto("16SW03"));
  v1::TailProgrammeChangesRequest request;
  request.add_positions()->set_partition(3);
  request.add_positions()->set_partition(3);
  EXPECT_THAT(server_.Tail(request), HasReason("DUPLICATE_ID"));
  request.mutable_positions(1)->set_partition(64);
  EXPECT_THAT(server_.Tail(request), HasReason("OUT_OF_RANGE"));
  request.mutable_positions(1)->set_partition(feed::PartitionOf("16SW03"));
  request.mutable_positions(1)->set_number(2);
  EXPECT_THAT(server_.Tail(request), HasReason("POSITION_AHEAD"));
}

}  // namespace
}  // namespace vg::catalogue

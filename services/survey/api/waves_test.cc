#include <gmock/gmock.h>

#include "common/testing/wait_until.h"
#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;

class WavesTest : public SurveyTest {
 protected:
  absl::StatusOr<v1::Wave> Open(const v1::OpenWaveRequest& request) {
    return Call(&Stub::OpenWave, request);
  }
  v1::Wave Get(const std::string& id) {
    v1::GetWaveRequest request;
    request.set_name("waves/" + id);
    const auto wave = Call(&Stub::GetWave, request);
    EXPECT_OK(wave);
    return wave.value_or(v1::Wave());
  }
};

TEST_F(WavesTest, OpensAWaveForTheUnitsOfASnapshot) {
  OpenTheWave();
  const v1::Wave wave = Get("w");
  EXPECT_EQ(wave.name(), "waves/w");
  EXPECT_EQ(wave.snapshot_digest(), std::string(64, 'a'));
  EXPECT_NE(wave.etag(), "");
  EXPECT_EQ(Progress(v1::ROLE_SCHOOL_LEADER).population_units(), 2);
  EXPECT_EQ(Progress(v1::ROLE_STAFF).population_units(), 3);
  EXPECT_EQ(Progress(v1::ROLE_BOARD).population_units(), 1);
}

TEST_F(WavesTest, WhoWatchesProgressIsToldOfEveryChange) {
  OpenTheWave();
  v1::WatchWaveProgressRequest request;
  request.set_name("waves/w");
  request.set_interval_millis(1);
  grpc::ClientContext context;
  const auto reader = stub().WatchWaveProgress(&context, request);
  v1::WaveProgress progress;
  ASSERT_TRUE(reader->Read(&progress));
  EXPECT_EQ(progress.roles(0).complete_units(), 0);
  ASSERT_OK(Submit(Answers("r", "schools/16SW01")));
  ASSERT_TRUE(reader->Read(&progress));
  EXPECT_EQ(progress.roles(0).complete_units(), 1);
  ASSERT_OK(Withdraw("r"));
  ASSERT_TRUE(reader->Read(&progress));
  EXPECT_EQ(progress.roles(0).complete_units(), 0);
  EXPECT_EQ(progress.roles(0).withdrawn_responses(), 1);
  context.TryCancel();
  while (reader->Read(&progress)) {
  }
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), StatusIs(absl::StatusCode::kCancelled));

  request.set_name("waves/none");
  grpc::ClientContext of_none;
  const auto refused = stub().WatchWaveProgress(&of_none, request);
  EXPECT_FALSE(refused->Read(&progress));
  EXPECT_THAT(rpc::FromGrpcStatus(refused->Finish()), HasReason("NOT_FOUND"));
}

class FollowersTest : public SurveyTest {
 protected:
  void SetUp() override {
    ServerOptions options = TestServerOptions();
    options.stream_threads = 1;
    options.follow_threads = 2;
    StartServer(options);
    OpenTheWave();
  }
};

TEST_F(FollowersTest, KeepNobodyOutWhoHandsInAndAreKeptOutByNobody) {
  v1::WatchWaveProgressRequest request;
  request.set_name("waves/w");
  v1::WaveProgress progress;
  grpc::ClientContext first, second, third;
  const auto watch = stub().WatchWaveProgress(&first, request);
  ASSERT_TRUE(watch->Read(&progress));
  const auto tail = stub().TailResponseChanges(&second, [] {
    v1::TailResponseChangesRequest follow;
    follow.set_follow(true);
    return follow;
  }());
  v1::TailResponseChangesResponse heads;
  ASSERT_TRUE(tail->Read(&heads));
  const auto one_too_many = stub().WatchWaveProgress(&third, request);
  EXPECT_FALSE(one_too_many->Read(&progress));
  EXPECT_THAT(rpc::FromGrpcStatus(one_too_many->Finish()), HasReason("OVERLOADED"));

  grpc::ClientContext importing;
  const auto import = stub().ImportResponses(&importing);
  v1::ImportResponsesRequest batch;
  *batch.add_responses() = Answers("r", "schools/16SW01");
  ASSERT_TRUE(import->Write(batch));
  v1::ImportResponsesResponse answer;
  ASSERT_TRUE(import->Read(&answer));
  EXPECT_EQ(answer.results(0).outcome(), v1::IMPORT_OUTCOME_ACCEPTED);
  // While the one stream that may do so hands in, a follower goes and another one comes.
  first.TryCancel();
  while (watch->Read(&progress)) {
  }
  watch->Finish();
  EXPECT_TRUE(WaitUntil([&] {
    grpc::ClientContext context;
    const auto again = stub().WatchWaveProgress(&context, request);
    const bool read = again->Read(&progress);
    context.TryCancel();
    while (again->Read(&progress)) {
    }
    again->Finish();
    return read;
  }));
  import->WritesDone();
  EXPECT_OK(rpc::FromGrpcStatus(import->Finish()));
  second.TryCancel();
  while (tail->Read(&heads)) {
  }
  tail->Finish();
}

TEST_F(WavesTest, RefusesAQuotaThatNoUnitCanFill) {
  OpenTheWave();
  v1::OpenWaveRequest request = WaveRequest("v");
  const auto add = [&](const char* id, v1::Role role, const char* sector) {
    v1::Quota& quota = *request.mutable_wave()->add_quotas();
    quota.set_id(id);
    quota.set_role(role);
    quota.set_limit(10);
    (*quota.mutable_where())["sector"] = sector;
  };
  add("po", v1::ROLE_STAFF, "primary");
  add("misspelt", v1::ROLE_STAFF, "primay");
  // Leaders are asked in primary schools only.
  add("elsewhere", v1::ROLE_SCHOOL_LEADER, "secondary");
  std::vector<std::string> faults;
  for (const FieldViolation& fault : DetailsOf(Open(request).status()).violations) {
    faults.push_back(absl::StrCat(fault.field, " ", fault.reason));
  }
  EXPECT_THAT(faults, ElementsAre("wave.quotas[1].where NO_UNIT", "wave.quotas[2].where NO_UNIT"));
  request.mutable_wave()->mutable_quotas()->DeleteSubrange(1, 2);
  EXPECT_OK(Open(request));
}

TEST_F(WavesTest, KeepsQuotasAndAccessAndDoesNotLetThemChange) {
  OpenTheWave();
  v1::OpenWaveRequest request = WaveRequest("v");
  request.mutable_wave()->mutable_questionnaires(1)->set_access(v1::ACCESS_INVITED);
  v1::Quota& quota = *request.mutable_wave()->add_quotas();
  quota.set_id("po");
  quota.set_role(v1::ROLE_STAFF);
  (*quota.mutable_where())["sector"] = "primary";
  quota.set_limit(100);
  ASSERT_OK(Open(request));
  const v1::Wave wave = Get("v");
  EXPECT_EQ(wave.questionnaires(1).access(), v1::ACCESS_INVITED);
  ASSERT_EQ(wave.quotas_size(), 1);
  EXPECT_EQ(wave.quotas(0).SerializeAsString(), quota.SerializeAsString());
  EXPECT_OK(Open(request));

  v1::UpdateWaveRequest update;
  *update.mutable_wave() = wave;
  update.mutable_wave()->mutable_quotas(0)->set_limit(200);
  update.mutable_update_mask()->add_paths("quotas");
  EXPECT_THAT(Call(&Stub::UpdateWave, update), HasReason("IMMUTABLE"));

  quota.set_role(v1::ROLE_MUNICIPALITY);
  request.set_wave_id("u");
  EXPECT_THAT(Open(request), HasReason("ROLE_NOT_ASKED"));
}

TEST_F(WavesTest, AnswersTheSameWaveAgainWithoutAskingTheRegistry) {
  OpenTheWave();
  const int asked = register_.asked;
  register_.status = absl::UnavailableError("down");
  ASSERT_OK_AND_ASSIGN(const v1::Wave again, Open(WaveRequest()));
  EXPECT_EQ(again.SerializeAsString(), Get("w").SerializeAsString());
  EXPECT_EQ(register_.asked, asked);
  v1::OpenWaveRequest other = WaveRequest();
  other.mutable_wave()->mutable_title()->set_nl("Anders");
  EXPECT_THAT(Open(other), HasReason("WAVE_EXISTS"));
}

TEST_F(WavesTest, RefusesWhatCannotBeAsked) {
  OpenTheWave();
  v1::OpenWaveRequest request = WaveRequest("v");
  request.mutable_wave()->set_snapshot("snapshots/1999");
  EXPECT_THAT(Open(request), StatusIs(absl::StatusCode::kNotFound));

  request = WaveRequest("v");
  request.mutable_wave()->mutable_questionnaires(1)->set_questionnaire_version(
      "questionnaires/staff/versions/2");
  EXPECT_THAT(Open(request), StatusIs(absl::StatusCode::kNotFound));

  request = WaveRequest("v");
  *request.mutable_wave()->mutable_close_time() = request.wave().open_time();
  EXPECT_THAT(Open(request), HasReason("TIMES_REVERSED"));

  ASSERT_OK(Publish("other-leaders", Questions()));
  request = WaveRequest("v");
  request.mutable_wave()->add_questionnaires()->set_questionnaire_version(
      "questionnaires/other-leaders/versions/1");
  EXPECT_THAT(Open(request), HasReason("ROLE_TAKEN_TWICE"));

  request = WaveRequest("Not an id");
  EXPECT_THAT(Open(request), HasViolation("wave_id"));
}

TEST_F(WavesTest, SaysWhenTheRegistryDoesNotAnswerAndLeavesNothingBehind) {
  OpenTheWave();
  register_.status = absl::UnavailableError("down");
  EXPECT_THAT(Open(WaveRequest("v")), StatusIs(absl::StatusCode::kUnavailable));
  register_.status = absl::OkStatus();
  EXPECT_OK(Open(WaveRequest("v")));
}

TEST_F(WavesTest, ChangesTitleAndTimesForWhoHasTheNewestEtag) {
  OpenTheWave();
  v1::UpdateWaveRequest request;
  *request.mutable_wave() = Get("w");
  request.mutable_wave()->mutable_close_time()->set_seconds(request.wave().close_time().seconds() +
                                                            86'400);
  request.mutable_update_mask()->add_paths("close_time");
  request.set_request_id("u1");
  ASSERT_OK_AND_ASSIGN(const v1::Wave updated, Call(&Stub::UpdateWave, request));
  EXPECT_NE(updated.etag(), request.wave().etag());
  EXPECT_EQ(Get("w").SerializeAsString(), updated.SerializeAsString());
  // The same request again is the same answer; another one with the old etag is too late.
  ASSERT_OK_AND_ASSIGN(const v1::Wave again, Call(&Stub::UpdateWave, request));
  EXPECT_EQ(again.SerializeAsString(), updated.SerializeAsString());
  request.set_request_id("u2");
  EXPECT_THAT(Call(&Stub::UpdateWave, request), HasReason("ETAG_MISMATCH"));
  // Opening it again as it was opened is still the same wave.
  EXPECT_OK(Open(WaveRequest()));
}

TEST_F(WavesTest, RefusesToChangeWhatIsFixed) {
  OpenTheWave();
  v1::UpdateWaveRequest request;
  request.mutable_wave()->set_name("waves/w");
  request.mutable_wave()->set_snapshot("snapshots/2022");
  request.mutable_update_mask()->add_paths("snapshot");
  EXPECT_THAT(Call(&Stub::UpdateWave, request), HasReason("IMMUTABLE"));
  request.mutable_update_mask()->set_paths(0, "colour");
  EXPECT_THAT(Call(&Stub::UpdateWave, request), HasReason("FIELD_MASK_UNKNOWN_PATH"));
  request.mutable_update_mask()->set_paths(0, "close_time");
  *request.mutable_wave()->mutable_close_time() = Get("w").open_time();
  EXPECT_THAT(Call(&Stub::UpdateWave, request), HasReason("TIMES_REVERSED"));
  request.mutable_wave()->set_name("waves/v");
  EXPECT_THAT(Call(&Stub::UpdateWave, request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(WavesTest, ListsTheNewestFirst) {
  OpenTheWave();
  for (const auto& [id, open] : {std::pair("x", 100), {"y", 300}, {"z", 200}}) {
    v1::OpenWaveRequest request = WaveRequest(id);
    request.mutable_wave()->mutable_open_time()->set_seconds(open);
    ASSERT_OK(Open(request));
  }
  v1::ListWavesRequest request;
  request.set_page_size(3);
  std::vector<std::string> names;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListWaves, request));
    for (const v1::Wave& wave : page.waves()) names.push_back(wave.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("waves/w", "waves/y", "waves/z", "waves/x"));
}

}  // namespace
}  // namespace vg::survey

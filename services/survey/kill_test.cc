// kill -9 in the middle of a stream, then everything again: nothing is lost, nothing counted twice.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "common/testing/temp_dir.h"
#include "services/survey/api/test_server.h"
#include "services/survey/survey_process.h"

namespace vg::survey {
namespace {

constexpr int kSchools = 150;
constexpr int kBatch = 40;

std::string School(int number) {
  return absl::StrCat("schools/", 10 + number / 90, "AB", 10 + number % 90);
}

class KillTest : public SurveyTest {
 protected:
  void SetUp() override {
    register_.units.clear();
    for (int i = 0; i < kSchools; ++i) register_.units.push_back({School(i), Sector::kPrimary});
    register_.units.push_back({"boards/40740", Sector::kNone});
    for (int i = 0; i < kSchools; ++i) {
      items_.push_back(Answers(absl::StrCat("r", i), School(i)));
      for (int person = 0; person < 4; ++person) {
        items_.push_back(StaffAnswers(absl::StrCat("s", i, "-", person), School(i * 7 % kSchools)));
        items_.back().set_partial(person == 3);
      }
      // Some come back to finish what they began.
      if (i % 5 == 0) {
        items_.push_back(items_.back());
        items_.back().set_partial(false);
      }
    }
  }

  // Opens the wave in a process that ends before the real one begins.
  void Prepare(const TempDir& folder) {
    ServerOptions options = TestServerOptions();
    options.data_dir = folder.path();
    StartServer(options);
    ASSERT_OK(Publish("leaders", Questions()));
    ASSERT_OK(Publish("staff", Questions(v1::ROLE_STAFF)));
    ASSERT_OK(Publish("boards", Questions(v1::ROLE_BOARD)));
    v1::OpenWaveRequest request = WaveRequest();
    request.mutable_wave()->mutable_close_time()->set_seconds(4'102'444'800);
    ASSERT_OK(Call(&Stub::OpenWave, request));
    client_.reset();
    server_.reset();
  }

  // Streams everything; ends the process with kill -9 once `batches` are acknowledged, with one
  // more under way. Never if negative. Collects what was acknowledged.
  void Stream(SurveyProcess& process, int batches, std::set<std::string>& acknowledged) {
    grpc::ClientContext context;
    const auto stream = process.stub().ImportResponses(&context);
    int sent = 0;
    int answered = 0;
    const auto read = [&] {
      v1::ImportResponsesResponse answer;
      if (!stream->Read(&answer)) return false;
      ++answered;
      for (const v1::ImportItemResult& item : answer.results()) {
        if (item.outcome() == v1::IMPORT_OUTCOME_REFUSED) {
          ADD_FAILURE() << item.ShortDebugString();
        } else {
          acknowledged.insert(item.response());
        }
      }
      return true;
    };
    for (size_t from = 0; from < items_.size(); from += kBatch) {
      v1::ImportResponsesRequest request;
      for (size_t i = from; i < std::min(from + kBatch, items_.size()); ++i) {
        *request.add_responses() = items_[i];
      }
      ASSERT_TRUE(stream->Write(request));
      ++sent;
      if (sent - answered > 1) {
        ASSERT_TRUE(read());
      }
      if (answered == batches) {
        process.Kill();
        while (read()) {
        }
        EXPECT_FALSE(stream->Finish().ok());
        return;
      }
    }
    stream->WritesDone();
    while (answered < sent) {
      ASSERT_TRUE(read());
    }
    EXPECT_OK(rpc::FromGrpcStatus(stream->Finish()));
  }

  struct State {
    std::string progress;  // Without days, which depend on when the test runs.
    std::map<std::string, std::string> counting;  // By name: digest.
  };

  // Reads progress and adds up the feed.
  State Read(SurveyProcess& process) {
    State state;
    {
      grpc::ClientContext context;
      v1::GetWaveProgressRequest request;
      request.set_name("waves/w");
      v1::WaveProgress progress;
      EXPECT_OK(rpc::FromGrpcStatus(process.stub().GetWaveProgress(&context, request, &progress)));
      for (v1::RoleProgress& role : *progress.mutable_roles()) {
        int64_t by_day = 0;
        for (const v1::DailyCount& day : role.by_day()) by_day += day.response_count();
        EXPECT_EQ(by_day, role.complete_responses() + role.partial_responses());
        role.clear_by_day();
      }
      state.progress = progress.DebugString();
    }
    grpc::ClientContext context;
    const auto reader = process.stub().TailResponseChanges(&context, {});
    v1::TailResponseChangesResponse batch;
    std::map<int, int64_t> numbers;
    while (reader->Read(&batch)) {
      for (const v1::ResponseChange& change : batch.changes()) {
        EXPECT_EQ(change.position().number(), ++numbers[change.position().partition()]);
        if (change.has_before()) {
          EXPECT_EQ(state.counting[change.before().name()], change.before().digest());
          state.counting.erase(change.before().name());
        }
        if (change.has_after()) {
          EXPECT_TRUE(
              state.counting.emplace(change.after().name(), change.after().digest()).second);
        }
      }
    }
    EXPECT_OK(rpc::FromGrpcStatus(reader->Finish()));
    return state;
  }

  std::vector<v1::Response> items_;
};

TEST_F(KillTest, LeavesTheSameFiguresAsAnUndisturbedRun) {
  const TempDir calm;
  Prepare(calm);
  std::set<std::string> acknowledged;
  SurveyProcess undisturbed("--data_dir=" + calm.path());
  ASSERT_TRUE(undisturbed.answers());
  Stream(undisturbed, -1, acknowledged);
  const State wanted = Read(undisturbed);
  EXPECT_EQ(wanted.counting.size(), 5u * kSchools);

  const TempDir rough;
  Prepare(rough);
  acknowledged.clear();
  for (const int batches : {3, 9, 1}) {
    SurveyProcess process("--data_dir=" + rough.path());
    ASSERT_TRUE(process.answers());
    Stream(process, batches, acknowledged);
    // What was acknowledged is there after the next start.
    SurveyProcess next("--data_dir=" + rough.path());
    ASSERT_TRUE(next.answers());
    const State state = Read(next);
    for (const std::string& name : acknowledged) EXPECT_TRUE(state.counting.contains(name)) << name;
    next.Kill();
  }
  SurveyProcess process("--data_dir=" + rough.path());
  ASSERT_TRUE(process.answers());
  Stream(process, -1, acknowledged);
  const State state = Read(process);
  EXPECT_EQ(state.progress, wanted.progress);
  EXPECT_EQ(state.counting, wanted.counting);
}

}  // namespace
}  // namespace vg::survey

// Many responses of thirty answers through a stream, on disk: all of them are there, and a longer
// stream takes no more memory. How fast that is tells `make bench-intake`.

#include <fstream>
#include <iostream>
#include <string>

#include "absl/strings/str_format.h"
#include <gmock/gmock.h>

#include "common/testing/temp_dir.h"
#include "services/survey/api/test_server.h"
#include "services/survey/survey_process.h"

namespace vg::survey {
namespace {

constexpr int kQuestions = 30;
constexpr int kResponses = 10'000;
constexpr int kBatch = 500;
constexpr int kSchools = 1'500;
// Of the test of memory: a stream, and what the server may hold more for one that is longer by some
// 100 MiB of responses, because what is under way differs from moment to moment.
constexpr int kShort = 30'000;
constexpr int kLong = 4 * kShort;
constexpr int64_t kSlack = int64_t{16} << 20;

// The most memory that a process had at any time so far.
int64_t MostBytes(int process) {
  std::ifstream status(absl::StrCat("/proc/", process, "/status"));
  std::string word;
  while (status >> word) {
    int64_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes << 10;
  }
  return 0;
}

std::string School(int number) {
  return absl::StrFormat("schools/%02dAB%02d", number / 100, number % 100);
}

v1::Questionnaire ManyQuestions(v1::Role role) {
  v1::Questionnaire content;
  content.mutable_title()->set_nl("Dertig vragen");
  content.set_role(role);
  v1::Section& section = *content.add_sections();
  section.mutable_title()->set_nl("Alles");
  for (int i = 0; i < kQuestions; ++i) {
    v1::Question& question = *section.add_questions();
    question.set_id(absl::StrCat("question_", i));
    question.mutable_label()->set_nl("Vraag");
    question.set_required(true);
    if (i > 0 && i % 5 == 0) {
      question.set_relevance(absl::StrCat("question_", i - 1, " != 'option_3'"));
    }
    for (int option = 0; option < 5; ++option) {
      v1::Option& added = *question.mutable_single()->add_options();
      added.set_id(absl::StrCat("option_", option));
      added.mutable_label()->set_nl("Keuze");
    }
  }
  return content;
}

class LoadTest : public SurveyTest {
 protected:
  void SetUp() override {
    register_.units = {{"boards/40740", Sector::kNone}};
    for (int i = 0; i < kSchools; ++i) register_.units.push_back({School(i), Sector::kPrimary});
    ServerOptions options = TestServerOptions();
    options.data_dir = folder_.path();
    StartServer(options);
    ASSERT_OK(Publish("leaders", Questions()));
    ASSERT_OK(Publish("staff", ManyQuestions(v1::ROLE_STAFF)));
    ASSERT_OK(Publish("boards", Questions(v1::ROLE_BOARD)));
    v1::OpenWaveRequest request = WaveRequest();
    request.mutable_wave()->mutable_close_time()->set_seconds(4'102'444'800);
    ASSERT_OK(Call(&Stub::OpenWave, request));
  }

  static v1::ImportResponsesRequest Batch(int first) {
    v1::ImportResponsesRequest request;
    for (int i = first; i < first + kBatch; ++i) {
      v1::Response& response = *request.add_responses();
      response.set_name(absl::StrCat("waves/w/responses/s", i));
      response.set_questionnaire_version("questionnaires/staff/versions/1");
      response.set_unit(School(i * 7 % kSchools));
      for (int question = 0; question < kQuestions; ++question) {
        v1::Answer& answer = *response.add_answers();
        answer.set_question(absl::StrCat("question_", question));
        answer.set_choice(absl::StrCat("option_", (i + question) % 3));
      }
    }
    return request;
  }

  // Streams `count` responses and holds every answer to having taken them in; what it sends is made
  // as it goes.
  static void Send(Stub& stub, int first, int count) {
    grpc::ClientContext context;
    const auto stream = stub.ImportResponses(&context);
    int64_t acknowledged = 0;
    const auto read = [&] {
      v1::ImportResponsesResponse answer;
      ASSERT_TRUE(stream->Read(&answer));
      for (const v1::ImportItemResult& item : answer.results()) {
        ASSERT_EQ(item.outcome(), v1::IMPORT_OUTCOME_ACCEPTED) << item.ShortDebugString();
      }
      acknowledged = answer.acknowledged_count();
    };
    for (int sent = 0; sent < count; sent += kBatch) {
      ASSERT_TRUE(stream->Write(Batch(first + sent)));
      if (sent < 2 * kBatch) continue;
      ASSERT_NO_FATAL_FAILURE(read());
    }
    stream->WritesDone();
    while (acknowledged < count) ASSERT_NO_FATAL_FAILURE(read());
    ASSERT_OK(rpc::FromGrpcStatus(stream->Finish()));
  }

  const TempDir folder_;
};

TEST_F(LoadTest, KeepsEveryResponseOfALongStream) {
  ASSERT_NO_FATAL_FAILURE(Send(stub(), 0, kResponses));
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_responses(), kResponses);
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_units(), kSchools);
  EXPECT_EQ(Changes().size(), static_cast<size_t>(kResponses));
}

// In a process of its own, whose memory nobody else fills.
TEST_F(LoadTest, TakesNoMoreMemoryForAStreamThatIsFourTimesAsLong) {
  client_.reset();
  server_.reset();
  SurveyProcess process("--data_dir=" + folder_.path());
  ASSERT_TRUE(process.answers());
  // Threads, caches and pools fill.
  ASSERT_NO_FATAL_FAILURE(Send(process.stub(), 0, kShort));
  ASSERT_NO_FATAL_FAILURE(Send(process.stub(), kShort, kShort));
  const int64_t for_short = MostBytes(process.pid());
  ASSERT_NO_FATAL_FAILURE(Send(process.stub(), 2 * kShort, kLong));
  const int64_t for_long = MostBytes(process.pid());
  std::cout << "at most " << (for_short >> 20) << " MiB for a stream of " << kShort
            << " responses, " << (for_long >> 20) << " MiB for one of " << kLong << "\n";
  EXPECT_GT(for_short, 0);
  EXPECT_LE(for_long - for_short, kSlack);
}

}  // namespace
}  // namespace vg::survey

// Many responses of thirty answers through a stream, on disk: all of them are there. How fast that
// is tells `make bench-intake`.

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include <gmock/gmock.h>

#include "common/testing/temp_dir.h"
#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

constexpr int kQuestions = 30;
constexpr int kResponses = 10'000;
constexpr int kBatch = 500;
constexpr int kSchools = 1'500;

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
    ASSERT_OK(Call(&Stub::OpenWave, WaveRequest()));
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

  const TempDir folder_;
};

TEST_F(LoadTest, KeepsEveryResponseOfALongStream) {
  std::vector<v1::ImportResponsesRequest> batches;
  for (int first = 0; first < kResponses; first += kBatch) batches.push_back(Batch(first));

  grpc::ClientContext context;
  const auto stream = stub().ImportResponses(&context);
  int64_t acknowledged = 0;
  size_t answered = 0;
  v1::ImportResponsesResponse answer;
  const auto read = [&] {
    ASSERT_TRUE(stream->Read(&answer));
    for (const v1::ImportItemResult& item : answer.results()) {
      ASSERT_EQ(item.outcome(), v1::IMPORT_OUTCOME_ACCEPTED) << item.ShortDebugString();
    }
    acknowledged = answer.acknowledged_count();
    ++answered;
  };
  for (size_t i = 0; i < batches.size(); ++i) {
    ASSERT_TRUE(stream->Write(batches[i]));
    if (i >= 2) read();
  }
  stream->WritesDone();
  while (answered < batches.size()) read();
  ASSERT_OK(rpc::FromGrpcStatus(stream->Finish()));
  EXPECT_EQ(acknowledged, kResponses);
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_responses(), kResponses);
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_units(), kSchools);
  EXPECT_EQ(Changes().size(), static_cast<size_t>(kResponses));
}

}  // namespace
}  // namespace vg::survey

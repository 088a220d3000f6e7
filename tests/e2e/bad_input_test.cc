// The suite against hostile and clumsy callers: everything is refused with a code and a sentence,
// nothing is half done, and the next caller is served.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "grpcpp/generic/generic_stub.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/app/options.h"
#include "common/grpc/client.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"
#include "tests/e2e/suite_process.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::e2e {
namespace {

namespace registry = voortgang::registry::v1;
namespace survey = voortgang::survey::v1;

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;

// Plain schools, `count` of them.
std::string Schools(int count) {
  std::string file = "school;title;sector;municipality;province;board;bo\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(
        &file, absl::StrFormat("%02d%c%c00;School %d;primary;363;Noord-Holland;40740;%d\n", i / 676,
                               'A' + i / 26 % 26, 'A' + i % 26, i, 20 + i % 400));
  }
  return file;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  return absl::StrReplaceAll(text, {{from, to}});
}

// Every cell of `rows` one column to the right, the last ones lost.
std::string Shifted(const std::string& rows) {
  std::string shifted;
  for (size_t at = 0; at < rows.size(); at = rows.find('\n', at) + 1) {
    const std::string row = rows.substr(at, rows.find('\n', at) - at);
    absl::StrAppend(&shifted, ";", row.substr(0, row.rfind(';')), "\n");
  }
  return shifted;
}

registry::ImportSnapshotRequest Plan(const std::string& id) {
  registry::ImportSnapshotRequest request;
  registry::ImportPlan& plan = *request.mutable_plan();
  plan.set_snapshot_id(id);
  plan.set_request_id(id);
  plan.mutable_count_date()->set_year(2020);
  plan.mutable_count_date()->set_month(10);
  plan.mutable_count_date()->set_day(1);
  return request;
}

registry::ImportSnapshotRequest Chunk(const std::string& file_name, const std::string& data) {
  registry::ImportSnapshotRequest request;
  request.mutable_chunk()->set_file_name(file_name);
  request.mutable_chunk()->set_data(data);
  return request;
}

// The messages of an import of `file`.
std::vector<registry::ImportSnapshotRequest> Import(const std::string& id,
                                                    const std::string& file) {
  constexpr size_t kPiece = size_t{64} << 10;
  std::vector<registry::ImportSnapshotRequest> messages = {Plan(id)};
  for (size_t at = 0; at == 0 || at < file.size(); at += kPiece) {
    messages.push_back(Chunk("schools.csv", file.substr(at, kPiece)));
  }
  return messages;
}

survey::PublishQuestionnaireRequest Questionnaire(const std::string& title) {
  survey::PublishQuestionnaireRequest request;
  request.set_questionnaire_id("q");
  request.set_request_id("the-same");
  survey::Questionnaire& content = *request.mutable_content();
  content.mutable_title()->set_nl(title);
  content.set_role(survey::ROLE_STAFF);
  survey::Section& section = *content.add_sections();
  section.mutable_title()->set_nl("Deel");
  survey::Question& question = *section.add_questions();
  question.set_id("hours");
  question.mutable_label()->set_nl("Uren");
  question.mutable_number()->set_unit("hours");
  return request;
}

class BadInputTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(suite_.Start());
    Connect();
  }

  void Connect() {
    channel_ = rpc::MakeChannel(suite_.address());
    registry_ = registry::RegistryService::NewStub(channel_);
    survey_ = survey::SurveyService::NewStub(channel_);
  }

  // How the import ended: its result, or why there is none.
  absl::StatusOr<registry::ImportResult> Send(
      const std::vector<registry::ImportSnapshotRequest>& messages) {
    grpc::ClientContext context;
    const auto stream = registry_->ImportSnapshot(&context);
    std::thread writer([&] {
      for (const auto& message : messages) {
        if (!stream->Write(message)) break;
      }
      stream->WritesDone();
    });
    registry::ImportResult result;
    for (registry::ImportSnapshotResponse response; stream->Read(&response);) {
      if (response.has_result()) result = response.result();
    }
    writer.join();
    const absl::Status status = rpc::FromGrpcStatus(stream->Finish());
    if (!status.ok()) return status;
    return result;
  }

  absl::StatusOr<registry::Snapshot> Snapshot(const std::string& id) {
    grpc::ClientContext context;
    registry::GetSnapshotRequest request;
    request.set_name("snapshots/" + id);
    registry::Snapshot snapshot;
    const absl::Status status =
        rpc::FromGrpcStatus(registry_->GetSnapshot(&context, request, &snapshot));
    if (!status.ok()) return status;
    return snapshot;
  }

  absl::StatusOr<std::string> Publish(const survey::PublishQuestionnaireRequest& request) {
    grpc::ClientContext context;
    survey::QuestionnaireVersion version;
    const absl::Status status =
        rpc::FromGrpcStatus(survey_->PublishQuestionnaire(&context, request, &version));
    if (!status.ok()) return status;
    return version.name();
  }

  // Sends `messages` as they are; the stream's end.
  absl::Status SendBytes(const std::string& path, const std::vector<std::string>& messages) {
    grpc::ClientContext context;
    grpc::GenericStub stub(channel_);
    grpc::CompletionQueue queue;
    const auto stream = stub.PrepareCall(&context, path, &queue);
    const auto done = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    stream->StartCall(nullptr);
    bool open = done();
    for (const std::string& message : messages) {
      if (!open) break;
      const grpc::Slice slice(message);
      stream->Write(grpc::ByteBuffer(&slice, 1), nullptr);
      open = done();
    }
    grpc::ByteBuffer response;
    do {
      stream->Read(&response, nullptr);
    } while (done());
    grpc::Status status;
    stream->Finish(&status, nullptr);
    done();
    return rpc::FromGrpcStatus(status);
  }

  const TempDir folder_;
  SuiteProcess suite_{folder_};
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<registry::RegistryService::Stub> registry_;
  std::unique_ptr<survey::SurveyService::Stub> survey_;
};

TEST_F(BadInputTest, RefusesFilesThatAreNotWhatTheyShouldBeAndStoresNothing) {
  const std::string good = Schools(50);
  std::string wide;  // UTF-16.
  for (const char c : good) wide += std::string{c, '\0'};
  const std::string header = good.substr(0, good.find('\n') + 1);
  const struct {
    const char* code;
    std::string file;
  } kFiles[] = {
      {"EMPTY_FILE", ""},
      {"EMPTY_FILE", header},
      {"EMPTY_FILE", std::string(10'000, '\n')},
      {"UNSUPPORTED_ENCODING", "\xff\xfe" + wide},
      {"UNSUPPORTED_ENCODING", wide},
      {"UNSUPPORTED_ENCODING", std::string("PK\x03\x04\0\0\0\0\x08\0", 10) + good},
      {"WRONG_SEPARATOR", Replaced(good, ";", "#")},
      {"WRONG_SEPARATOR", "<!DOCTYPE html>\n<p>404: no such file</p>\n"},
      {"UNKNOWN_LAYOUT", Replaced(good, "municipality", "gemeente")},
      {"DUPLICATE_COLUMN", Replaced(good, "board;bo", "bo;bo")},
      {"COLUMNS_SHIFTED", header + Shifted(good.substr(header.size()))},
      {"UNTERMINATED_QUOTE", Replaced(good, "School 7;", "\"School 7;")},
      {"ROW_TOO_LONG", good + std::string(2 << 20, 'a')},
      {"DUPLICATE_KEY", good + "00AA00;School 0;primary;363;Noord-Holland;40740;20\n"},
      {"BAD_BRANCH_CODE", Replaced(good, "00AB00;", "' OR 1=1 --;")},
      {"BAD_MUNICIPALITY_CODE", Replaced(good, "School 3;primary;363", "School 3;primary;99999")},
      {"UNKNOWN_PROVINCE",
       Replaced(good, "School 3;primary;363;Noord-Holland", "School 3;primary;363;Atlantis")},
      {"NEGATIVE_COUNT", Replaced(good, ";21\n", ";-21\n")},
      {"BAD_COUNT", Replaced(good, ";21\n", ";2,1\n")},
      {"BAD_COUNT", Replaced(good, ";21\n", ";99999999999999999999\n")},
      {"BAD_COUNT", Replaced(good, ";21\n", ";1e3\n")},
      {"INVALID_ENCODING", Replaced(good, "School 5;", "Sch\x81ol 5;")},
      {"WRONG_CELL_COUNT", Replaced(good, "School 5;", "School; 5;")},
  };
  for (const auto& bad : kFiles) {
    const absl::StatusOr<registry::ImportResult> result = Send(Import("bad", bad.file));
    ASSERT_OK(result) << bad.code;
    EXPECT_FALSE(result->stored()) << bad.code;
    EXPECT_THAT(result->refused_by_code(), Contains(Key(bad.code)));
  }
  auto twice = Import("bad", good);
  twice.push_back(Chunk("copy.csv", good));
  ASSERT_OK_AND_ASSIGN(const registry::ImportResult result, Send(twice));
  EXPECT_THAT(result.refused_by_code(), Contains(Key("DUPLICATE_FILE")));

  EXPECT_THAT(Snapshot("bad"), HasReason("NOT_FOUND"));
  ASSERT_OK_AND_ASSIGN(const registry::ImportResult stored, Send(Import("bad", good)));
  EXPECT_EQ(stored.snapshot().totals().school_count(), 50);
}

TEST_F(BadInputTest, RefusesImportsWhoseMessagesAreOutOfOrder) {
  EXPECT_THAT(Send({}), HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(Send({Plan("p")}), HasReason("NO_FILES"));
  EXPECT_THAT(Send({Chunk("a", "x"), Plan("p")}), HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(Send({Plan("p"), Chunk("a", "x"), Plan("p")}), HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(Send({Plan("p"), Chunk("a", "x"), Chunk("b", "y"), Chunk("a", "z")}),
              HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(Send({Plan("p"), Chunk("../../etc/passwd", "x")}), HasReason("BAD_FILE_NAME"));
  EXPECT_THAT(Send({Plan("p"), {}}), HasReason("OUT_OF_ORDER"));
  registry::ImportSnapshotRequest impossible = Plan("p");
  impossible.mutable_plan()->mutable_count_date()->set_month(2);
  impossible.mutable_plan()->mutable_count_date()->set_day(30);
  EXPECT_THAT(Send({impossible}), HasReason("DATE_INVALID"));
  EXPECT_THAT(Snapshot("p"), HasReason("NOT_FOUND"));
}

// A message that cannot be parsed and the end of all messages look alike to gRPC.
TEST_F(BadInputTest, DoesNotStoreAnImportOfWhichAMessageCannotBeRead) {
  const std::string path = "/voortgang.registry.v1.RegistryService/ImportSnapshot";
  std::string wrong_text = Chunk("more.csv", "x").SerializeAsString();
  wrong_text[wrong_text.find("more")] = '\xff';
  for (const std::string& broken : {wrong_text, std::string(40, '\xff')}) {
    std::vector<std::string> messages;
    for (const auto& message : Import("broken", Schools(50))) {
      messages.push_back(message.SerializeAsString());
    }
    messages.push_back(broken);
    const absl::Status status = SendBytes(path, messages);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(status, HasReason("MALFORMED_MESSAGE"));
    EXPECT_THAT(Snapshot("broken"), HasReason("NOT_FOUND"));
  }
  for (const char* method : {"/voortgang.survey.v1.SurveyService/ImportResponses",
                             "/voortgang.catalogue.v1.CatalogueService/ImportProgrammes",
                             "/voortgang.survey.v1.SurveyService/GetWave",
                             "/voortgang.funding.v1.FundingService/Allocate",
                             "/voortgang.indicators.v1.IndicatorsService/QueryEstimates",
                             "/voortgang.report.v1.ReportService/DownloadAsset"}) {
    EXPECT_THAT(SendBytes(method, {"\x0a\x02\xc3\x28"}), HasReason("MALFORMED_MESSAGE")) << method;
  }
  EXPECT_THAT(SendBytes("/voortgang.survey.v1.SurveyService/Nothing", {""}),
              HasReason("UNKNOWN_METHOD"));
}

TEST_F(BadInputTest, RefusesOversizeMessagesAndDamagedTokens) {
  survey::PublishQuestionnaireRequest request = Questionnaire("t");
  request.mutable_content()->mutable_title()->set_en(std::string(17 << 20, 'x'));
  EXPECT_THAT(Publish(request), HasReason("MESSAGE_TOO_LARGE"));
  request.mutable_content()->mutable_title()->set_en(std::string(33 << 20, 'x'));
  EXPECT_THAT(Publish(request), StatusIs(absl::StatusCode::kResourceExhausted));

  ASSERT_OK(Send(Import("s", Schools(50))));
  registry::ListSchoolsRequest list;
  list.set_parent("snapshots/s");
  list.set_page_size(10);
  const auto page = [&]() -> absl::StatusOr<std::string> {
    grpc::ClientContext context;
    registry::ListSchoolsResponse response;
    const absl::Status status =
        rpc::FromGrpcStatus(registry_->ListSchools(&context, list, &response));
    if (!status.ok()) return status;
    return response.next_page_token();
  };
  ASSERT_OK_AND_ASSIGN(const std::string token, page());
  // All but the last digit, which may hold bits that mean nothing.
  for (size_t i = 0; i + 1 < token.size(); ++i) {
    list.set_page_token(token);
    (*list.mutable_page_token())[i] = token[i] == 'x' ? 'y' : 'x';
    EXPECT_THAT(page(), HasReason("PAGE_TOKEN_MISMATCH")) << i;
  }
  list.set_page_token(token);
  list.mutable_filter()->set_text("School");
  EXPECT_THAT(page(), HasReason("PAGE_TOKEN_MISMATCH"));
  list.clear_page_token();
  list.set_page_size(-1);
  EXPECT_THAT(page(), HasReason("PAGE_SIZE_NEGATIVE"));
}

TEST_F(BadInputTest, GivesOneAnswerToManyCallersWithOneRequestId) {
  constexpr int kCallers = 32;
  std::atomic<int> published = 0, refused = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      const absl::StatusOr<std::string> name = Publish(Questionnaire(i % 2 == 0 ? "a" : "b"));
      if (name.ok() && *name == "questionnaires/q/versions/1") ++published;
      if (DetailsOf(name.status()).reason == "REQUEST_ID_REUSED") ++refused;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(published, kCallers / 2);
  EXPECT_EQ(refused, kCallers / 2);
}

TEST_F(BadInputTest, ServesOthersWhileMoreStreamsAreOpenedThanItTakes) {
  constexpr int kOpened = 200;
  survey::TailResponseChangesRequest request;
  request.set_follow(true);
  {
    std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
    std::vector<std::unique_ptr<grpc::ClientReader<survey::TailResponseChangesResponse>>> streams;
    for (int i = 0; i < kOpened; ++i) {
      contexts.push_back(std::make_unique<grpc::ClientContext>());
      streams.push_back(survey_->TailResponseChanges(contexts.back().get(), request));
    }
    int refused = 0;
    for (auto& stream : streams) {
      survey::TailResponseChangesResponse response;
      if (stream->Read(&response)) continue;
      EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()), HasReason("OVERLOADED"));
      ++refused;
    }
    EXPECT_GE(refused, kOpened - ServerOptions().stream_threads);
    EXPECT_OK(Publish(Questionnaire("t")));
    EXPECT_OK(Send(Import("meanwhile", Schools(50))));
    for (auto& context : contexts) context->TryCancel();
  }
  EXPECT_TRUE(WaitUntil([&] {
    grpc::ClientContext context;
    survey::TailResponseChangesResponse response;
    return survey_->TailResponseChanges(&context, {})->Read(&response);
  }));
}

TEST_F(BadInputTest, ForgetsImportsWhoseCallersVanish) {
  const std::string file = Schools(3000);
  ASSERT_OK_AND_ASSIGN(const registry::ImportResult whole, Send(Import("whole", file)));
  for (int round = 0; round < 16; ++round) {
    const std::string id = absl::StrCat("gone-", round);
    {
      grpc::ClientContext context;
      const auto channel = rpc::MakeChannel(suite_.address());
      const auto stream = registry::RegistryService::NewStub(channel)->ImportSnapshot(&context);
      const auto messages = Import(id, file);
      for (const auto& message : messages) stream->Write(message);
      // Half of them end their messages and vanish while the snapshot is made.
      if (round % 2 == 1) stream->WritesDone();
      LetPass(absl::Milliseconds(2 * round));
      context.TryCancel();
    }
    const absl::StatusOr<registry::Snapshot> left = Snapshot(id);
    if (round % 2 == 0 || !left.ok()) {
      EXPECT_THAT(left, HasReason("NOT_FOUND"));
    } else {
      EXPECT_EQ(left->digest(), whole.snapshot().digest());
    }
  }
  EXPECT_TRUE(WaitUntil([&] { return Send(Import("after", file)).ok(); }));

  // Each on a connection of its own. The margin is for connections to databases.
  const int before = suite_.OpenDescriptors();
  for (int i = 0; i < 100; ++i) {
    grpc::ClientContext context;
    const auto channel =
        rpc::MakeChannel(suite_.address(), {.user_agent = absl::StrCat("caller-", i)});
    const auto stream = registry::RegistryService::NewStub(channel)->ImportSnapshot(&context);
    stream->Write(Plan("left"));
    context.TryCancel();
  }
  EXPECT_TRUE(WaitUntil([&] { return suite_.OpenDescriptors() <= before + 40; }));
  EXPECT_TRUE(WaitUntil([&] { return Send(Import("last", file)).ok(); }));
}

TEST_F(BadInputTest, AKillDuringAnImportLeavesAllOfItOrNothing) {
  const std::string file = Schools(20'000);
  ASSERT_OK_AND_ASSIGN(const registry::ImportResult whole, Send(Import("whole", file)));
  for (const int milliseconds : {10, 40, 70, 100, 150, 200}) {
    const std::string id = absl::StrCat("killed-", milliseconds);
    std::thread importer([&] { (void)Send(Import(id, file)); });
    LetPass(absl::Milliseconds(milliseconds));
    suite_.Kill();
    importer.join();
    ASSERT_TRUE(suite_.Start());
    Connect();
    const absl::StatusOr<registry::Snapshot> left = Snapshot(id);
    if (left.ok()) {
      EXPECT_EQ(left->digest(), whole.snapshot().digest());
    } else {
      EXPECT_THAT(left, HasReason("NOT_FOUND"));
    }
    ASSERT_OK_AND_ASSIGN(const registry::ImportResult again, Send(Import(id, file)));
    EXPECT_TRUE(again.stored());
    EXPECT_EQ(again.snapshot().digest(), whole.snapshot().digest());
  }
}

TEST_F(BadInputTest, AnswersHttpThatMakesNoSense) {
  const int port = suite_.http_port();
  const std::string rest = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  for (const char* path :
       {"/../../etc/passwd", "/editions/%2e%2e/%2e%2e/etc/passwd", "/editions/..%2f..%2fetc/passwd",
        "/editions/\"><script>alert(1)</script>/nl/", "/registry.db", "/%zz"}) {
    const HttpAnswer answer = HttpGet(port, path);
    EXPECT_THAT(answer.status, AnyOf(400, 404)) << path;
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("<script>"))) << path;
  }
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"}) {
    EXPECT_EQ(HttpSend(port, absl::StrCat(method, " /metrics", rest)).status, 405) << method;
  }
  EXPECT_EQ(HttpSend(port, "NONSENSE /" + rest).status, 400);
  EXPECT_EQ(HttpSend(port, "\x16\x03\x01\x02 no such thing\r\n\r\n").status, 400);
  EXPECT_EQ(HttpGet(port, "/" + std::string(100'000, 'a')).status, 400);
  HttpSend(port, absl::StrCat("GET / HTTP/1.1\r\nX: ", std::string(1 << 20, 'a'), "\r\n\r\n"));
  EXPECT_EQ(HttpGet(port, "/healthz").status, 200);
}

TEST_F(BadInputTest, TheCommandNamesWhatIsWrongWithADocument) {
  const std::string bomb =
      folder_.Write("bomb.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
  std::string nested = "title: ";
  nested.append(20'000, '[');
  for (const std::string& file :
       {bomb, folder_.Write("nested.yaml", nested), folder_.Write("wide.yaml", "\xff\xfet\0i\0")}) {
    const CommandResult result =
        RunCommand(suite_.address(), {"survey", "publish", "--id", "q", file});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.output, HasSubstr("INVALID_DOCUMENT"));
    EXPECT_THAT(result.output, HasSubstr("line 1, column"));
  }
}

}  // namespace
}  // namespace vg::e2e

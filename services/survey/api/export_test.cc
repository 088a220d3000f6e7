#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <gmock/gmock.h>

#include "common/testing/temp_dir.h"
#include "common/text/csv.h"
#include "common/time/clock.h"
#include "services/survey/api/test_server.h"
#include "voortgang/survey/v1/export_service.grpc.pb.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kLeaders[] = "questionnaires/leaders/versions/1";
constexpr char kStaff[] = "questionnaires/staff/versions/1";

class ExportTest : public SurveyTest {
 protected:
  void SetUp() override {
    SurveyTest::SetUp();
    ASSERT_NO_FATAL_FAILURE(OpenTheWave());
  }

  static v1::ExportResponsesRequest Request(const std::string& version = kLeaders) {
    v1::ExportResponsesRequest request;
    request.set_parent("waves/w");
    request.set_questionnaire_version(version);
    return request;
  }

  // All pieces, at most `most`.
  absl::StatusOr<std::vector<v1::ExportResponsesResponse>> Pieces(
      const v1::ExportResponsesRequest& request, size_t most = SIZE_MAX) {
    const auto stub = v1::ExportService::NewStub(server_->Channel());
    grpc::ClientContext context;
    const auto reader = stub->ExportResponses(&context, request);
    std::vector<v1::ExportResponsesResponse> pieces;
    v1::ExportResponsesResponse piece;
    while (pieces.size() < most && reader->Read(&piece)) pieces.push_back(piece);
    if (pieces.size() == most) context.TryCancel();
    const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
    if (pieces.size() < most && !status.ok()) return status;
    return pieces;
  }
  absl::StatusOr<std::string> File(const v1::ExportResponsesRequest& request) {
    ASSIGN_OR_RETURN(const auto pieces, Pieces(request));
    std::string file;
    for (const auto& piece : pieces) file += piece.rows();
    return file;
  }
  // The file read back: rows by column.
  std::vector<std::map<std::string, std::string>> Rows(const v1::ExportResponsesRequest& request) {
    std::vector<std::map<std::string, std::string>> rows;
    const auto file = File(request);
    EXPECT_OK(file);
    if (!file.ok()) return rows;
    const auto table = ReadCsvTable(*file, {.separator = ',', .trim = false});
    EXPECT_OK(table);
    if (!table.ok()) return rows;
    for (const auto& row : table->rows) {
      auto& cells = rows.emplace_back();
      for (size_t i = 0; i < row.cells.size(); ++i) cells[table->header[i]] = row.cells[i];
    }
    return rows;
  }

  void Restart() {
    server_.reset();
    client_.reset();
    StartServer();
    OpenTheWave();
  }
};

TEST_F(ExportTest, WritesEveryTypeOfAnswer) {
  ASSERT_OK(Submit(Answers("r1", "schools/16SW01")));
  auto request = Request();
  EXPECT_THAT(File(request),
              IsOkAndHolds(absl::StrCat(
                  "response_id,unit,state,accept_time,council,consent,considerations__1,"
                  "considerations__2,barriers__time,barriers__space,pupils,started,"
                  "effect__wellbeing\r\n"
                  "r1,schools/16SW01,complete,",
                  vg::FormatTime(clock_.Now()), ",1,1,1,2,1,1,12.5,2021-09-01,1\r\n")));
  request.set_coding(v1::EXPORT_CODING_OPTION_IDS);
  request.set_include_texts(true);
  request.set_byte_order_mark(true);
  EXPECT_THAT(File(request),
              IsOkAndHolds(absl::StrCat(
                  "\xEF\xBB\xBFresponse_id,unit,state,accept_time,council,consent,"
                  "considerations__1,considerations__2,barriers__time,barriers__space,pupils,"
                  "started,effect__wellbeing,remarks\r\n"
                  "r1,schools/16SW01,complete,",
                  vg::FormatTime(clock_.Now()),
                  ",early,given,fit,cost,1,1,12.5,2021-09-01,up,Vrije tekst van een persoon\r\n")));
}

TEST_F(ExportTest, TellsNotPutFromNotAnswered) {
  v1::Response response = Answers("r1", "schools/16SW01");
  response.clear_answers();
  auto& council = *response.add_answers();
  council.set_question("council");
  council.set_choice("no");
  auto& ranking = *response.add_answers();
  ranking.set_question("considerations");
  ranking.mutable_ranking()->add_options("cost");
  ASSERT_OK(Submit(response));
  const auto rows = Rows(Request());
  ASSERT_EQ(rows.size(), 1u);
  auto row = rows[0];
  EXPECT_EQ(row["council"], "2");
  EXPECT_EQ(row["consent"], "-97") << "not put, because of council";
  EXPECT_EQ(row["considerations__1"], "2");
  EXPECT_EQ(row["considerations__2"], "-98");
  EXPECT_EQ(row["barriers__time"], "-98");
  EXPECT_EQ(row["pupils"], "-98");
  EXPECT_EQ(row["started"], "");
  EXPECT_EQ(row["effect__wellbeing"], "-98");
}

TEST_F(ExportTest, WritesObjectsPerLine) {
  ASSERT_OK(Submit(Answers("r1", "schools/16SW01")));
  auto request = Request();
  request.set_format(v1::EXPORT_FORMAT_NDJSON);
  request.set_include_unit_attributes(true);
  ASSERT_OK_AND_ASSIGN(const std::string file, File(request));
  EXPECT_THAT(file, ::testing::StartsWith("{\"response_id\":\"r1\",\"unit\":\"schools/16SW01\","));
  EXPECT_THAT(file, HasSubstr("\"unit_weight\":1,\"council\":1,"));
  EXPECT_THAT(file, HasSubstr("\"pupils\":12.5,\"started\":\"2021-09-01\""));
  EXPECT_THAT(file, ::testing::EndsWith("}\n"));
}

TEST_F(ExportTest, QuotesWhatACellWouldBreakOnAndKeepsItToTheLetter) {
  const std::string text = "=1+1, \"zei\" zij;\r\n  Ænima \t";
  v1::Response response = Answers("r1", "schools/16SW01");
  response.mutable_answers(0)->set_text(text);
  ASSERT_OK(Submit(response));
  auto request = Request();
  request.set_include_texts(true);
  EXPECT_EQ(Rows(request)[0]["remarks"], text);
}

TEST_F(ExportTest, ARepeatGroupHasAFileOfItsOwn) {
  ASSERT_OK(Publish("places", FromYaml<v1::Questionnaire>(R"(
title: {nl: Locaties}
role: school_leader
sections:
  - title: {nl: Locaties}
    questions:
      - id: places
        label: {nl: Locaties}
        repeat:
          questions:
            - id: open
              label: {nl: Open}
              single: {options: [{id: "yes", label: {nl: Ja}}, {id: "no", label: {nl: Nee}}]}
            - id: pupils
              label: {nl: Leerlingen}
              relevance: "open == 'yes'"
              number: {min: 0}
      - id: total
        label: {nl: Samen}
        relevance: "size(places.pupils) > 1"
        number: {min: 0}
      - id: many
        label: {nl: Veel}
        calculation: {expression: "places.count() > 2"}
)")));
  v1::OpenWaveRequest wave = WaveRequest("g");
  wave.mutable_wave()->mutable_questionnaires()->DeleteSubrange(1, 2);
  wave.mutable_wave()->mutable_questionnaires(0)->set_questionnaire_version(
      "questionnaires/places/versions/1");
  ASSERT_OK(Call(&Stub::OpenWave, wave));
  const auto submit = [this](const char* id, const char* unit, const char* answers) {
    const auto response = FromYaml<v1::Response>(
        absl::StrCat("name: waves/g/responses/", id, "\nunit: ", unit,
                     "\nquestionnaire_version: questionnaires/places/versions/1\n", answers));
    ASSERT_OK(Submit(response));
  };
  submit("r1", "schools/16SW01", R"(
answers:
  - question: places
    repeat:
      instances:
        - answers: [{question: open, choice: "yes"}, {question: pupils, number: 12}]
        - answers: [{question: open, choice: "no"}]
        - answers: [{question: open, choice: "yes"}]
)");
  submit("r2", "schools/16SW02", "answers: []");

  auto request = Request("questionnaires/places/versions/1");
  request.set_parent("waves/g");
  auto rows = Rows(request);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]["places__count"], "3");
  EXPECT_EQ(rows[0]["total"], "-97") << "one instance has pupils";
  EXPECT_EQ(rows[0]["many"], "1") << "a condition is no text that is left out";
  EXPECT_EQ(rows[1]["places__count"], "-98");
  EXPECT_EQ(rows[1]["many"], "-98");
  request.set_repeat_group("places");
  rows = Rows(request);
  ASSERT_EQ(rows.size(), 3u) << "of r2 there are none";
  std::vector<std::string> told;
  for (auto& row : rows) {
    told.push_back(row["response_id"] + " " + row["instance"] + " " + row["open"] + " " +
                   row["pupils"]);
  }
  EXPECT_THAT(told, ElementsAre("r1 1 1 12", "r1 2 2 -97", "r1 3 1 -98"));
}

// Of answers there are as many as a response may have; those that were not put are none of them.
TEST_F(ExportTest, TellsNotPutFromNotAnsweredAlsoInTheLargestResponses) {
  v1::Questionnaire content;
  content.mutable_title()->set_nl("Locaties");
  content.set_role(v1::ROLE_SCHOOL_LEADER);
  v1::Section& section = *content.add_sections();
  section.mutable_title()->set_nl("Alles");
  const auto number = [](const std::string& id, v1::Question& question) {
    question.set_id(id);
    question.mutable_label()->set_nl("Vraag");
    question.mutable_number()->mutable_min()->set_value("0");
  };
  number("threshold", *section.add_questions());
  for (const char* const group : {"a", "b"}) {
    v1::Question& added = *section.add_questions();
    added.set_id(group);
    added.mutable_label()->set_nl("Groep");
    for (int i = 0; i < 50; ++i) {
      number(absl::StrCat(group, i), *added.mutable_repeat()->add_questions());
    }
  }
  section.mutable_questions(2)->mutable_repeat()->mutable_questions(48)->set_relevance(
      "threshold > 1");
  number("hidden", *section.add_questions());
  section.mutable_questions(3)->set_relevance("threshold > 1");
  ASSERT_OK(Publish("many", content));
  v1::OpenWaveRequest wave = WaveRequest("g");
  wave.mutable_wave()->mutable_questionnaires()->DeleteSubrange(1, 2);
  wave.mutable_wave()->mutable_questionnaires(0)->set_questionnaire_version(
      "questionnaires/many/versions/1");
  ASSERT_OK(Call(&Stub::OpenWave, wave));

  v1::Response response;
  response.set_name("waves/g/responses/r1");
  response.set_unit("schools/16SW01");
  response.set_questionnaire_version("questionnaires/many/versions/1");
  v1::Answer& threshold = *response.add_answers();
  threshold.set_question("threshold");
  threshold.mutable_number()->set_value("1");
  for (const char* const group : {"a", "b"}) {
    v1::Answer& answer = *response.add_answers();
    answer.set_question(group);
    for (int instance = 0; instance < 50; ++instance) {
      auto& answers = *answer.mutable_repeat()->add_instances()->mutable_answers();
      for (int i = 0; i < 50; ++i) {
        if (group[0] == 'b' && i >= 48) continue;
        v1::Answer& added = *answers.Add();
        added.set_question(absl::StrCat(group, i));
        added.mutable_number()->set_value("1");
      }
    }
  }
  ASSERT_OK(Submit(response));
  auto request = Request("questionnaires/many/versions/1");
  request.set_parent("waves/g");
  EXPECT_EQ(Rows(request)[0]["hidden"], "-97");
  request.set_repeat_group("b");
  auto rows = Rows(request);
  ASSERT_EQ(rows.size(), 50u);
  for (auto& row : rows) {
    EXPECT_EQ(row["b47"], "1");
    EXPECT_EQ(row["b48"], "-97");
    EXPECT_EQ(row["b49"], "-98");
  }
}

TEST_F(ExportTest, LeavesOutWhatIsNotAskedFor) {
  ASSERT_OK(Submit(Answers("r1", "schools/16SW01")));
  v1::Response partial = Answers("r2", "schools/16SW02");
  partial.set_partial(true);
  ASSERT_OK(Submit(partial));
  for (const char* id : {"s1", "s2"}) ASSERT_OK(Submit(StaffAnswers(id, "schools/16SW01")));
  ASSERT_OK(Withdraw("s1"));
  EXPECT_EQ(Rows(Request()).size(), 1u);
  EXPECT_THAT(File(Request()), IsOkAndHolds(Not(HasSubstr("Vrije tekst"))));
  auto request = Request();
  request.set_include_partial(true);
  EXPECT_EQ(Rows(request).size(), 2u);
  EXPECT_EQ(Rows(request)[1]["state"], "partial");
  EXPECT_EQ(Rows(Request(kStaff)).size(), 1u);
  request = Request(kStaff);
  request.set_include_withdrawn(true);
  ASSERT_EQ(Rows(request).size(), 2u);
  EXPECT_EQ(Rows(request)[0]["state"], "withdrawn");
}

TEST_F(ExportTest, IsOfItsCutOffWhateverComesAfter) {
  ASSERT_OK(Submit(Answers("r1", "schools/16SW01")));
  v1::Response partial = Answers("r2", "schools/16SW02");
  partial.set_partial(true);
  ASSERT_OK(Submit(partial));
  ASSERT_OK(Submit(StaffAnswers("s1", "schools/16SW01")));
  auto leaders = Request(), staff = Request(kStaff);
  for (auto* request : {&leaders, &staff}) {
    request->set_include_partial(true);
    request->set_include_withdrawn(true);
    request->mutable_cut_off_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  }
  clock_.Advance(absl::Minutes(1));
  ASSERT_OK_AND_ASSIGN(const std::string leaders_before, File(leaders));
  ASSERT_OK_AND_ASSIGN(const std::string staff_before, File(staff));
  ASSERT_OK_AND_ASSIGN(auto pieces, Pieces(leaders));
  EXPECT_EQ(pieces.back().changed_count(), 0);

  partial.set_partial(false);
  ASSERT_OK(Submit(partial));
  ASSERT_OK(Withdraw("s1"));
  ASSERT_OK(Submit(StaffAnswers("s0", "schools/16SW01")));
  EXPECT_THAT(File(leaders), IsOkAndHolds(leaders_before));
  EXPECT_THAT(File(staff), IsOkAndHolds(staff_before));
  ASSERT_OK_AND_ASSIGN(pieces, Pieces(leaders));
  EXPECT_EQ(pieces.back().changed_count(), 3);
  leaders.clear_cut_off_time();
  EXPECT_EQ(Rows(leaders)[1]["state"], "complete");
}

TEST_F(ExportTest, IsTheSameInWhateverOrderResponsesCame) {
  std::vector<v1::Response> responses;
  for (int i = 0; i < 60; ++i) {
    responses.push_back(
        StaffAnswers(absl::StrCat("s", i * 7919 % 1000), absl::StrCat("schools/16SW0", 1 + i % 3)));
  }
  std::mt19937 random(3);
  std::string first;
  for (int round = 0; round < 3; ++round) {
    if (round > 0) Restart();
    std::ranges::shuffle(responses, random);
    for (const v1::Response& response : responses) ASSERT_OK(Submit(response));
    ASSERT_OK_AND_ASSIGN(const std::string file, File(Request(kStaff)));
    if (round == 0) first = file;
    EXPECT_EQ(file, first);
  }
  EXPECT_EQ(std::ranges::count(first, '\n'), 61);
}

TEST_F(ExportTest, GoesOnFromEveryTokenWithTheSameBytes) {
  // Long texts, so that there are several pieces.
  const std::string text(1900, 'x');
  v1::ImportResponsesRequest batch;
  for (int i = 0; i < 700; ++i) {
    v1::Response response =
        StaffAnswers(absl::StrCat("s", i), absl::StrCat("schools/16SW0", 1 + i % 3));
    response.mutable_answers(0)->set_text(text);
    *batch.add_responses() = std::move(response);
  }
  grpc::ClientContext context;
  const auto stream = stub().ImportResponses(&context);
  ASSERT_TRUE(stream->Write(batch));
  stream->WritesDone();
  v1::ImportResponsesResponse acknowledged;
  while (stream->Read(&acknowledged)) {
    for (const auto& result : acknowledged.results()) EXPECT_EQ(result.reason(), "");
  }
  ASSERT_OK(rpc::FromGrpcStatus(stream->Finish()));

  auto request = Request(kStaff);
  request.set_include_texts(true);
  ASSERT_OK_AND_ASSIGN(const auto pieces, Pieces(request));
  ASSERT_GE(pieces.size(), 3u);
  EXPECT_EQ(pieces.back().row_count(), 700);
  EXPECT_EQ(pieces.back().resume_token(), "");
  std::string whole;
  for (const auto& piece : pieces) whole += piece.rows();
  clock_.Advance(absl::Minutes(1));
  ASSERT_OK(Submit(StaffAnswers("aaa", "schools/16SW01")));  // After the cut-off.

  std::string head;
  for (size_t i = 0; i + 1 < pieces.size(); ++i) {
    head += pieces[i].rows();
    request.set_resume_token(pieces[i].resume_token());
    ASSERT_OK_AND_ASSIGN(const auto rest, Pieces(request));
    std::string tail;
    for (const auto& piece : rest) tail += piece.rows();
    EXPECT_TRUE(head + tail == whole) << "from piece " << i;
    EXPECT_EQ(rest.back().row_count(), 700);
    EXPECT_EQ(rest.back().changed_count(), 1);
  }

  request.set_include_partial(true);
  EXPECT_THAT(Pieces(request), HasReason("RESUME_TOKEN_MISMATCH")) << "of another request";
  request.set_include_partial(false);
  request.set_resume_token(request.resume_token() + "A");
  EXPECT_THAT(Pieces(request), HasReason("RESUME_TOKEN_MISMATCH"));
}

TEST_F(ExportTest, EndsWhenItsReaderGoes) {
  ASSERT_OK(Submit(Answers("r1", "schools/16SW01")));
  EXPECT_OK(Pieces(Request(), 1));
  EXPECT_OK(File(Request()));
}

TEST_F(ExportTest, AnEmptyFileIsAHeader) {
  ASSERT_OK_AND_ASSIGN(const std::string file, File(Request()));
  EXPECT_EQ(std::ranges::count(file, '\n'), 1);
  auto request = Request();
  request.set_format(v1::EXPORT_FORMAT_NDJSON);
  EXPECT_THAT(File(request), IsOkAndHolds(""));
}

TEST_F(ExportTest, RReadsTheFile) {
  if (std::system("Rscript --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "Rscript is not installed: nobody has seen R read an export here";
  }
  ASSERT_OK(Submit(Answers("r1", "schools/16SW01")));
  ASSERT_OK_AND_ASSIGN(const std::string file, File(Request()));
  const TempDir folder;
  const std::string path = folder.Write("export.csv", file);
  const std::string script = folder.Write(
      "read.R", absl::StrCat("d <- read.csv('", path, "', na.strings = c('-97', '-98'))\n",
                             "stopifnot(nrow(d) == 1, ncol(d) == 13, d$council == 1,\n",
                             "          d$pupils == 12.5, d$started == '2021-09-01')\n"));
  EXPECT_EQ(std::system(absl::StrCat("Rscript ", script).c_str()), 0);
}

TEST_F(ExportTest, RefusesWhatCannotBeExported) {
  auto request = Request("questionnaires/leaders/versions/2");
  EXPECT_THAT(File(request), HasReason("WRONG_QUESTIONNAIRE"));
  request = Request();
  request.set_parent("waves/nothing");
  EXPECT_THAT(File(request), StatusIs(absl::StatusCode::kNotFound));
  request = Request();
  request.set_repeat_group("council");
  EXPECT_THAT(File(request), HasReason("UNKNOWN_GROUP"));
  request = Request();
  request.mutable_cut_off_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()) + 1);
  EXPECT_THAT(File(request), HasReason("CUT_OFF_AHEAD"));
}

}  // namespace
}  // namespace vg::survey

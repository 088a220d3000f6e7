#include <functional>
#include <map>
#include <memory>
#include <thread>

#include "absl/time/civil_time.h"
#include <gmock/gmock.h>

#include "common/testing/wait_until.h"
#include "common/time/stopwatch.h"
#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class ImportTest : public SurveyTest {
 protected:
  void SetUp() override {
    SurveyTest::SetUp();
    OpenTheWave();
  }

  // Sends the batches one after the other and gives all results.
  std::vector<v1::ImportItemResult> Import(const std::vector<std::vector<v1::Response>>& batches,
                                           bool validate_only = false) {
    std::vector<v1::ImportItemResult> results;
    grpc::ClientContext context;
    const auto stream = stub().ImportResponses(&context);
    for (const auto& batch : batches) {
      v1::ImportResponsesRequest request;
      request.set_validate_only(validate_only && results.empty());
      for (const v1::Response& response : batch) *request.add_responses() = response;
      EXPECT_TRUE(stream->Write(request));
      v1::ImportResponsesResponse answer;
      EXPECT_TRUE(stream->Read(&answer));
      results.insert(results.end(), answer.results().begin(), answer.results().end());
      EXPECT_EQ(answer.acknowledged_count(), static_cast<int64_t>(results.size()));
    }
    stream->WritesDone();
    EXPECT_OK(rpc::FromGrpcStatus(stream->Finish()));
    return results;
  }
  static std::vector<std::string> Outcomes(const std::vector<v1::ImportItemResult>& results) {
    std::vector<std::string> outcomes;
    for (const v1::ImportItemResult& item : results) {
      outcomes.push_back(
          v1::ImportOutcome_Name(item.outcome()).substr(std::string("IMPORT_OUTCOME_").size()));
      if (!item.reason().empty()) outcomes.back() += " " + item.reason() + " " + item.field();
    }
    return outcomes;
  }
};

TEST_F(ImportTest, AcknowledgesEveryItemInTheOrderSent) {
  const auto results =
      Import({{StaffAnswers("s2", "schools/16SW02"), Answers("r1", "schools/16SW01")},
              {StaffAnswers("s2", "schools/16SW02"), StaffAnswers("s1", "schools/16SW01")}});
  EXPECT_THAT(Outcomes(results), ElementsAre("ACCEPTED", "ACCEPTED", "REPEATED", "ACCEPTED"));
  EXPECT_EQ(results[3].index(), 3);
  EXPECT_EQ(results[3].response(), "waves/w/responses/s1");
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_responses(), 2);
}

TEST_F(ImportTest, RefusesFaultyItemsAndTakesTheOthers) {
  v1::Response no_option = StaffAnswers("s2", "schools/16SW01");
  no_option.mutable_answers(1)->set_choice("maybe");
  v1::Response no_name = StaffAnswers("s3", "schools/16SW01");
  no_name.set_name("s3");
  v1::Response no_unit = StaffAnswers("s4", "");
  v1::Response other_wave = StaffAnswers("s5", "schools/16SW01");
  other_wave.set_name("waves/v/responses/s5");
  v1::Response bad_time = StaffAnswers("s6", "schools/16SW01");
  bad_time.mutable_client_time()->set_nanos(-1);
  v1::Response long_id = StaffAnswers("s7", "schools/16SW01");
  long_id.mutable_answers(0)->set_question(std::string(200, 'q'));
  const auto results =
      Import({{StaffAnswers("s1", "schools/16SW01"), no_option, no_name, no_unit, other_wave,
               bad_time, long_id, Answers("r1", "schools/16SW01"), Answers("r2", "schools/16SW01"),
               v1::Response(), StaffAnswers("s9", "schools/16SW01")}});
  const auto outcomes = Outcomes(results);
  ASSERT_EQ(outcomes.size(), 11u);
  EXPECT_EQ(outcomes[0], "ACCEPTED");
  EXPECT_EQ(outcomes[1], "REFUSED NOT_AN_OPTION answers[1].choice");
  EXPECT_EQ(outcomes[2], "REFUSED MALFORMED_NAME name");
  EXPECT_EQ(outcomes[3], "REFUSED REQUIRED unit");
  EXPECT_EQ(outcomes[4], "REFUSED NOT_FOUND ");
  EXPECT_THAT(outcomes[5], ::testing::EndsWith("client_time"));
  EXPECT_EQ(outcomes[6], "REFUSED TOO_LONG answers[0].question");
  EXPECT_EQ(outcomes[7], "ACCEPTED");
  EXPECT_EQ(outcomes[8], "REFUSED UNIT_ANSWERED ");
  EXPECT_EQ(outcomes[9], "REFUSED REQUIRED name");
  EXPECT_EQ(outcomes[10], "ACCEPTED");
  EXPECT_FALSE(results[8].message().empty());
}

TEST_F(ImportTest, SaysWhichQuestionsOfARefusedItemAreWrong) {
  v1::Response response = StaffAnswers("s1", "schools/16SW01");
  response.mutable_answers()->DeleteSubrange(1, 1);  // council, which is required.
  response.mutable_answers(4)->mutable_number()->set_value("501");
  v1::Response no_unit = StaffAnswers("s2", "schools/99XX99");
  const auto results = Import({{response, no_unit, StaffAnswers("s3", "schools/16SW01")}});
  EXPECT_EQ(results[0].field(), "answers");
  EXPECT_EQ(results[0].question(), "council");
  EXPECT_EQ(results[0].rule(), "required");
  ASSERT_EQ(results[0].answers_size(), 2);
  EXPECT_EQ(results[0].answers(0).question(), "council");
  EXPECT_EQ(results[0].answers(0).reason(), "REQUIRED");
  EXPECT_EQ(results[0].answers(1).question(), "pupils");
  EXPECT_EQ(results[0].answers(1).rule(), "pupils <= 500");
  EXPECT_EQ(results[1].question(), "");
  EXPECT_EQ(results[1].answers_size(), 0);
  EXPECT_EQ(results[2].answers_size(), 0);

  v1::ListRefusalsRequest request;
  request.set_parent("waves/w");
  ASSERT_OK_AND_ASSIGN(const v1::ListRefusalsResponse page, Call(&Stub::ListRefusals, request));
  ASSERT_EQ(page.refusals_size(), 1);
  EXPECT_EQ(page.refusals(0).answers(0).question(), "council");
}

TEST_F(ImportTest, TellsFaultsUpToABound) {
  v1::Response response = StaffAnswers("s", "schools/16SW01");
  for (int i = 0; i < 30; ++i) response.add_answers()->set_question(absl::StrCat("no_such_", i));
  const auto results = Import({std::vector<v1::Response>(120, response)});
  int told = 0;
  for (const v1::ImportItemResult& item : results) {
    EXPECT_EQ(item.reason(), "UNKNOWN_QUESTION");
    EXPECT_LE(item.answers_size(), 10);
    told += item.answers_size();
  }
  EXPECT_EQ(told, 1000);
}

TEST_F(ImportTest, RefusesAnItemForTheReasonOfSubmitResponse) {
  const std::string zero("a\0b", 3);
  const std::string long_id(64, 'a');
  const auto remarks = [](v1::Response& r) -> v1::Answer& { return *r.mutable_answers(0); };
  const auto barriers = [](v1::Response& r) { return r.mutable_answers(4)->mutable_choices(); };
  const auto pupils = [](v1::Response& r) -> v1::Answer& { return *r.mutable_answers(5); };
  const auto number = [&](std::string value) {
    return [=](v1::Response& r) { pupils(r).mutable_number()->set_value(value); };
  };
  const auto reason = [&](std::string why) {
    return [=](v1::Response& r) { pupils(r).mutable_not_applicable()->set_reason(why); };
  };
  const auto instance = [&](v1::Response& r) {
    return remarks(r).mutable_repeat()->add_instances();
  };
  const std::vector<std::pair<std::string, std::function<void(v1::Response&)>>> bad = {
      {"MALFORMED_NAME name", [](auto& r) { r.set_name("waves/w/responses/a b"); }},
      {"MALFORMED_NAME questionnaire_version", [](auto& r) { r.set_questionnaire_version("x"); }},
      {"WRONG_QUESTIONNAIRE questionnaire_version",
       [](auto& r) { r.set_questionnaire_version("questionnaires/x/versions/1"); }},
      {"MALFORMED_NAME unit", [](auto& r) { r.set_unit("schools/a/b"); }},
      {"OUT_OF_RANGE client_time", [](auto& r) { r.mutable_client_time()->set_nanos(-1); }},
      {"OUT_OF_RANGE expected_revision", [](auto& r) { r.set_expected_revision(-1); }},
      {"TOO_LONG invitation_token", [](auto& r) { r.set_invitation_token(std::string(65, 'a')); }},
      {"TOO_LONG paradata.client",
       [](auto& r) { r.mutable_paradata()->set_client(std::string(101, 'a')); }},
      {"REQUIRED answers[0].question", [&](auto& r) { remarks(r).clear_question(); }},
      {"TOO_LONG answers[0].question", [&](auto& r) { remarks(r).set_question(long_id); }},
      {"MALFORMED answers[0].question", [&](auto& r) { remarks(r).set_question(zero); }},
      {"MALFORMED answers[0].text", [&](auto& r) { remarks(r).set_text(zero); }},
      {"TOO_LONG answers[0].text", [&](auto& r) { remarks(r).set_text(std::string(10'001, 'a')); }},
      {"TOO_LONG answers[1].choice", [&](auto& r) { r.mutable_answers(1)->set_choice(long_id); }},
      {"MALFORMED answers[1].choice", [&](auto& r) { r.mutable_answers(1)->set_choice(zero); }},
      {"TOO_LONG answers[4].choices.options[2]",
       [&](auto& r) { barriers(r)->add_options(long_id); }},
      {"MALFORMED answers[4].choices.options[2]", [&](auto& r) { barriers(r)->add_options(zero); }},
      {"TOO_MANY answers[4].choices.options",
       [&](auto& r) {
         for (int i = 0; i < 200; ++i) barriers(r)->add_options("time");
       }},
      {"REQUIRED answers[5].number.value", number("")},
      {"MALFORMED_NUMBER answers[5].number.value", number("twaalf")},
      {"MALFORMED_NUMBER answers[5].number.value", number("1,5")},
      {"MALFORMED_NUMBER answers[5].number.value", number("1.")},
      {"MALFORMED_NUMBER answers[5].number.value", number("-")},
      {"MALFORMED_NUMBER answers[5].number.value", number(zero)},
      {"MALFORMED_NUMBER answers[5].number.value", number(std::string(41, '1'))},
      {"TOO_LONG answers[5].not_applicable.reason", reason(std::string(1'800, 'a'))},
      {"MALFORMED answers[5].not_applicable.reason", reason("Er was geen toets.")},
      {"MALFORMED answers[5].not_applicable.reason", reason("9")},
      {"MALFORMED answers[5].not_applicable.reason", reason(zero)},
      {"MALFORMED answers[7].matrix.rows[\"wellbeing\"]",
       [&](auto& r) {
         (*r.mutable_answers(7)->mutable_matrix()->mutable_rows())["wellbeing"] = zero;
       }},
      {"TOO_MANY answers[0].repeat.instances",
       [&](auto& r) {
         for (int i = 0; i < 51; ++i) instance(r);
       }},
      {"TOO_MANY answers[0].repeat.instances[0].answers",
       [&](auto& r) {
         v1::RepeatInstance& full = *instance(r);
         for (int i = 0; i < 51; ++i) full.add_answers()->set_question("a");
       }},
      {"MALFORMED answers[0].repeat.instances[0].answers[0].text",
       [&](auto& r) {
         v1::Answer& inner = *instance(r)->add_answers();
         inner.set_question("a");
         inner.set_text(zero);
       }},
  };
  for (const auto& [refusal, change] : bad) {
    v1::Response response = StaffAnswers("s1", "schools/16SW01");
    change(response);
    const auto violations = DetailsOf(Submit(response).status()).violations;
    ASSERT_FALSE(violations.empty()) << refusal;
    EXPECT_EQ(absl::StrCat(violations[0].reason, " ", violations[0].field),
              absl::StrCat(refusal.substr(0, refusal.find(' ')), " response.",
                           refusal.substr(refusal.find(' ') + 1)));
    EXPECT_THAT(Outcomes(Import({{response}})), ElementsAre("REFUSED " + refusal));
  }
  // Also where the question is not put, so that the answer would be dropped.
  v1::Response dropped = StaffAnswers("s1", "schools/16SW01");
  dropped.mutable_answers(1)->set_choice("no");
  dropped.mutable_answers(2)->set_text(zero);
  EXPECT_THAT(Submit(dropped), HasViolation("response.answers[2].text"));
  EXPECT_THAT(Outcomes(Import({{dropped}})), ElementsAre("REFUSED MALFORMED answers[2].text"));
}

TEST_F(ImportTest, SendingEverythingAgainChangesNothing) {
  std::vector<v1::Response> batch;
  for (int i = 0; i < 40; ++i) {
    batch.push_back(
        StaffAnswers(absl::StrCat("s", i), i % 2 ? "schools/16SW01" : "schools/16SW02"));
  }
  Import({batch});
  const auto progress = Progress(v1::ROLE_STAFF);
  const auto changes = Changes();
  for (const v1::ImportItemResult& item : Import({batch})) {
    EXPECT_EQ(item.outcome(), v1::IMPORT_OUTCOME_REPEATED);
  }
  EXPECT_EQ(Progress(v1::ROLE_STAFF).SerializeAsString(), progress.SerializeAsString());
  EXPECT_EQ(Changes().size(), changes.size());
}

TEST_F(ImportTest, ChecksWithoutKeeping) {
  EXPECT_THAT(
      Outcomes(Import(
          {{StaffAnswers("s1", "schools/16SW01")}, {StaffAnswers("s2", "schools/99XX99")}}, true)),
      ElementsAre("ACCEPTED", "REFUSED UNKNOWN_UNIT unit"));
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_responses(), 0);
}

TEST_F(ImportTest, RefusesABatchThatIsTooLarge) {
  grpc::ClientContext context;
  const auto stream = stub().ImportResponses(&context);
  v1::ImportResponsesRequest request;
  for (int i = 0; i < 1001; ++i) request.add_responses();
  stream->Write(request);
  stream->WritesDone();
  v1::ImportResponsesResponse answer;
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()), HasReason("TOO_MANY"));
}

TEST_F(ImportTest, EndsWellWithoutAnyBatch) { EXPECT_TRUE(Import({}).empty()); }

// Sends much and reads nothing at first: what was checked waits for the answers before it.
class UnreadImportTest : public ImportTest {
 protected:
  static constexpr int kBatches = 12;
  static constexpr int kBatch = 500;

  // Sends until nothing moves any more; tells how many were taken in by then.
  int64_t SendTo(const std::string& wave, std::function<v1::Response(const std::string& id)> make) {
    stream_ = stub().ImportResponses(&context_);
    sender_ = std::jthread([this, make = std::move(make)] {
      for (int batch = 0; batch < kBatches; ++batch) {
        v1::ImportResponsesRequest request;
        for (int i = 0; i < kBatch; ++i) {
          *request.add_responses() = make(absl::StrCat("s", batch * kBatch + i));
        }
        if (!stream_->Write(request)) break;
      }
      stream_->WritesDone();
    });
    v1::GetWaveProgressRequest request;
    request.set_name(wave);
    int64_t taken = 0;
    Stopwatch since_the_last;
    EXPECT_TRUE(WaitUntil([&] {
      const auto progress = Call(&Stub::GetWaveProgress, request);
      int64_t now = 0;
      for (const v1::RoleProgress& role : progress->roles()) now += role.complete_responses();
      if (now == 0 || now != taken) since_the_last = Stopwatch();
      taken = now;
      return since_the_last.Elapsed() > absl::Seconds(1);
    }));
    return taken;
  }
  // Reads what there is; how often each outcome or reason came.
  std::map<std::string, int64_t> ReadAll() {
    std::map<std::string, int64_t> counts;
    v1::ImportResponsesResponse answer;
    while (stream_->Read(&answer)) {
      for (const v1::ImportItemResult& item : answer.results()) {
        ++counts[item.reason().empty() ? v1::ImportOutcome_Name(item.outcome()) : item.reason()];
      }
    }
    sender_.join();
    status_ = rpc::FromGrpcStatus(stream_->Finish());
    return counts;
  }

  absl::Status status_;

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ImportResponsesRequest, v1::ImportResponsesResponse>>
      stream_;
  std::jthread sender_;  // Goes before the stream.
};

TEST_F(UnreadImportTest, TakesNothingInAfterTheClosing) {
  const int64_t before =
      SendTo("waves/w", [](const std::string& id) { return StaffAnswers(id, "schools/16SW01"); });
  clock_.Set(absl::FromCivil(absl::CivilDay(2022, 7, 2), absl::UTCTimeZone()));
  EXPECT_THAT(ReadAll(), UnorderedElementsAre(Pair("IMPORT_OUTCOME_ACCEPTED", before),
                                              Pair("WAVE_CLOSED", kBatches * kBatch - before)));
  EXPECT_OK(status_);
}

TEST_F(UnreadImportTest, AsksForWhatWasCheckedOnAnotherDayOnceMore) {
  v1::Questionnaire content = Questions(v1::ROLE_STAFF);
  content.mutable_sections(1)->mutable_questions(0)->set_relevance("today() >= '2022-01-01'");
  ASSERT_OK(Publish("staff", content));
  v1::OpenWaveRequest open = WaveRequest("v");
  open.mutable_wave()->mutable_questionnaires(1)->set_questionnaire_version(
      "questionnaires/staff/versions/2");
  ASSERT_OK(Call(&Stub::OpenWave, open));
  const int64_t before = SendTo("waves/v", [](const std::string& id) {
    v1::Response response = StaffAnswers(id, "schools/16SW01");
    response.set_name("waves/v/responses/" + id);
    response.set_questionnaire_version("questionnaires/staff/versions/2");
    return response;
  });
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(ReadAll(), UnorderedElementsAre(Pair("IMPORT_OUTCOME_ACCEPTED", before)));
  EXPECT_THAT(status_, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(status_, HasReason("DAY_CHANGED"));
}

}  // namespace
}  // namespace vg::survey

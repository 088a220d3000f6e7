// Boards that file for all their schools.

#include "services/catalogue/api/programme_import.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ProgrammeImportTest : public testing::Test {
 protected:
  ProgrammeImportTest() {
    EXPECT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring")));
  }

  // A message of board 40740, with a filing for each of `schools`.
  static v1::ImportProgrammesRequest FromBoard(std::initializer_list<const char*> schools) {
    v1::ImportProgrammesRequest message;
    message.set_board("boards/40740");
    message.set_snapshot("snapshots/2021");
    message.set_school_year("2021-2022");
    for (const char* school : schools) {
      *message.add_filings()->mutable_programme() = ProgrammeProto(school);
    }
    return message;
  }

  // Sends `messages`; the last answer is all that comes after theirs.
  absl::StatusOr<std::vector<v1::ImportProgrammesResponse>> Import(
      const std::vector<v1::ImportProgrammesRequest>& messages) {
    grpc::ClientContext context;
    const auto stream = server_.stub().ImportProgrammes(&context);
    for (const v1::ImportProgrammesRequest& message : messages) {
      if (!stream->Write(message)) break;
    }
    stream->WritesDone();
    std::vector<v1::ImportProgrammesResponse> answers;
    v1::ImportProgrammesResponse answer;
    while (stream->Read(&answer)) answers.push_back(answer);
    const grpc::Status status = stream->Finish();
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return answers;
  }

  static std::vector<std::string> Words(const std::vector<v1::ImportProgrammesResponse>& answers) {
    std::vector<std::string> words;
    for (const auto& answer : answers) {
      for (const v1::FilingResult& result : answer.results()) {
        words.push_back(absl::StrCat(result.index(), " ",
                                     v1::FilingOutcome_Name(result.outcome()).substr(15),
                                     result.reason().empty() ? "" : " ", result.reason(),
                                     result.field().empty() ? "" : " ", result.field()));
      }
    }
    return words;
  }

  std::vector<std::string> Filed() {
    v1::ListProgrammesRequest request;
    request.set_parent("schools/-");
    const auto page = server_.Call(&Stub::ListProgrammes, request);
    EXPECT_THAT(page, IsOk());
    std::vector<std::string> names;
    for (const v1::Programme& programme : page->programmes()) names.push_back(programme.name());
    return names;
  }

  TestServer server_;
};

TEST_F(ProgrammeImportTest, TakesOnlySchoolsOfTheBoardForItsYear) {
  v1::ImportProgrammesRequest message = FromBoard({"16SW03", "31FR00", "99ZZ99"});
  *message.add_filings()->mutable_programme() = ProgrammeProto("16SW04", {}, "2022-2023");
  ASSERT_OK_AND_ASSIGN(const auto answers, Import({message}));
  EXPECT_THAT(Words(answers),
              ElementsAre("0 ACCEPTED", "1 REFUSED BOARD_MISMATCH name",
                          "2 REFUSED BOARD_MISMATCH name", "3 REFUSED YEAR_MISMATCH name"));
  EXPECT_THAT(Filed(), ElementsAre(NameOf("16SW03")));
}

TEST_F(ProgrammeImportTest, EndsWithWhoHasNotFiled) {
  ASSERT_OK_AND_ASSIGN(auto answers, Import({FromBoard({"16SW03", "31FR00"})}));
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_FALSE(answers[0].has_summary());
  const v1::BoardSummary summary = answers[1].summary();
  EXPECT_EQ(summary.board(), "boards/40740");
  EXPECT_EQ(summary.school_year(), "2021-2022");
  EXPECT_EQ(summary.snapshot_digest(), "digest-of-2021");
  EXPECT_EQ(summary.school_count(), 2);
  EXPECT_EQ(summary.filed_count(), 1);
  EXPECT_THAT(summary.unfiled_schools(), ElementsAre("schools/16SW04"));
  EXPECT_EQ(summary.accepted_count(), 1);
  EXPECT_EQ(summary.refused_count(), 1);
  // What was filed before counts as well.
  ASSERT_OK_AND_ASSIGN(answers, Import({FromBoard({"16SW04"})}));
  EXPECT_EQ(answers.back().summary().filed_count(), 2);
  EXPECT_THAT(answers.back().summary().unfiled_schools(), IsEmpty());
}

TEST_F(ProgrammeImportTest, TriesAStreamWithoutStoringIt) {
  ASSERT_OK(Import({FromBoard({"16SW03"})}));
  v1::ImportProgrammesRequest trial = FromBoard({"16SW03", "16SW04"});
  trial.set_validate_only(true);
  v1::ImportProgrammesRequest faulty = FromBoard({"31FR00"});
  ASSERT_OK_AND_ASSIGN(const auto answers, Import({trial, faulty}));
  EXPECT_THAT(Words(answers),
              ElementsAre("0 REPEATED", "1 ACCEPTED", "2 REFUSED BOARD_MISMATCH name"));
  EXPECT_EQ(answers.back().summary().filed_count(), 2);
  EXPECT_THAT(Filed(), ElementsAre(NameOf("16SW03")));
  EXPECT_THAT(server_.metrics().Text(),
              testing::HasSubstr("voortgang_catalogue_filings_total{outcome=\"accepted\"} 1"));
}

TEST_F(ProgrammeImportTest, TriesAStreamOfAnybodyToo) {
  v1::ImportProgrammesRequest message;
  message.set_validate_only(true);
  *message.add_filings()->mutable_programme() = ProgrammeProto("99ZZ99");
  ASSERT_OK_AND_ASSIGN(const auto answers, Import({message}));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_THAT(Words(answers), ElementsAre("0 ACCEPTED"));
  EXPECT_THAT(Filed(), IsEmpty());
}

TEST_F(ProgrammeImportTest, GoesOnBehindWhatWasAcknowledged) {
  v1::ImportProgrammesRequest rest = FromBoard({"16SW04"});
  rest.set_first_index(1);
  ASSERT_OK(Import({FromBoard({"16SW03"})}));
  ASSERT_OK_AND_ASSIGN(const auto answers, Import({rest}));
  EXPECT_THAT(Words(answers), ElementsAre("1 ACCEPTED"));
  EXPECT_EQ(answers[0].acknowledged_count(), 2);
  EXPECT_EQ(answers.back().summary().filed_count(), 2);
}

TEST_F(ProgrammeImportTest, ChangesNothingWhenAStreamIsReplayed) {
  ASSERT_OK(Import({FromBoard({"16SW03", "16SW04"})}));
  ASSERT_OK_AND_ASSIGN(const auto before, server_.Tail({}));
  server_.clock().Advance(absl::Hours(72));
  ASSERT_OK_AND_ASSIGN(const auto answers, Import({FromBoard({"16SW03", "16SW04"})}));
  EXPECT_THAT(Words(answers), ElementsAre("0 REPEATED", "1 REPEATED"));
  EXPECT_EQ(answers.back().summary().repeated_count(), 2);
  ASSERT_OK_AND_ASSIGN(const auto after, server_.Tail({}));
  EXPECT_EQ(after[0].changes_size(), before[0].changes_size());
}

TEST_F(ProgrammeImportTest, LeavesWhatASchoolAddedWhenAStreamIsReplayed) {
  ASSERT_OK(Import({FromBoard({"16SW03", "16SW04"})}));
  v1::Programme richer = ProgrammeProto("16SW03");
  v1::Goal& goal = *richer.add_structured_goals();
  goal.set_id("rekenen");
  goal.set_text("Groep 5 haalt het niveau van voor de sluiting");
  ASSERT_OK_AND_ASSIGN(const v1::Programme added,
                       server_.Call(&Stub::SubmitProgramme, SubmitRequest(richer)));
  v1::ImportProgrammesRequest again = FromBoard({"16SW03", "16SW04"});
  ASSERT_OK_AND_ASSIGN(auto answers, Import({again}));
  EXPECT_THAT(Words(answers), ElementsAre("0 REPEATED", "1 REPEATED"));
  v1::GetProgrammeRequest get;
  get.set_name(NameOf("16SW03"));
  ASSERT_OK_AND_ASSIGN(const v1::Programme kept, server_.Call(&Stub::GetProgramme, get));
  EXPECT_EQ(kept.SerializeAsString(), added.SerializeAsString());

  // Decisions that are new are recorded all the same.
  *again.mutable_filings(0)->add_consents() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  ASSERT_OK_AND_ASSIGN(answers, Import({again}));
  EXPECT_THAT(Words(answers), ElementsAre("0 ACCEPTED", "1 REPEATED"));
  ASSERT_OK_AND_ASSIGN(const v1::Programme consented, server_.Call(&Stub::GetProgramme, get));
  EXPECT_EQ(consented.structured_goals_size(), 1);
  EXPECT_EQ(consented.consents_size(), 1);

  // Who has read the school's change may undo it.
  again.mutable_filings(0)->mutable_programme()->set_etag(consented.etag());
  ASSERT_OK_AND_ASSIGN(answers, Import({again}));
  EXPECT_THAT(Words(answers), ElementsAre("0 ACCEPTED", "1 REPEATED"));
  ASSERT_OK_AND_ASSIGN(const v1::Programme undone, server_.Call(&Stub::GetProgramme, get));
  EXPECT_EQ(undone.structured_goals_size(), 0);
}

TEST_F(ProgrammeImportTest, RemembersWhatWasThereAlready) {
  ASSERT_OK(server_.Call(&Stub::SubmitProgramme, SubmitRequest(ProgrammeProto("16SW03"))));
  ASSERT_OK_AND_ASSIGN(auto answers, Import({FromBoard({"16SW03"})}));
  EXPECT_THAT(Words(answers), ElementsAre("0 REPEATED"));
  ASSERT_OK_AND_ASSIGN(const auto feed, server_.Tail({}));
  EXPECT_EQ(feed[0].changes_size(), 1);
  ASSERT_OK(server_.Call(&Stub::SubmitProgramme, SubmitRequest(ProgrammeProto("16SW03", {}))));
  ASSERT_OK_AND_ASSIGN(answers, Import({FromBoard({"16SW03"})}));
  EXPECT_THAT(Words(answers), ElementsAre("0 REPEATED"));
}

TEST_F(ProgrammeImportTest, TakesWhatABoardChangesItsMindTo) {
  v1::ImportProgrammesRequest other = FromBoard({});
  *other.add_filings()->mutable_programme() = ProgrammeProto("16SW03", {"directe-instructie"});
  for (const v1::ImportProgrammesRequest& message :
       {FromBoard({"16SW03"}), other, FromBoard({"16SW03"})}) {
    ASSERT_OK_AND_ASSIGN(const auto answers, Import({message}));
    EXPECT_THAT(Words(answers), ElementsAre("0 ACCEPTED"));
  }
}

TEST_F(ProgrammeImportTest, RefusesABoardThatCannotBeChecked) {
  v1::ImportProgrammesRequest message = FromBoard({"16SW03"});
  message.clear_snapshot();
  message.clear_school_year();
  EXPECT_THAT(Import({message}), HasReason("REQUIRED"));
  EXPECT_THAT(Import({message}), HasViolation("snapshot"));
  EXPECT_THAT(Import({message}), HasViolation("school_year"));
  message = FromBoard({"16SW03"});
  message.set_school_year("2021-2023");
  EXPECT_THAT(Import({message}), HasReason("BAD_YEAR"));
  message = FromBoard({"16SW03"});
  message.set_snapshot("snapshots/1999");
  EXPECT_THAT(Import({message}), StatusIs(absl::StatusCode::kNotFound));
  message = FromBoard({"16SW03"});
  message.set_board("boards/99999");
  EXPECT_THAT(Import({message}), StatusIs(absl::StatusCode::kNotFound));
  server_.registry().status = absl::UnavailableError("away");
  EXPECT_THAT(Import({FromBoard({"16SW03"})}), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Filed(), IsEmpty());
  message.Clear();
  *message.add_filings()->mutable_programme() = ProgrammeProto("16SW03");
  EXPECT_OK(Import({message}));
}

}  // namespace
}  // namespace vg::catalogue

// Corrections, and what responses were before them.

#include "services/survey/storage/revision.h"

#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "services/survey/storage/test_responses.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RevisionTest : public ResponseStoreTest {
 protected:
  // "revision kind digest reason", newest first.
  std::vector<std::string> Chain(const std::string& id, int before = 0, size_t limit = 100) {
    const auto revisions = responses_.Revisions(wave_, id, before, limit);
    EXPECT_OK(revisions);
    std::vector<std::string> chain;
    for (const Revision& revision : *revisions) {
      chain.push_back(absl::StrCat(revision.response.revision, " ", static_cast<int>(revision.kind),
                                   " ", revision.response.digest,
                                   revision.reason.empty() ? "" : " ", revision.reason));
    }
    return chain;
  }
};

TEST_P(RevisionTest, PutsOtherAnswersInThePlaceOfThoseOfACompleteResponse) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  const RoleProgress before = Progress(Role::kSchoolLeader);
  EXPECT_THAT(Correct(Make("r1", kSchool1, kLeaders, "d2")), IsOkAndHolds("r1=d2@2"));
  ASSERT_OK_AND_ASSIGN(const StoredResponse stored, responses_.Get(wave_, "r1", {.may_all = true}));
  EXPECT_EQ(stored.content, "content of d2");
  EXPECT_EQ(stored.accept_time, kNoon);
  EXPECT_EQ(Progress(Role::kSchoolLeader), before);
  EXPECT_THAT(ChangeTexts(),
              ElementsAre("1 schools/16SW01 +r1=d1", "3 schools/16SW01 -r1=d1+r1=d2"));
  EXPECT_THAT(Chain("r1"), ElementsAre("2 3 d2 a typing error", "1 1 d1"));
}

TEST_P(RevisionTest, ChangesNothingForTheSameAnswers) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  EXPECT_THAT(Correct(Make("r1", kSchool1, kLeaders, "d2"), 1), IsOkAndHolds("r1=d2@2"));
  // A retry of the correction above, without a request id.
  EXPECT_THAT(Correct(Make("r1", kSchool1, kLeaders, "d2"), 1), IsOkAndHolds("r1=d2@2"));
  EXPECT_EQ(Changes().size(), 2u);
}

TEST_P(RevisionTest, AcknowledgesTheFirstAnswersAlsoAfterACorrection) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  ASSERT_OK(Correct(Make("r1", kSchool1, kLeaders, "d2")));
  const auto results =
      Take({Make("r1", kSchool1, kLeaders, "d1"), Make("r1", kSchool1, kLeaders, "d2"),
            Make("r1", kSchool1, kLeaders, "d3")});
  EXPECT_EQ(results[0].outcome, kRepeated);
  EXPECT_EQ(results[0].there->digest, "d2");
  EXPECT_EQ(results[1].outcome, kRepeated);
  EXPECT_THAT(results[2].refusal, HasReason("RESPONSE_EXISTS"));
  EXPECT_EQ(Changes().size(), 2u);
}

TEST_P(RevisionTest, RefusesWhatIsNoCorrection) {
  Take({Make("r1", kSchool1, kLeaders, "d1"), Make("r2", kSchool2, kLeaders, "d2", true),
        Make("s1", kSchool1, kStaff, "d3")});
  ASSERT_OK(Withdraw("s1"));
  EXPECT_THAT(Correct(Make("r9", kSchool1, kLeaders, "d")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Correct(Make("r2", kSchool2, kLeaders, "d")), HasReason("RESPONSE_PARTIAL"));
  EXPECT_THAT(Correct(Make("s1", kSchool1, kStaff, "d")), HasReason("RESPONSE_WITHDRAWN"));
  EXPECT_THAT(Correct(Make("r1", kSchool2, kLeaders, "d")), HasReason("IMMUTABLE"));
  EXPECT_THAT(Correct(Make("r1", kSchool1, kStaff, "d")), HasReason("IMMUTABLE"));
  EXPECT_THAT(Correct(Make("r1", kSchool1, kLeaders, "d"), 2), HasReason("REVISION_MISMATCH"));
  EXPECT_THAT(Chain("r1"), ElementsAre("1 1 d1"));
}

TEST_P(RevisionTest, DecidesAndKeepsNothingWhenValidating) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  EXPECT_THAT(CorrectIn(responses_, Make("r1", kSchool1, kLeaders, "d2"), 0, {}, true),
              IsOkAndHolds("r1=d2@2"));
  EXPECT_THAT(CorrectIn(responses_, Make("r1", kSchool1, kLeaders, "d2"), 7, {}, true),
              HasReason("REVISION_MISMATCH"));
  EXPECT_THAT(Chain("r1"), ElementsAre("1 1 d1"));
}

TEST_P(RevisionTest, AnswersARepeatedRequestAsItWasAnswered) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  const requests::Request request{.scope = "CorrectResponse", .request_id = "q", .digest = "1"};
  ASSERT_OK(Correct(Make("r1", kSchool1, kLeaders, "d2"), 0, request));
  ASSERT_OK(Correct(Make("r1", kSchool1, kLeaders, "d3")));
  EXPECT_THAT(Correct(Make("r1", kSchool1, kLeaders, "d2"), 0, request), IsOkAndHolds("r1=d2@2"));
  EXPECT_THAT(Correct(Make("r1", kSchool1, kLeaders, "d4"), 0,
                      {.scope = "CorrectResponse", .request_id = "q", .digest = "2"}),
              HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(Chain("r1"), ElementsAre("3 3 d3 a typing error", "2 3 d2 a typing error", "1 1 d1"));
}

TEST_P(RevisionTest, KeepsPartialStatesAndWithdrawalsInTheChain) {
  Take({Make("r1", kSchool1, kLeaders, "d1", true)});
  Take({Make("r1", kSchool1, kLeaders, "d2", true)});
  Take({Make("r1", kSchool1, kLeaders, "d3")});
  ASSERT_OK(Correct(Make("r1", kSchool1, kLeaders, "d4")));
  ASSERT_OK(Withdraw("r1"));
  EXPECT_THAT(Chain("r1"), ElementsAre("5 4 d4 a mistake", "4 3 d4 a typing error", "3 2 d3",
                                       "2 2 d2", "1 1 d1"));
  EXPECT_THAT(Chain("r1", 4, 2), ElementsAre("3 2 d3", "2 2 d2"));
  EXPECT_THAT(Chain("r1", 2, 2), ElementsAre("1 1 d1"));
  EXPECT_THAT(Chain("r1", 1, 2), IsEmpty());
  EXPECT_THAT(responses_.Revisions(wave_, "r2", 0, 1), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(RevisionTest, GivesCorrectingRacersAChainThatAddsUp) {
  Take({Make("r1", kSchool1, kLeaders, "d0")});
  constexpr int kRacers = 6;
  std::vector<std::thread> racers;
  std::vector<std::string> answers(kRacers);
  for (int i = 0; i < kRacers; ++i) {
    racers.emplace_back([&, i] {
      const auto database = place_.Open();
      ResponseStore responses(*database, signal_);
      const auto answer =
          CorrectIn(responses, Make("r1", kSchool1, kLeaders, absl::StrCat("d", i + 1)));
      EXPECT_OK(answer);
      answers[i] = answer.value_or("");
    });
  }
  for (std::thread& racer : racers) racer.join();
  const auto revisions = responses_.Revisions(wave_, "r1", 0, 100);
  ASSERT_OK(revisions);
  ASSERT_EQ(revisions->size(), 1u + kRacers);
  std::set<std::string> told(answers.begin(), answers.end());
  for (const Revision& revision : *revisions) {
    if (revision.response.revision == 1) continue;
    EXPECT_EQ(
        told.erase(absl::StrCat("r1=", revision.response.digest, "@", revision.response.revision)),
        1u);
  }
  // Each change takes away what the one before it left.
  std::string last;
  for (const feed::Entry& entry : Changes()) {
    const size_t plus = entry.payload.find('+');
    EXPECT_EQ(entry.payload.substr(0, plus), last.empty() ? "" : "-" + last);
    last = entry.payload.substr(plus + 1);
  }
  EXPECT_EQ(last, "r1=" + revisions->front().response.digest);
}

TEST_P(RevisionTest, LetsOneOfManyRacersCorrectTheRevisionThatAllOfThemRead) {
  Take({Make("r1", kSchool1, kLeaders, "d0")});
  constexpr int kRacers = 6;
  std::vector<std::thread> racers;
  std::vector<absl::Status> statuses(kRacers);
  for (int i = 0; i < kRacers; ++i) {
    racers.emplace_back([&, i] {
      const auto database = place_.Open();
      ResponseStore responses(*database, signal_);
      statuses[i] =
          CorrectIn(responses, Make("r1", kSchool1, kLeaders, absl::StrCat("d", i + 1)), 1)
              .status();
    });
  }
  for (std::thread& racer : racers) racer.join();
  int corrected = 0;
  for (const absl::Status& status : statuses) {
    if (status.ok()) {
      ++corrected;
    } else {
      EXPECT_THAT(status, HasReason("REVISION_MISMATCH"));
    }
  }
  EXPECT_EQ(corrected, 1);
}

TEST_P(RevisionTest, KeepsParadataApartAndOfTheAnswersThatAreThere) {
  Submission submission = Make("r1", kSchool1, kLeaders, "d1", true);
  submission.paradata = "first";
  Take({submission});
  EXPECT_THAT(responses_.Paradata(wave_, "r1"), IsOkAndHolds("first"));
  submission.paradata = "again";
  Take({submission});
  EXPECT_THAT(responses_.Paradata(wave_, "r1"), IsOkAndHolds("first"));
  Submission finished = Make("r1", kSchool1, kLeaders, "d2");
  finished.paradata = "finished";
  Take({finished});
  EXPECT_THAT(responses_.Paradata(wave_, "r1"), IsOkAndHolds("finished"));
  Take({Make("r2", kSchool2, kLeaders, "d3")});
  EXPECT_THAT(responses_.Paradata(wave_, "r2"), IsOkAndHolds(""));
  EXPECT_THAT(responses_.Paradata(wave_, "r3"), StatusIs(absl::StatusCode::kNotFound));
}

INSTANTIATE_TEST_SUITE_P(Backends, RevisionTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey

#include "services/survey/storage/response_store.h"

#include <map>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>

#include "common/feed/feed.h"
#include "common/feed/tailer.h"
#include "services/survey/storage/test_responses.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
TEST_P(ResponseStoreTest, KeepsCountsAndTellsANewResponse) {
  EXPECT_THAT(Outcomes({Make("r1", kSchool1, kLeaders, "d1")}), ElementsAre(kAccepted));
  ASSERT_OK_AND_ASSIGN(const StoredResponse stored, responses_.Get(wave_, "r1", {.may_all = true}));
  EXPECT_EQ(stored.unit, kSchool1);
  EXPECT_EQ(stored.content, "content of d1");
  EXPECT_EQ(stored.accept_time, kNoon);
  EXPECT_FALSE(stored.withdraw_time.has_value());
  const RoleProgress progress = Progress(Role::kSchoolLeader);
  EXPECT_EQ(progress.complete_units, 1);
  EXPECT_EQ(progress.started_units, 1);
  EXPECT_EQ(progress.complete_responses, 1);
  EXPECT_EQ(progress.by_day.at(absl::CivilDay(2022, 2, 1)), 1);
  EXPECT_THAT(ChangeTexts(), ElementsAre("1 schools/16SW01 +r1=d1"));
}

TEST_P(ResponseStoreTest, AnswersTheSameResponseAgainWithoutCountingIt) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  const auto again = Take({Make("r1", kSchool1, kLeaders, "d1", false, kNoon + absl::Hours(1))});
  EXPECT_EQ(again[0].outcome, kRepeated);
  EXPECT_EQ(again[0].accept_time, kNoon);
  EXPECT_EQ(Progress(Role::kSchoolLeader).complete_responses, 1);
  EXPECT_EQ(Changes().size(), 1u);
}

TEST_P(ResponseStoreTest, RefusesAnotherResponseUnderATakenId) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  for (const Submission& other :
       {Make("r1", kSchool1, kLeaders, "d2"), Make("r1", kSchool2, kLeaders, "d3"),
        Make("r1", kSchool1, kStaff, "d4", true)}) {
    const auto results = Take({other});
    EXPECT_EQ(results[0].outcome, kRefused);
    EXPECT_THAT(results[0].refusal, HasReason("RESPONSE_EXISTS"));
  }
  EXPECT_EQ(Changes().size(), 1u);
}

TEST_P(ResponseStoreTest, ReplacesAPartialResponseUntilItIsComplete) {
  const absl::Time next_day = kNoon + absl::Hours(24);
  Take({Make("r1", kSchool1, kLeaders, "d1", true)});
  EXPECT_EQ(Progress(Role::kSchoolLeader).partial_responses, 1);
  EXPECT_EQ(Progress(Role::kSchoolLeader).started_units, 1);
  EXPECT_EQ(Progress(Role::kSchoolLeader).complete_units, 0);
  EXPECT_THAT(Outcomes({Make("r1", kSchool1, kLeaders, "d2", true)}), ElementsAre(kAccepted));
  EXPECT_THAT(Outcomes({Make("r1", kSchool1, kLeaders, "d3", false, next_day)}),
              ElementsAre(kAccepted));
  EXPECT_THAT(Outcomes({Make("r1", kSchool1, kLeaders, "d4", true)}), ElementsAre(kRefused));
  // What it once was, sent again, is acknowledged as what it is.
  const auto again = Take({Make("r1", kSchool1, kLeaders, "d1", true)});
  EXPECT_EQ(again[0].outcome, kRepeated);
  ASSERT_TRUE(again[0].there.has_value());
  EXPECT_EQ(again[0].there->digest, "d3");
  EXPECT_EQ(again[0].there->revision, 3);

  const RoleProgress progress = Progress(Role::kSchoolLeader);
  EXPECT_EQ(progress.complete_units, 1);
  EXPECT_EQ(progress.started_units, 1);
  EXPECT_EQ(progress.complete_responses, 1);
  EXPECT_EQ(progress.partial_responses, 0);
  EXPECT_EQ(progress.by_day, (std::map<absl::CivilDay, int64_t>{{absl::CivilDay(2022, 2, 2), 1}}));
  EXPECT_THAT(ChangeTexts(), ElementsAre("1 schools/16SW01 +r1=d1", "2 schools/16SW01 -r1=d1+r1=d2",
                                         "2 schools/16SW01 -r1=d2+r1=d3"));
  ASSERT_OK_AND_ASSIGN(const StoredResponse stored, responses_.Get(wave_, "r1", {.may_all = true}));
  EXPECT_EQ(stored.content, "content of d3");
  EXPECT_FALSE(stored.partial);
}

TEST_P(ResponseStoreTest, RefusesASecondCompleteResponseOfAUnitAndLeavesNoTraceOfIt) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  const auto results = Take({Make("r2", kSchool1, kLeaders, "d2")});
  EXPECT_EQ(results[0].outcome, kRefused);
  EXPECT_THAT(results[0].refusal, HasReason("UNIT_ANSWERED"));
  EXPECT_THAT(results[0].refusal, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(responses_.Get(wave_, "r2", {.may_all = true}),
              StatusIs(absl::StatusCode::kNotFound));
  // The refused id is free, and another role is another matter.
  EXPECT_THAT(Outcomes({Make("r2", kSchool2, kLeaders, "d2"), Make("s1", kSchool1, kStaff, "d3")}),
              ElementsAre(kAccepted, kAccepted));
}

TEST_P(ResponseStoreTest, RefusesToCompleteAPartialResponseOfAUnitThatHasAnswered) {
  Take({Make("r1", kSchool1, kLeaders, "d1", true), Make("r2", kSchool1, kLeaders, "d2")});
  const auto results = Take({Make("r1", kSchool1, kLeaders, "d3")});
  EXPECT_THAT(results[0].refusal, HasReason("UNIT_ANSWERED"));
  const RoleProgress progress = Progress(Role::kSchoolLeader);
  EXPECT_EQ(progress.partial_responses, 1);
  EXPECT_EQ(progress.complete_responses, 1);
  EXPECT_EQ(progress.started_units, 1);
}

TEST_P(ResponseStoreTest, LetsStaffAnswerAsOftenAsTheyAre) {
  EXPECT_THAT(Outcomes({Make("s1", kSchool1, kStaff, "d1"), Make("s2", kSchool1, kStaff, "d2"),
                        Make("s3", kSchool1, kStaff, "d3", true)}),
              ElementsAre(kAccepted, kAccepted, kAccepted));
  const RoleProgress progress = Progress(Role::kStaff);
  EXPECT_EQ(progress.complete_units, 1);
  EXPECT_EQ(progress.complete_responses, 2);
  EXPECT_EQ(progress.partial_responses, 1);
}

TEST_P(ResponseStoreTest, HandlesABatchAsIfOneAfterTheOther) {
  EXPECT_THAT(
      Outcomes({Make("r1", kSchool2, kLeaders, "d1", true), Make("r2", kSchool1, kLeaders, "d2"),
                Make("r1", kSchool2, kLeaders, "d3"), Make("r1", kSchool2, kLeaders, "d3"),
                Make("r3", kSchool1, kLeaders, "d4"), Make("r1", kSchool1, kLeaders, "d5")}),
      ElementsAre(kAccepted, kAccepted, kAccepted, kRepeated, kRefused, kRefused));
  EXPECT_EQ(Progress(Role::kSchoolLeader).complete_responses, 2);
}

TEST_P(ResponseStoreTest, DecidesEverythingAndKeepsNothingWhenValidating) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  const auto results =
      Take({Make("r1", kSchool1, kLeaders, "d1"), Make("r2", kSchool1, kLeaders, "d2"),
            Make("r3", kSchool2, kLeaders, "d3")},
           true);
  EXPECT_EQ(results[0].outcome, kRepeated);
  EXPECT_EQ(results[1].outcome, kRefused);
  EXPECT_EQ(results[2].outcome, kAccepted);
  EXPECT_THAT(responses_.Get(wave_, "r3", {.may_all = true}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Progress(Role::kSchoolLeader).complete_responses, 1);
  EXPECT_EQ(Changes().size(), 1u);
}

TEST_P(ResponseStoreTest, TakesNothingNewAfterTheWaveClosedAndStillAnswersWhatIsThere) {
  Take({Make("r1", kSchool1, kLeaders, "d1"), Make("r2", kSchool2, kLeaders, "d2", true)});
  std::vector<Submission> late = {Make("r1", kSchool1, kLeaders, "d1"),
                                  Make("r2", kSchool2, kLeaders, "d3"),
                                  Make("r4", kSchool2, kLeaders, "d4")};
  for (Submission& submission : late) {
    submission.not_now = absl::FailedPreconditionError("closed");
  }
  const auto results = Take(late);
  EXPECT_EQ(results[0].outcome, kRepeated);
  EXPECT_THAT(results[1].refusal, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(results[2].refusal, StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_P(ResponseStoreTest, TakesAWithdrawnResponseOutOfEveryCountAndFreesTheUnit) {
  Take({Make("r1", kSchool1, kLeaders, "d1")});
  ASSERT_OK_AND_ASSIGN(const std::string answer, Withdraw("r1"));
  EXPECT_THAT(Withdraw("r1"), IsOkAndHolds(answer));
  RoleProgress progress = Progress(Role::kSchoolLeader);
  EXPECT_EQ(progress.complete_units, 0);
  EXPECT_EQ(progress.started_units, 0);
  EXPECT_EQ(progress.complete_responses, 0);
  EXPECT_EQ(progress.withdrawn_responses, 1);
  EXPECT_THAT(progress.by_day, IsEmpty());
  EXPECT_THAT(ChangeTexts(), ElementsAre("1 schools/16SW01 +r1=d1", "4 schools/16SW01 -r1=d1"));

  const auto results =
      Take({Make("r1", kSchool1, kLeaders, "d1"), Make("r2", kSchool1, kLeaders, "d2")});
  EXPECT_THAT(results[0].refusal, HasReason("RESPONSE_WITHDRAWN"));
  EXPECT_EQ(results[1].outcome, kAccepted);
  ASSERT_OK_AND_ASSIGN(const StoredResponse stored, responses_.Get(wave_, "r1", {.may_all = true}));
  EXPECT_EQ(stored.withdraw_time, kNoon + absl::Hours(1));
  EXPECT_THAT(Withdraw("nothing"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(ResponseStoreTest, AnswersARepeatedWithdrawalAndRefusesAReusedRequestId) {
  Take({Make("r1", kSchool1, kLeaders, "d1"), Make("r2", kSchool2, kLeaders, "d2")});
  const requests::Request request{.scope = "WithdrawResponse", .request_id = "q", .digest = "1"};
  ASSERT_OK_AND_ASSIGN(const std::string answer, Withdraw("r1", request));
  EXPECT_THAT(Withdraw("r1", request), IsOkAndHolds(answer));
  EXPECT_THAT(Withdraw("r2", {.scope = "WithdrawResponse", .request_id = "q", .digest = "2"}),
              HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Progress(Role::kSchoolLeader).withdrawn_responses, 1);
}

TEST_P(ResponseStoreTest, ListsByIdOverAllPartitions) {
  std::vector<Submission> submissions;
  for (int i = 10; i < 60; ++i) {
    submissions.push_back(
        Make(absl::StrCat("s", i), i % 2 == 0 ? kSchool1 : kSchool2, kStaff, absl::StrCat("d", i)));
  }
  Take(submissions);
  ASSERT_OK(Withdraw("s11"));
  EXPECT_THAT(Ids({.limit = 3}), ElementsAre("s10", "s12", "s13"));
  EXPECT_THAT(Ids({.after = "s13", .limit = 2}), ElementsAre("s14", "s15"));
  EXPECT_THAT(Ids({.withdrawn = true, .limit = 2}), ElementsAre("s10", "s11"));
  EXPECT_THAT(Ids({.unit = kSchool2, .limit = 2}), ElementsAre("s13", "s15"));
  EXPECT_THAT(Ids({.unit = kSchool2, .withdrawn = true, .limit = 2}), ElementsAre("s11", "s13"));
  EXPECT_EQ(Ids({.limit = 500}).size(), 49u);
}

TEST_P(ResponseStoreTest, UndoesNothingNewerForAPartialResponseThatComesLate) {
  const auto save = [&](const std::string& digest, std::optional<int> expected) {
    Submission submission = Make("r1", kSchool1, kStaff, digest, true);
    submission.expected_revision = expected;
    return Take({submission})[0];
  };
  EXPECT_THAT(save("a", 1).refusal, HasReason("REVISION_MISMATCH"));
  EXPECT_EQ(save("a", 0).outcome, kAccepted);
  EXPECT_EQ(save("b", 1).outcome, kAccepted);
  const SubmissionResult late = save("a", 0);
  ASSERT_EQ(late.outcome, kRepeated);
  EXPECT_EQ(late.there->digest, "b");
  EXPECT_THAT(save("c", 1).refusal, HasReason("REVISION_MISMATCH"));
  EXPECT_EQ(save("a", 2).outcome, kAccepted);
  // Who does not say what it expects may go back, too.
  EXPECT_EQ(save("b", std::nullopt).outcome, kAccepted);
}

TEST_P(ResponseStoreTest, LetsNothingInThatWaitedTooLong) {
  ResponseStore hurried(*database_, signal_, -absl::Seconds(1));
  const std::vector<Submission> one = {Make("r1", kSchool1, kStaff, "d1")};
  EXPECT_THAT(hurried.Take(one, kNoon), HasReason("WAITED_TOO_LONG"));
  EXPECT_THAT(responses_.Get(wave_, "r1", {.may_all = true}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Outcomes(one)[0], kAccepted);
}

TEST_P(ResponseStoreTest, LetsOneOfManyRacersAnswerForAUnit) {
  constexpr int kRacers = 6;
  std::vector<std::thread> racers;
  std::vector<Outcome> outcomes(kRacers);
  std::vector<std::string> reasons(kRacers);
  for (int i = 0; i < kRacers; ++i) {
    racers.emplace_back([&, i] {
      const auto database = place_.Open();
      ResponseStore responses(*database, signal_);
      const std::vector<Submission> mine = {
          Make(absl::StrCat("r", i), kSchool1, kLeaders, absl::StrCat("d", i))};
      const auto results = responses.Take(mine, kNoon);
      ASSERT_OK(results);
      outcomes[i] = (*results)[0].outcome;
      reasons[i] = DetailsOf((*results)[0].refusal).reason;
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), kAccepted), 1);
  EXPECT_EQ(std::count(reasons.begin(), reasons.end(), "UNIT_ANSWERED"), kRacers - 1);
  EXPECT_EQ(Progress(Role::kSchoolLeader).complete_responses, 1);
  EXPECT_EQ(Changes().size(), 1u);
}

TEST_P(ResponseStoreTest, TellsARacerTwiceOverTheSameResponseThatItWasThere) {
  constexpr int kRacers = 6;
  std::vector<std::thread> racers;
  std::vector<Outcome> outcomes(kRacers);
  for (int i = 0; i < kRacers; ++i) {
    racers.emplace_back([&, i] {
      const auto database = place_.Open();
      ResponseStore responses(*database, signal_);
      const std::vector<Submission> same = {Make("r1", kSchool1, kLeaders, "d1")};
      const auto results = responses.Take(same, kNoon);
      ASSERT_OK(results);
      outcomes[i] = (*results)[0].outcome;
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), kAccepted), 1);
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), kRepeated), kRacers - 1);
  EXPECT_EQ(Changes().size(), 1u);
}

TEST_P(ResponseStoreTest, GivesReplacingRacersAFeedThatAddsUp) {
  Take({Make("r1", kSchool1, kStaff, "d0", true)});
  constexpr int kRacers = 6;
  std::vector<std::thread> racers;
  for (int i = 1; i <= kRacers; ++i) {
    racers.emplace_back([&, i] {
      const auto database = place_.Open();
      ResponseStore responses(*database, signal_);
      const std::vector<Submission> mine = {
          Make("r1", kSchool1, kStaff, absl::StrCat("d", i), true)};
      EXPECT_OK(responses.Take(mine, kNoon));
    });
  }
  for (std::thread& racer : racers) racer.join();
  // Each change takes away what the one before it left.
  std::string last = "r1=d0";
  for (const feed::Entry& entry : Changes()) {
    if (entry.kind == "1") continue;
    const size_t plus = entry.payload.find('+');
    EXPECT_EQ(entry.payload.substr(1, plus - 1), last);
    last = entry.payload.substr(plus + 1);
  }
  EXPECT_EQ(Changes().size(), 1u + kRacers);
  EXPECT_EQ(Progress(Role::kStaff).partial_responses, 1);
  EXPECT_EQ(Progress(Role::kStaff).started_units, 1);
}

// What the store must agree with, written as simply as can be.
struct Model {
  struct Kept {
    std::string unit;
    int place;
    bool partial;
    std::string digest;
    bool withdrawn = false;
    std::set<std::string> once;  // The digests it had before.
  };
  std::map<std::string, Kept> kept;

  bool HasComplete(const std::string& unit, int place, const std::string& but) const {
    return std::any_of(kept.begin(), kept.end(), [&](const auto& entry) {
      const auto& [id, response] = entry;
      return id != but && response.unit == unit && response.place == place && !response.partial &&
             !response.withdrawn;
    });
  }
  Outcome Take(const Submission& submission) {
    const StoredResponse& sent = submission.response;
    const auto found = kept.find(sent.id);
    const bool once = AnswersOnce(submission.role);
    if (found != kept.end()) {
      const Kept& old = found->second;
      if (old.withdrawn) return kRefused;
      if (old.digest == sent.digest) return kRepeated;
      if (!old.partial && old.once.contains(sent.digest)) return kRepeated;
      if (!old.partial || old.unit != sent.unit || old.place != sent.place) return kRefused;
    }
    if (once && !sent.partial && HasComplete(sent.unit, sent.place, sent.id)) return kRefused;
    Kept& now = kept[sent.id];
    now.once.insert(now.digest);
    now.unit = sent.unit;
    now.place = sent.place;
    now.partial = sent.partial;
    now.digest = sent.digest;
    return kAccepted;
  }
  RoleProgress Progress(int place) const {
    RoleProgress progress;
    std::set<std::string> complete;
    std::set<std::string> started;
    for (const auto& [id, response] : kept) {
      if (response.place != place) continue;
      if (response.withdrawn) {
        ++progress.withdrawn_responses;
        continue;
      }
      started.insert(response.unit);
      if (!response.partial) complete.insert(response.unit);
      ++(response.partial ? progress.partial_responses : progress.complete_responses);
    }
    progress.complete_units = static_cast<int64_t>(complete.size());
    progress.started_units = static_cast<int64_t>(started.size());
    return progress;
  }
};

TEST_P(ResponseStoreTest, AgreesWithTheModel) {
  const unsigned seed = 20220414;
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const auto draw = [&random](int most) { return static_cast<int>(random() % most); };
  Model model;
  for (int round = 0; round < 40; ++round) {
    std::vector<Submission> batch;
    for (int i = draw(12); i >= 0; --i) {
      // An id belongs to one unit and questionnaire, most of the time.
      const int number = draw(30);
      const int place = draw(20) == 0 ? kStaff : number % 2;
      const char* const unit = (draw(20) == 0 ? number + 1 : number) % 3 == 0 ? kSchool1 : kSchool2;
      const int variant = draw(3);
      batch.push_back(Make(absl::StrCat("r", number), unit, place,
                           absl::StrCat(number, unit, place, variant), variant < 2,
                           kNoon + absl::Hours(round)));
    }
    const auto results = Take(batch);
    for (size_t i = 0; i < batch.size(); ++i) {
      EXPECT_EQ(results[i].outcome, model.Take(batch[i])) << "round " << round << ", item " << i;
    }
    if (draw(3) == 0 && !model.kept.empty()) {
      auto victim = std::next(model.kept.begin(), draw(static_cast<int>(model.kept.size())));
      ASSERT_OK(Withdraw(victim->first));
      victim->second.withdrawn = true;
    }
  }
  for (const auto& [place, role] :
       {std::pair(kLeaders, Role::kSchoolLeader), {kStaff, Role::kStaff}}) {
    RoleProgress counted = Progress(role);
    int64_t by_day = 0;
    for (const auto& [day, count] : counted.by_day) by_day += count;
    EXPECT_EQ(by_day, counted.complete_responses + counted.partial_responses);
    RoleProgress wanted = model.Progress(place);
    wanted.role = role;
    wanted.population_units = counted.population_units;
    wanted.by_day = counted.by_day;
    EXPECT_EQ(counted, wanted);
  }
  // Adding and taking away what the feed says leaves what counts.
  std::multiset<std::string> told;
  for (const feed::Entry& entry : Changes()) {
    const size_t plus = entry.payload.find('+');
    if (entry.payload[0] == '-') {
      EXPECT_EQ(told.erase(entry.payload.substr(1, plus == std::string::npos ? plus : plus - 1)),
                1u);
    }
    if (plus != std::string::npos) told.insert(entry.payload.substr(plus + 1));
  }
  std::multiset<std::string> counting;
  for (const auto& [id, response] : model.kept) {
    if (!response.withdrawn) counting.insert(absl::StrCat(id, "=", response.digest));
  }
  EXPECT_EQ(told, counting);
}

TEST_P(ResponseStoreTest, WakesAFollowerWhenSomethingWasTakenIn) {
  std::stop_source stop;
  std::thread writer([this] { Take({Make("r1", kSchool1, kLeaders, "d1")}); });
  std::vector<std::string> seen;
  const absl::Status status = feed::StreamFeed(Told(), signal_, {}, {}, stop.get_token(),
                                               [&](auto entries, const feed::Cursors*) {
                                                 for (const feed::Entry& entry : entries)
                                                   seen.push_back(entry.payload);
                                                 if (!seen.empty()) stop.request_stop();
                                                 return absl::OkStatus();
                                               });
  writer.join();
  EXPECT_THAT(seen, ElementsAre("+r1=d1"));
}

INSTANTIATE_TEST_SUITE_P(Backends, ResponseStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey

// Quotas are never exceeded, and give room back.

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include <gmock/gmock.h>

#include "services/survey/storage/refusal_store.h"
#include "services/survey/storage/test_responses.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class QuotaTest : public ResponseStoreTest {
 protected:
  Submission Limited(std::string id, std::string digest, std::vector<QuotaClaim> quotas,
                     bool partial = false) const {
    Submission submission = Make(std::move(id), kSchool1, kStaff, std::move(digest), partial);
    submission.quotas = std::move(quotas);
    return submission;
  }
  // What the table says, by quota.
  std::map<std::string, int64_t> Taken() {
    std::map<std::string, int64_t> taken;
    EXPECT_OK(database_->Read([&](sql::Transaction& transaction) -> absl::Status {
      taken.clear();
      return transaction.Query(
          "SELECT quota, taken FROM quota_count WHERE quota > '' AND taken <> 0", {},
          [&taken](const sql::Row& row) { taken[row.String(0)] = row.Int64(1); });
    }));
    return taken;
  }
  // How many responses count, read in one snapshot.
  int64_t Counting(sql::Database& database) {
    int64_t count = 0;
    EXPECT_OK(database.Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(const auto found,
                       transaction.QueryInt64(
                           "SELECT COUNT(*) FROM response_change c LEFT JOIN response_change n "
                           "ON n.partition = c.partition AND n.follows = c.number "
                           "WHERE n.number IS NULL AND c.partial = 0 AND c.kind <> 4"));
      count = found.value_or(-1);
      return absl::OkStatus();
    }));
    return count;
  }
  std::vector<std::string> TurnedAwayTexts() {
    RefusalStore refusals(*database_);
    const auto found = refusals.ListTurnedAway(wave_.number, "", 1000);
    EXPECT_OK(found);
    std::vector<std::string> texts;
    for (const TurnedAway& turned : *found) {
      texts.push_back(absl::StrCat(turned.response, " ", turned.quota,
                                   turned.accepted_since ? " later accepted" : ""));
    }
    return texts;
  }
};

TEST_P(QuotaTest, TurnsAwayWhatComesAfterTheLastOneAndSaysWho) {
  const std::vector<QuotaClaim> two = {{"po", 2}};
  const auto results = Take({Limited("a", "1", two), Limited("b", "2", two), Limited("c", "3", two),
                             Limited("d", "4", {})});
  EXPECT_EQ(results[1].outcome, kAccepted);
  EXPECT_THAT(results[2].refusal, HasReason("QUOTA_FULL"));
  EXPECT_THAT(results[2].refusal, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(DetailsOf(results[2].refusal).metadata.at("quota"), "po");
  EXPECT_EQ(results[3].outcome, kAccepted);
  EXPECT_THAT(Taken(), ElementsAre(std::pair("po", 2)));
  EXPECT_THAT(TurnedAwayTexts(), ElementsAre("c po"));
  EXPECT_EQ(Progress(Role::kStaff).complete_responses, 3);
  EXPECT_THAT(responses_.Get(wave_, "c", {.may_all = true}), StatusIs(absl::StatusCode::kNotFound));
  // What is in is acknowledged again.
  EXPECT_THAT(Outcomes({Limited("a", "1", two)}), ElementsAre(kRepeated));
}

TEST_P(QuotaTest, CountsInAllQuotasOrInNone) {
  EXPECT_THAT(
      Outcomes({Limited("a", "1", {{"po", 5}, {"utrecht", 1}}),
                Limited("b", "2", {{"po", 5}, {"utrecht", 1}}), Limited("c", "3", {{"po", 5}})}),
      ElementsAre(kAccepted, kRefused, kAccepted));
  EXPECT_THAT(Taken(), ElementsAre(std::pair("po", 2), std::pair("utrecht", 1)));
  EXPECT_THAT(TurnedAwayTexts(), ElementsAre("b utrecht"));
}

TEST_P(QuotaTest, TakesNothingWhereTheLimitIsNone) {
  EXPECT_THAT(Outcomes({Limited("a", "1", {{"po", 0}})}), ElementsAre(kRefused));
  EXPECT_THAT(Taken(), IsEmpty());
}

TEST_P(QuotaTest, CountsAPartialResponseOnceItIsComplete) {
  const std::vector<QuotaClaim> one = {{"po", 1}};
  EXPECT_THAT(Outcomes({Limited("a", "1", one, true), Limited("b", "2", one, true)}),
              ElementsAre(kAccepted, kAccepted));
  EXPECT_THAT(Taken(), IsEmpty());
  EXPECT_THAT(
      Outcomes({Limited("b", "3", one), Limited("a", "4", one), Limited("a", "5", one, true)}),
      ElementsAre(kAccepted, kRefused, kAccepted));
  EXPECT_THAT(Taken(), ElementsAre(std::pair("po", 1)));
  const RoleProgress progress = Progress(Role::kStaff);
  EXPECT_EQ(progress.complete_responses, 1);
  EXPECT_EQ(progress.partial_responses, 1);
}

TEST_P(QuotaTest, GivesRoomBackWithAWithdrawalAndNotWithACorrection) {
  const std::vector<QuotaClaim> one = {{"po", 1}};
  Take({Limited("a", "1", one), Limited("b", "2", one, true)});
  EXPECT_OK(Correct(Limited("a", "3", one)));
  EXPECT_THAT(Outcomes({Limited("c", "4", one)}), ElementsAre(kRefused));
  ASSERT_OK(WithdrawFrom(responses_, "b", one));
  EXPECT_THAT(Taken(), ElementsAre(std::pair("po", 1)));
  ASSERT_OK(WithdrawFrom(responses_, "a", one));
  ASSERT_OK(WithdrawFrom(responses_, "a", one));
  EXPECT_THAT(Taken(), IsEmpty());
  EXPECT_THAT(Outcomes({Limited("c", "4", one)}), ElementsAre(kAccepted));
  EXPECT_THAT(TurnedAwayTexts(), ElementsAre("c po later accepted"));
}

TEST_P(QuotaTest, SaysThatAUnitHasAnsweredRatherThanThatAQuotaIsFull) {
  Submission first = Make("a", kSchool1, kLeaders, "1");
  Submission second = Make("b", kSchool1, kLeaders, "2");
  first.quotas = second.quotas = {{"po", 1}};
  const auto results = Take({first, second});
  EXPECT_THAT(results[1].refusal, HasReason("UNIT_ANSWERED"));
  EXPECT_THAT(TurnedAwayTexts(), IsEmpty());
}

// Racers with handles of their own try far more than there is room for, withdraw at random and
// send again, while a reader looks: never is there one too many, and in the end every count is
// that of the rows.
TEST_P(QuotaTest, IsNeverExceededWhateverRacersDo) {
  constexpr int kRacers = 8;
  const int tries = GetParam() == sql::TestBackend::kPostgres ? 60 : 150;
  constexpr int64_t kAll = 100;
  constexpr int64_t kSome = 30;
  std::atomic<int> racing = kRacers;
  std::atomic<int64_t> accepted = 0;
  std::atomic<int64_t> turned_away = 0;
  std::atomic<int64_t> withdrawn = 0;
  std::vector<std::thread> racers;
  for (int racer = 0; racer < kRacers; ++racer) {
    racers.emplace_back([&, racer] {
      const auto database = place_.Open();
      ResponseStore responses(*database, signal_);
      std::mt19937 random(racer);
      std::vector<std::pair<std::string, std::vector<QuotaClaim>>> mine;
      for (int i = 0; i < tries; ++i) {
        std::vector<Submission> batch;
        for (size_t size = 1 + random() % 4; batch.size() < size;) {
          std::vector<QuotaClaim> quotas = {{"all", kAll}};
          if (random() % 3 == 0) quotas.insert(quotas.begin() + random() % 2, {"some", kSome});
          batch.push_back(Limited(absl::StrCat("r", racer, "-", i, "-", batch.size()), "d", quotas,
                                  random() % 10 == 0));
        }
        const auto results = responses.Take(batch, kNoon);
        ASSERT_OK(results);
        for (size_t k = 0; k < batch.size(); ++k) {
          if (batch[k].response.partial) continue;
          if ((*results)[k].outcome == kAccepted) {
            ++accepted;
            mine.emplace_back(batch[k].response.id, batch[k].quotas);
          } else {
            EXPECT_THAT((*results)[k].refusal, HasReason("QUOTA_FULL"));
            ++turned_away;
          }
        }
        if (!mine.empty() && random() % 4 == 0) {
          std::swap(mine[random() % mine.size()], mine.back());
          ASSERT_OK(WithdrawFrom(responses, mine.back().first, mine.back().second));
          ++withdrawn;
          mine.pop_back();
        }
      }
      --racing;
    });
  }
  int64_t most = 0;
  int looks = 0;
  {
    const auto database = place_.Open();
    do {
      most = std::max(most, Counting(*database));
      ++looks;
    } while (racing > 0);
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_LE(most, kAll);
  EXPECT_GT(turned_away, 0);
  EXPECT_EQ(Counting(*database_), accepted - withdrawn);
  EXPECT_EQ(Taken()["all"], accepted - withdrawn);
  EXPECT_LE(Taken()["some"], kSome);
  EXPECT_EQ(Progress(Role::kStaff).complete_responses, accepted - withdrawn);
  std::cout << looks << " looks, at most " << most << " of " << kAll << "; " << accepted
            << " accepted, " << turned_away << " turned away, " << withdrawn << " withdrawn\n";
}

INSTANTIATE_TEST_SUITE_P(Backends, QuotaTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey

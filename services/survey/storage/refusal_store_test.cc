#include "services/survey/storage/refusal_store.h"

#include <thread>

#include <gmock/gmock.h>

#include "services/survey/storage/test_responses.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;

class RefusalStoreTest : public ResponseStoreTest {
 protected:
  RefusedResponse Refused(std::string id, std::string answers) const {
    return {.wave = wave_.number,
            .response = std::move(id),
            .unit = kSchool1,
            .answers = std::move(answers)};
  }
  // "id answers count", with "+" if it was taken in after all.
  std::vector<std::string> Listed(const std::string& after = "", size_t limit = 100) {
    const auto found = refusals_.List(wave_.number, after, limit);
    EXPECT_OK(found);
    std::vector<std::string> listed;
    for (const Refusal& refusal : *found) {
      listed.push_back(absl::StrCat(refusal.refused.response, " ", refusal.refused.answers, " ",
                                    refusal.count, refusal.accepted_since ? "+" : ""));
    }
    return listed;
  }

  RefusalStore refusals_{*database_, 3};
};

TEST_P(RefusalStoreTest, KeepsTheLastRefusalOfAResponseAndCountsThem) {
  ASSERT_OK(
      refusals_.Note(std::vector{Refused("b", "x"), Refused("a", "y"), Refused("b", "z")}, kNoon));
  EXPECT_THAT(Listed(), ElementsAre("a y 1", "b z 2"));
  ASSERT_OK(refusals_.Note(std::vector{Refused("a", "w")}, kNoon + absl::Hours(1)));
  EXPECT_THAT(Listed(), ElementsAre("a w 2", "b z 2"));
  EXPECT_THAT(Listed("", 1), ElementsAre("a w 2"));
  EXPECT_THAT(Listed("a", 5), ElementsAre("b z 2"));
}

TEST_P(RefusalStoreTest, TellsWhetherTheResponseWasTakenInAfterAll) {
  Take({Make("a", kSchool1, kStaff, "d1")});
  ASSERT_OK(
      refusals_.Note(std::vector{Refused("a", "x"), Refused("b", "y")}, kNoon + absl::Hours(1)));
  EXPECT_THAT(Listed(), ElementsAre("a x 1", "b y 1"));
  Take({Make("b", kSchool1, kStaff, "d2", false, kNoon + absl::Hours(2))});
  EXPECT_THAT(Listed(), ElementsAre("a x 1", "b y 1+"));
  ASSERT_OK(Correct(Make("a", kSchool1, kStaff, "d3")));  // Two hours after noon.
  EXPECT_THAT(Listed(), ElementsAre("a x 1+", "b y 1+"));
  ASSERT_OK(Withdraw("a"));
  EXPECT_THAT(Listed(), ElementsAre("a x 1+", "b y 1+")) << "it was, though it is withdrawn";
}

TEST_P(RefusalStoreTest, RemembersAsManyAsItMay) {
  for (const char* const id : {"a", "b", "c", "d", "a"}) {
    ASSERT_OK(refusals_.Note(std::vector{Refused(id, "x")}, kNoon));
  }
  EXPECT_THAT(Listed(), ElementsAre("a x 2", "b x 1", "c x 1"));
}

TEST_P(RefusalStoreTest, CountsWhatRacersNoteAtOnce) {
  constexpr int kRacers = 4;
  constexpr int kRounds = 10;
  std::vector<std::thread> racers;
  for (int i = 0; i < kRacers; ++i) {
    racers.emplace_back([this] {
      const auto database = place_.Open();
      RefusalStore refusals(*database, 3);
      for (int round = 0; round < kRounds; ++round) {
        EXPECT_OK(refusals.Note(std::vector{Refused("b", "x"), Refused("a", "x")}, kNoon));
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_THAT(Listed(), ElementsAre(absl::StrCat("a x ", kRacers * kRounds),
                                    absl::StrCat("b x ", kRacers * kRounds)));
}

INSTANTIATE_TEST_SUITE_P(Backends, RefusalStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey

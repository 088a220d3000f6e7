#include "services/survey/storage/export_store.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "services/survey/storage/test_responses.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;

class ExportStoreTest : public ResponseStoreTest {
 protected:
  ExportScope Scope(int place, absl::Time cut_off = kNoon + absl::Hours(100)) const {
    return {.wave = wave_.number,
            .place = place,
            .units = {kSchool1, kSchool2, "schools/16SW03"},
            .cut_off = cut_off};
  }
  // "unit/id=digest@revision", with "~" if partial and "-" if withdrawn.
  static std::string Told(const StoredResponse& response) {
    return absl::StrCat(response.unit, "/", response.id, "=", response.digest, "@",
                        response.revision, response.partial ? "~" : "",
                        response.withdraw_time ? "-" : "");
  }
  std::vector<std::string> Read(const ExportScope& scope,
                                const ExportStore::PageLimits& limits = {}) {
    std::vector<std::string> told;
    ExportPosition position;
    for (bool last = false; !last;) {
      const auto page = exports_.Read(scope, position, limits);
      EXPECT_OK(page);
      if (!page.ok()) break;
      EXPECT_LE(page->responses.size(), limits.most_responses);
      for (const StoredResponse& response : page->responses) told.push_back(Told(response));
      position = page->end;
      last = page->last;
    }
    return told;
  }

  ExportStore exports_{*database_};
};

TEST_P(ExportStoreTest, ReadsByUnitAndIdWhateverCameFirst) {
  Take({Make("b", kSchool2, kStaff, "1"), Make("z", kSchool1, kStaff, "2"),
        Make("a", kSchool2, kStaff, "3"), Make("leader", kSchool1, kLeaders, "4")});
  EXPECT_THAT(Read(Scope(kStaff)),
              ElementsAre("schools/16SW01/z=2@1", "schools/16SW02/a=3@1", "schools/16SW02/b=1@1"));
  EXPECT_THAT(Read(Scope(kLeaders)), ElementsAre("schools/16SW01/leader=4@1"));
  EXPECT_THAT(Read(Scope(kBoards)), ElementsAre());
}

TEST_P(ExportStoreTest, PagesOfAnySizeMakeTheSameWhole) {
  std::vector<Submission> submissions;
  for (int i = 0; i < 130; ++i) {
    submissions.push_back(
        Make(absl::StrCat("r", i), i % 3 == 0 ? kSchool1 : kSchool2, kStaff, absl::StrCat(i)));
  }
  Take(submissions);
  const std::vector<std::string> whole = Read(Scope(kStaff));
  EXPECT_EQ(whole.size(), 130u);
  for (const size_t most : {1, 7, 49, 50, 51, 130}) {
    EXPECT_EQ(Read(Scope(kStaff), {.most_responses = most}), whole) << most;
  }
  EXPECT_EQ(Read(Scope(kStaff), {.most_bytes = 1}), whole);
  EXPECT_EQ(Read(Scope(kStaff), {.most_units = 1}), whole);
}

TEST_P(ExportStoreTest, CountsWhatCameOrChangedSince) {
  Take({Make("a", kSchool1, kStaff, "1"), Make("b", kSchool1, kStaff, "2")});
  EXPECT_THAT(exports_.CountChanged(wave_.number, kNoon), IsOkAndHolds(0));
  EXPECT_THAT(exports_.CountChanged(wave_.number, kNoon - absl::Seconds(1)), IsOkAndHolds(2));
  ASSERT_OK(Withdraw("a"));
  EXPECT_THAT(exports_.CountChanged(wave_.number, kNoon), IsOkAndHolds(1));
  EXPECT_THAT(exports_.CountChanged(wave_.number + 1, kNoon), IsOkAndHolds(0));
}

// A made-up history: what responses were at every hour is what an export of that hour reads.
TEST_P(ExportStoreTest, ShowsEveryMomentAsItWas) {
  std::mt19937 random(11);
  std::map<std::string, StoredResponse> now_there;  // By unit and id.
  std::vector<std::vector<std::string>> moments;
  for (int hour = 0; hour < 40; ++hour) {
    const absl::Time now = kNoon + absl::Hours(hour);
    const std::string id = absl::StrCat("r", random() % 8);
    const std::string unit = random() % 2 == 0 ? kSchool1 : kSchool2;
    const std::string key = unit + "/" + id;
    const auto found = now_there.find(key);
    const std::string digest = absl::StrCat("d", hour);
    if (now_there.contains((unit == kSchool1 ? kSchool2 : kSchool1) + ("/" + id))) {
      // The id is about the other school.
    } else if (found == now_there.end() ||
               (found->second.partial && !found->second.withdraw_time)) {
      const Submission submission = Make(id, unit, kStaff, digest, random() % 2 == 0, now);
      ASSERT_EQ(Take({submission}, false, now)[0].outcome, kAccepted);
    } else if (!found->second.withdraw_time && random() % 3 != 0) {
      const Submission submission = Make(id, unit, kStaff, digest, false, now);
      ASSERT_OK(responses_.Correct(
          {.submission = submission, .claimant = {.may_all = true}, .reason = "typing"}, {}, now,
          [](const StoredResponse&) { return ""; }));
    } else if (!found->second.withdraw_time) {
      ASSERT_OK(responses_.Withdraw(
          wave_, id, {.may_all = true}, "mistake", {}, now,
          [](const StoredResponse&) { return std::vector<QuotaClaim>(); },
          [](const StoredResponse&) { return ""; }));
    }
    const auto stored = responses_.Get(wave_, id, {.may_all = true});
    if (stored.ok()) now_there[stored->unit + "/" + id] = *stored;
    std::vector<std::string> told;
    for (const auto& [name, response] : now_there) told.push_back(Told(response));
    moments.push_back(told);
  }
  for (size_t hour = 0; hour < moments.size(); ++hour) {
    EXPECT_EQ(Read(Scope(kStaff, kNoon + absl::Hours(hour) + absl::Minutes(1))), moments[hour])
        << "hour " << hour;
  }
  EXPECT_THAT(Read(Scope(kStaff, kNoon - absl::Seconds(1))), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Backends, ExportStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey

// A dry run decides exactly as a real one, batch after batch.

#include "services/survey/storage/rehearsal.h"

#include <random>

#include <gmock/gmock.h>

#include "services/survey/storage/test_responses.h"

namespace vg::survey {
namespace {

using ::testing::IsEmpty;

class RehearsalTest : public ResponseStoreTest {};

std::string Text(const SubmissionResult& result) {
  return absl::StrCat(static_cast<int>(result.outcome), " ", DetailsOf(result.refusal).reason, " ",
                      result.outcome == kRefused ? 0 : result.revision);
}

TEST_P(RehearsalTest, DecidesWhatARealRunDecides) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    const auto draw = [&random](int most) { return static_cast<int>(random() % most); };
    const auto batch = [&](int prefix) {
      std::vector<Submission> submissions;
      for (int i = draw(8); i >= 0; --i) {
        const int number = draw(25);
        const int place = draw(20) == 0 ? kStaff : number % 2;
        const char* const unit = number % 3 == 0 ? kSchool1 : kSchool2;
        const bool partial = draw(3) == 0;
        Submission submission =
            Make(absl::StrCat("r", seed, "-", number), unit, place,
                 absl::StrCat(number, unit, place, partial, draw(2)), partial);
        if (draw(2) == 0) submission.quotas = {{absl::StrCat("q", seed), 4 + prefix}};
        if (draw(9) == 0) submission.not_now = absl::FailedPreconditionError("closed");
        submissions.push_back(std::move(submission));
      }
      return submissions;
    };
    Take(batch(0));
    std::vector<std::vector<Submission>> stream;
    for (int i = 0; i < 12; ++i) stream.push_back(batch(0));

    const auto entries = Changes().size();
    Rehearsal rehearsal;
    std::vector<std::string> rehearsed;
    for (const auto& submissions : stream) {
      ASSERT_OK_AND_ASSIGN(const auto results,
                           responses_.Rehearse(submissions, kNoon, rehearsal));
      for (const SubmissionResult& result : results) rehearsed.push_back(Text(result));
    }
    EXPECT_EQ(Changes().size(), entries);
    std::vector<std::string> real;
    for (const auto& submissions : stream) {
      for (const SubmissionResult& result : Take(submissions)) real.push_back(Text(result));
    }
    EXPECT_EQ(rehearsed, real);
    EXPECT_GT(rehearsal.size(), 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, RehearsalTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey

// Connections between callers, services, PostgreSQL and Redis that break and falter all the time:
// what was acknowledged is there and is counted once, callers see only what they may try again, and
// nobody waits long.

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "tests/e2e/suite_process.h"
#include "tests/faults/calls.h"
#include "tests/faults/replicated_suite.h"
#include "tests/faults/test_survey.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"

namespace vg::faults {
namespace {

namespace indicators = voortgang::indicators::v1;
namespace registry = voortgang::registry::v1;
using ::testing::IsEmpty;

constexpr absl::Duration kMended = absl::Seconds(5);

// What the indicators know of the answers to the survey, through a call of their own to it.
absl::StatusOr<indicators::FeedFoldState> FoldState(
    const rpc::Client<indicators::IndicatorsService>& client) {
  ASSIGN_OR_RETURN(const indicators::FoldState state,
                   client.Call(&indicators::IndicatorsService::Stub::GetFoldState,
                               indicators::GetFoldStateRequest()));
  for (const indicators::FeedFoldState& feed : state.feeds()) {
    if (feed.feed() == "survey.responses") return feed;
  }
  return absl::InternalError("no state of the responses: " + state.ShortDebugString());
}

TEST(CutConnectionsTest, LoseNothingAndAreMendedWithinSeconds) {
  const char* const rounds = std::getenv("VOORTGANG_FAULT_ROUNDS");
  const absl::Duration time = absl::Seconds(8) * (rounds == nullptr ? 1 : std::atoi(rounds));
  ReplicatedSuite suite(ReplicatedSuite::Connections::kThroughProxy);
  ASSERT_TRUE(suite.Start());
  const TempDir folder;
  const std::vector<std::vector<std::string>> prepare = {
      {"generate", folder.path()},
      {"registry", "import", folder.path() + "/2021-10-01", "--id", "s", "--count-date",
       "2021-10-01"}};
  for (const std::vector<std::string>& command : prepare) {
    const e2e::CommandResult done = e2e::RunCommand(suite.Addresses(), command);
    ASSERT_EQ(done.exit_code, 0) << done.output;
  }
  const auto survey = suite.ClientOf<voortgang::survey::v1::SurveyService>("survey");
  const auto schools_of = suite.ClientOf<registry::RegistryService>("registry");
  const auto figures = suite.ClientOf<indicators::IndicatorsService>("indicators");
  OpenTestSurvey(survey);
  const registry::ListSchoolsResponse schools = TestSchools(schools_of);

  absl::Mutex mutex;
  std::set<int64_t> acknowledged;
  std::atomic<int64_t> next = 0;
  Callers callers;
  callers.Add("submit", 4, [&]() -> absl::Status {
    const int64_t number = next++;
    const std::string school = schools.schools(static_cast<int>(number % kSchools)).school();
    RETURN_IF_ERROR(SubmitTestResponse(survey, number, school));
    absl::MutexLock lock(&mutex);
    acknowledged.insert(number);
    return absl::OkStatus();
  });
  callers.Add("schools", 1, [&]() -> absl::Status {
    registry::GetSchoolRequest request;
    request.set_name(schools.schools(static_cast<int>(next % kSchools)).name());
    ASSIGN_OR_RETURN(const registry::School school,
                     schools_of.Call(&registry::RegistryService::Stub::GetSchool, request));
    return school.name() == request.name() ? absl::OkStatus()
                                           : absl::InternalError("another: " + school.name());
  });
  callers.Add("fold state", 1, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const indicators::FeedFoldState state, FoldState(figures));
    return state.folded_count() <= state.head_count() ? absl::OkStatus()
                                                      : absl::InternalError("ahead of the feed");
  });
  suite.proxy().Cut();
  LetPass(time);
  const std::string cut = suite.proxy().Stop();
  for (const auto& [kind, seen] : callers.Stop()) {
    std::printf("connections %-34s %-10s %s\n", cut.c_str(), kind.c_str(), seen.Text().c_str());
    EXPECT_THAT(seen.faults, IsEmpty()) << kind;
    EXPECT_GT(seen.answered, 0) << kind;
    EXPECT_LT(seen.longest_silence, kMended) << kind;
  }
  EXPECT_THAT(cut, testing::Not(testing::HasSubstr(" 0 cut")));

  for (const int64_t number : acknowledged) {
    ASSERT_OK(FindTestResponse(survey, TestResponseName(number))) << number;
  }
  const int64_t stored = CountTestResponses(survey);
  EXPECT_GE(stored, static_cast<int64_t>(acknowledged.size()));
  EXPECT_LE(stored, next);
  int64_t folded = -1;
  EXPECT_TRUE(WaitUntil(
      [&] {
        const auto state = FoldState(figures);
        if (state.ok()) folded = state->folded_count();
        return folded == stored;
      },
      absl::Minutes(1)))
      << folded << " of " << stored << " responses are folded";
  std::printf("%zu acknowledged, %lld stored, all folded once\n", acknowledged.size(),
              static_cast<long long>(stored));
}

}  // namespace
}  // namespace vg::faults

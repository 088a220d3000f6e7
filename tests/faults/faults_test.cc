// What callers see while parts of the suite are killed, frozen, cut off, overloaded and rolled
// over: nothing that was acknowledged is lost, nothing is counted twice, no answer is wrong, what
// does not fit is refused at once, and a rolling restart fails no call.
//
// VOORTGANG_FAULT_ROUNDS says how often each fault happens (1; `make test-faults` takes more). The
// figures are printed.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include <gmock/gmock.h>

#include "common/cache/redis_cache.h"
#include "common/grpc/status.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "common/time/stopwatch.h"
#include "tests/e2e/suite_process.h"
#include "tests/faults/calls.h"
#include "tests/faults/growth.h"
#include "tests/faults/replicated_suite.h"
#include "tests/faults/test_survey.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/report/v1/report_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::faults {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace funding = voortgang::funding::v1;
namespace indicators = voortgang::indicators::v1;
namespace registry = voortgang::registry::v1;
namespace report = voortgang::report::v1;
namespace survey = voortgang::survey::v1;
using ::testing::IsEmpty;

constexpr char kRun[] = "runs/r";
constexpr absl::Duration kRecovery = absl::Seconds(5);
// A soak is of much time rather than much load: about a hundred calls a second.
constexpr absl::Duration kSoakPause = absl::Milliseconds(60);
constexpr int kSoakSamples = 180;

constexpr char kIndicator[] = R"yaml(
indicator_id: helps
definition:
  title: {nl: Het helpt}
  description: {nl: Aandeel}
  goal: {nl: Herstel}
  unit: "%"
  owner: OCW
  responses: {questionnaires: [questionnaires/staff]}
  proportion: {condition: "helps == 'yes_it_does'"}
)yaml";

int FromEnvironment(const char* name, int otherwise) {
  const char* const wanted = std::getenv(name);
  return wanted == nullptr ? otherwise : std::atoi(wanted);
}
std::string Text(absl::Duration time) {
  return absl::FormatDuration(absl::Trunc(time, absl::Milliseconds(1)));
}
int Rounds() { return std::max(1, FromEnvironment("VOORTGANG_FAULT_ROUNDS", 1)); }

class FaultsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    suite_ = std::make_unique<ReplicatedSuite>();
    ASSERT_TRUE(suite_->Start());
    const TempDir folder;
    Do("registry", {"generate", folder.path()});
    Do("registry", {"registry", "import", folder.path() + "/2021-10-01", "--id", "s",
                    "--count-date", "2021-10-01"});
    Do("catalogue", {"catalogue", "publish", "deploy/examples/menus/2021-autumn.yaml"});
    Do("funding", {"funding", "publish", "deploy/examples/schemes/npo-schools-2021-2022.yaml"});
    Do("funding",
       {"funding", "allocate", "r", "--scheme", "npo-schools-2021-2022", "--snapshot", "s"});
    survey_ = std::make_unique<rpc::Client<survey::SurveyService>>(
        suite_->ClientOf<survey::SurveyService>("survey"));
    OpenTestSurvey(*survey_);
    ASSERT_OK(suite_->ClientOf<indicators::IndicatorsService>("indicators")
                  .Call(&indicators::IndicatorsService::Stub::DefineIndicator,
                        Yaml<indicators::DefineIndicatorRequest>(kIndicator)));
    // Before that its figures are refused, rightly, with another code than callers here may see.
    ASSERT_TRUE(WaitUntil([] { return Figures().ok(); }, absl::Minutes(1)))
        << "the indicator is folded from the beginning";
    schools_ = TestSchools(suite_->ClientOf<registry::RegistryService>("registry"));
  }
  static void TearDownTestSuite() {
    survey_.reset();
    suite_.reset();
  }

  // Runs `voortgang` against a service.
  static void Do(const std::string& service, const std::vector<std::string>& arguments) {
    const e2e::CommandResult done = e2e::RunCommand(suite_->AddressOf(service), arguments);
    ASSERT_EQ(done.exit_code, 0) << done.output;
  }

  // Mixed traffic: answers to the survey, and what others read meanwhile.
  void StartCallers(absl::Duration pause = absl::ZeroDuration()) {
    callers_.Add(
        "submit", 4, [this] { return Submit(next_++); }, pause);
    callers_.Add(
        "schools", 1, [this] { return ReadSchool(); }, pause);
    callers_.Add(
        "amounts", 1, [this] { return ReadAmount(); }, pause);
    callers_.Add(
        "figures", 1, [this] { return ReadFigures(); }, pause);
    callers_.Add(
        "menus", 1, [this] { return ReadMenu(); }, pause);
    callers_.Add("reports", 1, &ListReports, pause);
  }
  std::map<std::string, Seen> StopCallers(const char* what) {
    std::map<std::string, Seen> all = callers_.Stop();
    for (const auto& [kind, seen] : all) {
      std::printf("%-44s %-8s %s\n", what, kind.c_str(), seen.Text().c_str());
      EXPECT_THAT(seen.faults, IsEmpty()) << what << ": " << kind;
      EXPECT_GT(seen.answered, 0) << what << ": " << kind;
    }
    return all;
  }

  absl::Status Submit(int64_t number) {
    const std::string school = schools_.schools(static_cast<int>(number % kSchools)).school();
    RETURN_IF_ERROR(SubmitTestResponse(*survey_, number, school));
    absl::MutexLock lock(&mutex_);
    acknowledged_.insert(TestResponseName(number));
    return absl::OkStatus();
  }
  absl::Status ReadSchool() {
    static const auto client = suite_->ClientOf<registry::RegistryService>("registry");
    const registry::School& known = schools_.schools(static_cast<int>(next_ % kSchools));
    registry::GetSchoolRequest request;
    request.set_name(known.name());
    ASSIGN_OR_RETURN(registry::School school,
                     client.Call(&registry::RegistryService::Stub::GetSchool, request));
    school.clear_fact_sources();
    return google::protobuf::util::MessageDifferencer::Equals(school, known)
               ? absl::OkStatus()
               : absl::InternalError("another school: " + school.ShortDebugString());
  }
  absl::Status ReadAmount() {
    static const auto client = suite_->ClientOf<funding::FundingService>("funding");
    funding::ListAllocationsRequest request;
    request.set_parent(kRun);
    request.set_page_size(20);
    ASSIGN_OR_RETURN(const funding::ListAllocationsResponse amounts,
                     client.Call(&funding::FundingService::Stub::ListAllocations, request));
    return SameAsFirst("amounts", amounts.SerializeAsString());
  }
  absl::Status ReadMenu() {
    static const auto client = suite_->ClientOf<catalogue::CatalogueService>("catalogue");
    catalogue::ListInterventionsRequest request;
    request.set_parent("menuEditions/2021-autumn");
    request.set_page_size(5);
    ASSIGN_OR_RETURN(const catalogue::ListInterventionsResponse menu,
                     client.Call(&catalogue::CatalogueService::Stub::ListInterventions, request));
    return SameAsFirst("menu", menu.SerializeAsString());
  }
  static absl::Status SameAsFirst(const std::string& what, const std::string& answer) {
    absl::MutexLock lock(&mutex_);
    const auto first = first_answers_.try_emplace(what, answer).first;
    return first->second == answer ? absl::OkStatus() : absl::InternalError("other " + what);
  }
  static absl::Status ListReports() {
    static const auto client = suite_->ClientOf<report::ReportService>("report");
    ASSIGN_OR_RETURN(
        const report::ListEditionsResponse editions,
        client.Call(&report::ReportService::Stub::ListEditions, report::ListEditionsRequest()));
    return editions.editions_size() == 0 ? absl::OkStatus() : absl::InternalError("who made that?");
  }
  absl::Status ReadFigures() { return Figures().status(); }
  static absl::StatusOr<std::string> Figures() {
    static const auto client = suite_->ClientOf<indicators::IndicatorsService>("indicators");
    indicators::QueryEstimatesRequest request;
    request.set_indicator("indicators/helps");
    request.set_wave(kWave);
    // Two at once: dear enough to be kept in Redis.
    request.add_breakdowns("sector");
    request.add_breakdowns("province");
    ASSIGN_OR_RETURN(const indicators::EstimateTable table,
                     client.Call(&indicators::IndicatorsService::Stub::QueryEstimates, request));
    return table.SerializeAsString();
  }

  // Everything acknowledged is there, and is counted once: by the survey, and by the indicators.
  void Verify() {
    std::set<std::string> acknowledged;
    {
      absl::MutexLock lock(&mutex_);
      acknowledged = acknowledged_;
    }
    for (const std::string& name : acknowledged) {
      ASSERT_OK(FindTestResponse(*survey_, name)) << name;
    }
    const int64_t stored = CountTestResponses(*survey_);
    EXPECT_GE(stored, static_cast<int64_t>(acknowledged.size()));
    EXPECT_LE(stored, next_);
    // Every replica comes to the same.
    for (int i = 0; i < kReplicas; ++i) {
      const rpc::Client<indicators::IndicatorsService> client(
          rpc::MakeChannel(suite_->AddressOf("indicators", i)));
      indicators::QueryEstimatesRequest request;
      request.set_indicator("indicators/helps");
      request.set_wave(kWave);
      int64_t counted = -1;
      EXPECT_TRUE(WaitUntil([&] {
        const auto table =
            client.Call(&indicators::IndicatorsService::Stub::QueryEstimates, request);
        if (table.ok() && table->estimates_size() > 0) counted = table->estimates(0).n();
        return counted == stored;
      })) << counted
          << " of " << stored << " responses are counted";
    }
    std::printf("%zu acknowledged, %lld stored, all counted once\n", acknowledged.size(),
                static_cast<long long>(stored));
  }

  // Whether a replica that was launched becomes ready, and callers find it soon.
  static bool AwaitFound(const std::string& service, int replica) {
    if (!suite_->AwaitReady(service, replica)) return false;
    const bool found =
        WaitUntil([&] { return suite_->CallsAnswered(service, replica) > 0; }, kRecovery);
    EXPECT_TRUE(found) << "nobody calls " << service << " " << replica << " again";
    return found;
  }

  // Ends every replica of a service and starts it with these flags.
  void Relaunch(const std::string& service, const Callers::MakeCall& call,
                const std::vector<std::string>& flags = {}) {
    // A client that makes no calls is late to notice that a server ends, and holds it up.
    callers_.Add(service, 1, call);
    for (int i = 0; i < kReplicas; ++i) {
      EXPECT_EQ(suite_->Terminate(service, i), 0);
      suite_->Launch(service, i, flags);
      ASSERT_TRUE(AwaitFound(service, i));
    }
    callers_.Stop();
  }

  // Lets callers work for a while.
  static void WorkOn(absl::Duration time) { LetPass(time); }

  static std::unique_ptr<ReplicatedSuite> suite_;
  static std::unique_ptr<rpc::Client<survey::SurveyService>> survey_;
  static registry::ListSchoolsResponse schools_;
  static std::atomic<int64_t> next_;
  static absl::Mutex mutex_;
  static std::set<std::string> acknowledged_ ABSL_GUARDED_BY(mutex_);
  static std::map<std::string, std::string> first_answers_ ABSL_GUARDED_BY(mutex_);
  Callers callers_;
};

std::unique_ptr<ReplicatedSuite> FaultsTest::suite_;
std::unique_ptr<rpc::Client<survey::SurveyService>> FaultsTest::survey_;
registry::ListSchoolsResponse FaultsTest::schools_;
std::atomic<int64_t> FaultsTest::next_ = 0;
absl::Mutex FaultsTest::mutex_{absl::kConstInit};
std::set<std::string> FaultsTest::acknowledged_;
std::map<std::string, std::string> FaultsTest::first_answers_;

TEST_F(FaultsTest, ARollingRestartOfEveryServiceFailsNoCall) {
  StartCallers();
  WorkOn(absl::Seconds(1));
  for (int round = 0; round < Rounds(); ++round) {
    for (const std::string& service : Services()) {
      for (int replica = 0; replica < kReplicas; ++replica) {
        EXPECT_EQ(suite_->Terminate(service, replica), 0) << service;
        suite_->Launch(service, replica);
        ASSERT_TRUE(suite_->AwaitReady(service, replica));
        // minReadySeconds of the chart: callers find it again.
        WorkOn(absl::Milliseconds(2'500));
      }
    }
  }
  for (const auto& [kind, seen] : StopCallers("rolling restart of every service")) {
    EXPECT_EQ(seen.failures(), 0) << kind << ": " << seen.Text();
  }
  Verify();
}

TEST_F(FaultsTest, AKilledReplicaLosesNothingAndIsFoundAgainWithinSeconds) {
  for (const std::string& service : Services()) {
    StartCallers();
    for (int i = 0; i < Rounds() * kReplicas; ++i) {
      WorkOn(absl::Milliseconds(700));
      suite_->Kill(service, i % kReplicas);
      WorkOn(absl::Milliseconds(700));
      suite_->Launch(service, i % kReplicas);
      ASSERT_TRUE(AwaitFound(service, i % kReplicas));
    }
    for (const auto& [kind, seen] :
         StopCallers(absl::StrCat("kill -9 of each ", service).c_str())) {
      EXPECT_LT(seen.longest_silence, kRecovery) << kind;
    }
  }
  Verify();
}

TEST_F(FaultsTest, ADatabaseThatCrashesOrCutsConnectionsLosesNothing) {
  StartCallers();
  for (int i = 0; i < Rounds(); ++i) {
    WorkOn(absl::Seconds(1));
    suite_->CutDatabaseConnections();
    WorkOn(absl::Seconds(1));
  }
  for (const auto& [kind, seen] : StopCallers("every database connection cut")) {
    EXPECT_LT(seen.longest_silence, kRecovery) << kind;
  }
  StartCallers();
  absl::Duration away;
  for (int i = 0; i < Rounds(); ++i) {
    WorkOn(absl::Seconds(1));
    const Stopwatch stopwatch;
    suite_->postgres().Kill();
    ASSERT_OK(suite_->postgres().Restart());
    const absl::Duration recovery = stopwatch.Elapsed();
    away = std::max(away, recovery);
    // What PostgreSQL takes to recover is its own; this is the suite's.
    const absl::Duration until_answers = callers_.AwaitAnswers();
    std::printf("PostgreSQL takes connections again after %s, all callers are answered %s later\n",
                Text(recovery).c_str(), Text(until_answers).c_str());
    EXPECT_LT(until_answers, kRecovery);
    WorkOn(absl::Seconds(2));
  }
  for (const auto& [kind, seen] : StopCallers("PostgreSQL killed and started again")) {
    EXPECT_LT(seen.longest_silence, away + kRecovery) << kind;
  }
  Verify();
}

TEST_F(FaultsTest, WithoutRedisCallsAreAnsweredAllTheSame) {
  StartCallers();
  ASSERT_TRUE(WaitUntil([] { return suite_->CacheConnections() > 0; })) << "Redis is in use";
  for (int i = 0; i < Rounds(); ++i) {
    WorkOn(absl::Seconds(1));
    suite_->redis().Pause();
    WorkOn(absl::Seconds(2));
    suite_->redis().Resume();
    suite_->redis().Kill();
    WorkOn(absl::Seconds(1));
    ASSERT_OK(suite_->redis().Restart());
    WorkOn(absl::Seconds(1));
    EXPECT_TRUE(WaitUntil([] { return suite_->CacheConnections() > 0; })) << "and again";
  }
  for (const auto& [kind, seen] : StopCallers("Redis frozen, killed, empty again")) {
    EXPECT_EQ(seen.failures(), 0) << kind << ": " << seen.Text();
  }
  Verify();
}

TEST_F(FaultsTest, ASlowRedisIsWaitedForOnlyAsOftenAsTheBreakerSays) {
  constexpr int kAtOnce = 4;
  // Less and far more than a question to Redis may take.
  const absl::Duration in_time = cache::RedisCache::Options().timeout / 4;
  const absl::Duration too_late = 20 * cache::RedisCache::Options().timeout;
  const TempDir folder;
  const std::string redis = suite_->redis().url();
  const std::map<std::string, std::string> route = {
      {folder.File("redis"), redis.substr(redis.find('/') + 2)}};
  CuttingProxy proxy(route);
  // Without a cache in the process, so that every call asks Redis.
  Relaunch("indicators", [this] { return ReadFigures(); },
           {"--cache-url=unix://" + folder.File("redis"), "--cache-bytes=0"});
  const auto hits = [] { return suite_->CacheRequests("indicators")["hit"]; };
  const auto answers_from_redis = [&] {
    const int64_t before = hits();
    return WaitUntil([&] { return hits() > before; }, absl::Minutes(1));
  };

  Verify();  // Nothing more comes in, so that figures stay as they are.
  ASSERT_OK_AND_ASSIGN(const std::string figures, Figures());
  const auto read = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::string read, Figures());
    return read == figures ? absl::OkStatus() : absl::InternalError("other figures");
  };
  for (const absl::Duration late : {in_time, too_late}) {
    proxy.BeLate(late);
    const auto before = suite_->CacheRequests("indicators");
    const Stopwatch stopwatch;
    callers_.Add("figures", kAtOnce, read);
    EXPECT_TRUE(late > in_time || answers_from_redis()) << "late and in time";
    EXPECT_TRUE(
        late == in_time ||
        WaitUntil(
            [&] { return suite_->CacheRequests("indicators")["bypass"] > before.at("bypass"); },
            absl::Minutes(1)))
        << "the breaker opens";
    WorkOn(absl::Seconds(3));
    const Seen seen =
        StopCallers(absl::StrCat("Redis answers ", Text(late), " late").c_str()).at("figures");
    EXPECT_EQ(seen.failures(), 0) << seen.Text();
    auto asked = suite_->CacheRequests("indicators");
    for (const auto& [outcome, count] : before) asked[outcome] -= count;
    std::printf("Redis had %lld in time, %lld too late, was not asked for %lld\n",
                static_cast<long long>(asked["hit"] + asked["miss"]),
                static_cast<long long>(asked["error"]), static_cast<long long>(asked["bypass"]));
    if (late == in_time) continue;
    // Until the breaker opens, what is under way then, and from then on one question a rest.
    const cache::CircuitBreaker::Options breaker;
    const int64_t probes =
        absl::ToInt64Seconds(stopwatch.Elapsed() / absl::ToDoubleSeconds(breaker.rest)) + 1;
    EXPECT_LE(asked["error"], kReplicas * (breaker.failures + kAtOnce + probes));
    EXPECT_EQ(asked["hit"] + asked["miss"], 0);
  }
  callers_.Add("figures", kAtOnce, read);
  proxy.BeLate(absl::ZeroDuration());
  EXPECT_TRUE(answers_from_redis()) << "it is asked again";
  EXPECT_EQ(StopCallers("Redis answers at once again").at("figures").failures(), 0);
  Relaunch("indicators", [this] { return ReadFigures(); });
}

TEST_F(FaultsTest, RefusesAtOnceWhatDoesNotFitAndAnswersWhatWaitedOnceTheDatabaseIsBack) {
  constexpr int kAtWork = 3;
  constexpr int kWaiting = 6;
  const auto read = [this] { return ReadAmount(); };
  Relaunch("funding", read,
           {absl::StrCat("--unary-threads=", kAtWork), absl::StrCat("--unary-queue=", kWaiting)});
  callers_.Add("amounts", 3 * kReplicas * (kAtWork + kWaiting), read);
  WorkOn(absl::Seconds(1));
  suite_->postgres().Pause();
  const absl::Duration frozen = absl::Seconds(2);
  WorkOn(frozen);
  suite_->postgres().Resume();
  WorkOn(absl::Seconds(1));
  const Seen seen = StopCallers("PostgreSQL frozen, three times what fits").at("amounts");
  EXPECT_GT(seen.failures(), 0);
  for (const auto& [name, count] : seen.failed) EXPECT_EQ(name, "RESOURCE_EXHAUSTED OVERLOADED");
  EXPECT_LT(seen.slowest_failure, frozen / 2);
  EXPECT_LT(seen.longest_silence, frozen + kRecovery);
  Relaunch("funding", read);
}

TEST_F(FaultsTest, NothingGrowsInTheLongRun) {
  const absl::Duration time = absl::Seconds(FromEnvironment("VOORTGANG_SOAK_SECONDS", 0));
  if (time == absl::ZeroDuration()) {
    GTEST_SKIP() << "SKIPPED: VOORTGANG_SOAK_SECONDS=900 does this; make soak does";
  }
  // Memory of a service at rest differs by a few MB from one moment to the next, as threads come
  // and go; so do their number and connections, which end where nobody needs them.
  std::vector<Growth::Thing> things;
  for (const std::string& service : Services()) {
    things.push_back({.name = service + " MB", .share = 0.05, .least = 4});
  }
  for (const char* const counted : {"descriptors", "sockets", "threads", "PostgreSQL", "Redis"}) {
    things.push_back({.name = counted, .share = 0.02, .least = 6});
  }
  Growth growth(things);
  StartCallers(kSoakPause);
  const Stopwatch stopwatch;
  while (stopwatch.Elapsed() < time) {
    WorkOn(time / kSoakSamples);
    std::vector<double> values;
    ReplicatedSuite::Usage all;
    for (const std::string& service : Services()) {
      const ReplicatedSuite::Usage usage = suite_->UsageOf(service);
      values.push_back(static_cast<double>(usage.resident_bytes) / (1 << 20));
      all.descriptors += usage.descriptors;
      all.sockets += usage.sockets;
      all.threads += usage.threads;
    }
    for (const int count : {all.descriptors, all.sockets, all.threads,
                            suite_->DatabaseConnections(), suite_->CacheConnections()}) {
      values.push_back(count);
    }
    growth.Add(stopwatch.Elapsed(), values);
  }
  std::printf("%s", growth.Table(15).c_str());
  EXPECT_THAT(growth.Grown(), IsEmpty());
  for (const auto& [kind, seen] : StopCallers("soak")) EXPECT_EQ(seen.failures(), 0) << kind;
  Verify();
}

}  // namespace
}  // namespace vg::faults

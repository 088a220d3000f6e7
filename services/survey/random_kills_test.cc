// kill -9 at random moments, while callers send single responses, streams, corrections and
// withdrawals against a quota. After every start the server is held to what it acknowledged, and
// its counts to its rows.
//
// It kills as often as its time allows and tells how often that was: VOORTGANG_KILL_SECONDS says
// how many seconds on each database, VOORTGANG_KILLS how often at the most (1000 takes some
// minutes).

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include <gmock/gmock.h>

#include "common/sql/database.h"
#include "common/testing/postgres_server.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "common/time/stopwatch.h"
#include "services/survey/api/test_server.h"
#include "services/survey/survey_process.h"

namespace vg::survey {
namespace {

constexpr int kSchools = 40;
constexpr int kLimit = 150;  // Complete responses of staff: soon reached.
constexpr int kWriters = 3;
constexpr int kStreams = 2;
constexpr int kStreamed = 15;  // Responses in a message.
constexpr absl::Duration kLongestLife = absl::Milliseconds(150);
constexpr int kSeconds = 20;  // Of killing, on each database.
constexpr int kFewest = 3;    // In that time, on however slow a machine.
// Reading everything after every start would be most of the test in the long run.
constexpr int kFirstChecks = 20;
constexpr int kCheckEvery = 20;

int FromEnvironment(const char* name, int otherwise) {
  const char* const wanted = std::getenv(name);
  return wanted == nullptr ? otherwise : std::max(1, std::atoi(wanted));
}

std::string School(int number) { return absl::StrCat("schools/10AB", 10 + number); }

// What a response is: absent, or the state with that version.
struct State {
  int version = 0;
  bool partial = false;
  bool withdrawn = false;
  friend bool operator==(const State&, const State&) = default;
};
std::ostream& operator<<(std::ostream& out, const State& state) {
  return out << "version " << state.version << (state.partial ? ", partial" : "")
             << (state.withdrawn ? ", withdrawn" : "");
}

// What one caller knows of a response.
struct Known {
  std::string unit;
  State acknowledged;
  // Asked for, and neither acknowledged nor refused before the server was killed.
  std::optional<State> asked;
};

// One caller, whose responses are its own. Not thread-safe.
class Caller {
 public:
  Caller(std::string prefix, unsigned seed) : prefix_(std::move(prefix)), random_(seed) {}

  const std::map<std::string, Known>& known() const { return known_; }
  int64_t acknowledged() const { return acknowledged_; }

  // Does one thing at random. False: the server is gone.
  bool ActOnce(Stub& stub) {
    std::vector<std::string> open, complete;
    for (const auto& [id, known] : known_) {
      if (known.acknowledged.withdrawn || known.acknowledged.version == 0) continue;
      (known.acknowledged.partial ? open : complete).push_back(id);
    }
    const int dice = Draw(10);
    if (dice < 3 && !open.empty()) return Submit(stub, Any(open), Draw(3) == 0);
    if (dice < 6 && !complete.empty()) return Correct(stub, Any(complete));
    if (dice < 8 && !complete.empty()) return Withdraw(stub, Any(complete));
    return Submit(stub, New(), Draw(3) == 0);
  }

  // Streams messages of new responses until the server is gone or `stop`.
  void Stream(Stub& stub, const std::atomic<bool>& stop) {
    grpc::ClientContext context;
    const auto stream = stub.ImportResponses(&context);
    while (!stop) {
      v1::ImportResponsesRequest request;
      for (int i = 0; i < kStreamed; ++i) {
        const std::string id = New();
        *request.add_responses() = Ask(id, {.version = 1, .partial = Draw(2) == 0});
      }
      v1::ImportResponsesResponse answer;
      if (!stream->Write(request) || !stream->Read(&answer)) break;
      for (const v1::ImportItemResult& item : answer.results()) {
        Settle(item.response().substr(item.response().rfind('/') + 1),
               item.outcome() == v1::IMPORT_OUTCOME_REFUSED
                   ? absl::FailedPreconditionError(item.reason())
                   : absl::OkStatus());
        if (item.outcome() == v1::IMPORT_OUTCOME_REFUSED) {
          EXPECT_EQ(item.reason(), "QUOTA_FULL");
        }
      }
    }
    context.TryCancel();
    stream->Finish();
  }

  // Holds what is there against what this caller knows, and knows better from then on.
  void Compare(const std::map<std::string, State>& there) {
    for (auto& [id, known] : known_) {
      const auto found = there.find(id);
      const State actual = found == there.end() ? State() : found->second;
      if (known.asked && actual == *known.asked) known.acknowledged = actual;
      EXPECT_EQ(actual, known.acknowledged) << id;
      known.asked.reset();
    }
  }

 private:
  int Draw(int most) { return static_cast<int>(random_() % most); }
  const std::string& Any(const std::vector<std::string>& ids) { return ids[Draw(ids.size())]; }
  std::string New() {
    std::string id = absl::StrCat(prefix_, "-", known_.size());
    known_[id].unit = School(Draw(kSchools));
    return id;
  }

  v1::Response Ask(const std::string& id, State state) {
    Known& known = known_.at(id);
    known.asked = state;
    v1::Response response = StaffAnswers(id, known.unit);
    response.set_partial(state.partial);
    response.mutable_answers(0)->set_text(absl::StrCat(state.version));
    return response;
  }
  void Settle(const std::string& id, const absl::Status& status) {
    Known& known = known_.at(id);
    if (status.ok()) {
      known.acknowledged = *known.asked;
      ++acknowledged_;
    }
    known.asked.reset();
  }
  bool Settle(const std::string& id, const grpc::Status& result) {
    const absl::Status status = rpc::FromGrpcStatus(result);
    if (absl::IsUnavailable(status) || absl::IsCancelled(status)) return false;
    if (!status.ok()) {
      EXPECT_THAT(status, HasReason("QUOTA_FULL")) << id;
    }
    Settle(id, status);
    return true;
  }

  bool Submit(Stub& stub, const std::string& id, bool partial) {
    if (known_.at(id).asked) return true;
    v1::SubmitResponseRequest request;
    *request.mutable_response() =
        Ask(id, {.version = known_.at(id).acknowledged.version + 1, .partial = partial});
    grpc::ClientContext context;
    v1::Response response;
    return Settle(id, stub.SubmitResponse(&context, request, &response));
  }
  bool Correct(Stub& stub, const std::string& id) {
    if (known_.at(id).asked) return true;
    v1::CorrectResponseRequest request;
    *request.mutable_response() = Ask(id, {.version = known_.at(id).acknowledged.version + 1});
    request.set_reason("a typing error");
    grpc::ClientContext context;
    v1::Response response;
    return Settle(id, stub.CorrectResponse(&context, request, &response));
  }
  bool Withdraw(Stub& stub, const std::string& id) {
    Known& known = known_.at(id);
    if (known.asked) return true;
    known.asked = known.acknowledged;
    known.asked->withdrawn = true;
    v1::WithdrawResponseRequest request;
    request.set_name("waves/w/responses/" + id);
    grpc::ClientContext context;
    v1::Response response;
    return Settle(id, stub.WithdrawResponse(&context, request, &response));
  }

  const std::string prefix_;
  std::mt19937 random_;
  std::map<std::string, Known> known_;
  int64_t acknowledged_ = 0;
};

class RandomKillsTest : public SurveyTest {
 protected:
  void SetUp() override {
    register_.units = {{"boards/40740", Sector::kNone}};
    for (int i = 0; i < kSchools; ++i) register_.units.push_back({School(i), Sector::kPrimary});
    for (int i = 0; i < kWriters + kStreams; ++i) {
      callers_.push_back(std::make_unique<Caller>(absl::StrCat("c", i), 100 + i));
    }
  }

  // Opens the wave in a process that ends before the real one begins.
  void Prepare(const ServerOptions& options) {
    StartServer(options);
    ASSERT_OK(Publish("leaders", Questions()));
    ASSERT_OK(Publish("staff", Questions(v1::ROLE_STAFF)));
    ASSERT_OK(Publish("boards", Questions(v1::ROLE_BOARD)));
    v1::OpenWaveRequest request = WaveRequest();
    request.mutable_wave()->mutable_close_time()->set_seconds(4'102'444'800);
    v1::Quota& quota = *request.mutable_wave()->add_quotas();
    quota.set_id("staff");
    quota.set_role(v1::ROLE_STAFF);
    quota.set_limit(kLimit);
    ASSERT_OK(Call(&Stub::OpenWave, request));
    client_.reset();
    server_.reset();
  }

  // Does the harm, and says whether the process lives on.
  using Strike = absl::FunctionRef<bool(SurveyProcess& process)>;

  static bool KillIt(SurveyProcess& process) {
    process.Kill();
    return false;
  }

  void KillAtRandom(const std::string& place, const std::string& database_url,
                    Strike strike = KillIt) {
    std::mt19937 random(20261124);
    int kills = FromEnvironment("VOORTGANG_KILLS", std::numeric_limits<int>::max());
    const absl::Duration longest =
        absl::Seconds(FromEnvironment("VOORTGANG_KILL_SECONDS", kSeconds));
    const Stopwatch watch;
    std::unique_ptr<SurveyProcess> alive;
    for (int kill = 0; kill <= kills; ++kill) {
      if (watch.Elapsed() > longest && kill >= kFewest) kills = kill;
      if (alive == nullptr) alive = std::make_unique<SurveyProcess>(place);
      SurveyProcess& process = *alive;
      ASSERT_TRUE(process.answers());
      if (kill < kFirstChecks || kill % kCheckEvery == 0 || kill == kills) {
        // Of a database that was killed connections may still be broken.
        ASSERT_TRUE(WaitUntil([&] { return Reads(process.stub()); }));
        ASSERT_NO_FATAL_FAILURE(Check(process.stub(), database_url));
        if (HasFailure()) {
          FAIL() << "after " << kill << " kills";
        }
      }
      if (kill == kills) break;
      std::atomic<bool> stop = false;
      std::vector<std::thread> threads;
      for (size_t i = 0; i < callers_.size(); ++i) {
        threads.emplace_back([&, i] {
          if (i < kStreams) return callers_[i]->Stream(process.stub(), stop);
          while (!stop && callers_[i]->ActOnce(process.stub())) {
          }
        });
      }
      LetPass(kLongestLife * std::uniform_real_distribution<double>(0, 1)(random));
      const bool lives = strike(process);
      stop = true;
      for (std::thread& thread : threads) thread.join();
      if (!lives) alive.reset();
    }
    int64_t acknowledged = 0;
    for (const auto& caller : callers_) acknowledged += caller->acknowledged();
    std::cout << kills << " kills in " << absl::FormatDuration(watch.Elapsed()) << ", "
              << acknowledged << " changes acknowledged, none lost, none counted twice\n";
    EXPECT_GT(acknowledged, kills / 2);
  }

  static bool Reads(Stub& stub) {
    grpc::ClientContext context;
    v1::GetWaveRequest request;
    request.set_name("waves/w");
    v1::Wave wave;
    return stub.GetWave(&context, request, &wave).ok();
  }

  // Everything acknowledged is there once, and every count is that of the rows.
  void Check(Stub& stub, const std::string& database_url) {
    std::map<std::string, State> there;
    int64_t complete = 0, partial = 0, withdrawn = 0;
    v1::ListResponsesRequest request;
    request.set_parent("waves/w");
    request.set_show_withdrawn(true);
    request.set_page_size(500);
    do {
      grpc::ClientContext context;
      v1::ListResponsesResponse page;
      ASSERT_OK(rpc::FromGrpcStatus(stub.ListResponses(&context, request, &page)));
      for (const v1::Response& response : page.responses()) {
        State state{.version = std::atoi(response.answers(7).text().c_str()),
                    .partial = response.partial(),
                    .withdrawn = response.has_withdraw_time()};
        EXPECT_EQ(response.revision(), state.version + (state.withdrawn ? 1 : 0));
        ++(state.withdrawn ? withdrawn : state.partial ? partial : complete);
        EXPECT_TRUE(there.emplace(response.name().substr(18), state).second);
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    for (const auto& caller : callers_) caller->Compare(there);
    for (const auto& [id, state] : there) {
      EXPECT_TRUE(std::any_of(callers_.begin(), callers_.end(), [&](const auto& caller) {
        return caller->known().contains(id);
      })) << id;
    }

    grpc::ClientContext context;
    v1::GetWaveProgressRequest progress_request;
    progress_request.set_name("waves/w");
    v1::WaveProgress progress;
    ASSERT_OK(rpc::FromGrpcStatus(stub.GetWaveProgress(&context, progress_request, &progress)));
    for (const v1::RoleProgress& role : progress.roles()) {
      if (role.role() != v1::ROLE_STAFF) continue;
      EXPECT_EQ(role.complete_responses(), complete);
      EXPECT_EQ(role.partial_responses(), partial);
      EXPECT_EQ(role.withdrawn_responses(), withdrawn);
    }
    EXPECT_LE(complete, kLimit);
    EXPECT_EQ(Taken(database_url), complete);
    EXPECT_EQ(Counting(stub), complete + partial);
  }

  // How many responses count in the quota.
  static int64_t Taken(const std::string& database_url) {
    const auto database = sql::Database::Open(database_url);
    EXPECT_OK(database);
    int64_t taken = 0;
    EXPECT_OK((*database)->Read([&taken](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(
          const auto found,
          transaction.QueryInt64("SELECT taken FROM quota_count WHERE quota = 'staff'"));
      taken = found.value_or(0);
      return absl::OkStatus();
    }));
    return taken;
  }

  // How many responses count according to the feed, whose numbers have no gaps.
  static int64_t Counting(Stub& stub) {
    std::map<std::string, std::string> counting;  // By name: digest.
    std::map<int, int64_t> numbers;
    grpc::ClientContext context;
    const auto reader = stub.TailResponseChanges(&context, {});
    v1::TailResponseChangesResponse batch;
    while (reader->Read(&batch)) {
      for (const v1::ResponseChange& change : batch.changes()) {
        EXPECT_EQ(change.position().number(), ++numbers[change.position().partition()]);
        if (change.has_before()) {
          EXPECT_EQ(counting[change.before().name()], change.before().digest());
          counting.erase(change.before().name());
        }
        if (change.has_after()) {
          EXPECT_TRUE(counting.emplace(change.after().name(), change.after().digest()).second);
        }
      }
    }
    EXPECT_OK(rpc::FromGrpcStatus(reader->Finish()));
    return static_cast<int64_t>(counting.size());
  }

  std::vector<std::unique_ptr<Caller>> callers_;
};

TEST_F(RandomKillsTest, LoseNothingAndCountNothingTwiceOnSqlite) {
  const TempDir folder;
  ServerOptions options = TestServerOptions();
  options.data_dir = folder.path();
  Prepare(options);
  KillAtRandom("--data_dir=" + folder.path(), "sqlite:" + folder.File("survey.db"));
}

TEST_F(RandomKillsTest, LoseNothingAndCountNothingTwiceOnPostgres) {
  const std::string url = PostgresServer::Shared().NewDatabase();
  ServerOptions options = TestServerOptions();
  options.database_url = url;
  Prepare(options);
  KillAtRandom("--database_url=" + url, url);
}

// The database itself crashes, sometimes with the server; the server goes on when it is back.
TEST_F(RandomKillsTest, LoseNothingAndCountNothingTwiceWhenPostgresItselfIsKilled) {
  auto started = PostgresServer::Start({.durable = true});
  ASSERT_OK(started);
  PostgresServer& postgres = **started;
  const std::string url = postgres.NewDatabase();
  ServerOptions options = TestServerOptions();
  options.database_url = url;
  Prepare(options);
  std::mt19937 random(20261128);
  KillAtRandom("--database_url=" + url, url, [&](SurveyProcess& process) {
    const bool both = random() % 3 == 0;
    postgres.Kill();
    if (both) process.Kill();
    EXPECT_OK(postgres.Restart());
    return !both;
  });
}

}  // namespace
}  // namespace vg::survey

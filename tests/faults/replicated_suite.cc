#include "tests/faults/replicated_suite.h"

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include <gtest/gtest.h>

#include "common/testing/free_port.h"
#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"
#include "tests/e2e/suite_process.h"

namespace vg::faults {
namespace {

// Long enough for callers to notice that a replica is about to go.
constexpr char kDrainDelay[] = "500ms";

}  // namespace

const std::vector<std::string>& Services() {
  static const std::vector<std::string>& services = *new std::vector<std::string>{
      "registry", "survey", "catalogue", "funding", "indicators", "report"};
  return services;
}

ReplicatedSuite::ReplicatedSuite(Connections connections) {
  auto postgres = PostgresServer::Start({.durable = true});
  EXPECT_OK(postgres);
  postgres_ = *std::move(postgres);
  auto redis = RedisServer::Start();
  EXPECT_OK(redis);
  redis_ = *std::move(redis);
  for (const std::string& service : Services()) {
    databases_[service] = postgres_->NewDatabase();
    for (int i = 0; i < kReplicas; ++i) {
      replicas_[service].push_back(
          {.port = FreePort(), .http_port = FreePort(), .process = nullptr});
      replicas_[service].back().listens = replicas_[service].back().port;
    }
  }
  cache_ = redis_->url();
  if (connections == Connections::kThroughProxy) GoThroughProxy();
}

void ReplicatedSuite::GoThroughProxy() {
  std::map<std::string, std::string> routes;
  const auto local = [](int port) { return absl::StrCat("127.0.0.1:", port); };
  for (auto& [service, replicas] : replicas_) {
    for (Replica& replica : replicas) {
      replica.listens = FreePort();
      routes[local(replica.port)] = local(replica.listens);
    }
  }
  // The socket's name is of PostgreSQL's choosing; its folder is the URL's.
  const std::string socket = "/.s.PGSQL.5432";
  const std::string url = databases_.begin()->second;
  const std::string host = url.substr(url.find("host=") + 5, url.find('&') - url.find("host=") - 5);
  routes[folder_.path() + socket] = absl::StrReplaceAll(host, {{"%2F", "/"}}) + socket;
  for (auto& [service, database] : databases_) {
    database = absl::StrReplaceAll(database,
                                   {{host, absl::StrReplaceAll(folder_.path(), {{"/", "%2F"}})}});
  }
  routes[folder_.File("redis")] = redis_->url().substr(sizeof("unix://") - 1);
  cache_ = "unix://" + folder_.File("redis");
  proxy_ = std::make_unique<CuttingProxy>(routes);
}

bool ReplicatedSuite::Start() {
  // All at once: replicas race for the migrations.
  for (const std::string& service : Services()) {
    for (int i = 0; i < kReplicas; ++i) Launch(service, i);
  }
  for (const std::string& service : Services()) {
    for (int i = 0; i < kReplicas; ++i) {
      if (!AwaitReady(service, i)) return false;
    }
  }
  return true;
}

std::string ReplicatedSuite::AddressOf(const std::string& service) const {
  return absl::StrJoin(replicas_.at(service), ",", [](std::string* out, const Replica& replica) {
    absl::StrAppend(out, "127.0.0.1:", replica.port);
  });
}

std::string ReplicatedSuite::AddressOf(const std::string& service, int replica) const {
  return absl::StrCat("127.0.0.1:", replicas_.at(service)[replica].port);
}

std::string ReplicatedSuite::Addresses() const {
  std::vector<std::string> all;
  for (const auto& [service, replicas] : replicas_) {
    for (const Replica& replica : replicas) {
      all.push_back(absl::StrCat(service, "=127.0.0.1:", replica.port));
    }
  }
  return absl::StrJoin(all, ",");
}

void ReplicatedSuite::Launch(const std::string& service, int replica,
                             const std::vector<std::string>& flags) {
  Replica& one = replicas_.at(service)[replica];
  // A small cache is soon as full as it gets, so that a soak does not take its filling for growth.
  std::vector<std::string> command = {ProgramPath("voortgang-" + service),
                                      absl::StrCat("--listen=127.0.0.1:", one.listens),
                                      "--admin-listen=none",
                                      absl::StrCat("--http-listen=127.0.0.1:", one.http_port),
                                      "--database-url=" + databases_.at(service),
                                      "--cache-url=" + cache_,
                                      "--cache-bytes=1048576",
                                      absl::StrCat("--drain-delay=", kDrainDelay),
                                      "--health-interval=200ms",
                                      "--log-severity=warning"};
  for (const std::string& flag : flags) {
    const std::string name = flag.substr(0, flag.find('=') + 1);
    std::erase_if(command, [&](const std::string& word) { return absl::StartsWith(word, name); });
    command.push_back(flag);
  }
  for (const std::string& peer : Services()) {
    if (peer == service) break;
    for (const Replica& other : replicas_.at(peer)) {
      command.push_back(absl::StrCat("--peers=", peer, "=127.0.0.1:", other.port));
    }
  }
  auto process = ChildProcess::Start(
      command, {.output = folder_.File(absl::StrCat(service, replica, ".log"))});
  EXPECT_OK(process);
  one.process = *std::move(process);
}

bool ReplicatedSuite::AwaitReady(const std::string& service, int replica) {
  Replica& one = replicas_.at(service)[replica];
  const bool ready = WaitUntil(
      [&] {
        return !one.process->Running() || e2e::HttpGet(one.http_port, "/readyz").status == 200;
      },
      absl::Seconds(60));
  EXPECT_TRUE(ready && one.process->Running()) << service << ": " << LogOf(service, replica);
  return ready && one.process->Running();
}

void ReplicatedSuite::Kill(const std::string& service, int replica) {
  ChildProcess& process = *replicas_.at(service)[replica].process;
  process.Signal(SIGKILL);
  process.Wait();
}

int ReplicatedSuite::Terminate(const std::string& service, int replica) {
  ChildProcess& process = *replicas_.at(service)[replica].process;
  process.Signal(SIGTERM);
  return process.Wait(absl::Seconds(40));
}

int64_t ReplicatedSuite::CallsAnswered(const std::string& service, int replica) const {
  const std::string own = absl::StrCat("grpc_service=\"voortgang.", service, ".");
  const std::string metrics =
      e2e::HttpGet(replicas_.at(service)[replica].http_port, "/metrics").body;
  int64_t answered = 0;
  for (const absl::string_view line : absl::StrSplit(metrics, '\n')) {
    double count = 0;
    if (absl::StartsWith(line, "grpc_server_handled_total{") && absl::StrContains(line, own) &&
        absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &count)) {
      answered += static_cast<int64_t>(count);
    }
  }
  return answered;
}

std::map<std::string, int64_t> ReplicatedSuite::CacheRequests(const std::string& service) const {
  static constexpr absl::string_view kSeries = "voortgang_cache_requests_total{result=\"";
  std::map<std::string, int64_t> requests;
  for (const Replica& replica : replicas_.at(service)) {
    const std::string metrics = e2e::HttpGet(replica.http_port, "/metrics").body;
    for (absl::string_view line : absl::StrSplit(metrics, '\n')) {
      double count = 0;
      if (!absl::ConsumePrefix(&line, kSeries)) continue;
      if (absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &count)) {
        requests[std::string(line.substr(0, line.find('"')))] += static_cast<int64_t>(count);
      }
    }
  }
  return requests;
}

void ReplicatedSuite::CutDatabaseConnections() {
  EXPECT_THAT(RunProgram({"psql", postgres_->url("postgres"), "-qAtc",
                          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                          "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"},
                         {}),
              IsOkAndHolds(0));
}

ReplicatedSuite::Usage ReplicatedSuite::UsageOf(const std::string& service) const {
  Usage usage;
  for (const Replica& replica : replicas_.at(service)) {
    const std::string proc = absl::StrCat("/proc/", replica.process->pid());
    std::ifstream statm(proc + "/statm");
    int64_t total = 0, resident = 0;
    statm >> total >> resident;
    usage.resident_bytes += resident * sysconf(_SC_PAGESIZE);
    std::error_code gone;
    for (std::filesystem::directory_iterator entry(proc + "/task", gone), end; entry != end;
         entry.increment(gone)) {
      ++usage.threads;
    }
    for (std::filesystem::directory_iterator entry(proc + "/fd", gone), end; entry != end;
         entry.increment(gone)) {
      ++usage.descriptors;
      std::error_code closed;
      const std::string what = std::filesystem::read_symlink(entry->path(), closed).string();
      if (absl::StartsWith(what, "socket:")) ++usage.sockets;
    }
  }
  return usage;
}

int ReplicatedSuite::DatabaseConnections() const {
  const TempDir folder;
  EXPECT_THAT(RunProgram({"psql", postgres_->url("postgres"), "-qAtc",
                          "SELECT count(*) FROM pg_stat_activity "
                          "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"},
                         {.output = folder.File("count")}),
              IsOkAndHolds(0));
  int count = -1;
  EXPECT_TRUE(absl::SimpleAtoi(ReadFile(folder.File("count")), &count));
  return count;
}

int ReplicatedSuite::CacheConnections() const {
  const auto clients = redis_->Command({"INFO", "clients"});
  EXPECT_OK(clients);
  constexpr absl::string_view kName = "connected_clients:";
  int count = -1;
  const size_t at = clients->find(std::string(kName)) + kName.size();
  EXPECT_TRUE(absl::SimpleAtoi(clients->substr(at, clients->find('\r', at) - at), &count));
  return count - 1;  // Without the one that asks.
}

std::string ReplicatedSuite::LogOf(const std::string& service, int replica) const {
  const std::string path = folder_.File(absl::StrCat(service, replica, ".log"));
  return std::filesystem::exists(path) ? ReadFile(path) : "";
}

}  // namespace vg::faults

#include "common/testing/postgres_server.h"

#include <dirent.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include <libpq-fe.h>

#include "common/status/status_macros.h"

namespace vg {
namespace {

namespace fs = std::filesystem;
constexpr char kUser[] = "postgres";
constexpr char kPort[] = "5432";  // Names the socket in our own folder; no TCP port is opened.
constexpr absl::Duration kStartTimeout = absl::Seconds(60);

// The folder of initdb and postgres, the newest version; empty if the machine has none.
std::string FindPrograms() {
  std::string best;
  int best_version = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > best_version && fs::exists(entry.path() / "bin" / "initdb", ignored)) {
      best = (entry.path() / "bin").string();
      best_version = version;
    }
  }
  return best;
}

// Sends a signal to the server and to all of its helper processes.
void SignalFamily(pid_t postmaster, int signal) {
  kill(postmaster, signal);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    std::ifstream stat(entry.path() / "stat");
    std::string line;
    std::getline(stat, line);
    const size_t end_of_name = line.rfind(')');
    int parent = 0;
    if (end_of_name != std::string::npos &&
        std::sscanf(line.c_str() + end_of_name + 1, " %*c %d", &parent) == 1 &&
        parent == postmaster) {
      kill(pid, signal);
    }
  }
}

}  // namespace

PostgresServer::PostgresServer(Options options, std::string bin)
    : options_(options), bin_(std::move(bin)) {}

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::Start(Options options) {
  const std::string bin = FindPrograms();
  if (bin.empty()) {
    return absl::InternalError("no PostgreSQL on this machine; tools/setup.sh installs it");
  }
  std::unique_ptr<PostgresServer> server(new PostgresServer(options, bin));
  const std::string& dir = server->dir_.path();
  if (geteuid() == 0) {
    const passwd* user = getpwnam(kUser);
    if (user == nullptr || chown(dir.c_str(), user->pw_uid, user->pw_gid) != 0) {
      return absl::InternalError("PostgreSQL refuses to run as root and there is no user postgres");
    }
  }
  ASSIGN_OR_RETURN(const int code,
                   RunProgram({bin + "/initdb", "-D", dir + "/data", "-A", "trust", "-U", kUser,
                               "--no-sync", "--wal-segsize=1", "-E", "UTF8", "--locale=C.UTF-8"},
                              {.output = dir + "/log", .user = kUser}));
  if (code != 0) {
    return absl::InternalError(absl::StrCat("initdb failed: ", server->LogTail()));
  }
  RETURN_IF_ERROR(server->Launch());
  return server;
}

PostgresServer& PostgresServer::Shared() {
  static const std::unique_ptr<PostgresServer> server = [] {
    auto started = Start();
    if (!started.ok()) {
      std::fprintf(stderr, "%s\n", started.status().ToString().c_str());
      std::abort();
    }
    return *std::move(started);
  }();
  return *server;
}

PostgresServer::~PostgresServer() { Kill(); }

absl::Status PostgresServer::Launch() {
  const std::string& dir = dir_.path();
  const std::string fsync = options_.durable ? "on" : "off";
  ASSIGN_OR_RETURN(process_, ChildProcess::Start(
                                 {bin_ + "/postgres",
                                  "-D",
                                  dir + "/data",
                                  "-k",
                                  dir,
                                  "-p",
                                  kPort,
                                  "-c",
                                  "listen_addresses=",
                                  "-c",
                                  "shared_buffers=32MB",
                                  "-c",
                                  "max_connections=200",
                                  "-c",
                                  "fsync=" + fsync,
                                  "-c",
                                  "recovery_init_sync_method=syncfs",
                                  "-c",
                                  "jit=off",
                                  "-c",
                                  "deadlock_timeout=200ms",
                                  "-c",
                                  "timezone=UTC"},
                                 {.output = dir + "/log", .user = kUser, .death_signal = SIGQUIT}));
  const std::string server = url("postgres");
  const absl::Time deadline = absl::Now() + kStartTimeout;
  while (PQping(server.c_str()) != PQPING_OK) {
    if (!process_->Running() || absl::Now() > deadline) {
      return absl::InternalError(absl::StrCat("PostgreSQL did not start: ", LogTail()));
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  return absl::OkStatus();
}

std::string PostgresServer::LogTail() const {
  constexpr size_t kMost = 2000;
  const std::string log = ReadFile(dir_.File("log"));
  return log.size() > kMost ? log.substr(log.size() - kMost) : log;
}

std::string PostgresServer::url(const std::string& database) const {
  std::string host;
  for (const char c : dir_.path()) {
    if (c == '/') {
      host += "%2F";
    } else {
      host += c;
    }
  }
  return absl::StrCat("postgresql://", kUser, "@/", database, "?host=", host, "&port=", kPort);
}

std::string PostgresServer::NewDatabase() {
  static std::atomic<int> count = 0;
  const std::string name = absl::StrCat("t", ++count);
  PGconn* connection = PQconnectdb(url("postgres").c_str());
  PGresult* result = PQexec(connection, absl::StrCat("CREATE DATABASE ", name).c_str());
  if (PQresultStatus(result) != PGRES_COMMAND_OK) {
    std::fprintf(stderr, "cannot create a database: %s\n", PQerrorMessage(connection));
    std::abort();
  }
  PQclear(result);
  PQfinish(connection);
  return url(name);
}

void PostgresServer::Kill() {
  if (process_ == nullptr) return;
  Resume();
  process_->Signal(SIGQUIT);
  process_->Wait(absl::Seconds(10));
  process_.reset();
}

void PostgresServer::Stop() {
  if (process_ == nullptr) return;
  Resume();
  process_->Signal(SIGINT);
  process_->Wait(absl::Seconds(30));
  process_.reset();
}

absl::Status PostgresServer::Restart() {
  Stop();
  return Launch();
}

void PostgresServer::Pause() {
  if (process_ != nullptr) SignalFamily(process_->pid(), SIGSTOP);
}

void PostgresServer::Resume() {
  if (process_ != nullptr) SignalFamily(process_->pid(), SIGCONT);
}

}  // namespace vg

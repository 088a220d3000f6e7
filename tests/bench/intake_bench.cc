// Durable intake beside what the machine itself can do, measured in one run; see
// tools/bench-intake.sh. Each figure is the median of rounds in which both sides take turns, so
// that a machine that is busy for a while slows both.

#include <algorithm>
#include <atomic>
#include <ctime>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <CLI/CLI.hpp>

#include "common/log/log.h"
#include "common/status/status_macros.h"
#include "common/testing/places.h"
#include "common/testing/postgres_server.h"
#include "common/testing/temp_dir.h"
#include "tests/bench/baselines.h"
#include "tests/bench/load.h"
#include "tests/bench/servers.h"

namespace vg::bench {
namespace {

constexpr char kRow[] = "%-52s %9s  %5s  %5s  %-4s %9s %9s\n";

struct Options {
  std::string only;  // "single", "overload", "sqlite" or "postgres"; empty: all.
  int rounds = 5;
  int batch = 500;
  int messages = 60;
  int window = 4;
  Callers callers;
  std::vector<int> connections = {1, 4};  // Of single submissions: each count is measured.
  std::string folder;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void PrintHead() { absl::PrintF(kRow, "", "a second", "ratio", "goal", "met", "p50 ms", "p99 ms"); }

void PrintBaseline(const std::string& what, double per_second, const std::string& ratio = "") {
  absl::PrintF(kRow, what, absl::StrFormat("%.0f", per_second), ratio, "", "", "", "");
}

// `ours` and `theirs` by round.
void PrintRatio(const std::string& what, const std::vector<Measured>& ours,
                const std::vector<double>& theirs, double goal) {
  std::vector<double> rates, p50, p99;
  for (const Measured& measured : ours) {
    rates.push_back(measured.per_second);
    p50.push_back(absl::ToDoubleMilliseconds(measured.median));
    p99.push_back(absl::ToDoubleMilliseconds(measured.p99));
  }
  const double ratio = Median(rates) / Median(theirs);
  absl::PrintF(kRow, what, absl::StrFormat("%.0f", Median(rates)), absl::StrFormat("%.2f", ratio),
               absl::StrFormat("%.2f", goal), ratio >= goal ? "yes" : "no",
               absl::StrFormat("%.1f", Median(p50)), absl::StrFormat("%.1f", Median(p99)));
}

// What servers spend on a call stays the same when others use the machine.
class CpuPerCall {
 public:
  explicit CpuPerCall(const ServerProcess& server) : server_(server) {}

  absl::StatusOr<Measured> Measure(const Callers& callers, std::atomic<int64_t>& number) {
    const int64_t first = number;
    const absl::Duration before = server_.CpuTime();
    const std::clock_t own = std::clock();
    ASSIGN_OR_RETURN(const Measured measured, Submit(server_.address(), callers, number));
    const auto calls = static_cast<double>(number - first);
    server_us_.push_back(absl::ToDoubleMicroseconds(server_.CpuTime() - before) / calls);
    callers_us_.push_back(1e6 * static_cast<double>(std::clock() - own) / CLOCKS_PER_SEC / calls);
    return measured;
  }

  double server_us() const { return Median(server_us_); }
  double callers_us() const { return Median(callers_us_); }

 private:
  const ServerProcess& server_;
  std::vector<double> server_us_;
  std::vector<double> callers_us_;
};

std::string CallersOn(const Callers& callers) {
  return absl::StrCat(callers.count, " callers, ", callers.connections,
                      callers.connections == 1 ? " connection" : " connections");
}

absl::Status Single(const Options& options, const std::string& program, int connections) {
  Callers callers = options.callers;
  callers.connections = connections;
  ASSIGN_OR_RETURN(const ServerProcess echo,
                   ServerProcess::Start({program}, "--echo=", options.folder + "/echo.log"));
  ASSIGN_OR_RETURN(const ServerProcess keeper,
                   ServerProcess::Start({program, absl::StrCat("--keep=", options.folder, "/kept",
                                                               connections, ".db")},
                                        "--echo=", options.folder + "/keeper.log"));
  ASSIGN_OR_RETURN(
      const ServerProcess survey,
      StartSurvey(absl::StrCat("sqlite:", options.folder, "/single", connections, ".db"),
                  options.folder + "/single.log"));
  std::atomic<int64_t> number = 0;
  CpuPerCall echo_calls(echo);
  CpuPerCall keeper_calls(keeper);
  CpuPerCall survey_calls(survey);
  std::vector<double> echoed;
  std::vector<double> kept;
  std::vector<Measured> submitted;
  for (int round = -1; round < options.rounds; ++round) {
    ASSIGN_OR_RETURN(const Measured theirs, echo_calls.Measure(callers, number));
    ASSIGN_OR_RETURN(const Measured least, keeper_calls.Measure(callers, number));
    ASSIGN_OR_RETURN(const Measured ours, survey_calls.Measure(callers, number));
    if (round < 0) continue;  // Warm.
    echoed.push_back(theirs.per_second);
    kept.push_back(least.per_second);
    submitted.push_back(ours);
  }
  PrintBaseline("bare gRPC echo, " + CallersOn(callers), Median(echoed));
  PrintBaseline("  that first commits plain inserts, SQLite", Median(kept),
                absl::StrFormat("%.2f", Median(kept) / Median(echoed)));
  PrintRatio("single submissions, " + CallersOn(callers), submitted, echoed, 0.55);
  absl::PrintF(
      "  processor time a call, us: echo %.0f (its callers %.0f), with inserts %.0f (%.0f), "
      "survey %.0f (%.0f)\n",
      echo_calls.server_us(), echo_calls.callers_us(), keeper_calls.server_us(),
      keeper_calls.callers_us(), survey_calls.server_us(), survey_calls.callers_us());
  return absl::OkStatus();
}

// Single submissions by as many callers as the server is busiest with, and by three times as many
// as it has room for: those that do not fit are refused, and the others are served as before.
absl::Status Overload(const Options& options) {
  constexpr int kRoom = 512;  // Calls that wait for a round; see rpc::Rounds.
  ASSIGN_OR_RETURN(const ServerProcess survey,
                   StartSurvey(absl::StrCat("sqlite:", options.folder, "/overload.db"),
                               options.folder + "/overload.log"));
  std::atomic<int64_t> number = 0;
  Callers many = options.callers;
  many.may_be_refused = true;
  std::vector<double> best;
  std::vector<Measured> overloaded;
  for (int round = -1; round < options.rounds; ++round) {
    double fastest = 0;
    for (const int count : {options.callers.count, 4 * options.callers.count, kRoom / 2}) {
      many.count = count;
      ASSIGN_OR_RETURN(const Measured measured, Submit(survey.address(), many, number));
      fastest = std::max(fastest, measured.per_second);
    }
    many.count = 3 * kRoom;
    ASSIGN_OR_RETURN(const Measured measured, Submit(survey.address(), many, number));
    if (round < 0) continue;  // Warm.
    best.push_back(fastest);
    overloaded.push_back(measured);
  }
  PrintBaseline("single submissions, as many callers as serve it best", Median(best));
  PrintRatio(absl::StrCat("single submissions, ", 3 * kRoom, " callers, room for ", kRoom),
             overloaded, best, 0.8);
  absl::PrintF("  refused in the last round: %d calls, the slowest after %.0f ms\n",
               overloaded.back().refused,
               absl::ToDoubleMilliseconds(overloaded.back().slowest_refusal));
  return absl::OkStatus();
}

// `plain` gives the baseline's rows per second.
absl::Status Streamed(const Options& options, const std::string& database,
                      const std::string& database_url, const std::string& baseline, double goal,
                      const std::function<absl::StatusOr<double>(int round)>& plain,
                      const Batches& batches) {
  ASSIGN_OR_RETURN(const ServerProcess survey,
                   StartSurvey(database_url, absl::StrCat(options.folder, "/", database, ".log")));
  int64_t number = 0;
  const auto import = [&](int messages) {
    return Import(survey.address(), batches, messages, options.window, number);
  };
  std::vector<double> inserted;
  std::vector<Measured> streamed;
  for (int round = -1; round < options.rounds; ++round) {
    ASSIGN_OR_RETURN(const double theirs, plain(round));
    ASSIGN_OR_RETURN(const Measured ours, import(options.messages));
    if (round < 0) continue;  // Warm.
    inserted.push_back(theirs);
    streamed.push_back(ours);
  }
  PrintBaseline(baseline, Median(inserted));
  PrintRatio(absl::StrCat("streamed responses, checked and durable, ", database), streamed,
             inserted, goal);

  constexpr double kMebibyte = 1 << 20;
  const double before = static_cast<double>(survey.ResidentBytes()) / kMebibyte;
  RETURN_IF_ERROR(import(options.messages).status());
  const double after = static_cast<double>(survey.ResidentBytes()) / kMebibyte;
  RETURN_IF_ERROR(import(4 * options.messages).status());
  const double after_long = static_cast<double>(survey.ResidentBytes()) / kMebibyte;
  absl::PrintF("  memory: %.0f MiB, after a stream of %d responses %.0f, after one of %d %.0f\n",
               before, options.messages * options.batch, after,
               4 * options.messages * options.batch, after_long);
  return absl::OkStatus();
}

absl::Status Sqlite(const Options& options, const Batches& batches) {
  return Streamed(
      options, "SQLite", absl::StrCat("sqlite:", options.folder, "/stream.db"),
      "plain prepared inserts, SQLite", 0.4,
      [&](int round) {
        return InsertPlainly(absl::StrCat(options.folder, "/plain", round, ".db"), batches,
                             options.messages);
      },
      batches);
}

absl::Status Postgres(const Options& options, const Batches& batches) {
  ASSIGN_OR_RETURN(const auto server, PostgresServer::Start({.durable = true}));
  const std::string plain = server->NewDatabase();
  return Streamed(
      options, "PostgreSQL", server->NewDatabase(), "plain COPY, PostgreSQL", 0.5,
      [&](int) { return CopyPlainly(plain, batches, options.messages); }, batches);
}

absl::Status Run(const Options& options, const std::string& program) {
  const auto wanted = [&](std::string_view part) {
    return options.only.empty() || options.only == part;
  };
  const Batches batches(options.batch);
  PrintHead();
  for (const int connections : options.connections) {
    if (wanted("single")) RETURN_IF_ERROR(Single(options, program, connections));
  }
  if (wanted("overload")) RETURN_IF_ERROR(Overload(options));
  if (wanted("sqlite")) RETURN_IF_ERROR(Sqlite(options, batches));
  if (wanted("postgres")) RETURN_IF_ERROR(Postgres(options, batches));
  return absl::OkStatus();
}

}  // namespace
}  // namespace vg::bench

int main(int argc, char** argv) {
  using namespace vg;  // NOLINT
  bench::Options options;
  std::string echo;
  std::string keep;
  CLI::App app("Measures the intake of responses beside the machine's own limits.");
  app.add_option("--only", options.only, "One part: single, overload, sqlite or postgres");
  app.add_option("--rounds", options.rounds, "How often each side is measured");
  app.add_option("--batch", options.batch, "Responses per message of a stream");
  app.add_option("--messages", options.messages, "Messages per stream");
  app.add_option("--window", options.window, "Messages that may be unanswered");
  app.add_option("--callers", options.callers.count, "Callers of single submissions");
  app.add_option("--connections", options.connections,
                 "Connections that they share, one count or several: each is measured");
  app.add_option("--echo", echo, "Be the echo server on this address");
  app.add_option("--keep", keep,
                 "As the echo server, first keep what comes in this new SQLite file");
  CLI11_PARSE(app, argc, argv);
  if (!echo.empty()) {
    return keep.empty() ? bench::ServeEcho(echo) : bench::ServeKeeper(echo, keep);
  }
  log::SetMinimumSeverity(log::Severity::kError);
  const TempDir folder;
  options.folder = folder.path();
  const absl::Status status = bench::Run(options, argv[0]);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}

// How long it takes to allocate money over a country, exactly, beside the same rules in floating
// point.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"

#include "common/status/status_macros.h"
#include "common/yaml/yaml.h"
#include "services/funding/api/scheme_proto.h"
#include "services/funding/domain/calculation/run.h"
#include "tests/bench/funding_baseline.h"
#include "tests/bench/funding_population.h"
#include "voortgang/funding/v1/scheme.pb.h"
#include <sys/resource.h>

namespace vg::bench {
namespace {

struct Options {
  std::string schemes = "deploy/examples/schemes";
  std::vector<size_t> sizes = {9'000, 100'000, 1'000'000};
  size_t municipalities = 345;
  int threads = static_cast<int>(std::thread::hardware_concurrency());
  std::string export_file;
};

struct Cost {
  double cpu = 0;
  double wall = 0;

  Cost& operator+=(const Cost& other) {
    cpu += other.cpu;
    wall += other.wall;
    return *this;
  }
};

template <typename Work>
Cost Measure(const Work& work) {
  const std::clock_t cpu = std::clock();
  const auto wall = std::chrono::steady_clock::now();
  work();
  return {static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC,
          std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count()};
}

long PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

absl::StatusOr<funding::Calculator> Load(const Options& options, const std::string& name) {
  std::ifstream file(options.schemes + "/" + name);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  voortgang::funding::v1::Scheme scheme;
  RETURN_IF_ERROR(ParseYaml(text, &scheme));
  return funding::Compile(scheme);
}

// Amounts that floating point has wrong, and by how much at most, in cents.
struct Errors {
  size_t wrong = 0;
  double most = 0;

  void Count(const std::optional<Money>& exact, double other) {
    const double cents = exact.has_value() ? static_cast<double>(exact->cents) : -1.0;
    const double difference = std::abs(std::round(other * 100.0) - cents);
    if (difference < 1.0) return;
    ++wrong;
    most = std::max(most, difference);
  }
};

void Export(const Country& country, const std::string& path) {
  std::ofstream file(path);
  file << "bo,sbo,so,vso,vo,pro,vbo_upper,vavo,score_hundredths,cumi,kind,municipality\n";
  for (size_t i = 0; i < country.schools(); ++i) {
    for (const auto& column : country.pupils) file << column[i] << ',';
    file << country.score_hundredths[i] << ',' << country.cumi[i] << ',' << country.kind[i] << ','
         << country.municipality[i] << '\n';
  }
}

absl::Status Run(const Options& options) {
  ASSIGN_OR_RETURN(const funding::Calculator base, Load(options, "npo-schools-2021-2022.yaml"));
  ASSIGN_OR_RETURN(const funding::Calculator supplement,
                   Load(options, "npo-labour-market-2021-2022.yaml"));
  ASSIGN_OR_RETURN(const funding::Calculator grant,
                   Load(options, "npo-municipalities-2021-2022.yaml"));
  const funding::SnapshotIdentity snapshot{"bench", "", absl::CivilDay(2020, 10, 1)};
  std::printf("%10s  %-34s %9s %9s %9s %9s  %s\n", "schools", "", "CPU s", "us each", "wall s",
              "peak MB", "result");
  for (const size_t size : options.sizes) {
    const Country country = MakeCountry(size, options.municipalities);
    if (!options.export_file.empty()) Export(country, options.export_file);
    const double each = static_cast<double>(size + options.municipalities);
    const auto row = [&](const char* what, const Cost& cost, const std::string& result) {
      std::printf("%10zu  %-34s %9.3f %9.2f %9.3f %9ld  %s\n", size, what, cost.cpu,
                  cost.cpu * 1e6 / each, cost.wall, PeakMegabytes(), result.c_str());
      std::fflush(stdout);
    };
    Baseline baseline;
    row("plain C, double", Measure([&] { baseline = ComputeBaseline(country); }), "");

    for (const int threads : {1, options.threads}) {
      Cost cost;
      Errors errors;
      std::string result = "digests";
      const auto allocate = [&](const funding::Calculator& calculator,
                                const funding::RecipientSource& recipients,
                                const std::vector<double>& other) -> absl::Status {
        absl::StatusOr<funding::RunResult> run;
        cost += Measure([&] {
          run = funding::Allocate(calculator, snapshot, recipients, threads,
                                  [&](std::span<const funding::Allocation> allocations) {
                                    for (const funding::Allocation& allocation : allocations) {
                                      errors.Count(allocation.amount,
                                                   other[PlaceOf(allocation.code)]);
                                    }
                                    return absl::OkStatus();
                                  });
        });
        RETURN_IF_ERROR(run.status());
        result += " " + run->digest.substr(0, 8);
        return absl::OkStatus();
      };
      RETURN_IF_ERROR(allocate(base, SchoolsOf(country), baseline.base));
      RETURN_IF_ERROR(allocate(supplement, SchoolsOf(country), baseline.supplement));
      const std::vector<funding::Recipient> municipalities = MunicipalitiesOf(country);
      RETURN_IF_ERROR(
          allocate(grant, funding::RecipientsAtHand(municipalities), baseline.municipalities));
      const std::string what = "exact, three schemes, " + std::to_string(threads) +
                               (threads == 1 ? " thread" : " threads");
      row(what.c_str(), cost, result);
      if (threads == 1) {
        std::printf("%10s  floating point is wrong in %zu amounts, by up to %.0f cents\n", "",
                    errors.wrong, errors.most);
      }
      if (options.threads == 1) break;
    }
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace vg::bench

int main(int argc, char** argv) {
  vg::bench::Options options;
  CLI::App app("Allocates money over made-up countries and prints what it costs.");
  app.add_option("--schemes", options.schemes, "The folder of the example schemes")
      ->capture_default_str();
  app.add_option("--schools", options.sizes, "How many schools")->capture_default_str();
  app.add_option("--municipalities", options.municipalities, "How many municipalities")
      ->capture_default_str();
  app.add_option("--threads", options.threads, "Threads of the second run")->capture_default_str();
  app.add_option("--export", options.export_file, "Write the schools to this CSV file");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = vg::bench::Run(options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}

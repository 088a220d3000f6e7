// What figures cost: folding answers into sums, answering from them, keeping them.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/feed/cursor_store.h"
#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/status/status_macros.h"
#include "common/testing/postgres_server.h"
#include "common/testing/temp_dir.h"
#include "common/yaml/yaml.h"
#include "services/indicators/api/contributions.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/api/fake_peers.h"
#include "services/indicators/api/table_cache.h"
#include "services/indicators/storage/schema.h"
#include "tests/bench/indicators_country.h"

namespace vg::bench {
namespace {

namespace v1 = voortgang::indicators::v1;
using indicators::Contributions;
using indicators::StoredIndicator;
using indicators::SumsDelta;

struct Options {
  CountryOptions country;
  std::string examples = "deploy/examples";
  int queries = 501;
  bool postgres = true;
  std::string export_file, figures_file;
};

// Named figures, printed as they come and written for whoever compares.
class Figures {
 public:
  explicit Figures(const std::string& file) {
    if (!file.empty()) file_.open(file);
  }
  void Add(const std::string& what, double value, const char* unit) {
    std::printf("%-78s %12.3f %s\n", what.c_str(), value, unit);
    std::fflush(stdout);
    if (file_.is_open())
      file_ << what << '\t' << absl::StrFormat("%.9g", value) << '\t' << unit << '\n';
  }

 private:
  std::ofstream file_;
};

double Milliseconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

// The median of `times` runs; `between` is not measured.
double Median(
    int times, const std::function<void()>& work, const std::function<void()>& between = [] {}) {
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    between();
    took.push_back(Milliseconds(work));
  }
  std::nth_element(took.begin(), took.begin() + times / 2, took.end());
  return took[static_cast<size_t>(times / 2)];
}

long ResidentMegabytes() {
  std::ifstream status("/proc/self/statm");
  long pages = 0, resident = 0;
  status >> pages >> resident;
  return resident * 4096 / 1'000'000;
}

template <typename Message>
absl::StatusOr<Message> FromYaml(const std::string& path) {
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  Message message;
  RETURN_IF_ERROR(ParseYaml(text, &message));
  return message;
}

void FillPeers(const CountryOptions& country, voortgang::survey::v1::Questionnaire questionnaire,
               indicators::FakePeers& peers) {
  voortgang::survey::v1::QuestionnaireVersion version;
  version.set_name("questionnaires/staff/versions/1");
  *version.mutable_content() = std::move(questionnaire);
  peers.questionnaires[version.name()] = version;
  peers.questionnaires["questionnaires/staff/versions/latest"] = version;
  auto& wave = peers.waves["waves/w"];
  wave.set_name("waves/w");
  wave.set_snapshot("snapshots/s");
  wave.add_questionnaires()->set_questionnaire_version(version.name());
  peers.units["snapshots/s"] =
      std::make_shared<const indicators::SnapshotUnits>(indicators::SnapshotUnits{
          "snapshots/s", "digest", indicators::UnitTable(SchoolsOf(country))});
}

// The example on wellbeing, and others on the same questionnaire.
std::vector<std::pair<std::string, std::string>> Definitions() {
  const std::string on =
      "title: {nl: T, en: T}\nresponses: {questionnaires: [questionnaires/staff]}\n";
  return {
      {"wellbeing", on + "proportion: {condition: \"effect.wellbeing == 'very_positive' || "
                         "effect.wellbeing == 'positive'\"}\n"},
      {"hours", on + "unit: hours\nmean: {value: hours, decimals: 1}\n"},
      {"cognitive", on + "distribution: {value: effect.cognitive}\n"},
      {"workload", on + "distribution: {value: effect.workload}\n"},
      {"pleasure",
       on + "filter: \"position == 'teacher'\"\ndistribution: {value: effect.pleasure}\n"},
      {"involved", on + "proportion: {condition: \"involved in ['decided', 'consulted']\"}\n"},
  };
}

// Everything between the feed and a table, with the services above in memory.
class Service {
 public:
  explicit Service(sql::Database& database)
      : indicators_(database), sums(database), disclosures(database) {}

  absl::Status Define(const std::string& id, const std::string& yaml) {
    v1::IndicatorDefinition definition;
    RETURN_IF_ERROR(ParseYaml(yaml, &definition));
    return indicators_
        .Define({id, indicators::kResponseFeed, definition.SerializeAsString(),
                 indicators::DigestOf(definition)},
                "", absl::Now())
        .status();
  }
  absl::Status GoLive() {
    RETURN_IF_ERROR(sums.OpenPass(indicators::kResponseFeed).status());
    return sums.ClosePass(indicators::kResponseFeed).status();
  }
  absl::StatusOr<Contributions> Read(std::span<const feed::Entry> entries) {
    ASSIGN_OR_RETURN(const std::vector<StoredIndicator> all,
                     indicators_.OnFeed(indicators::kResponseFeed));
    return Contributions::Of(indicators::kResponseFeed, entries, all, measures);
  }
  absl::Status Fold(std::span<const feed::Entry> entries) {
    ASSIGN_OR_RETURN(const Contributions read, Read(entries));
    return sums.Fold(indicators::kResponseFeed, entries,
                     std::bind_front(&Contributions::Delta, &read));
  }
  absl::StatusOr<StoredIndicator> Newest(const std::string& id) const {
    return indicators_.Newest(id);
  }
  absl::StatusOr<std::vector<StoredIndicator>> All() const {
    return indicators_.OnFeed(indicators::kResponseFeed);
  }

  indicators::FakePeers peers;

 private:
  indicators::IndicatorStore indicators_;

 public:
  indicators::SumsStore sums;
  indicators::Measures measures{peers};
  indicators::DisclosureStore disclosures;
  SystemClock clock;
  indicators::Tables tables{sums, disclosures, measures, peers, clock};
  cache::NoCache no_cache;
  indicators::TableCache cached{tables, no_cache};
};

// Decoding and adding up, without the database, on one core.
absl::Status MeasureFolding(const Options& options, Service& service, Figures& figures) {
  constexpr int kBatch = 500;
  const int64_t responses = std::min<int64_t>(options.country.responses, 100'000);
  feed::Cursors heads{};
  std::vector<feed::Entry> entries;
  for (int64_t i = 0; i < responses; ++i) entries.push_back(EntryOf(options.country, i, heads));
  ASSIGN_OR_RETURN(const std::vector<StoredIndicator> all, service.All());
  std::vector<int64_t> serials;
  for (const StoredIndicator& each : all) serials.push_back(each.serial);
  indicators::SumsMemory memory;
  for (const int64_t serial : serials)
    memory.Put(serial, indicators::kResponseFeed, "waves/w", 0, {});
  int64_t version = 0;
  const std::clock_t begin = std::clock();
  for (size_t next = 0; next < entries.size(); next += kBatch) {
    const std::span<const feed::Entry> batch =
        std::span(entries).subspan(next, std::min<size_t>(kBatch, entries.size() - next));
    ASSIGN_OR_RETURN(const Contributions read,
                     Contributions::Of(indicators::kResponseFeed, batch, all, service.measures));
    ASSIGN_OR_RETURN(const SumsDelta delta, read.Delta(serials, batch));
    memory.Apply(indicators::kResponseFeed, version, version + static_cast<int64_t>(batch.size()),
                 delta);
    version += static_cast<int64_t>(batch.size());
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const double rate = static_cast<double>(responses) / seconds;
  figures.Add(
      absl::StrCat("responses folded into ", all.size(), " indicators, per second of one core"),
      rate / 1e3, "thousand");
  figures.Add("answers folded, per second of one core", rate * kAnswersPerResponse / 1e6,
              "million");
  return absl::OkStatus();
}

absl::Status Load(const Options& options, Service& service, feed::Cursors& heads,
                  Figures& figures) {
  constexpr int64_t kBatch = 50'000;
  std::ofstream file;
  if (!options.export_file.empty()) file.open(options.export_file);
  if (file.is_open()) file << "school,municipality,positive\n";
  const std::vector<indicators::Unit> schools = SchoolsOf(options.country);
  absl::Status status;
  double took = 0;
  for (int64_t next = 0; next < options.country.responses;) {
    std::vector<feed::Entry> entries;
    for (int64_t i = 0; i < kBatch && next < options.country.responses; ++i, ++next) {
      entries.push_back(EntryOf(options.country, next, heads));
      if (!file.is_open()) continue;
      const StaffAnswers answers = AnswersOf(options.country, next);
      file << answers.school << ',' << schools[static_cast<size_t>(answers.school)].municipality
           << ',' << (answers.wellbeing_positive() ? 1 : 0) << '\n';
    }
    took += Milliseconds([&] { status = service.Fold(entries); });
    RETURN_IF_ERROR(status);
  }
  figures.Add("responses folded durably (SQLite, batches of 50,000), per second",
              static_cast<double>(options.country.responses) / took, "thousand");
  return absl::OkStatus();
}

absl::Status MeasureQueries(const Options& options, Service& service, feed::Cursors& heads,
                            Figures& figures) {
  absl::Status status;
  const auto query = [&](const std::string& id, const std::vector<std::string>& breakdowns,
                         bool estimation, v1::EstimateTable& table) {
    v1::QueryEstimatesRequest request;
    request.set_indicator("indicators/" + id);
    request.set_wave("waves/w");
    for (const std::string& each : breakdowns) request.add_breakdowns(each);
    if (estimation) request.mutable_estimation();
    table.Clear();
    const absl::StatusOr<StoredIndicator> stored = service.Newest(id);
    status = stored.ok() ? service.cached.Answer(*stored, request, {}, table) : stored.status();
  };
  v1::EstimateTable table;
  const auto once = [&](const std::string& id, const std::vector<std::string>& breakdowns) {
    return [&, id, breakdowns] { query(id, breakdowns, true, table); };
  };
  int64_t response = options.country.responses;
  absl::Status folded;
  const auto answer = [&] {
    const std::vector<feed::Entry> entry = {EntryOf(options.country, response++, heads)};
    folded = service.Fold(entry);
  };
  once("wellbeing", {"municipality"})();
  RETURN_IF_ERROR(status);
  const int published = static_cast<int>(
      std::count_if(table.estimates().begin(), table.estimates().end(),
                    [](const v1::Estimate& estimate) { return estimate.has_weighted(); }));
  figures.Add("estimates with standard errors by municipality", published, "");
  figures.Add("  answered, nothing changed since",
              Median(options.queries, once("wellbeing", {"municipality"})), "ms");
  figures.Add("  answered, an answer folded before each",
              Median(101, once("wellbeing", {"municipality"}), answer), "ms");
  RETURN_IF_ERROR(status);
  figures.Add("  the shares of five options, nothing changed since",
              Median(101, once("cognitive", {"municipality"})), "ms");
  figures.Add("thousands of crossings (municipality x area) in one query, nothing changed since",
              Median(11, once("wellbeing", {"municipality", "area"})), "ms");
  figures.Add("  an answer folded before each",
              Median(3, once("wellbeing", {"municipality", "area"}), answer), "ms");
  RETURN_IF_ERROR(status);
  return folded;
}

// The arithmetic alone, with nothing kept from one run to the next and nothing hidden.
absl::Status MeasureEstimation(const Options& options, Service& service, Figures& figures) {
  using namespace indicators;  // NOLINT: a bench of that room.
  ASSIGN_OR_RETURN(const StoredIndicator stored, service.Newest("wellbeing"));
  ASSIGN_OR_RETURN(const LiveSums sums,
                   service.sums.View(stored.serial, kResponseFeed, "waves/w", true));
  const SnapshotUnits& units = *service.peers.units.at("snapshots/s");
  Population population{units.units, {}};
  for (int unit = 0; unit < units.units.size(); ++unit) population.units.push_back(unit);
  const std::vector<const std::string*> names = service.sums.memory().Names();
  Answered respondents;
  for (size_t unit = 0; unit < names.size(); ++unit) {
    const int64_t n = sums.respondents->categories()[0].At(static_cast<int>(unit)).n;
    if (n != 0) respondents[*names[unit]] = n;
  }
  absl::StatusOr<Weighting> weighting = absl::UnknownError("not made");
  figures.Add("weights of a census of 9,000 schools made anew",
              Median(11, [&] { weighting = MakeWeighting({}, population, {}, respondents); }),
              "ms");
  RETURN_IF_ERROR(weighting.status());
  std::vector<int> rows;
  for (const std::string* name : names) rows.push_back(weighting->estimator->design().Find(*name));
  WeightedTable table;
  table.weighting = std::make_shared<Weighting>(*std::move(weighting));
  const Rules rules{.kind = MeasureKind::kProportion};
  for (const std::vector<Breakdown>& breakdowns :
       {std::vector<Breakdown>{{units.units.FindAttribute("municipality"), ""}},
        {{units.units.FindAttribute("municipality"), ""},
         {units.units.FindAttribute("area"), ""}}}) {
    TableIndex index;
    const double indexing =
        Median(5, [&] { index = IndexOf(breakdowns, units.units, nullptr, names); });
    const UnitFigures view{sums.sums.get(), &index, nullptr, &rows};
    std::vector<Estimate> estimates;
    const double tabulating = Median(101, [&] { estimates = Tabulate(rules, {}, view); });
    const double weighing = Median(101, [&] { Weigh(rules, view, estimates, table); });
    const double hiding = Median(3, [&] {
      std::vector<Estimate> hidden = estimates;
      TableAtoms atoms = AtomsOf({}, view, {});
      disclosure::Protection protection(
          {}, rules.kind, ShapeOf(atoms.places, index, AreasOf(breakdowns, units.units)),
          std::move(atoms.categories), std::move(atoms.totals));
      Protect(protection, hidden);
    });
    const std::string what = absl::StrCat("  ", estimates.size() - 1, " domains: ");
    figures.Add(what + "finding the groups (once per snapshot)", indexing, "ms");
    figures.Add(what + "adding up", tabulating, "ms");
    figures.Add(what + "estimates, errors, design effects and intervals, all shown", weighing,
                "ms");
    figures.Add(what + "hiding what may not be shown", hiding, "ms");
  }
  (void)options;
  return absl::OkStatus();
}

// 200 indicators of the kinds that a programme has.
void MeasureMemory(const Options& options, Figures& figures) {
  indicators::SumsMemory memory;
  const long before = ResidentMegabytes();
  for (int indicator = 0; indicator < 200; ++indicator) {
    std::vector<indicators::UnitSums> rows;
    const int categories = indicator % 5 < 3 ? 0 : indicator % 5 == 3 ? 6 : 12;
    for (int school = 0; school < options.country.schools; ++school) {
      rows.push_back({SchoolName(school), "", {110, 60, 4'000}});
      for (int i = 0; i < categories; ++i) {
        rows.push_back({SchoolName(school), absl::StrCat("option-", i), {0, 10, 0}});
      }
    }
    memory.Put(indicator, indicators::kResponseFeed, "waves/w", 1, rows);
  }
  figures.Add("sums of 9,000 schools x 200 indicators in memory",
              static_cast<double>(memory.bytes()) / 1e6, "MB");
  figures.Add("  of the process", static_cast<double>(ResidentMegabytes() - before), "MB");
}

// Plain GROUP BY of the responses, as whoever keeps them would ask.
absl::Status MeasureDatabase(const Options& options, const char* name, const std::string& url,
                             Figures& figures) {
  ASSIGN_OR_RETURN(const auto database, sql::Database::Open(url));
  const std::vector<indicators::Unit> schools = SchoolsOf(options.country);
  RETURN_IF_ERROR(database->Write([](sql::Transaction& transaction) {
    return transaction
        .Execute("CREATE TABLE responses (school BIGINT, municipality TEXT, positive BIGINT)")
        .status();
  }));
  std::vector<std::vector<sql::Value>> rows;
  for (int64_t i = 0; i < options.country.responses; ++i) {
    const StaffAnswers answers = AnswersOf(options.country, i);
    rows.push_back({sql::Value(answers.school),
                    sql::Value(schools[static_cast<size_t>(answers.school)].municipality),
                    sql::Value(answers.wellbeing_positive() ? 1 : 0)});
  }
  RETURN_IF_ERROR(database->Write([&](sql::Transaction& transaction) {
    return transaction.Append("responses", {"school", "municipality", "positive"}, rows).status();
  }));
  absl::Status status;
  int groups = 0;
  const double took = Median(5, [&] {
    groups = 0;
    status = database->Read([&](sql::Transaction& transaction) {
      return transaction.Query(
          "SELECT municipality, COUNT(*), AVG(positive) FROM responses GROUP BY municipality", {},
          [&groups](const sql::Row&) { ++groups; });
    });
  });
  RETURN_IF_ERROR(status);
  figures.Add(absl::StrCat(name, ": GROUP BY municipality over the responses, no errors"), took,
              "ms");
  return absl::OkStatus();
}

absl::Status Run(const Options& options) {
  Figures figures(options.figures_file);
  const TempDir folder;
  ASSIGN_OR_RETURN(const auto database,
                   sql::Database::Open("sqlite:" + folder.path() + "/sums.db"));
  RETURN_IF_ERROR(
      sql::Migrate(*database, {indicators::kSchema, feed::kCursorSchema, requests::kSchema}));
  Service service(*database);
  ASSIGN_OR_RETURN(auto questionnaire, FromYaml<voortgang::survey::v1::Questionnaire>(
                                           options.examples + "/questionnaires/staff.yaml"));
  FillPeers(options.country, std::move(questionnaire), service.peers);
  for (const auto& [id, yaml] : Definitions()) RETURN_IF_ERROR(service.Define(id, yaml));
  RETURN_IF_ERROR(service.GoLive());
  RETURN_IF_ERROR(MeasureFolding(options, service, figures));
  feed::Cursors heads{};
  RETURN_IF_ERROR(Load(options, service, heads, figures));
  RETURN_IF_ERROR(MeasureQueries(options, service, heads, figures));
  RETURN_IF_ERROR(MeasureEstimation(options, service, figures));
  MeasureMemory(options, figures);
  RETURN_IF_ERROR(
      MeasureDatabase(options, "SQLite", "sqlite:" + folder.path() + "/responses.db", figures));
  if (!options.postgres) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto server, PostgresServer::Start());
  return MeasureDatabase(options, "PostgreSQL", server->NewDatabase(), figures);
}

}  // namespace
}  // namespace vg::bench

int main(int argc, char** argv) {
  vg::bench::Options options;
  CLI::App app("Folds the answers of a made-up country and asks for figures.");
  app.add_option("--examples", options.examples, "The folder of the examples")
      ->capture_default_str();
  app.add_option("--responses", options.country.responses, "How many responses")
      ->capture_default_str();
  app.add_option("--queries", options.queries, "How often the national table is asked for")
      ->capture_default_str();
  app.add_option("--export", options.export_file, "Write the responses to this CSV file");
  app.add_option("--figures", options.figures_file, "Write the figures to this file");
  app.add_flag("!--no-postgres", options.postgres, "Leave PostgreSQL out");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = vg::bench::Run(options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}

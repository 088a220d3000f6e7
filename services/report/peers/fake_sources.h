// The other services in memory. For tests only.

#ifndef VG_SERVICES_REPORT_PEERS_FAKE_SOURCES_H_
#define VG_SERVICES_REPORT_PEERS_FAKE_SOURCES_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/report/peers/sources.h"

namespace vg::report {

// Answers what it holds, to one at a time. Not thread-safe while it is changed.
class FakeSources final : public Sources {
 public:
  FoldProgress progress{.folded = 100};
  std::map<std::string, SnapshotFacts> snapshots;
  std::map<std::string, WaveFacts> waves;
  std::map<std::string, MenuFacts> menus;
  std::map<std::string, RunFacts> runs;
  std::map<std::string, IndicatorFacts> indicators;
  std::map<std::string, BooksFacts> books;
  std::map<std::string, SpendingFacts> spending;
  std::map<std::string, EstimateFacts> changes;    // By indicator.
  std::map<std::string, EstimateFacts> estimates;  // By indicator, or "indicator by attribute".
  Words municipalities;
  std::vector<std::string> publications;  // Under which tables were protected.
  // Called with every query of estimates, also of those that are protected together.
  std::function<void(const EstimateQuery&)> on_query = [](const EstimateQuery&) {};

  absl::StatusOr<FoldProgress> GetFoldProgress() override { return progress; }
  absl::StatusOr<SnapshotFacts> GetSnapshot(const std::string& name) override {
    return Find(snapshots, name);
  }
  absl::StatusOr<Words> GetMunicipalities(const std::string&) override { return municipalities; }
  absl::StatusOr<WaveFacts> GetWave(const std::string& name) override { return Find(waves, name); }
  absl::StatusOr<MenuFacts> GetMenu(const std::string& name) override { return Find(menus, name); }
  absl::StatusOr<RunFacts> GetRun(const std::string& name) override { return Find(runs, name); }
  absl::StatusOr<std::map<std::string, IndicatorFacts>> ListIndicators() override {
    return indicators;
  }
  absl::StatusOr<IndicatorFacts> GetIndicator(const std::string& name) override {
    return Find(indicators, name);
  }
  absl::StatusOr<BooksFacts> GetBooks(const std::string& grant) override {
    return Find(books, grant);
  }
  absl::StatusOr<SpendingFacts> GetSpending(const std::string& grant, int) override {
    return Find(spending, grant);
  }
  absl::StatusOr<EstimateFacts> QueryChanges(const ChangeQuery& query) override {
    return Find(changes, query.indicator);
  }
  absl::StatusOr<EstimateFacts> QueryEstimates(const EstimateQuery& query) override {
    absl::MutexLock lock(mutex_.get());
    return Estimate(query);
  }
  absl::StatusOr<std::vector<EstimateFacts>> ProtectTables(
      const std::vector<EstimateQuery>& queries, const std::string& publication) override {
    absl::MutexLock lock(mutex_.get());
    publications.push_back(publication);
    std::vector<EstimateFacts> tables;
    for (const EstimateQuery& query : queries) {
      ASSIGN_OR_RETURN(tables.emplace_back(), Estimate(query));
      tables.back().protection = Protection{.tables = static_cast<int>(queries.size())};
    }
    return tables;
  }

 private:
  template <typename Facts>
  static absl::StatusOr<Facts> Find(const std::map<std::string, Facts>& facts,
                                    const std::string& name) {
    const auto found = facts.find(name);
    if (found == facts.end()) return NotFound(name);
    return found->second;
  }

  absl::StatusOr<EstimateFacts> Estimate(const EstimateQuery& query) {
    on_query(query);
    return Find(estimates, query.breakdown.empty() ? query.indicator
                                                   : query.indicator + " by " + query.breakdown);
  }

  const std::shared_ptr<absl::Mutex> mutex_ = std::make_shared<absl::Mutex>();
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_FAKE_SOURCES_H_

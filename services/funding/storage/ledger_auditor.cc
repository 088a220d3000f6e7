#include "services/funding/storage/ledger_auditor.h"

#include <algorithm>

#include "absl/time/time.h"
#include "prometheus/counter.h"

#include "common/status/status_macros.h"
#include "common/time/stopwatch.h"

namespace vg::funding {
namespace {

// Adding up takes at most a twentieth of the time, however large the books are.
constexpr absl::Duration kEvery = absl::Seconds(15);
constexpr int kRest = 20;

prometheus::Counter& Checks(metrics::Registry& metrics, const char* outcome) {
  return metrics.Counter("voortgang_funding_ledger_checks_total",
                         "How often the books were added up, by whether that could be done.",
                         {{"outcome", outcome}});
}

}  // namespace

LedgerAuditor::LedgerAuditor(LedgerStore& ledger, metrics::Registry& metrics)
    : ledger_(ledger),
      checks_(Checks(metrics, "done")),
      failures_(Checks(metrics, "failed")),
      observed_unbalanced_(metrics.Observe(
          metrics::Kind::kGauge, "voortgang_funding_unbalanced_cents",
          "Cents by which the stored entries of the ledger do not add up to zero; 0 is right.", {},
          [this] { return unbalanced_.load(); })),
      observed_unplanned_(
          metrics.Observe(metrics::Kind::kGauge, "voortgang_funding_unplanned_cents",
                          "Cents by which the ledger and the plan of payments differ; 0 is right.",
                          {}, [this] { return unplanned_.load(); })) {}

void LedgerAuditor::Start() {
  repeater_.Start(absl::ZeroDuration(), [this] {
    const Stopwatch watch;
    // A failure is counted; the next round may do better.
    Check().IgnoreError();
    return std::max(kEvery, watch.Elapsed() * kRest);
  });
}

absl::Status LedgerAuditor::Check() {
  const absl::StatusOr<int64_t> unbalanced = ledger_.UnbalancedCents();
  const absl::StatusOr<int64_t> unplanned = ledger_.UnplannedCents();
  if (!unbalanced.ok() || !unplanned.ok()) {
    failures_.Increment();
    return unbalanced.ok() ? unplanned.status() : unbalanced.status();
  }
  unbalanced_ = *unbalanced;
  unplanned_ = *unplanned;
  checks_.Increment();
  return absl::OkStatus();
}

}  // namespace vg::funding

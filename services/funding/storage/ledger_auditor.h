// Watching the books: by how many cents they are wrong, computed from what is stored.

#ifndef VG_SERVICES_FUNDING_STORAGE_LEDGER_AUDITOR_H_
#define VG_SERVICES_FUNDING_STORAGE_LEDGER_AUDITOR_H_

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"

#include "common/concurrency/repeater.h"
#include "common/metrics/metrics.h"
#include "services/funding/storage/ledger_store.h"

namespace vg::funding {

// Adds up the stored books now and then and shows as metrics what is off: 0 is right. Owns one
// thread from Start to Stop. Borrows what it is given.
class LedgerAuditor {
 public:
  LedgerAuditor(LedgerStore& ledger, metrics::Registry& metrics);

  void Start();
  // May be called more than once.
  void Stop() { repeater_.Stop(); }

  // Adds up now. If that fails the metrics stay as they were, and the failure is counted.
  absl::Status Check();

 private:
  LedgerStore& ledger_;
  std::atomic<int64_t> unbalanced_ = 0;
  std::atomic<int64_t> unplanned_ = 0;
  prometheus::Counter& checks_;
  prometheus::Counter& failures_;
  const metrics::Observation observed_unbalanced_;
  const metrics::Observation observed_unplanned_;
  Repeater repeater_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_LEDGER_AUDITOR_H_

#include "common/requests/janitor.h"

#include "common/log/log.h"
#include "common/requests/request_log.h"
#include "common/status/status_macros.h"

namespace vg::requests {

void Janitor::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Janitor::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<int64_t> Janitor::Sweep() {
  const absl::Time before = clock_.Now() - options_.keep;
  int64_t all = 0;
  for (;;) {
    int64_t forgotten = 0;
    RETURN_IF_ERROR(database_.Write(
        [&](sql::Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(forgotten, Purge(transaction, before, options_.batch));
          return absl::OkStatus();
        },
        sql::Isolation::kReadCommitted));
    all += forgotten;
    if (forgotten < options_.batch) return all;
    absl::MutexLock lock(&mutex_);
    if (stopped_) return all;
  }
}

void Janitor::Loop() {
  for (;;) {
    // What fails now is done the next time.
    if (const auto forgotten = Sweep(); !forgotten.ok()) {
      LOG(WARNING) << "old answers to requests are still kept: " << forgotten.status().ToString();
    }
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopped_), options_.every)) return;
  }
}

}  // namespace vg::requests

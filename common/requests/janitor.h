// Forgetting answers that nobody will ask for again.

#ifndef VG_COMMON_REQUESTS_JANITOR_H_
#define VG_COMMON_REQUESTS_JANITOR_H_

#include <cstdint>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "common/time/clock.h"

namespace vg::requests {

// Purges the request log of a database now and then, for as long as the process lives. Owns one
// thread from Start to Stop. Any number of processes may do so on one database. Borrows what it is
// given.
class Janitor {
 public:
  struct Options {
    absl::Duration keep = absl::Hours(7 * 24);  // At least 24 hours, see AIP-155.
    absl::Duration every = absl::Hours(1);
    int64_t batch = 10'000;  // Answers forgotten in one transaction.
  };

  Janitor(sql::Database& database, const Clock& clock, Options options)
      : database_(database), clock_(clock), options_(options) {}
  Janitor(sql::Database& database, const Clock& clock) : Janitor(database, clock, Options()) {}
  ~Janitor() { Stop(); }
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

  void Start();
  // May be called more than once.
  void Stop();

  // Forgets all that is too old now; returns how many answers.
  absl::StatusOr<int64_t> Sweep();

 private:
  void Loop();

  sql::Database& database_;
  const Clock& clock_;
  const Options options_;
  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace vg::requests

#endif  // VG_COMMON_REQUESTS_JANITOR_H_

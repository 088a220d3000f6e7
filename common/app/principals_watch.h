// Reads the principals file again when it changes.

#ifndef VG_COMMON_APP_PRINCIPALS_WATCH_H_
#define VG_COMMON_APP_PRINCIPALS_WATCH_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/auth/directory.h"
#include "common/concurrency/repeater.h"
#include "common/metrics/metrics.h"

namespace vg {

// Says in log and metrics what became of it: voortgang_principals tells how many there are,
// voortgang_principals_current whether the file of now is the one in force. Directory and registry
// must outlive it. Start, Stop and the destructor belong to one thread; the rest is thread-safe.
class PrincipalsWatch {
 public:
  PrincipalsWatch(auth::Directory& directory, metrics::Registry& registry);

  // Reads the file now, changed or not.
  absl::Status Reload();

  // Looks every `interval` whether the file is another one.
  void Start(absl::Duration interval);
  void Stop() { repeater_.Stop(); }

 private:
  void Tell(const absl::Status& outcome);

  auth::Directory& directory_;
  prometheus::Gauge& principals_;
  prometheus::Gauge& current_;
  Repeater repeater_;
};

}  // namespace vg

#endif  // VG_COMMON_APP_PRINCIPALS_WATCH_H_

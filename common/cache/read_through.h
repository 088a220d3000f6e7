// Reading through a cache, with one computation for many who ask at once.

#ifndef VG_COMMON_CACHE_READ_THROUGH_H_
#define VG_COMMON_CACHE_READ_THROUGH_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/random/random.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/cache/cache.h"

namespace vg::cache {

// Thread-safe. Blocks while it, or somebody who asked for the same, computes.
class ReadThrough {
 public:
  struct Options {
    absl::Duration ttl = absl::Hours(1);
    double jitter = 0.1;  // Each time to live is drawn from ttl ± this share: not all end at once.
    // How long to wait for somebody else's computation before doing it oneself.
    absl::Duration patience = absl::Seconds(5);
  };

  // `cache` must outlive this.
  ReadThrough(Cache& cache, Options options) : cache_(cache), options_(options) {}

  // The value of `key`, from the cache or from `compute`, which runs in the calling thread and
  // whose success is kept. Callers of the same key at the same time share one computation and its
  // error, save CANCELLED and DEADLINE_EXCEEDED, which concern the one who computed: the others go
  // on. `compute` must not ask for the same key.
  absl::StatusOr<std::string> Get(const Key& key,
                                  absl::FunctionRef<absl::StatusOr<std::string>()> compute);

  // How many got somebody else's computation.
  int64_t shared() const;

 private:
  struct Flight {
    bool done = false;
    absl::StatusOr<std::string> result = absl::UnknownError("not computed yet");
  };

  absl::StatusOr<std::string> Compute(const Key& key,
                                      absl::FunctionRef<absl::StatusOr<std::string>()> compute);
  absl::Duration DrawTtl();
  int64_t Landed() const;

  Cache& cache_;
  const Options options_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Flight>> flights_ ABSL_GUARDED_BY(mutex_);
  absl::BitGen random_ ABSL_GUARDED_BY(mutex_);
  int64_t shared_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t landed_ ABSL_GUARDED_BY(mutex_) = 0;  // Flights that are over.
};

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_READ_THROUGH_H_

// Sums kept in memory beside the database, so that a query reads none.

#ifndef VG_SERVICES_INDICATORS_STORAGE_SUMS_MEMORY_H_
#define VG_SERVICES_INDICATORS_STORAGE_SUMS_MEMORY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "services/indicators/domain/columns.h"
#include "services/indicators/storage/sums_rows.h"

namespace vg::indicators {

// Columns of sums, each at a version: how many changes of its feed were folded into it. Who reads
// asks the database which version holds now and takes nothing older, so it does not matter to
// correctness what is kept, nor who else writes to the database.
//
// Columns that are handed out never change; a batch that comes while somebody reads makes a copy.
// Thread-safe.
class SumsMemory {
 public:
  // Beyond `max_bytes` it starts anew.
  explicit SumsMemory(size_t max_bytes = size_t{1} << 30) : max_bytes_(max_bytes) {}

  struct Columns {
    std::shared_ptr<const SumsColumns> sums;
    int64_t version = 0;
  };
  // Of `serial` in `wave`; null if there are none.
  Columns Get(int64_t serial, std::string_view wave) const;
  // Makes columns of rows as the database had them at `version`, and keeps them unless there are
  // newer ones.
  Columns Put(int64_t serial, std::string_view feed, std::string_view wave, int64_t version,
              const std::vector<UnitSums>& rows);
  // A batch was committed that brought `feed` from one version to another. Columns that stood
  // elsewhere go.
  void Apply(std::string_view feed, int64_t from, int64_t to, const SumsDelta& delta);

  // Gives every name a number if it has none.
  std::vector<int> Number(const std::vector<std::string>& names);
  // The name of every number so far. They stay where they are.
  std::vector<const std::string*> Names() const;

  // What the columns take.
  size_t bytes() const;

 private:
  struct Kept {
    std::string feed;
    int64_t version = 0;
    std::shared_ptr<SumsColumns> sums;
    bool moved = false;  // By the batch that is being applied.
  };
  size_t BytesKept() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const size_t max_bytes_;
  mutable absl::Mutex mutex_;
  UnitNumbers numbers_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<int64_t, std::string>, Kept> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_STORAGE_SUMS_MEMORY_H_

// Where sums and the places in the feeds live.

#ifndef VG_SERVICES_INDICATORS_STORAGE_SUMS_STORE_H_
#define VG_SERVICES_INDICATORS_STORAGE_SUMS_STORE_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/feed/feed.h"
#include "common/sql/database.h"
#include "services/indicators/domain/measure.h"

namespace vg::indicators {

// Which row of sums. Ordered as it is stored.
struct SumsKey {
  int partition = 0;
  int64_t serial = 0;  // Of the indicator.
  std::string wave;
  std::string unit;
  std::string category;

  friend auto operator<=>(const SumsKey&, const SumsKey&) = default;
};

// What a batch of changes adds, zero rows left out.
using SumsDelta = std::map<SumsKey, Sums>;

struct UnitSums {
  std::string unit;
  std::string category;
  Sums sums;
};

// Thread-safe. Every method is one transaction.
class SumsStore {
 public:
  explicit SumsStore(sql::Database& database) : database_(database) {}

  // Where folding of `feed` stands.
  absl::StatusOr<feed::Cursors> LoadCursors(std::string_view feed) const;

  // Adds `delta(live)` and moves the cursors past `entries`, together. `delta` is asked inside the
  // transaction with the serials that are live then, so that no indicator misses a change between
  // its back-fill and its first live batch; it must be pure. FAILED_PRECONDITION
  // (FEED_CURSOR_MOVED) if another consumer was here first.
  using Delta = absl::FunctionRef<absl::StatusOr<SumsDelta>(const std::vector<int64_t>& live)>;
  absl::Status Fold(std::string_view feed, std::span<const feed::Entry> entries, Delta delta);

  // Back-filling. StartBackfill forgets the sums of `serials` and says how far live folding is;
  // AddBackfill adds; and FinishBackfill makes the serials live if live folding still stands at
  // `reached`, else says where it stands.
  absl::StatusOr<feed::Cursors> StartBackfill(std::string_view feed,
                                              const std::vector<int64_t>& serials);
  absl::Status AddBackfill(const std::vector<int64_t>& serials, const SumsDelta& delta);
  absl::StatusOr<bool> FinishBackfill(std::string_view feed, const std::vector<int64_t>& serials,
                                      const feed::Cursors& reached, feed::Cursors& stands);

  // The sums of one indicator in one wave, by unit and category.
  absl::StatusOr<std::vector<UnitSums>> Read(int64_t serial, std::string_view wave) const;

  // SHA-256 over all sums of live indicators in order: two stores that hold the same figures agree.
  absl::StatusOr<std::string> Digest() const;

 private:
  sql::Database& database_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_STORAGE_SUMS_STORE_H_

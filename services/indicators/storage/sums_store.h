// Where sums and the places in the feeds live.

#ifndef VG_SERVICES_INDICATORS_STORAGE_SUMS_STORE_H_
#define VG_SERVICES_INDICATORS_STORAGE_SUMS_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/feed/feed.h"
#include "common/feed/signal.h"
#include "common/sql/database.h"
#include "services/indicators/storage/sums_memory.h"
#include "services/indicators/storage/sums_rows.h"

namespace vg::indicators {

// The sums of one indicator in one wave at one moment.
struct Figures {
  bool live = false;           // Otherwise the rest says nothing.
  std::vector<UnitSums> rows;  // By unit and category; none of zeros.
  // Who answered, by unit and questionnaire (or school year): n records.
  std::vector<UnitSums> respondents;
  int64_t folded = 0;  // Changes in them, over all partitions.
};

// The same as columns, which never change.
struct LiveSums {
  bool live = false;  // Otherwise the rest says nothing.
  std::shared_ptr<const SumsColumns> sums;
  std::shared_ptr<const SumsColumns> respondents;  // Null unless asked for.
  int64_t folded = 0;
};

// Thread-safe. Every method is one transaction.
//
// A feed has two consumers with places of their own. Live folding follows it for the versions that
// are live. A *pass* reads it from the beginning for the versions that were waiting when it opened;
// one pass at a time. Each consumer moves its places in the transaction that adds the sums, so
// either may be killed, or run in several replicas, and counts every change once. Once the pass has
// come to a partition's end, live folding carries its versions along there; when both stand at the
// same places the versions are live.
class SumsStore {
 public:
  explicit SumsStore(sql::Database& database) : database_(database) {}

  // Where live folding of `feed` stands.
  absl::StatusOr<feed::Cursors> LoadCursors(std::string_view feed) const;

  // What `entries` add to the sums of `serials`. Called inside a transaction, perhaps more than
  // once: it must be pure and quick.
  using Delta = absl::FunctionRef<absl::StatusOr<SumsDelta>(const std::vector<int64_t>& serials,
                                                            std::span<const feed::Entry> entries)>;

  // Live folding. FAILED_PRECONDITION (FEED_CURSOR_MOVED) if another consumer was here first.
  absl::Status Fold(std::string_view feed, std::span<const feed::Entry> entries, Delta delta);

  // Where the pass over `feed` stands: the one under way, else a new one if versions wait, else
  // nothing.
  absl::StatusOr<std::optional<feed::Cursors>> OpenPass(std::string_view feed);
  // Folding of the pass. FAILED_PRECONDITION (FEED_CURSOR_MOVED) if live folding or another replica
  // was here first.
  absl::Status FoldPass(std::string_view feed, std::span<const feed::Entry> entries, Delta delta);
  // Makes the versions of the pass live if it stands where live folding does. Whether there is no
  // pass any more.
  absl::StatusOr<bool> ClosePass(std::string_view feed);

  // At one moment. With `respondents` those too; then both must be live.
  absl::StatusOr<Figures> Read(int64_t serial, std::string_view feed, std::string_view wave,
                               bool respondents = false) const;
  // The same from memory, as long as that stands where the database does; a batch that this process
  // folds moves it along.
  absl::StatusOr<LiveSums> View(int64_t serial, std::string_view feed, std::string_view wave,
                                bool respondents);
  SumsMemory& memory() { return memory_; }
  // Notified when this process has folded a batch of live sums.
  feed::Signal& folded() { return folded_; }

  // SHA-256 over all sums of live indicators in order: two stores that hold the same figures agree.
  absl::StatusOr<std::string> Digest() const;

 private:
  sql::Database& database_;
  SumsMemory memory_;
  feed::Signal folded_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_STORAGE_SUMS_STORE_H_

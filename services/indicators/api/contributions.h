// From changes to what they add to sums.

#ifndef VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_
#define VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"

#include "common/feed/feed.h"
#include "services/indicators/api/measures.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/sums_store.h"

namespace vg::indicators {

// What the entries of a batch contribute to every indicator of a list: minus what was, plus what
// is. Made before the transaction that stores it, because questionnaires may have to be asked for;
// afterwards immutable.
class Contributions {
 public:
  // UNAVAILABLE if a questionnaire cannot be read now; DATA_LOSS for a change that cannot be read
  // at all.
  static absl::StatusOr<Contributions> Of(const std::string& feed,
                                          std::span<const feed::Entry> entries,
                                          const std::vector<StoredIndicator>& indicators,
                                          Measures& measures);

  // What `entries`, some of the batch, add to `serials`. ABORTED for a serial that was not in the
  // list: it was defined meanwhile.
  absl::StatusOr<SumsDelta> Delta(const std::vector<int64_t>& serials,
                                  std::span<const feed::Entry> entries) const;

 private:
  // Texts of the batch as numbers, in their order once the batch is read.
  class Texts {
   public:
    int Number(const std::string& text);
    // Renumbers by order and returns the new number of every old one.
    std::vector<int> Sort();
    const std::string& text(int number) const { return *texts_[static_cast<size_t>(number)]; }

   private:
    absl::node_hash_map<std::string, int> numbers_;
    std::vector<const std::string*> texts_;  // Of numbers_.
  };
  // What a record of `wave` and `unit` adds to one row of `serial`.
  struct Cell {
    int64_t serial = 0;
    int wave = 0, unit = 0, category = 0;
    Sums sums;
  };
  class Reading;

  std::set<int64_t> serials_;
  Texts texts_;
  // By partition and number: from where to where in cells_.
  absl::flat_hash_map<std::pair<int, int64_t>, std::pair<size_t, size_t>> by_entry_;
  std::vector<Cell> cells_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_

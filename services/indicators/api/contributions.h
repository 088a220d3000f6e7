// From changes to what they add to sums.

#ifndef VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_
#define VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

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
  struct Record {
    bool minus = false;
    std::string wave;
    std::string unit;
    std::vector<std::pair<int64_t, Contribution>> by_serial;
  };
  using Records = std::vector<Record>;

  std::set<int64_t> serials_;
  std::map<std::pair<int, int64_t>, Records> by_entry_;  // By partition and number.
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_

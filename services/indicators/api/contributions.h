// From changes to what they add to sums.

#ifndef VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_
#define VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/feed/feed.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/api/record_proto.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/sums_store.h"
#include "voortgang/indicators/v1/indicator.pb.h"

namespace vg::indicators {

// Computes what a batch of changes adds to the sums of indicators: minus what was, plus what is.
// Keeps compiled measures per indicator and questionnaire version; both never change. Thread-safe.
class Contributions {
 public:
  Contributions(const IndicatorStore& store, Peers& peers) : store_(store), peers_(peers) {}

  // Of the indicators `serials`, all on `feed`. UNAVAILABLE if a questionnaire cannot be read now.
  // A change that cannot be read at all is DATA_LOSS.
  absl::StatusOr<SumsDelta> Of(const std::string& feed, std::span<const feed::Entry> entries,
                               const std::vector<int64_t>& serials);

 private:
  struct Definition {
    voortgang::indicators::v1::IndicatorDefinition proto;
    Rules rules;
    std::optional<Measure> on_programmes;
    std::map<std::string, std::optional<Measure>> by_version;  // Empty: does not fit that version.
  };
  using Shapes = std::map<std::string, std::shared_ptr<const RecordShape>>;

  absl::StatusOr<Definition*> Find(const std::string& feed, int64_t serial)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::shared_ptr<const RecordShape>> Shape(const std::string& version)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<const Measure*> MeasureFor(Definition& definition, const std::string& version,
                                            const RecordShape& shape)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddResponse(const std::string& feed, const voortgang::survey::v1::Response& response,
                           int partition, bool minus, const std::vector<int64_t>& serials,
                           SumsDelta& delta) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddProgramme(const std::string& feed,
                            const voortgang::catalogue::v1::Programme& programme, int partition,
                            bool minus, const std::vector<int64_t>& serials, SumsDelta& delta)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const IndicatorStore& store_;
  Peers& peers_;
  absl::Mutex mutex_;
  std::map<int64_t, Definition> definitions_ ABSL_GUARDED_BY(mutex_);
  Shapes shapes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_CONTRIBUTIONS_H_

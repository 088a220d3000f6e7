// Measures of indicators, made ready once.

#ifndef VG_SERVICES_INDICATORS_API_MEASURES_H_
#define VG_SERVICES_INDICATORS_API_MEASURES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "services/indicators/api/peers.h"
#include "services/indicators/domain/measure.h"
#include "services/indicators/domain/record.h"
#include "services/indicators/storage/indicator_store.h"
#include "voortgang/indicators/v1/indicator.pb.h"

namespace vg::indicators {

// A version of an indicator as its definition says.
struct Definition {
  voortgang::indicators::v1::IndicatorDefinition proto;
  Rules rules;
};

// A version of a questionnaire, as far as indicators look at it.
struct Asked {
  std::shared_ptr<const RecordShape> shape;
  voortgang::survey::v1::Role role = voortgang::survey::v1::ROLE_UNSPECIFIED;
};

// Definitions, questionnaires and measures never change, so what was asked or compiled is kept;
// each kind up to a bound, beyond which it starts anew. Thread-safe; no lock is held while a peer
// is asked.
class Measures {
 public:
  explicit Measures(Peers& peers) : peers_(peers) {}

  absl::StatusOr<std::shared_ptr<const Definition>> Read(const StoredIndicator& stored);
  // Of ".../versions/3", or the newest now of ".../versions/latest".
  absl::StatusOr<Asked> Questionnaire(const std::string& version);
  // Null if the questionnaire's version lacks what the definition names: it counts in nothing.
  absl::StatusOr<std::shared_ptr<const Measure>> OnResponses(const StoredIndicator& stored,
                                                             const std::string& version);
  absl::StatusOr<std::shared_ptr<const Measure>> OnProgrammes(const StoredIndicator& stored);

 private:
  absl::StatusOr<std::shared_ptr<const Measure>> Compile(const StoredIndicator& stored,
                                                         const std::string& version,
                                                         const RecordShape& shape);

  Peers& peers_;
  absl::Mutex mutex_;
  std::map<int64_t, std::shared_ptr<const Definition>> definitions_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Asked> asked_ ABSL_GUARDED_BY(mutex_);
  // By the indicator's serial and the questionnaire's version; empty for programmes.
  std::map<std::pair<int64_t, std::string>, std::shared_ptr<const Measure>> measures_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_MEASURES_H_

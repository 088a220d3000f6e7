// Waves held against each other.

#ifndef VG_SERVICES_INDICATORS_API_TRENDS_H_
#define VG_SERVICES_INDICATORS_API_TRENDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/indicators/api/measures.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/api/tables.h"
#include "services/indicators/storage/indicator_store.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

// Borrows everything; thread-safe.
class Trends {
 public:
  Trends(Tables& tables, Measures& measures, Peers& peers)
      : tables_(tables), measures_(measures), peers_(peers) {}

  absl::Status Compare(const StoredIndicator& stored,
                       const voortgang::indicators::v1::CompareWavesRequest& request,
                       const Viewer& viewer, voortgang::indicators::v1::WaveComparison& response);

 private:
  // Whether what the indicator uses may be compared, without the differences.
  absl::StatusOr<voortgang::indicators::v1::WaveStep> StepOf(const StoredIndicator& stored,
                                                             const std::string& before,
                                                             const std::string& after);
  // Adds the questions of two versions of one questionnaire that are not the same.
  absl::Status AddQuestions(const StoredIndicator& stored, const std::string& before,
                            const std::string& after, voortgang::indicators::v1::WaveStep& step);

  Tables& tables_;
  Measures& measures_;
  Peers& peers_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TRENDS_H_

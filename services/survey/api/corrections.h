// The RPCs about what responses were, and how they were answered.

#ifndef VG_SERVICES_SURVEY_API_CORRECTIONS_H_
#define VG_SERVICES_SURVEY_API_CORRECTIONS_H_

#include "absl/status/status.h"

#include "common/grpc/call.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/storage/refusal_store.h"
#include "services/survey/storage/response_store.h"
#include "services/survey/storage/wave_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Corrections {
 public:
  Corrections(ResponseStore& store, RefusalStore& refusals, WaveStore& waves, WaveCache& wave_cache,
              const Clock& clock, metrics::Registry& metrics);

  absl::Status Correct(const rpc::Call& call, const v1::CorrectResponseRequest& request,
                       v1::Response& response);
  absl::Status List(const v1::ListResponseRevisionsRequest& request,
                    v1::ListResponseRevisionsResponse& response);
  absl::Status GetParadata(const v1::GetParadataRequest& request, v1::Paradata& response);

 private:
  ResponseStore& store_;
  RefusalStore& refusals_;
  WaveStore& waves_;
  WaveCache& wave_cache_;
  const Clock& clock_;
  prometheus::Counter& corrected_;
  prometheus::Counter& unnoted_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_CORRECTIONS_H_

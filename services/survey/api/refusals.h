// The RPCs about responses that were not taken in.

#ifndef VG_SERVICES_SURVEY_API_REFUSALS_H_
#define VG_SERVICES_SURVEY_API_REFUSALS_H_

#include "absl/status/status.h"

#include "services/survey/storage/refusal_store.h"
#include "services/survey/storage/wave_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Refusals {
 public:
  Refusals(RefusalStore& store, WaveStore& waves) : store_(store), waves_(waves) {}

  absl::Status List(const v1::ListRefusalsRequest& request, v1::ListRefusalsResponse& response);
  absl::Status ListTurnedAway(const v1::ListTurnedAwayRequest& request,
                              v1::ListTurnedAwayResponse& response);

 private:
  RefusalStore& store_;
  WaveStore& waves_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_REFUSALS_H_

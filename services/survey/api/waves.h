// The RPCs about waves.

#ifndef VG_SERVICES_SURVEY_API_WAVES_H_
#define VG_SERVICES_SURVEY_API_WAVES_H_

#include "absl/status/status.h"

#include "common/feed/signal.h"
#include "common/grpc/call.h"
#include "common/time/clock.h"
#include "services/survey/peers/registry.h"
#include "services/survey/storage/questionnaire_store.h"
#include "services/survey/storage/wave_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Waves {
 public:
  // `committed` is notified when this process has taken in a batch; what others took in is noticed
  // within a second.
  Waves(WaveStore& store, QuestionnaireStore& questionnaires, Registry& registry,
        feed::Signal& committed, const Clock& clock)
      : store_(store),
        questionnaires_(questionnaires),
        registry_(registry),
        committed_(committed),
        clock_(clock) {}

  absl::Status Open(const v1::OpenWaveRequest& request, v1::Wave& response);
  absl::Status Get(const v1::GetWaveRequest& request, v1::Wave& response);
  absl::Status List(const v1::ListWavesRequest& request, v1::ListWavesResponse& response);
  absl::Status Update(const v1::UpdateWaveRequest& request, v1::Wave& response);
  absl::Status Progress(const v1::GetWaveProgressRequest& request, v1::WaveProgress& response);
  absl::Status WatchProgress(rpc::Call& call, const v1::WatchWaveProgressRequest& request,
                             rpc::Writer<v1::WaveProgress>& writer);

 private:
  WaveStore& store_;
  QuestionnaireStore& questionnaires_;
  Registry& registry_;
  feed::Signal& committed_;
  const Clock& clock_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_WAVES_H_

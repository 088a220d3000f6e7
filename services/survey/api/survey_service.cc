#include "services/survey/api/survey_service.h"

#include <utility>

#include "absl/time/time.h"

namespace vg::survey {

SurveyService::SurveyService(Stores stores, rpc::ChangeTail tail, Registry& registry,
                             const Clock& clock, metrics::Registry& metrics,
                             rpc::CallPipeline& calls)
    : calls_(calls),
      questionnaires_(stores.questionnaires, clock),
      waves_(stores.waves, stores.questionnaires, registry, clock),
      responses_(stores.responses, stores.waves, stores.questionnaires, clock, metrics),
      tail_(std::move(tail)) {
  // Reads the snapshot's units from the registry.
  calls_.SetUnaryDeadline("OpenWave", absl::Minutes(2));
}

}  // namespace vg::survey

#include "services/survey/api/survey_service.h"

#include <utility>

#include "absl/time/time.h"

namespace vg::survey {

SurveyService::SurveyService(Stores stores, rpc::ChangeTail tail, Registry& registry,
                             const Clock& clock, metrics::Registry& metrics,
                             rpc::CallPipeline& calls)
    : calls_(calls),
      questionnaires_(stores.questionnaires, stores.drafts, clock),
      drafts_(stores.drafts, clock),
      forms_(stores.questionnaires),
      waves_(stores.waves, stores.questionnaires, registry, clock),
      wave_cache_(stores.waves, stores.questionnaires),
      responses_(stores.responses, stores.refusals, stores.waves, wave_cache_, clock, metrics),
      corrections_(stores.responses, stores.waves, wave_cache_, clock, metrics),
      refusals_(stores.refusals, stores.waves),
      tail_(std::move(tail)) {
  // Reads the snapshot's units from the registry.
  calls_.SetUnaryDeadline("OpenWave", absl::Minutes(2));
}

}  // namespace vg::survey

#include "services/survey/api/survey_service.h"

#include "absl/time/time.h"

#include "services/survey/api/response_feed.h"

namespace vg::survey {
namespace {

// How soon a follower of the feed sees commits of another replica.
constexpr absl::Duration kPoll = absl::Milliseconds(150);

}  // namespace

SurveyService::SurveyService(Stores stores, feed::Signal& signal, Registry& registry,
                             const Clock& clock, metrics::Registry& metrics,
                             rpc::CallPipeline& calls)
    : calls_(calls),
      questionnaires_(stores.questionnaires, stores.drafts, clock),
      drafts_(stores.drafts, clock),
      forms_(stores.questionnaires),
      waves_(stores.waves, stores.questionnaires, registry, signal, clock),
      wave_cache_(stores.waves, stores.questionnaires),
      responses_(stores.responses, stores.refusals, wave_cache_, clock, metrics),
      submissions_(calls, Queued<v1::Response>("SubmitResponse"), {},
                   [this](Responses::SubmitRound round) { responses_.Submit(round); }),
      corrections_(stores.responses, stores.refusals, stores.waves, wave_cache_, clock, metrics),
      refusals_(stores.refusals, stores.waves),
      tail_(ResponseFeed(stores.responses, wave_cache_), signal, {.poll = kPoll}) {
  // Reads the snapshot's units from the registry.
  calls_.SetUnaryDeadline("OpenWave", absl::Minutes(2));
  // Who watches shall not keep out who hands in.
  calls_.SetFollows("WatchWaveProgress");
  calls_.SetFollows("TailResponseChanges");
}

}  // namespace vg::survey

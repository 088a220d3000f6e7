#include "services/survey/storage/wave_meter.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/status/status_macros.h"
#include "common/time/stopwatch.h"

namespace vg::survey {
namespace {

// Of a programme of some years; what is older does not move any more.
constexpr size_t kNewest = 12;

// Looking takes at most a twentieth of the time, however slow the database is.
constexpr absl::Duration kEvery = absl::Seconds(5);
constexpr int kRest = 20;

}  // namespace

absl::Status WaveMeter::Measure() {
  ASSIGN_OR_RETURN(const std::vector<Wave> waves, waves_.List(std::nullopt, "", kNewest));
  for (const Wave& wave : waves) {
    ASSIGN_OR_RETURN(const std::vector<RoleProgress> progress, waves_.Progress(wave.id));
    for (const RoleProgress& role : progress) {
      const metrics::Labels labels = {{"wave", wave.id},
                                      {"role", std::string(RoleWords(role.role))}};
      metrics_.Gauge("voortgang_survey_wave_units", "Units that a wave asks.", labels)
          .Set(static_cast<double>(role.population_units));
      metrics_
          .Gauge("voortgang_survey_wave_units_responded",
                 "Units of a wave with a complete response.", labels)
          .Set(static_cast<double>(role.complete_units));
      metrics_.Gauge("voortgang_survey_wave_responses", "Complete responses of a wave.", labels)
          .Set(static_cast<double>(role.complete_responses));
    }
  }
  return absl::OkStatus();
}

void WaveMeter::Start() {
  repeater_.Start(absl::ZeroDuration(), [this] {
    const Stopwatch watch;
    // The next round may do better.
    Measure().IgnoreError();
    return std::max(kEvery, watch.Elapsed() * kRest);
  });
}

}  // namespace vg::survey

// Watching fieldwork: how many have answered, as metrics.

#ifndef VG_SERVICES_SURVEY_STORAGE_WAVE_METER_H_
#define VG_SERVICES_SURVEY_STORAGE_WAVE_METER_H_

#include "absl/status/status.h"

#include "common/concurrency/repeater.h"
#include "common/metrics/metrics.h"
#include "services/survey/storage/wave_store.h"

namespace vg::survey {

// Shows voortgang_survey_wave_{units,units_responded,responses}{wave,role} of the newest waves, as
// the database has them: every replica tells the same. Owns one thread from Start to Stop.
// Borrows what it is given.
class WaveMeter {
 public:
  WaveMeter(WaveStore& waves, metrics::Registry& metrics) : waves_(waves), metrics_(metrics) {}

  void Start();
  void Stop() { repeater_.Stop(); }

  // Looks now. After an error the metrics stay as they were.
  absl::Status Measure();

 private:
  WaveStore& waves_;
  metrics::Registry& metrics_;
  Repeater repeater_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_WAVE_METER_H_

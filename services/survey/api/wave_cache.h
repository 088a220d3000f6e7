// Waves ready for taking in responses.

#ifndef VG_SERVICES_SURVEY_API_WAVE_CACHE_H_
#define VG_SERVICES_SURVEY_API_WAVE_CACHE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "services/survey/api/response_proto.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/extension.h"
#include "services/survey/domain/frame.h"
#include "services/survey/domain/wave.h"
#include "services/survey/storage/questionnaire_store.h"
#include "services/survey/storage/wave_store.h"

namespace vg::survey {

// What never changes about a wave once it was opened, some ten megabytes for a national one.
struct WaveParts {
  WaveParts(const Wave& wave, std::vector<Unit> units, const std::vector<Sample>& samples)
      : wave_name(wave.name()), frame(wave, std::move(units), samples) {}

  Asked AskedIn(int place) const {
    return {wave_name, version_names[place], questionnaires[place].get()};
  }

  const std::string wave_name;
  Frame frame;
  // By their place in the wave.
  std::vector<std::shared_ptr<const CompiledQuestionnaire>> questionnaires;
  std::vector<std::string> version_names;
};

struct ReadyWave {
  StoredWave stored;  // As it is now: its times may change.
  std::shared_ptr<const WaveParts> parts;
  std::shared_ptr<const std::vector<Extension>> extensions;  // Null: none.

  // FAILED_PRECONDITION (WAVE_NOT_OPEN, WAVE_CLOSED) unless answers about `unit` to the
  // questionnaire in that place are taken at `now`.
  absl::Status CheckOpen(int place, std::string_view unit, absl::Time now) const;
  // When the wave closes for responses of `role` about `unit`, which it asks.
  absl::Time CloseTime(const Unit& unit, Role role) const;
};

// Reads a wave's times anew at every call and keeps the rest of the waves that were used last, so
// that all processes on one database agree. Thread-safe.
class WaveCache {
 public:
  static constexpr size_t kMaxWaves = 4;

  WaveCache(WaveStore& waves, QuestionnaireStore& questionnaires)
      : waves_(waves), questionnaires_(questionnaires) {}

  // NOT_FOUND.
  absl::StatusOr<ReadyWave> Get(std::string_view id);

  // Of a wave that is there, by its number.
  absl::StatusOr<std::shared_ptr<const WaveParts>> Parts(int64_t number);

 private:
  struct Kept {
    std::shared_ptr<const WaveParts> parts;
    std::shared_ptr<const std::vector<Extension>> extensions;
    int64_t extension_changes = 0;  // When they were read, or before.
  };
  absl::StatusOr<std::shared_ptr<const WaveParts>> Load(const StoredWave& stored);

  WaveStore& waves_;
  QuestionnaireStore& questionnaires_;
  absl::Mutex mutex_;
  // The last used first.
  std::list<std::pair<int64_t, Kept>> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_WAVE_CACHE_H_

#include "services/survey/api/wave_cache.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "services/survey/api/questionnaire_proto.h"

namespace vg::survey {

absl::StatusOr<ReadyWave> WaveCache::Get(std::string_view id) {
  ReadyWave ready;
  ASSIGN_OR_RETURN(ready.stored, waves_.Get(id));
  const int64_t number = ready.stored.number;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = std::find_if(parts_.begin(), parts_.end(),
                                    [number](const auto& entry) { return entry.first == number; });
    if (found != parts_.end()) {
      parts_.splice(parts_.begin(), parts_, found);
      ready.parts = found->second;
      return ready;
    }
  }
  // Two callers may load the same wave at once; either result will do.
  ASSIGN_OR_RETURN(ready.parts, Load(ready.stored));
  absl::MutexLock lock(&mutex_);
  parts_.remove_if([number](const auto& entry) { return entry.first == number; });
  parts_.emplace_front(number, ready.parts);
  if (parts_.size() > kMaxWaves) parts_.pop_back();
  return ready;
}

absl::StatusOr<std::shared_ptr<const WaveParts>> WaveCache::Load(const StoredWave& stored) {
  ASSIGN_OR_RETURN(const std::vector<Unit> units, waves_.Units(stored.number));
  auto parts = std::make_shared<WaveParts>(stored.wave, units);
  for (const WaveQuestionnaire& asked : stored.wave.questionnaires) {
    ASSIGN_OR_RETURN(const PublishedQuestionnaire published,
                     questionnaires_.Get(asked.questionnaire, asked.version));
    voortgang::survey::v1::Questionnaire content;
    content.ParseFromString(published.content);
    ASSIGN_OR_RETURN(const Questionnaire questionnaire, FromProto(content, ""));
    ASSIGN_OR_RETURN(auto compiled, CompiledQuestionnaire::Compile(questionnaire));
    parts->questionnaires.push_back(std::move(compiled));
    parts->version_names.push_back(asked.version_name());
  }
  return std::shared_ptr<const WaveParts>(std::move(parts));
}

}  // namespace vg::survey

#include "services/survey/api/wave_cache.h"

#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"
#include "services/survey/api/questionnaire_proto.h"

namespace vg::survey {

absl::Status ReadyWave::CheckOpen(int place, std::string_view unit, absl::Time now) const {
  const Role role = stored.wave.questionnaires[place].role;
  const Unit* const asked = parts->frame.Find(unit, role);
  if (extensions == nullptr || asked == nullptr) return survey::CheckOpen(stored.wave, now);
  return survey::CheckOpen(stored.wave, *extensions, *asked, role, now);
}

absl::Time ReadyWave::CloseTime(const Unit& unit, Role role) const {
  if (extensions == nullptr) return stored.wave.close_time;
  return survey::CloseTime(stored.wave, *extensions, unit, role);
}

absl::StatusOr<ReadyWave> WaveCache::Get(std::string_view id) {
  ReadyWave ready;
  ASSIGN_OR_RETURN(ready.stored, waves_.Get(id));
  const int64_t number = ready.stored.number;
  int64_t known = 0;  // Changes of its extensions.
  {
    absl::MutexLock lock(&mutex_);
    const auto found = std::find_if(kept_.begin(), kept_.end(),
                                    [number](const auto& entry) { return entry.first == number; });
    if (found != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, found);
      ready.parts = found->second.parts;
      ready.extensions = found->second.extensions;
      known = found->second.extension_changes;
    }
  }
  if (ready.parts != nullptr && known >= ready.stored.extension_changes) return ready;
  // Two callers may load the same wave at once; either result will do.
  if (ready.parts == nullptr) {
    ASSIGN_OR_RETURN(ready.parts, Load(ready.stored));
  }
  if (ready.stored.extensions != 0) {
    ASSIGN_OR_RETURN(auto extensions, waves_.Extensions(number));
    ready.extensions = std::make_shared<const std::vector<Extension>>(std::move(extensions));
  }
  absl::MutexLock lock(&mutex_);
  kept_.remove_if([number](const auto& entry) { return entry.first == number; });
  kept_.emplace_front(number, Kept{ready.parts, ready.extensions, ready.stored.extension_changes});
  if (kept_.size() > kMaxWaves) kept_.pop_back();
  return ready;
}

absl::StatusOr<std::shared_ptr<const WaveParts>> WaveCache::Parts(int64_t number) {
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [kept, wave] : kept_) {
      if (kept == number) return wave.parts;
    }
  }
  ASSIGN_OR_RETURN(const std::string id, waves_.IdOf(number));
  ASSIGN_OR_RETURN(ReadyWave ready, Get(id));
  return std::move(ready.parts);
}

absl::StatusOr<std::shared_ptr<const WaveParts>> WaveCache::Load(const StoredWave& stored) {
  ASSIGN_OR_RETURN(std::vector<Unit> units, waves_.Units(stored.number));
  ASSIGN_OR_RETURN(const std::vector<Sample> samples, waves_.Samples(stored));
  auto parts = std::make_shared<WaveParts>(stored.wave, std::move(units), samples);
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

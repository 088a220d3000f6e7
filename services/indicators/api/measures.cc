#include "services/indicators/api/measures.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/log/log.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/api/record_proto.h"

namespace vg::indicators {
namespace {

// More than a programme has at a time; a few kilobytes each.
constexpr size_t kDefinitionsKept = 1000;
constexpr size_t kQuestionnairesKept = 100;
constexpr size_t kMeasuresKept = 5000;

template <typename Map>
void Keep(Map& map, size_t bound, typename Map::key_type key, typename Map::mapped_type value) {
  if (map.size() >= bound) map.clear();
  map.insert_or_assign(std::move(key), std::move(value));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Definition>> Measures::Read(const StoredIndicator& stored) {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = definitions_.find(stored.serial);
    if (known != definitions_.end()) return known->second;
  }
  auto definition = std::make_shared<Definition>();
  if (!definition->proto.ParseFromString(stored.definition)) {
    return absl::DataLossError(absl::StrCat("indicators/", stored.id, " is unreadable"));
  }
  ASSIGN_OR_RETURN(definition->rules, RulesFromProto(definition->proto));
  absl::MutexLock lock(&mutex_);
  Keep(definitions_, kDefinitionsKept, stored.serial, definition);
  return definition;
}

absl::StatusOr<Asked> Measures::Questionnaire(const std::string& version) {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = asked_.find(version);
    if (known != asked_.end()) return known->second;
  }
  ASSIGN_OR_RETURN(const voortgang::survey::v1::QuestionnaireVersion found,
                   peers_.Questionnaire(version));
  const Asked asked{ShapeOf(found.content()), found.content().role()};
  if (absl::EndsWith(version, "/latest")) return asked;
  absl::MutexLock lock(&mutex_);
  Keep(asked_, kQuestionnairesKept, version, asked);
  return asked;
}

absl::StatusOr<std::shared_ptr<const Measure>> Measures::OnResponses(const StoredIndicator& stored,
                                                                     const std::string& version) {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = measures_.find({stored.serial, version});
    if (known != measures_.end()) return known->second;
  }
  ASSIGN_OR_RETURN(const Asked asked, Questionnaire(version));
  return Compile(stored, version, *asked.shape);
}

absl::StatusOr<std::shared_ptr<const Measure>> Measures::OnProgrammes(
    const StoredIndicator& stored) {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = measures_.find({stored.serial, ""});
    if (known != measures_.end()) return known->second;
  }
  return Compile(stored, "", ProgrammeShape());
}

absl::StatusOr<std::shared_ptr<const Measure>> Measures::Compile(const StoredIndicator& stored,
                                                                 const std::string& version,
                                                                 const RecordShape& shape) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition, Read(stored));
  absl::StatusOr<Measure> compiled = Measure::Compile(definition->rules, shape.environment());
  std::shared_ptr<const Measure> measure;
  if (compiled.ok()) {
    measure = std::make_shared<const Measure>(*std::move(compiled));
  } else {
    LOG(WARNING) << "indicators/" << stored.id << " counts nothing of " << version << ": "
                 << std::string(compiled.status().message());
  }
  if (absl::EndsWith(version, "/latest")) return measure;
  absl::MutexLock lock(&mutex_);
  Keep(measures_, kMeasuresKept, {stored.serial, version}, measure);
  return measure;
}

}  // namespace vg::indicators

#include "services/indicators/api/contributions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/definition_proto.h"

namespace vg::indicators {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace survey = voortgang::survey::v1;

// "waves/w" of "waves/w/responses/r"; "questionnaires/q" of "questionnaires/q/versions/1".
std::string Parent(const std::string& name) {
  const size_t second = name.find('/', name.find('/') + 1);
  return name.substr(0, second);
}

bool Counts(const survey::Response& response) {
  return !response.partial() && !response.has_withdraw_time();
}

void Add(const Contribution& contribution, bool minus, int partition, int64_t serial,
         const std::string& wave, const std::string& unit, SumsDelta& delta) {
  for (const auto& [category, sums] : contribution) {
    delta[{partition, serial, wave, unit, category}] += minus ? -sums : sums;
  }
}

absl::Status Unreadable(const feed::Entry& entry, const std::string& feed) {
  return absl::DataLossError(
      absl::StrCat(feed, " holds an unreadable change at ", entry.partition, "/", entry.number));
}

}  // namespace

absl::StatusOr<SumsDelta> Contributions::Of(const std::string& feed,
                                            std::span<const feed::Entry> entries,
                                            const std::vector<int64_t>& serials) {
  SumsDelta delta;
  if (serials.empty()) return delta;
  absl::MutexLock lock(&mutex_);
  for (const feed::Entry& entry : entries) {
    if (feed == kProgrammeFeed) {
      catalogue::ProgrammeChange change;
      if (!change.ParseFromString(entry.payload)) return Unreadable(entry, feed);
      if (change.has_before()) {
        RETURN_IF_ERROR(AddProgramme(feed, change.before(), entry.partition, true, serials, delta));
      }
      if (change.has_after()) {
        RETURN_IF_ERROR(AddProgramme(feed, change.after(), entry.partition, false, serials, delta));
      }
      continue;
    }
    survey::ResponseChange change;
    if (!change.ParseFromString(entry.payload)) return Unreadable(entry, feed);
    if (change.has_before() && Counts(change.before())) {
      RETURN_IF_ERROR(AddResponse(feed, change.before(), entry.partition, true, serials, delta));
    }
    if (change.has_after() && Counts(change.after())) {
      RETURN_IF_ERROR(AddResponse(feed, change.after(), entry.partition, false, serials, delta));
    }
  }
  return delta;
}

absl::Status Contributions::AddProgramme(const std::string& feed,
                                         const catalogue::Programme& programme, int partition,
                                         bool minus, const std::vector<int64_t>& serials,
                                         SumsDelta& delta) {
  const std::string school_year = programme.name().substr(programme.name().rfind('/') + 1);
  const expression::Frame record = RecordOf(programme);
  for (const int64_t serial : serials) {
    ASSIGN_OR_RETURN(Definition * definition, Find(feed, serial));
    if (definition == nullptr || !definition->on_programmes.has_value() ||
        definition->proto.programmes().school_year() != school_year) {
      continue;
    }
    Add(definition->on_programmes->Of(record), minus, partition, serial, "",
        Parent(programme.name()), delta);
  }
  return absl::OkStatus();
}

absl::Status Contributions::AddResponse(const std::string& feed, const survey::Response& response,
                                        int partition, bool minus,
                                        const std::vector<int64_t>& serials, SumsDelta& delta) {
  const std::string& version = response.questionnaire_version();
  const std::string questionnaire = Parent(version);
  std::shared_ptr<const RecordShape> shape;
  std::optional<expression::Frame> record;
  for (const int64_t serial : serials) {
    ASSIGN_OR_RETURN(Definition * definition, Find(feed, serial));
    if (definition == nullptr) continue;
    const auto& questionnaires = definition->proto.responses().questionnaires();
    if (std::find(questionnaires.begin(), questionnaires.end(), questionnaire) ==
        questionnaires.end()) {
      continue;
    }
    if (shape == nullptr) {
      ASSIGN_OR_RETURN(shape, Shape(version));
      record.emplace(RecordOf(*shape, response));
    }
    ASSIGN_OR_RETURN(const Measure* measure, MeasureFor(*definition, version, *shape));
    if (measure == nullptr) continue;
    Add(measure->Of(*record), minus, partition, serial, Parent(response.name()), response.unit(),
        delta);
  }
  return absl::OkStatus();
}

absl::StatusOr<Contributions::Definition*> Contributions::Find(const std::string& feed,
                                                               int64_t serial) {
  const auto found = definitions_.find(serial);
  if (found != definitions_.end()) return &found->second;
  ASSIGN_OR_RETURN(const std::vector<StoredIndicator> stored, store_.OnFeed(feed));
  for (const StoredIndicator& indicator : stored) {
    if (definitions_.contains(indicator.serial)) continue;
    Definition definition;
    if (!definition.proto.ParseFromString(indicator.definition)) {
      return absl::DataLossError(absl::StrCat("indicators/", indicator.id, " is unreadable"));
    }
    ASSIGN_OR_RETURN(definition.rules, RulesFromProto(definition.proto));
    if (feed == kProgrammeFeed) {
      ASSIGN_OR_RETURN(definition.on_programmes,
                       Measure::Compile(definition.rules, ProgrammeShape().environment()));
    }
    definitions_.emplace(indicator.serial, std::move(definition));
  }
  // Null: replaced by a newer version meanwhile.
  const auto loaded = definitions_.find(serial);
  return loaded == definitions_.end() ? nullptr : &loaded->second;
}

absl::StatusOr<std::shared_ptr<const RecordShape>> Contributions::Shape(
    const std::string& version) {
  auto& shape = shapes_[version];
  if (shape == nullptr) {
    ASSIGN_OR_RETURN(const survey::QuestionnaireVersion questionnaire,
                     peers_.Questionnaire(version));
    shape = ShapeOf(questionnaire.content());
  }
  return shape;
}

absl::StatusOr<const Measure*> Contributions::MeasureFor(Definition& definition,
                                                         const std::string& version,
                                                         const RecordShape& shape) {
  auto [place, added] = definition.by_version.try_emplace(version);
  if (added) {
    absl::StatusOr<Measure> compiled = Measure::Compile(definition.rules, shape.environment());
    if (compiled.ok()) {
      place->second = *std::move(compiled);
    } else {
      LOG(WARNING) << version << " cannot be measured and counts in nothing: "
                   << std::string(compiled.status().message());
    }
  }
  return place->second.has_value() ? &*place->second : nullptr;
}

}  // namespace vg::indicators

#include "services/indicators/api/tables.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/domain/units.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;
namespace survey = voortgang::survey::v1;

constexpr int kValuePlaces = 6;

void ToProto(const Estimate& estimate, v1::Estimate& proto) {
  for (const std::string& value : estimate.group) proto.add_group(value);
  proto.set_category(estimate.category);
  proto.set_state(StateToProto(estimate.state));
  if (estimate.value.has_value()) {
    *proto.mutable_unweighted_value() = RoundedToProto(*estimate.value);
  }
  proto.set_n(estimate.n);
  proto.set_unit_count(estimate.unit_count);
  proto.set_positive_count(estimate.positive_count);
}

bool IsSet(const voortgang::registry::v1::SchoolFilter& filter) {
  return filter.ByteSizeLong() > 0;
}

absl::Status StillFolding(const std::string& name) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "FOLDING",
      absl::StrCat(name, " is still being folded from the beginning; ask again in a moment"),
      {{"resource", name}});
}

}  // namespace

v1::EstimateState StateToProto(EstimateState state) {
  switch (state) {
    case EstimateState::kPublished:
      return v1::ESTIMATE_STATE_PUBLISHED;
    case EstimateState::kSuppressed:
      return v1::ESTIMATE_STATE_SUPPRESSED;
    case EstimateState::kEmpty:
      break;
  }
  return v1::ESTIMATE_STATE_EMPTY;
}

voortgang::type::v1::Decimal RoundedToProto(const Exact& value) {
  return rpc::ToProto(value.Round(kValuePlaces, Rounding::kHalfEven));
}

absl::StatusOr<Tables::Source> Tables::SourceOf(const StoredIndicator& stored,
                                                const v1::QueryEstimatesRequest& request) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition, measures_.Read(stored));
  Source source;
  source.snapshot = request.snapshot();
  if (definition->proto.has_programmes()) {
    if (!request.wave().empty()) {
      return InvalidField("wave", "NOT_APPLICABLE", "means nothing for an indicator on programmes");
    }
    if (source.snapshot.empty()) {
      return InvalidField("snapshot", "REQUIRED", "is needed for an indicator on programmes");
    }
    return source;
  }
  if (request.wave().empty()) {
    return InvalidField("wave", "REQUIRED", "is needed for an indicator on responses");
  }
  ASSIGN_OR_RETURN(const survey::Wave wave, peers_.Wave(request.wave()));
  if (source.snapshot.empty()) source.snapshot = wave.snapshot();
  for (const std::string& questionnaire : definition->proto.responses().questionnaires()) {
    // A questionnaire that is not in the wave counts nobody; its newest version names the options.
    std::string version = absl::StrCat(questionnaire, "/versions/latest");
    for (const survey::WaveQuestionnaire& asked : wave.questionnaires()) {
      if (absl::StartsWith(asked.questionnaire_version(), questionnaire + "/")) {
        version = asked.questionnaire_version();
      }
    }
    ASSIGN_OR_RETURN(const Asked asked, measures_.Questionnaire(version));
    source.role = asked.role;
    ASSIGN_OR_RETURN(const std::shared_ptr<const Measure> measure,
                     measures_.OnResponses(stored, version));
    if (measure == nullptr) continue;
    for (const std::string& category : measure->categories()) {
      if (std::find(source.categories.begin(), source.categories.end(), category) ==
          source.categories.end()) {
        source.categories.push_back(category);
      }
    }
  }
  return source;
}

absl::StatusOr<std::vector<Estimate>> Tables::Make(const StoredIndicator& stored,
                                                   const v1::QueryEstimatesRequest& request,
                                                   v1::EstimateTable& response) {
  std::vector<Attribute> attributes;
  for (int i = 0; i < request.breakdowns_size(); ++i) {
    const std::string field = absl::StrCat("breakdowns[", i, "]");
    ASSIGN_OR_RETURN(const Attribute attribute, AttributeFromName(request.breakdowns(i), field));
    if (std::find(attributes.begin(), attributes.end(), attribute) != attributes.end()) {
      return InvalidField(field, "ATTRIBUTE_TWICE", "is there already");
    }
    attributes.push_back(attribute);
  }
  ASSIGN_OR_RETURN(const Source source, SourceOf(stored, request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const SnapshotUnits> units, peers_.Units(source.snapshot));
  // Boards and municipalities pass every filter.
  const bool filtered = IsSet(request.filter()) && source.role != survey::ROLE_BOARD &&
                        source.role != survey::ROLE_MUNICIPALITY;
  std::set<std::string> schools;
  if (filtered) {
    ASSIGN_OR_RETURN(schools, peers_.Schools(source.snapshot, request.filter()));
  }
  ASSIGN_OR_RETURN(const Figures figures, sums_.Read(stored.serial, stored.feed, request.wave()));
  if (!figures.live) return StillFolding(request.indicator());

  std::vector<GroupedSums> rows;
  std::map<std::string, int> strangers;  // Units that the snapshot does not have.
  for (const UnitSums& row : figures.rows) {
    GroupedSums grouped;
    grouped.category = row.category;
    grouped.sums = row.sums;
    grouped.unit = units->units.Find(row.unit);
    grouped.filtered_out = filtered && !schools.contains(row.unit);
    for (const Attribute attribute : attributes) {
      grouped.group.push_back(grouped.unit < 0 ? "" : units->units.Get(grouped.unit, attribute));
    }
    if (grouped.unit < 0) {
      grouped.unit =
          strangers.try_emplace(row.unit, -1 - static_cast<int>(strangers.size())).first->second;
    }
    rows.push_back(std::move(grouped));
  }
  std::vector<Areas> areas;
  for (const Attribute attribute : attributes) {
    areas.push_back(attribute == Attribute::kMunicipality ? units->units.ProvinceOfMunicipality()
                                                          : Areas());
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition, measures_.Read(stored));
  std::vector<Estimate> table = Tabulate(definition->rules, source.categories, rows);
  Protect(definition->rules, std::move(areas), rows, table);

  response.set_indicator(request.indicator());
  response.set_version(stored.version);
  response.set_digest(stored.digest);
  response.set_wave(request.wave());
  *response.mutable_breakdowns() = request.breakdowns();
  for (const Estimate& estimate : table) ToProto(estimate, *response.add_estimates());
  v1::Provenance& provenance = *response.mutable_provenance();
  provenance.set_role(source.role);
  provenance.set_snapshot(source.snapshot);
  provenance.set_snapshot_digest(units->digest);
  provenance.set_folded_change_count(figures.folded);
  return table;
}

}  // namespace vg::indicators

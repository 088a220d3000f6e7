#include "services/indicators/api/tables.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/estimation_proto.h"
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

// An attribute that figures are broken down by: of the register, or of the wave's sample.
struct Breakdown {
  std::optional<Attribute> attribute;
  std::string of_sample;

  std::string ValueOf(const UnitTable& units, int place, const WaveSample* sample,
                      const std::string& unit) const {
    if (attribute.has_value()) return place < 0 ? "" : units.Get(place, *attribute);
    const auto member = sample->members.find(unit);
    if (member == sample->members.end()) return "";
    const auto value = member->second.attributes.find(of_sample);
    return value == member->second.attributes.end() ? "" : value->second;
  }
};

absl::StatusOr<std::vector<Breakdown>> BreakdownsFromProto(
    const google::protobuf::RepeatedPtrField<std::string>& names, const UnitTable& units,
    const WaveSample* sample) {
  std::vector<Breakdown> breakdowns;
  std::set<std::string> seen;
  for (int i = 0; i < names.size(); ++i) {
    const std::string field = absl::StrCat("breakdowns[", i, "]");
    if (!seen.insert(names[i]).second) {
      return InvalidField(field, "ATTRIBUTE_TWICE", "is there already");
    }
    const std::optional<Attribute> attribute = units.FindAttribute(names[i]);
    if (!attribute.has_value() &&
        (sample == nullptr || !sample->attribute_names.contains(names[i]))) {
      std::string known = units.AttributeNames();
      if (sample != nullptr && !sample->attribute_names.empty()) {
        absl::StrAppend(&known, ", ", absl::StrJoin(sample->attribute_names, ", "));
      }
      return InvalidField(field, "UNKNOWN_ATTRIBUTE",
                          absl::StrCat("'", names[i], "' is no attribute; there are ", known));
    }
    breakdowns.push_back({attribute, names[i]});
  }
  return breakdowns;
}

// The larger areas that figures by each attribute add up to.
std::vector<Areas> AreasOf(const std::vector<Breakdown>& breakdowns, const UnitTable& units) {
  std::vector<Areas> areas;
  for (const Breakdown& breakdown : breakdowns) {
    areas.push_back(breakdown.attribute == Attribute::kMunicipality ? units.ProvinceOfMunicipality()
                                                                    : Areas());
  }
  return areas;
}

// The units of a snapshot that answer in the role; for programmes, schools.
Population AskedOf(const UnitTable& units, survey::Role role,
                   const std::set<std::string>& sectors) {
  Population population{units, {}};
  const char* const kind = role == survey::ROLE_BOARD          ? "boards/"
                           : role == survey::ROLE_MUNICIPALITY ? "municipalities/"
                                                               : "schools/";
  for (int unit = 0; unit < units.size(); ++unit) {
    if (!absl::StartsWith(units.name(unit), kind)) continue;
    if (!sectors.empty() && !sectors.contains(units.Get(unit, Attribute::kSector))) continue;
    population.units.push_back(unit);
  }
  return population;
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
    source.frame = source.snapshot;
    source.counted_as.insert(definition->proto.programmes().school_year());
    return source;
  }
  if (request.wave().empty()) {
    return InvalidField("wave", "REQUIRED", "is needed for an indicator on responses");
  }
  ASSIGN_OR_RETURN(const survey::Wave wave, peers_.Wave(request.wave()));
  if (source.snapshot.empty()) source.snapshot = wave.snapshot();
  source.frame = wave.snapshot();
  bool all_sectors = false;
  for (const std::string& questionnaire : definition->proto.responses().questionnaires()) {
    // A questionnaire that is not in the wave counts nobody; its newest version names the options.
    std::string version = absl::StrCat(questionnaire, "/versions/latest");
    for (const survey::WaveQuestionnaire& asked : wave.questionnaires()) {
      if (absl::StartsWith(asked.questionnaire_version(), questionnaire + "/")) {
        version = asked.questionnaire_version();
        all_sectors = all_sectors || asked.sectors().empty();
        for (const int sector : asked.sectors()) {
          source.sectors.insert(SectorName(static_cast<voortgang::type::v1::Sector>(sector)));
        }
      }
    }
    source.counted_as.insert(questionnaire);
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
  if (all_sectors || source.role == survey::ROLE_BOARD ||
      source.role == survey::ROLE_MUNICIPALITY) {
    source.sectors.clear();
  }
  // Plain figures by attributes of the register do without the sample.
  ASSIGN_OR_RETURN(const std::shared_ptr<const SnapshotUnits> units, peers_.Units(source.snapshot));
  const bool needed = request.has_estimation() ||
                      std::any_of(request.breakdowns().begin(), request.breakdowns().end(),
                                  [&units](const std::string& name) {
                                    return !units->units.FindAttribute(name).has_value();
                                  });
  if (needed) {
    ASSIGN_OR_RETURN(source.sample, peers_.Sample(wave, source.role));
  }
  return source;
}

absl::StatusOr<std::shared_ptr<WeightedTable>> Tables::Weights(const v1::EstimationOptions& options,
                                                               const Source& source,
                                                               const Figures& figures) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const SnapshotUnits> frame, peers_.Units(source.frame));
  auto table = std::make_shared<WeightedTable>();
  ASSIGN_OR_RETURN(table->plan, PlanFromProto(options, frame->units, source.sample != nullptr));
  std::vector<estimation::SampledUnit> sample;
  if (table->plan.design == DesignKind::kSample) {
    for (const auto& [name, member] : source.sample->members) sample.push_back(member.unit);
  }
  std::set<std::string, std::less<>> respondents;
  for (const UnitSums& row : figures.respondents) {
    if (source.counted_as.contains(row.category)) respondents.insert(row.unit);
  }
  ASSIGN_OR_RETURN(table->weighting,
                   MakeWeighting(table->plan, AskedOf(frame->units, source.role, source.sectors),
                                 sample, respondents));
  return table;
}

absl::StatusOr<bool> Tables::GivesAway(const WeightingPlan& plan, const Source& source,
                                       const Rules& rules, const Figures& figures,
                                       const std::vector<GroupedSums>& rows) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const SnapshotUnits> frame, peers_.Units(source.frame));
  std::vector<std::vector<Breakdown>> tables;
  for (const std::vector<Attribute>& attributes : WeightAttributes(plan)) {
    std::vector<Breakdown>& table = tables.emplace_back();
    for (const Attribute attribute : attributes) table.push_back({attribute, ""});
  }
  if (plan.design == DesignKind::kSample) tables.push_back({{std::nullopt, "stratum"}});
  for (const std::vector<Breakdown>& table : tables) {
    std::vector<GroupedSums> by_class = rows;
    for (size_t i = 0; i < by_class.size(); ++i) {
      const std::string& unit = figures.rows[i].unit;
      by_class[i].group.clear();
      for (const Breakdown& breakdown : table) {
        by_class[i].group.push_back(
            breakdown.ValueOf(frame->units, frame->units.Find(unit), source.sample.get(), unit));
      }
    }
    if (WeightsTellHiddenGroups(rules, AreasOf(table, frame->units), by_class)) return true;
  }
  return false;
}

absl::StatusOr<MadeTable> Tables::Make(const StoredIndicator& stored,
                                       const v1::QueryEstimatesRequest& request,
                                       v1::EstimateTable& response) {
  ASSIGN_OR_RETURN(const Source source, SourceOf(stored, request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const SnapshotUnits> units, peers_.Units(source.snapshot));
  ASSIGN_OR_RETURN(const std::vector<Breakdown> breakdowns,
                   BreakdownsFromProto(request.breakdowns(), units->units, source.sample.get()));
  // Boards and municipalities pass every filter.
  const bool filtered = IsSet(request.filter()) && source.role != survey::ROLE_BOARD &&
                        source.role != survey::ROLE_MUNICIPALITY;
  std::set<std::string> schools;
  if (filtered) {
    ASSIGN_OR_RETURN(schools, peers_.Schools(source.snapshot, request.filter()));
  }
  ASSIGN_OR_RETURN(const Figures figures, sums_.Read(stored.serial, stored.feed, request.wave(),
                                                     request.has_estimation()));
  if (!figures.live) return StillFolding(request.indicator());
  std::shared_ptr<WeightedTable> weighted;
  if (request.has_estimation()) {
    ASSIGN_OR_RETURN(weighted, Weights(request.estimation(), source, figures));
  }
  const estimation::Design* const design =
      weighted != nullptr && weighted->weighting.estimator.has_value()
          ? &weighted->weighting.estimator->design()
          : nullptr;

  std::vector<GroupedSums> rows;
  std::map<std::string, int> strangers;  // Units that the snapshot does not have.
  std::set<std::string> outside;         // Units that the design does not have.
  for (const UnitSums& row : figures.rows) {
    GroupedSums grouped;
    grouped.category = row.category;
    grouped.sums = row.sums;
    grouped.unit = units->units.Find(row.unit);
    grouped.filtered_out = filtered && !schools.contains(row.unit);
    if (design != nullptr) grouped.design_row = design->Find(row.unit);
    if (grouped.design_row < 0) outside.insert(row.unit);
    for (const Breakdown& breakdown : breakdowns) {
      grouped.group.push_back(
          breakdown.ValueOf(units->units, grouped.unit, source.sample.get(), row.unit));
    }
    if (grouped.unit < 0) {
      grouped.unit =
          strangers.try_emplace(row.unit, -1 - static_cast<int>(strangers.size())).first->second;
    }
    rows.push_back(std::move(grouped));
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition, measures_.Read(stored));
  MadeTable table{.estimates = Tabulate(definition->rules, source.categories, rows)};
  Protect(definition->rules, AreasOf(breakdowns, units->units), rows, table.estimates);
  if (weighted != nullptr) {
    ASSIGN_OR_RETURN(weighted->withheld,
                     GivesAway(weighted->plan, source, definition->rules, figures, rows));
    Weigh(definition->rules, rows, table.estimates, *weighted);
  }

  response.set_indicator(request.indicator());
  response.set_version(stored.version);
  response.set_digest(stored.digest);
  response.set_wave(request.wave());
  *response.mutable_breakdowns() = request.breakdowns();
  for (size_t i = 0; i < table.estimates.size(); ++i) {
    v1::Estimate& estimate = *response.add_estimates();
    ToProto(table.estimates[i], estimate);
    if (weighted == nullptr || !weighted->figures[i].has_value()) continue;
    ToProto(*weighted->figures[i], *estimate.mutable_weighted());
  }
  v1::Provenance& provenance = *response.mutable_provenance();
  provenance.set_role(source.role);
  provenance.set_snapshot(source.snapshot);
  provenance.set_snapshot_digest(units->digest);
  provenance.set_folded_change_count(figures.folded);
  if (weighted != nullptr) {
    const bool total_shown =
        !table.estimates.empty() && table.estimates.front().state == EstimateState::kPublished;
    v1::EstimationSummary& summary = *response.mutable_estimation();
    ToProto(*weighted, total_shown, summary);
    if (weighted->plan.design == DesignKind::kSample) {
      summary.set_sample_digest(source.sample->digest);
    }
    if (design != nullptr) summary.set_units_outside(static_cast<int>(outside.size()));
  }
  table.weighted = std::move(weighted);
  return table;
}

}  // namespace vg::indicators

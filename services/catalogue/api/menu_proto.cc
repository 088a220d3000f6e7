#include "services/catalogue/api/menu_proto.h"

#include <optional>
#include <utility>

#include "absl/status/statusor.h"

#include "common/grpc/type_conversions.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

LocalizedText FromProto(const voortgang::type::v1::LocalizedText& text) {
  return {.nl = text.nl(), .en = text.en()};
}

Evidence FromProto(const v1::Evidence& evidence) {
  Evidence out{.scheme = evidence.scheme(),
               .rating = evidence.rating(),
               .source = evidence.source(),
               .note = FromProto(evidence.note())};
  if (evidence.has_effect_months()) out.effect_months = evidence.effect_months();
  if (evidence.has_strength()) out.strength = evidence.strength();
  if (evidence.has_cost()) out.cost = evidence.cost();
  return out;
}

Intervention FromProto(const v1::Intervention& intervention) {
  Intervention out{.id = intervention.id(),
                   .category = intervention.category(),
                   .title = FromProto(intervention.title()),
                   .summary = FromProto(intervention.summary())};
  for (const int sector : intervention.sectors()) {
    out.sectors.push_back(static_cast<Sector>(sector));
  }
  for (const v1::Evidence& evidence : intervention.evidence()) {
    out.evidence.push_back(FromProto(evidence));
  }
  return out;
}

}  // namespace

MenuEdition FromProto(const v1::MenuEdition& edition, std::vector<FieldViolation>& violations) {
  MenuEdition out{.title = FromProto(edition.title())};
  const absl::StatusOr<absl::CivilDay> start = rpc::FromProto(edition.start_date(), "start_date");
  if (start.ok()) {
    out.start_date = *start;
  } else {
    violations.push_back(ImpossibleDate("start_date"));
  }
  for (const v1::MenuCategory& category : edition.categories()) {
    out.categories.push_back({.id = category.id(),
                              .title = FromProto(category.title()),
                              .supporting_only = category.supporting_only()});
  }
  for (const v1::Intervention& intervention : edition.interventions()) {
    out.interventions.push_back(FromProto(intervention));
  }
  return out;
}

void ToProto(const InterventionChange& change, v1::InterventionChange& out) {
  out.set_intervention(InterventionName(change.intervention));
  out.set_kind(static_cast<v1::InterventionChangeKind>(change.kind));
  out.set_field(change.field);
  out.set_before(change.before);
  out.set_after(change.after);
}

void ToProto(const Uptake& uptake, const v1::MenuEdition& edition, v1::Uptake& out) {
  if (uptake.place) {
    *out.mutable_intervention() = edition.interventions(static_cast<int>(*uptake.place));
  } else {
    out.mutable_intervention()->set_id(uptake.intervention);
  }
  out.set_programme_count(uptake.total());
  out.set_planned_count(uptake.planned);
  out.set_running_count(uptake.running);
  out.set_finished_count(uptake.finished);
  out.set_stopped_count(uptake.stopped);
}

}  // namespace vg::catalogue

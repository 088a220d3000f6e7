#include "services/catalogue/api/menu_proto.h"

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

LocalizedText FromProto(const voortgang::type::v1::LocalizedText& text) {
  return {.nl = text.nl(), .en = text.en()};
}

EvidenceSource FromProto(const v1::EvidenceSource& source) {
  EvidenceSource out{
      .title = source.title(), .url = source.url(), .note = FromProto(source.note())};
  if (source.has_year()) out.year = source.year();
  return out;
}

// The day, or the first of all if it is none, which is added to `violations`.
absl::CivilDay DayOf(const google::type::Date& date, const std::string& field,
                     std::vector<FieldViolation>& violations) {
  const absl::StatusOr<absl::CivilDay> day = rpc::FromProto(date, field);
  if (day.ok()) return *day;
  violations.push_back(ImpossibleDate(field));
  return {};
}

Evidence FromProto(const v1::Evidence& evidence, const std::string& field,
                   std::vector<FieldViolation>& violations) {
  Evidence out{.scheme = evidence.scheme(),
               .rating = evidence.rating(),
               .source = evidence.source(),
               .note = FromProto(evidence.note()),
               .effect_status = static_cast<EffectStatus>(evidence.effect_status()),
               .scope = evidence.scope()};
  if (evidence.has_effect_months()) out.effect_months = evidence.effect_months();
  if (evidence.has_strength()) out.strength = evidence.strength();
  if (evidence.has_cost()) out.cost = evidence.cost();
  if (evidence.has_effect_size_hundredths()) {
    out.effect_size_hundredths = evidence.effect_size_hundredths();
  }
  if (evidence.has_study_count()) out.study_count = evidence.study_count();
  if (evidence.has_review_date()) {
    out.review_date = DayOf(evidence.review_date(), field + ".review_date", violations);
  }
  for (const v1::EvidenceSource& source : evidence.sources()) {
    out.sources.push_back(FromProto(source));
  }
  return out;
}

EvidenceScheme FromProto(const v1::EvidenceScheme& scheme) {
  EvidenceScheme out{.id = scheme.id(),
                     .title = FromProto(scheme.title()),
                     .description = FromProto(scheme.description()),
                     .url = scheme.url()};
  for (const v1::EvidenceRating& rating : scheme.ratings()) {
    out.ratings.push_back({.id = rating.id(), .title = FromProto(rating.title())});
  }
  for (const v1::EffectBand& band : scheme.bands()) {
    out.bands.push_back({.effect_months = band.effect_months(),
                         .from_hundredths = band.from_hundredths(),
                         .to_hundredths = band.to_hundredths()});
  }
  return out;
}

GrantEligibility FromProto(const v1::GrantEligibility& grant, const std::string& field,
                           std::vector<FieldViolation>& violations) {
  return {.grant = grant.grant(),
          .start_date = DayOf(grant.start_date(), field + ".start_date", violations),
          .end_date = DayOf(grant.end_date(), field + ".end_date", violations),
          .legal_reference = grant.legal_reference(),
          .url = grant.url(),
          .conditions = FromProto(grant.conditions())};
}

Intervention FromProto(const v1::Intervention& intervention, const std::string& field,
                       std::vector<FieldViolation>& violations) {
  Intervention out{.id = intervention.id(),
                   .category = intervention.category(),
                   .title = FromProto(intervention.title()),
                   .summary = FromProto(intervention.summary()),
                   .replaces = {intervention.replaces().begin(), intervention.replaces().end()}};
  for (const int sector : intervention.sectors()) {
    out.sectors.push_back(static_cast<Sector>(sector));
  }
  for (int i = 0; i < intervention.evidence_size(); ++i) {
    out.evidence.push_back(
        FromProto(intervention.evidence(i), absl::StrCat(field, ".evidence[", i, "]"), violations));
  }
  for (int i = 0; i < intervention.grants_size(); ++i) {
    out.grants.push_back(
        FromProto(intervention.grants(i), absl::StrCat(field, ".grants[", i, "]"), violations));
  }
  return out;
}

}  // namespace

MenuEdition FromProto(const v1::MenuEdition& edition, std::vector<FieldViolation>& violations) {
  MenuEdition out{.title = FromProto(edition.title()),
                  .start_date = DayOf(edition.start_date(), "start_date", violations)};
  if (edition.has_end_date()) out.end_date = DayOf(edition.end_date(), "end_date", violations);
  for (const v1::EvidenceScheme& scheme : edition.schemes()) {
    out.schemes.push_back(FromProto(scheme));
  }
  for (const v1::MenuCategory& category : edition.categories()) {
    out.categories.push_back({.id = category.id(),
                              .title = FromProto(category.title()),
                              .supporting_only = category.supporting_only()});
  }
  for (int i = 0; i < edition.interventions_size(); ++i) {
    out.interventions.push_back(
        FromProto(edition.interventions(i), absl::StrCat("interventions[", i, "]"), violations));
  }
  return out;
}

void ToProto(const InterventionChange& change, v1::InterventionChange& out) {
  out.set_intervention(InterventionName(change.intervention));
  out.set_kind(static_cast<v1::InterventionChangeKind>(change.kind));
  out.set_field(change.field);
  out.set_before(change.before);
  out.set_after(change.after);
  for (const std::string& id : change.replaced_by) out.add_replaced_by(InterventionName(id));
  for (const std::string& id : change.replaces) out.add_replaces(InterventionName(id));
}

void ToProto(const FieldChange& change, v1::MenuEditionChange& out) {
  out.set_field(change.field);
  out.set_before(change.before);
  out.set_after(change.after);
}

}  // namespace vg::catalogue

// The canonical form of an edition. What came to editions later is a record of its own that is
// there only where an edition says it, so that what was published before keeps its digest.

#include "common/digest/digest.h"
#include "common/time/clock.h"
#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {
namespace {

void Add(DigestBuilder& digest, const LocalizedText& text) { digest.Text(text.nl).Text(text.en); }

void Add(DigestBuilder& digest, const std::optional<int>& number) {
  number ? digest.Integer(*number) : digest.Absent();
}

void Add(DigestBuilder& digest, const EvidenceScheme& scheme) {
  digest.Record("scheme").Text(scheme.id);
  Add(digest, scheme.title);
  Add(digest, scheme.description);
  digest.Text(scheme.url).List(scheme.ratings.size());
  for (const EvidenceRating& rating : scheme.ratings) {
    digest.Text(rating.id);
    Add(digest, rating.title);
  }
  digest.List(scheme.bands.size());
  for (const EffectBand& band : scheme.bands) {
    digest.Integer(band.effect_months).Integer(band.from_hundredths).Integer(band.to_hundredths);
  }
}

void Add(DigestBuilder& digest, const Evidence& evidence) {
  digest.Record("evidence").Text(evidence.scheme);
  Add(digest, evidence.effect_months);
  Add(digest, evidence.strength);
  Add(digest, evidence.cost);
  digest.Text(evidence.rating).Text(evidence.source);
  Add(digest, evidence.note);
  if (evidence.effect_status != EffectStatus::kUnspecified) {
    digest.Record("effect_status").Integer(static_cast<int>(evidence.effect_status));
  }
  if (evidence.effect_size_hundredths) {
    digest.Record("effect_size").Integer(*evidence.effect_size_hundredths);
  }
  if (!evidence.scope.empty()) digest.Record("scope").Text(evidence.scope);
  if (evidence.study_count) digest.Record("study_count").Integer(*evidence.study_count);
  if (evidence.review_date) digest.Record("review_date").Text(FormatDay(*evidence.review_date));
  for (const EvidenceSource& source : evidence.sources) {
    digest.Record("source").Text(source.title).Text(source.url);
    Add(digest, source.year);
    Add(digest, source.note);
  }
}

void Add(DigestBuilder& digest, const Intervention& intervention) {
  digest.Record("intervention").Text(intervention.id).Text(intervention.category);
  Add(digest, intervention.title);
  Add(digest, intervention.summary);
  digest.List(intervention.sectors.size());
  for (const Sector sector : intervention.sectors) digest.Integer(static_cast<int>(sector));
  digest.List(intervention.evidence.size());
  for (const Evidence& evidence : intervention.evidence) Add(digest, evidence);
  for (const GrantEligibility& grant : intervention.grants) {
    digest.Record("grant").Text(grant.grant);
    digest.Text(FormatDay(grant.start_date)).Text(FormatDay(grant.end_date));
    digest.Text(grant.legal_reference).Text(grant.url);
    Add(digest, grant.conditions);
  }
  for (const std::string& replaced : intervention.replaces)
    digest.Record("replaces").Text(replaced);
}

}  // namespace

std::string Digest(const MenuEdition& edition) {
  DigestBuilder digest("voortgang.catalogue.menu-edition.v1");
  Add(digest, edition.title);
  digest.Text(FormatDay(edition.start_date));
  if (edition.end_date) digest.Record("end_date").Text(FormatDay(*edition.end_date));
  for (const EvidenceScheme& scheme : edition.schemes) Add(digest, scheme);
  digest.List(edition.categories.size());
  for (const Category& category : edition.categories) {
    digest.Record("category").Text(category.id);
    Add(digest, category.title);
    digest.Flag(category.supporting_only);
  }
  digest.List(edition.interventions.size());
  for (const Intervention& intervention : edition.interventions) Add(digest, intervention);
  return digest.Finish();
}

}  // namespace vg::catalogue

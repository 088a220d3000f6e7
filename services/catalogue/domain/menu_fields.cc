#include "services/catalogue/domain/menu_fields.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/time/clock.h"

namespace vg::catalogue {
namespace {

void Add(const std::string& path, const std::string& value, Fields& fields) {
  if (!value.empty()) fields.emplace_back(path, value);
}

void Add(const std::string& path, const LocalizedText& text, Fields& fields) {
  Add(path + ".nl", text.nl, fields);
  Add(path + ".en", text.en, fields);
}

void Add(const std::string& path, const std::optional<int>& number, Fields& fields) {
  if (number) fields.emplace_back(path, absl::StrCat(*number));
}

std::string Words(std::vector<Sector> sectors) {
  std::sort(sectors.begin(), sectors.end());
  std::string words;
  for (const Sector sector : sectors) {
    const char* word = sector == Sector::kPrimary     ? "PRIMARY"
                       : sector == Sector::kSecondary ? "SECONDARY"
                                                      : "SPECIAL";
    absl::StrAppend(&words, words.empty() ? "" : ", ", word);
  }
  return words;
}

std::string Word(EffectStatus status) {
  switch (status) {
    case EffectStatus::kTooFewStudies:
      return "TOO_FEW_STUDIES";
    case EffectStatus::kNotRated:
      return "NOT_RATED";
    case EffectStatus::kUnspecified:
      break;
  }
  return "";
}

void Add(const Evidence& evidence, Fields& fields) {
  const std::string path = PathOf(evidence);
  Add(path + ".effect_months", evidence.effect_months, fields);
  Add(path + ".effect_size_hundredths", evidence.effect_size_hundredths, fields);
  Add(path + ".effect_status", Word(evidence.effect_status), fields);
  Add(path + ".strength", evidence.strength, fields);
  Add(path + ".cost", evidence.cost, fields);
  Add(path + ".study_count", evidence.study_count, fields);
  if (evidence.review_date) Add(path + ".review_date", FormatDay(*evidence.review_date), fields);
  Add(path + ".rating", evidence.rating, fields);
  Add(path + ".source", evidence.source, fields);
  Add(path + ".note", evidence.note, fields);
  for (const EvidenceSource& source : evidence.sources) {
    const std::string place = absl::StrCat(path, ".sources[", source.title, "]");
    Add(place + ".title", source.title, fields);
    Add(place + ".url", source.url, fields);
    Add(place + ".year", source.year, fields);
    Add(place + ".note", source.note, fields);
  }
}

void Add(const GrantEligibility& grant, Fields& fields) {
  const std::string path = PathOf(grant);
  Add(path + ".end_date", FormatDay(grant.end_date), fields);
  Add(path + ".legal_reference", grant.legal_reference, fields);
  Add(path + ".url", grant.url, fields);
  Add(path + ".conditions", grant.conditions, fields);
}

void Add(const EvidenceScheme& scheme, Fields& fields) {
  const std::string path = absl::StrCat("schemes[", scheme.id, "]");
  Add(path + ".title", scheme.title, fields);
  Add(path + ".description", scheme.description, fields);
  Add(path + ".url", scheme.url, fields);
  for (const EvidenceRating& rating : scheme.ratings) {
    Add(absl::StrCat(path, ".ratings[", rating.id, "].title"), rating.title, fields);
  }
  for (const EffectBand& band : scheme.bands) {
    const std::string place = absl::StrCat(path, ".bands[", band.effect_months, "]");
    fields.emplace_back(place + ".from_hundredths", absl::StrCat(band.from_hundredths));
    fields.emplace_back(place + ".to_hundredths", absl::StrCat(band.to_hundredths));
  }
}

}  // namespace

std::string PathOf(const Evidence& evidence) {
  const std::string path = absl::StrCat("evidence[", evidence.scheme, "]");
  return evidence.scope.empty() ? path : absl::StrCat(path, "[", evidence.scope, "]");
}

std::string PathOf(const GrantEligibility& grant) {
  return absl::StrCat("grants[", grant.grant, " from ", FormatDay(grant.start_date), "]");
}

Fields FieldsOf(const Intervention& intervention) {
  Fields fields;
  Add("category", intervention.category, fields);
  Add("title", intervention.title, fields);
  Add("summary", intervention.summary, fields);
  Add("sectors", Words(intervention.sectors), fields);
  for (const Evidence& evidence : intervention.evidence) Add(evidence, fields);
  for (const GrantEligibility& grant : intervention.grants) Add(grant, fields);
  std::vector<std::string> replaces = intervention.replaces;
  std::sort(replaces.begin(), replaces.end());
  Add("replaces", absl::StrJoin(replaces, ", "), fields);
  return fields;
}

Fields EditionFieldsOf(const MenuEdition& edition) {
  Fields fields;
  Add("title", edition.title, fields);
  Add("start_date", FormatDay(edition.start_date), fields);
  if (edition.end_date) Add("end_date", FormatDay(*edition.end_date), fields);
  for (const Category& category : edition.categories) {
    const std::string path = absl::StrCat("categories[", category.id, "]");
    Add(path + ".title", category.title, fields);
    if (category.supporting_only) Add(path + ".supporting_only", "true", fields);
  }
  for (const EvidenceScheme& scheme : edition.schemes) Add(scheme, fields);
  return fields;
}

}  // namespace vg::catalogue

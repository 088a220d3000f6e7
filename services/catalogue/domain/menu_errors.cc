#include "services/catalogue/domain/menu_errors.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::catalogue {
namespace {

template <typename... Parts>
FieldViolation Violation(std::string field, std::string_view reason, const Parts&... parts) {
  return {std::move(field), std::string(reason), absl::StrCat(parts...)};
}

}  // namespace

FieldViolation UnknownScheme(std::string field, std::string_view scheme) {
  return Violation(std::move(field), "UNKNOWN_SCHEME", "'", Av(scheme),
                   "' is not the id of one of the edition's schemes");
}

FieldViolation UnknownRating(std::string field, std::string_view rating, std::string_view scheme) {
  return Violation(std::move(field), "UNKNOWN_RATING", "'", Av(rating),
                   "' is not the id of one of the ratings of ", Av(scheme));
}

FieldViolation UnknownEffectStatus(std::string field) {
  return Violation(std::move(field), "UNKNOWN_EFFECT_STATUS",
                   "is TOO_FEW_STUDIES, NOT_RATED, or left out");
}

FieldViolation BandsOutOfOrder(std::string field) {
  return Violation(std::move(field), "BANDS_OUT_OF_ORDER",
                   "give bands in ascending order, of months and of effect sizes, without overlap");
}

FieldViolation EffectMismatch(std::string field, std::string_view scheme, int effect_months) {
  return Violation(std::move(field), "EFFECT_MISMATCH", "is not in the band that ", Av(scheme),
                   " calls ", effect_months, " months");
}

FieldViolation EffectContradicted(std::string field) {
  return Violation(
      std::move(field), "EFFECT_CONTRADICTED",
      "says that there is no effect in months, and there is one; leave one of them out");
}

FieldViolation OverlappingPeriods(std::string field, std::string_view grant) {
  return Violation(std::move(field), "OVERLAPPING_PERIODS", "begins within another period of '",
                   Av(grant), "'; join the two, or let one end before the other begins");
}

FieldViolation StillOnMenu(std::string field, std::string_view intervention) {
  return Violation(std::move(field), "STILL_ON_MENU", "'", Av(intervention),
                   "' is on this menu, so nothing takes its place");
}

FieldViolation UnknownPredecessor(std::string field, std::string_view intervention) {
  return Violation(std::move(field), "UNKNOWN_PREDECESSOR", "'", Av(intervention),
                   "' is on no published edition that begins before this one; mend the id, or "
                   "publish the older edition first");
}

FieldViolation SchemeNotOnMenu(std::string field, std::string_view scheme, std::string_view known) {
  if (known.empty()) {
    return Violation(std::move(field), "UNKNOWN_SCHEME", "the edition has no evidence in any");
  }
  return Violation(std::move(field), "UNKNOWN_SCHEME", "'", Av(scheme),
                   "' is not a scheme of the edition; there are ", Av(known));
}

FieldViolation UnknownScope(std::string field, std::string_view scope, std::string_view known) {
  if (known.empty()) {
    return Violation(std::move(field), "UNKNOWN_SCOPE",
                     "the edition's evidence in this scheme has no scopes; leave it out");
  }
  return Violation(std::move(field), "UNKNOWN_SCOPE", "'", Av(scope),
                   "' is not a scope of evidence in this scheme; there are ", Av(known));
}

absl::Status MenuEditionsOverlap(std::string_view menu_edition, std::string_view other) {
  return Error(absl::StatusCode::kFailedPrecondition, "MENU_EDITIONS_OVERLAP",
               absl::StrCat(Av(menu_edition), " and ", Av(other),
                            " would both be chosen from on one day; let the older one end before "
                            "the newer one begins"),
               {{"resource", std::string(other)}});
}

}  // namespace vg::catalogue

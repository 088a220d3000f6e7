// A scheme: rules of allocation as data.

#ifndef VG_SERVICES_FUNDING_DOMAIN_SCHEME_H_
#define VG_SERVICES_FUNDING_DOMAIN_SCHEME_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/numeric/exact.h"
#include "common/numeric/money.h"
#include "services/funding/domain/text.h"

namespace vg::funding {

enum class RecipientKind { kSchool, kMunicipality };

// How a number is rounded to `decimals` places, once.
struct RoundingRule {
  int decimals = 2;
  Rounding rule = Rounding::kHalfAwayFromZero;

  Exact Apply(const Exact& value) const { return value.Round(decimals, rule); }
  friend bool operator==(const RoundingRule&, const RoundingRule&) = default;
};

// A number that the rules set, as published: never derived from another rounded one.
struct Parameter {
  std::string id;
  Text title;
  Exact value;
  std::string unit;  // "EUR/pupil"; "1" for a plain number.
  std::string legal_reference;
  bool provisional = false;
  std::optional<Text> note;
};

// `share` of `of` parts, paid in `month`.
struct Instalment {
  absl::CivilMonth month;
  int share = 0;
  int of = 0;
};

// A part of the amount.
struct Component {
  std::string id;
  Text title;
  std::string condition;  // Empty: every recipient.
  std::string formula;
  RoundingRule rounding;
  std::string legal_reference;
  std::vector<Instalment> instalments;
  RoundingRule payment_rounding;
};

struct Scheme {
  Text title;
  std::string grant;
  std::string school_year;
  absl::CivilDay count_date;
  RecipientKind recipients = RecipientKind::kSchool;
  Currency currency;
  std::vector<Parameter> parameters;
  std::vector<Component> components;
  std::string legal_reference;
  std::optional<Money> budget;
};

// SHA-256 over every field in the order of this file, as common/digest writes them.
std::string DigestOf(const Scheme& scheme);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_SCHEME_H_

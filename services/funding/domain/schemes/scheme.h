// A scheme: rules of allocation as data.

#ifndef VG_SERVICES_FUNDING_DOMAIN_SCHEMES_SCHEME_H_
#define VG_SERVICES_FUNDING_DOMAIN_SCHEMES_SCHEME_H_

#include <optional>
#include <string>
#include <string_view>
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

// A number of a table.
struct TableEntry {
  std::string key;  // "bo"
  Exact value;
  std::string legal_reference;  // Empty: the table's.
  bool provisional = false;
  std::optional<Text> note = std::nullopt;
};

// What a parameter is from a day on.
struct DatedValue {
  absl::CivilDay from;
  Exact value;  // Unless there is a table.
  std::vector<TableEntry> table;
  std::string legal_reference;  // Empty: the parameter's.
  bool provisional = false;
  std::optional<Text> note = std::nullopt;
};

// A number that the rules set, as published: never derived from another rounded one. Or a table of
// them, or what it is from which day on.
struct Parameter {
  std::string id;
  Text title;
  Exact value;       // Unless there is a table or there are dated values.
  std::string unit;  // "EUR/pupil"; "1" for a plain number.
  std::string legal_reference;
  bool provisional = false;
  std::optional<Text> note = std::nullopt;
  std::vector<TableEntry> table = {};
  std::vector<DatedValue> values = {};
};

enum class FactType { kNumber, kText, kYesNo, kDate };

// A fact that the rules take from an attribute of the register.
struct FactDeclaration {
  std::string id;
  Text title;
  std::string attribute;
  FactType type = FactType::kNumber;
  std::string unit = "";                 // Of a number.
  std::vector<std::string> values = {};  // Of a text; empty: any.
};

// A name for an intermediate result.
struct Definition {
  std::string id;
  Text title;
  std::string formula;
  std::string legal_reference = "";  // Empty: it only abbreviates.
};

// `share` of `of` parts, paid in `month`.
struct Instalment {
  absl::CivilMonth month;
  int share = 0;
  int of = 0;
};

// Who gets what rounding leaves of a sum that is divided.
enum class RemainderRule { kLargestRemainder, kLastRecipient, kLargestShare };
// "largest_remainder".
std::string_view NameOf(RemainderRule rule);

// A fixed sum, divided in proportion over the recipients to whom a component applies.
struct Distribution {
  std::string pot;
  std::string by;
  std::string per;  // Empty: one pot for all.
  RemainderRule remainder = RemainderRule::kLargestRemainder;
};

// A part of the amount.
struct Component {
  std::string id;
  Text title;
  std::string condition;  // Empty: every recipient.
  std::string formula;    // Empty: a share, by `distribution`.
  RoundingRule rounding;
  std::string legal_reference;
  std::vector<Instalment> instalments;  // Of its pattern, if it names one.
  RoundingRule payment_rounding;
  std::string instalment_pattern = "";
  std::optional<Distribution> distribution = std::nullopt;
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
  std::optional<Money> budget = std::nullopt;
  std::optional<absl::CivilDay> reference_date = std::nullopt;
  std::vector<FactDeclaration> facts = {};
  std::vector<Definition> definitions = {};
};

// 1 August with which the school year begins, and the one with which the next does; the scheme's
// years are right.
absl::CivilDay StartOfYear(const Scheme& scheme);
absl::CivilDay EndOfYear(const Scheme& scheme);
// The day whose parameters hold.
absl::CivilDay ReferenceDate(const Scheme& scheme);

// SHA-256 over every field in the order of this file, as common/digest writes them. What may be
// left out and is (tables, dated values, facts, definitions, distributions, a reference date) adds
// nothing. A pattern of instalments counts as the instalments it stands for.
// `form`, if it is given, gets what was digested.
std::string DigestOf(const Scheme& scheme, std::string* form = nullptr);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_SCHEMES_SCHEME_H_

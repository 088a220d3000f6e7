#include "services/funding/domain/schemes/scheme.h"

#include "absl/strings/numbers.h"

#include "common/digest/digest.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

void Add(const Text& text, DigestBuilder& digest) { digest.Text(text.nl).Text(text.en); }

void Add(const RoundingRule& rounding, DigestBuilder& digest) {
  digest.Integer(rounding.decimals).Text(RoundingName(rounding.rule));
}

void Add(const std::optional<Text>& note, DigestBuilder& digest) {
  if (note.has_value()) {
    Add(*note, digest);
  } else {
    digest.Absent();
  }
}

void Add(const std::vector<TableEntry>& table, DigestBuilder& digest) {
  digest.Record("table").List(table.size());
  for (const TableEntry& entry : table) {
    digest.Text(entry.key).Number(entry.value).Text(entry.legal_reference).Flag(entry.provisional);
    Add(entry.note, digest);
  }
}

void Add(const std::vector<DatedValue>& values, DigestBuilder& digest) {
  digest.Record("values").List(values.size());
  for (const DatedValue& dated : values) {
    digest.Text(FormatDay(dated.from))
        .Number(dated.value)
        .Text(dated.legal_reference)
        .Flag(dated.provisional);
    Add(dated.note, digest);
    Add(dated.table, digest);
  }
}

void Add(const Parameter& parameter, DigestBuilder& digest) {
  digest.Record("parameter").Text(parameter.id);
  Add(parameter.title, digest);
  digest.Number(parameter.value)
      .Text(parameter.unit)
      .Text(parameter.legal_reference)
      .Flag(parameter.provisional);
  Add(parameter.note, digest);
  if (!parameter.table.empty()) Add(parameter.table, digest);
  if (!parameter.values.empty()) Add(parameter.values, digest);
}

void Add(const FactDeclaration& fact, DigestBuilder& digest) {
  digest.Record("fact").Text(fact.id);
  Add(fact.title, digest);
  digest.Text(fact.attribute)
      .Integer(static_cast<int>(fact.type))
      .Text(fact.unit)
      .List(fact.values.size());
  for (const std::string& value : fact.values) digest.Text(value);
}

void Add(const Definition& definition, DigestBuilder& digest) {
  digest.Record("definition").Text(definition.id);
  Add(definition.title, digest);
  digest.Text(definition.formula).Text(definition.legal_reference);
}

void Add(const Component& component, DigestBuilder& digest) {
  digest.Record("component").Text(component.id);
  Add(component.title, digest);
  digest.Text(component.condition).Text(component.formula);
  Add(component.rounding, digest);
  digest.Text(component.legal_reference).List(component.instalments.size());
  for (const Instalment& instalment : component.instalments) {
    digest.Record("instalment")
        .Text(FormatDay(absl::CivilDay(instalment.month)))
        .Integer(instalment.share)
        .Integer(instalment.of);
  }
  Add(component.payment_rounding, digest);
  if (component.distribution.has_value()) {
    digest.Record("distribution")
        .Text(component.distribution->pot)
        .Text(component.distribution->by)
        .Text(component.distribution->per)
        .Text(NameOf(component.distribution->remainder));
  }
}

}  // namespace

std::string_view NameOf(RemainderRule rule) {
  switch (rule) {
    case RemainderRule::kLargestRemainder:
      return "largest_remainder";
    case RemainderRule::kLastRecipient:
      return "last_recipient";
    case RemainderRule::kLargestShare:
      return "largest_share";
  }
  return "";
}

absl::CivilDay StartOfYear(const Scheme& scheme) {
  int year = 1970;
  (void)absl::SimpleAtoi(scheme.school_year.substr(0, 4), &year);
  return absl::CivilDay(year, 8, 1);
}

absl::CivilDay EndOfYear(const Scheme& scheme) {
  return absl::CivilDay(StartOfYear(scheme).year() + 1, 8, 1);
}

absl::CivilDay ReferenceDate(const Scheme& scheme) {
  return scheme.reference_date.value_or(StartOfYear(scheme));
}

std::string DigestOf(const Scheme& scheme, std::string* form) {
  DigestBuilder digest("voortgang.funding.scheme.v1", form);
  Add(scheme.title, digest);
  digest.Text(scheme.grant)
      .Text(scheme.school_year)
      .Text(FormatDay(scheme.count_date))
      .Text(scheme.recipients == RecipientKind::kSchool ? "school" : "municipality")
      .Text(scheme.currency.code());
  digest.List(scheme.parameters.size());
  for (const Parameter& parameter : scheme.parameters) Add(parameter, digest);
  digest.List(scheme.components.size());
  for (const Component& component : scheme.components) Add(component, digest);
  digest.Text(scheme.legal_reference);
  if (scheme.budget.has_value()) {
    digest.Amount(*scheme.budget);
  } else {
    digest.Absent();
  }
  if (scheme.reference_date.has_value()) {
    digest.Record("reference_date").Text(FormatDay(*scheme.reference_date));
  }
  for (const FactDeclaration& fact : scheme.facts) Add(fact, digest);
  for (const Definition& definition : scheme.definitions) Add(definition, digest);
  return digest.Finish();
}

}  // namespace vg::funding
